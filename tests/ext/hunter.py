"""Runs in a candidate's kernel and looks for texts everywhere that code there can look. Nothing but the standard
library and websockets, because it is sent to the kernel as text.

What is looked for arrives disguised, or the hunter would find its own order in the memory of the server.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DISGUISE = 0x5A
PIECE = 8 * 1024 * 1024  # bytes that are read at once
LARGEST_REGION = 512 * 1024 * 1024
LARGEST_FILE = 64 * 1024 * 1024


def disguised(text: str) -> str:
    """As `Hunter` wants it."""
    return bytes(byte ^ DISGUISE for byte in text.encode()).hex()


class Hunter:
    """Whatever it finds is in `found` as (name, place); `looked` counts what was read, by kind."""

    def __init__(self, wanted: dict[str, str]) -> None:
        self._names = {bytes(byte ^ DISGUISE for byte in bytes.fromhex(text)): name for name, text in wanted.items()}
        self._pattern = re.compile(b"|".join(map(re.escape, self._names)))
        self.found: set[tuple[str, str]] = set()
        self.looked: dict[str, int] = {}
        self.refused: set[str] = set()

    def look(self, kind: str, place: str, content: bytes) -> None:
        self.looked[kind] = self.looked.get(kind, 0) + 1
        for match in self._pattern.finditer(content):
            self.found.add((self._names[match.group()], f"{kind} {place}"))

    # ── processes

    def processes(self) -> None:
        """Environment, arguments, memory and open files of every process but this one."""
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) != os.getpid():
                self._process(folder)

    def _process(self, folder: Path) -> None:
        for name in ("environ", "cmdline"):
            with self._tried(folder / name):
                self.look(name, folder.name, (folder / name).read_bytes())
        with self._tried(folder / "mem"):
            self._memory(folder)
        with self._tried(folder / "fd"):
            for opened in (folder / "fd").iterdir():
                self._file(opened, kind="descriptor")

    def _memory(self, folder: Path) -> None:
        with (folder / "mem").open("rb", buffering=0) as memory:
            for line in (folder / "maps").read_text().splitlines():
                span, modes = line.split()[:2]
                begin, end = (int(number, 16) for number in span.split("-"))
                if modes.startswith("r") and end - begin <= LARGEST_REGION and not line.endswith("[vvar]"):
                    with suppress(OSError, ValueError, OverflowError):
                        self._region(folder.name, memory, begin, end)

    def _region(self, name: str, memory: Any, begin: int, end: int) -> None:
        for at in range(begin, end, PIECE):
            memory.seek(at)
            self.look("memory", name, memory.read(min(PIECE + 512, end - at)))

    # ── files

    def files(self, folder: str) -> None:
        """Every file below a folder, and the rows of every SQLite database."""
        for path in Path(folder).rglob("*"):
            self._file(path, kind="file")

    def _file(self, path: Path, *, kind: str) -> None:
        with self._tried(path):
            if not stat.S_ISREG(path.stat().st_mode) or path.stat().st_size > LARGEST_FILE:
                return
            content = path.read_bytes()
            self.look(kind, str(path), content)
            if content.startswith(b"SQLite format 3"):
                with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
                    self.look("sqlite", str(path), "\n".join(database.iterdump()).encode())

    # ── the network

    def request(self, url: str, token: str, verb: str, path: str) -> int:
        """The status of a request; what was answered is looked through."""
        parts = urlsplit(url)
        body = b"{}" if verb in ("POST", "PUT", "PATCH") else None
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"token {token}"} if token else {})
        with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)) as connection:
            connection.request(verb, path, body=body, headers=headers)
            answer = connection.getresponse()
            content = str(answer.getheaders()).encode() + answer.read()
        self.look("answer", f"{verb} {url}{path}", content)
        return answer.status

    def socket(self, url: str, token: str, session_id: str) -> int:
        """Open a session's websocket and greet; 101 when it stays open, else the status or the close code."""
        from websockets.exceptions import ConnectionClosed, InvalidStatus
        from websockets.sync.client import connect

        headers = {"Authorization": f"token {token}"} if token else {}
        address = f"ws{url.removeprefix('http')}/ws/session/{session_id}"
        try:
            with connect(address, additional_headers=headers, proxy=None) as opened:
                opened.send(json.dumps({"message_type": "hello", "protocol": 1, "client_id": "hunter"}))
                for frame in _frames(opened):
                    self.look("frame", address, frame.encode())
                return 101
        except InvalidStatus as refused:
            self.look("frame", address, bytes(refused.response.body or b""))
            return refused.response.status_code
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 0

    def _tried(self, place: Path) -> Any:
        return _Tried(self.refused, str(place))


class _Tried:
    """What may not be read, or is gone, is noted, and the hunt goes on."""

    def __init__(self, refused: set[str], place: str) -> None:
        self._refused, self._place = refused, place

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: object) -> bool:
        if isinstance(problem, OSError | sqlite3.Error):
            self._refused.add(f"{self._place}: {problem}")
            return True
        return False


def _frames(opened: Any) -> Iterator[str]:
    with suppress(TimeoutError):
        while True:
            yield opened.recv(timeout=1.0)


def hunt(order: dict[str, Any]) -> dict[str, Any]:
    """Look everywhere; what `order` names: texts, folders, and requests as (url, whose token, verb, path)."""
    hunter = Hunter(order["wanted"])
    hunter.processes()
    for folder in order["folders"]:
        hunter.files(folder)
    tokens = {"jupyter": _jupyters(order["runtime"]), "candidate": _candidates(order["credentials"]), "nobody": ""}
    statuses = [
        [whose, verb, path, hunter.request(url, tokens[whose], verb, path)]
        for url, whose, verb, path in order["requests"]
    ]
    statuses += [
        [whose, "WS", session_id, hunter.socket(url, tokens[whose], session_id)]
        for url, whose, session_id in order["sockets"]
    ]
    found = sorted(hunter.found)
    return {"found": found, "looked": hunter.looked, "refused": sorted(hunter.refused), "statuses": statuses}


def _jupyters(runtime: str) -> str:
    """The token of the Jupyter Server, from its own file."""
    (file,) = Path(runtime).glob("jpserver-*.json")
    return str(json.loads(file.read_text())["token"])


def _candidates(credentials: str) -> str:
    """The candidate's own credential."""
    (one,) = json.loads(Path(credentials).read_text())["servers"].values()
    return str(one["token"])
