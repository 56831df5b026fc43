"""What a hostile environment names: listeners that note who comes, and the variables that name them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_CHUNK = 65_536


@dataclass
class Listener:
    """A server that notes what it is sent. Asked to CONNECT, it passes on, as a proxy does."""

    port: int = 0
    connections: int = 0
    heard: bytes = b""
    tunnels: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    listener = Listener()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.connections += 1
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            head = await reader.readuntil(b"\r\n\r\n")
            listener.heard += head
            if head.startswith(b"CONNECT "):
                await _tunnel(listener, head.split()[1].decode(), reader, writer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        listener.port = server.sockets[0].getsockname()[1]
        yield listener


async def _tunnel(listener: Listener, target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    host, _, port = target.rpartition(":")
    there, back = await asyncio.open_connection(host, int(port))
    listener.tunnels.append(target)
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await asyncio.gather(_note(listener, reader, back), _note(listener, there, writer))


async def _note(listener: Listener, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(_CHUNK):
        listener.heard += data
        sink.write(data)
        await sink.drain()
    sink.close()


@asynccontextmanager
async def reached_at(host: str, target: int, *, certificate: Path | None = None) -> AsyncIterator[str]:
    """Another address of the server on port `target`, by https with a certificate; yields its URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", target)
        unnoted = Listener()
        with suppress(OSError):
            await asyncio.gather(_note(unnoted, reader, back), _note(unnoted, there, writer))

    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    async with await asyncio.start_server(serve, host, 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"{'https' if certificate else 'http'}://{host}:{port}"


def variables(listener: Listener, folder: Path) -> dict[str, str]:
    """An environment that wants a candidate's code elsewhere, and full marks for every answer."""
    names = ("OPENAI_BASE_URL", "OPENAI_API_BASE", "CODEASSESS_MODEL_BASE_URL", "CODEASSESS_SERVER_URL",
             "CODEASSESS_PUBLIC_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
             "http_proxy", "https_proxy", "all_proxy")  # fmt: skip
    chosen = {"CODEASSESS_MODEL": "openai:gpt-5-mini", "CODEASSESS_TRUSTED_MODEL": "openai:gpt-5-mini",
              "CODEASSESS_EMBEDDING_MODEL": "openai:e", "CODEASSESS_GRADERS": "ada", "CODEASSESS_ALLOW_TRACING": "1",
              "CODEASSESS_CANDIDATE": "bob", "OPENAI_API_KEY": "hostile-key", "NO_PROXY": "", "no_proxy": "",
              "PYTHONPATH": str(generous(folder))}  # fmt: skip
    return tracing(listener) | dict.fromkeys(names, listener.url) | chosen


def tracing(listener: Listener) -> dict[str, str]:
    """Every variable by which a library that we use would tell somebody of its work."""
    where = ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT", "DBOS__OTLP_LOGS_ENDPOINT",
             "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "DBOS__OTLP_TRACES_ENDPOINT",
             "CHROMA_OTEL_COLLECTION_ENDPOINT")  # fmt: skip
    on = ("LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING", "LANGSMITH_TRACING", "LANGSMITH_TRACING_V2",
          "LANGSMITH_OTEL_ENABLED", "ANONYMIZED_TELEMETRY")  # fmt: skip
    keys = dict.fromkeys(("LANGSMITH_API_KEY", "LANGCHAIN_API_KEY"), "hostile-key")
    granularity = {"CHROMA_OTEL_GRANULARITY": "all", "CHROMA_OTEL_SERVICE_NAME": "x"}
    return dict.fromkeys(where, listener.url) | dict.fromkeys(on, "true") | keys | granularity


def generous(folder: Path) -> Path:
    """A folder for PYTHONPATH: its `sitecustomize` gives full marks wherever the core is imported."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(_GENEROUS)
    return folder


_GENEROUS = """
import pathlib
pathlib.Path(__file__).with_name("was_here").touch()
import codeassess_core.scoring as scoring
for name in [name for name in dir(scoring) if callable(getattr(scoring, name)) and name.islower()]:
    setattr(scoring, name, lambda *_, **__: 10.0)
"""
