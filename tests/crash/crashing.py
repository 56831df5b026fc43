"""A real server to kill, a candidate who does not give up, and a checker who believes neither."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import servers
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

TOKEN = "crash-test-token"
HEADERS = {"Authorization": f"token {TOKEN}"}
STARTUP = 120.0  #: seconds in which a server must be ready
WINDOW = 16  #: messages that may be under way


class Server:
    """`jupyter server` with the extension, in a process group of its own."""

    def __init__(self, folder: Path, database_url: str, settings: dict[str, str]) -> None:
        self.port = servers.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "server.log"
        self._folder = folder
        chosen = {"database_url": database_url, "data_dir": str(folder / "data"), "model": "offline", **settings}
        folders = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")},
            **{f"CODEASSESS_{name.upper()}": value for name, value in chosen.items()},
            **folders,
            "HOME": str(folder),
            "OPENAI_API_KEY": "sk-test-not-a-real-key",
            "CODEASSESS_EMBEDDING_MODEL": "hashed",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin; `ready` waits until it serves."""
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": str(self.port),
            "ServerApp.port_retries": "0",
            "ServerApp.root_dir": str(self._folder),
            "ServerApp.open_browser": "False",
            "ServerApp.jpserver_extensions": servers.ONLY_OURS,
            "IdentityProvider.token": TOKEN,
        }
        command = [sys.executable, "-m", "jupyter", "server", "--allow-root"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *(f"--{name}={value}" for name, value in options.items())],
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def ready(self) -> None:
        """Return once the core behind it is open."""
        deadline = time.monotonic() + STARTUP
        async with httpx.AsyncClient(headers=HEADERS, timeout=5) as client:
            while True:
                with suppress(httpx.HTTPError):
                    if (await client.get(f"{self.url}/codeassess/health")).status_code == 200:
                        return
                ended = self._process is None or self._process.poll() is not None
                assert not ended and time.monotonic() < deadline, self.log()[-4000:]
                await asyncio.sleep(0.03)

    def kill(self) -> None:
        """`kill -9`, wherever it is."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def log(self) -> str:
        return self._log.read_text(errors="replace")


@contextmanager
def server(folder: Path, database_url: str, **settings: str) -> Iterator[Server]:
    """A server that is gone after the block, whatever happened."""
    quick = {"idle_pause": "0.05", "min_time_between_interactions": "0", "min_code_change_lines": "3"}
    quick["follow_ups"] = "no"
    running = Server(folder, database_url, {**quick, "max_questions": "1000", "rate_limit": "0", **settings})
    try:
        running.start()
        yield running
    finally:
        running.kill()


class Again(Exception):
    """Something was not stored: connect again, and send from there what is not acknowledged."""


class Candidate:
    """A protocol-1 client that keeps what is not acknowledged and sends it again, over any number of servers."""

    def __init__(self, server: Server, session_id: str) -> None:
        self.session_id = session_id
        self.outbox: list[dict[str, Any]] = []  # message n has seq n + 1
        self.acked = 0
        self.events: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self.connections = 0
        self.resent = 0
        self._url = server.url.replace("http", "ws", 1) + f"/ws/session/{session_id}"
        self._sent = self._furthest = 0

    def type(self, code: str, document: str = "main") -> None:
        self.say("code_update", code=code, document={"uri": document})

    def say(self, message_type: str, **fields: Any) -> None:
        self.outbox.append({"message_type": message_type, "seq": len(self.outbox) + 1, **fields})

    def heard(self, message_type: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["message_type"] == message_type]

    async def settled(self, seconds: float = STARTUP) -> None:
        """Return once everything is acknowledged."""
        await until(lambda: self.acked == len(self.outbox), seconds)

    async def live(self) -> None:
        """Connect, talk, and connect again."""
        while True:
            with suppress(OSError, WebSocketException, TimeoutError, Again):
                async with connect(self._url, additional_headers=HEADERS, open_timeout=30) as socket:
                    self.connections += 1
                    await self._converse(socket)
            await asyncio.sleep(0.1)

    async def _converse(self, socket: ClientConnection) -> None:
        last = self.events[-1]["event_seq"] if self.events else 0
        hello = {"message_type": "hello", "protocol": 1, "client_id": "crash", "last_event_seq": last}
        await socket.send(json.dumps(hello))
        welcome = json.loads(await asyncio.wait_for(socket.recv(), 60))
        if welcome["message_type"] != "welcome" or welcome["acked_seq"] < self.acked:
            self.problems.append(f"acknowledged up to {self.acked}, then greeted with {welcome}")
        self._sent = self.acked = max(self.acked, welcome.get("acked_seq", 0))
        sending = asyncio.create_task(self._send(socket))
        try:
            async for frame in socket:
                self._hear(json.loads(frame))
        finally:
            sending.cancel()

    async def _send(self, socket: ClientConnection) -> None:
        with suppress(WebSocketException):
            while True:
                if self._sent < len(self.outbox) and self._sent - self.acked < WINDOW:
                    self.resent += self._sent < self._furthest
                    self._sent += 1
                    self._furthest = max(self._furthest, self._sent)
                    await socket.send(json.dumps(self.outbox[self._sent - 1]))
                else:
                    await asyncio.sleep(0.002)

    def _hear(self, message: dict[str, Any]) -> None:
        match message["message_type"]:
            case "ack":
                self.acked = max(self.acked, message["seq"])
            case "nack":
                raise Again
            case "error" if message["code"] == "store_unavailable":
                raise Again
            case "error":
                self.problems.append(str(message))
            case _:
                self._note(message)

    def _note(self, event: dict[str, Any]) -> None:
        expected = self.events[-1]["event_seq"] + 1 if self.events else 1
        if event["event_seq"] != expected:
            self.problems.append(f"event {event['event_seq']} came instead of {expected}")
        self.events.append(event)
        if event["message_type"] == "question":
            self.say("response_submitted", interaction_id=event["interaction_id"], response="It adds them up.")


@asynccontextmanager
async def candidate(server: Server) -> AsyncIterator[Candidate]:
    """A candidate in a new session, alive for the length of the block."""
    await server.ready()
    async with httpx.AsyncClient(headers=HEADERS, timeout=120) as client:
        answer = await client.post(f"{server.url}/sessions/", json={})
        answer.raise_for_status()
    ada = Candidate(server, answer.json()["session_id"])
    living = asyncio.create_task(ada.live())
    try:
        yield ada
    finally:
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)


async def until(condition: Any, seconds: float = STARTUP) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        await asyncio.sleep(0.01)


async def write_on(ada: Candidate, chance: random.Random) -> None:
    """Type for ever, in two documents, with small pauses."""
    texts = {"main": "", "other.py": ""}
    for n in range(1_000_000):
        document = chance.choice(["main", "main", "other.py"])
        text = texts[document] + f"def value_{n}(x):\r\n    return x * {n} + {chance.randint(2, 99)}  # é数🙂\r\n"
        texts[document] = "".join(text.splitlines(keepends=True)[-60:])
        if len(ada.outbox) - ada.acked < 200:
            ada.type(texts[document], document)
        await asyncio.sleep(chance.choice([0.001, 0.002, 0.005, 0.15]))


# -- the checker ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stored:
    """One snapshot as the server lists it."""

    n: int
    seq: int
    document: str
    sha256: str


async def stored_snapshots(server: Server, session_id: str) -> list[Stored]:
    """What the server says it has, page by page; every 50th text is also fetched and hashed here."""
    found: list[Stored] = []
    address = f"{server.url}/sessions/{session_id}/snapshots/"
    async with httpx.AsyncClient(headers=HEADERS, timeout=120) as client:
        cursor = ""
        while cursor is not None:
            page = (await client.get(f"{address}?limit=1000{cursor}")).raise_for_status().json()
            found += [Stored(i["n"], i["seq"], i["document"], i["sha256"]) for i in page["items"]]
            cursor = f"&cursor={page['next']}" if page["next"] else None
        for snapshot in found[::50]:
            code = (await client.get(f"{address}{snapshot.n}")).raise_for_status().json()["code"]
            assert hashlib.sha256(code.encode()).hexdigest() == snapshot.sha256
    return found


def differences(outbox: Sequence[dict[str, Any]], acked: int, stored: Sequence[Stored]) -> list[str]:
    """What is wrong with the record, given what was sent and what of it was acknowledged.

    An acknowledged update must be there; one that was sent and not acknowledged may be; one
    that was never sent may not. Each is there once, in order, unaltered.
    """
    sent = {
        message["seq"]: (message["document"]["uri"], hashlib.sha256(message["code"].encode()).hexdigest())
        for message in outbox
        if message["message_type"] == "code_update"
    }
    seqs = [snapshot.seq for snapshot in stored]
    problems = [f"acknowledged {seq} is lost" for seq in sent if seq <= acked and seq not in set(seqs)]
    problems += [f"{s.seq} was never sent" for s in stored if s.seq not in sent]
    problems += [f"{s.seq} is altered" for s in stored if sent.get(s.seq) not in (None, (s.document, s.sha256))]
    if [snapshot.n for snapshot in stored] != list(range(1, len(stored) + 1)):
        problems.append("the numbers of the snapshots are not contiguous")
    if len(set(seqs)) != len(seqs):
        problems.append("an update is stored twice")
    if seqs != sorted(seqs):
        problems.append("the order is not that of sending")
    return problems
