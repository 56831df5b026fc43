"""What goes on in one session while the acks of the others are measured."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import cycle
from typing import Final

import httpx
import psycopg
import websockets
from sqlalchemy.engine import make_url

from .server import Server

HOSTILE: Final = {
    "a fork bomb": "import os\n\nwhile True:\n    os.fork()\n",
    "a loop of 10**10": "total = 0\nfor i in range(10**10):\n    total += i\n",
    "a deep recursion": "def f(n):\n    return f(n + 1) + f(n + 2)\n\n\ndeep = f(0)\n",
    "a list of a gigabyte": "rows = [0] * (128 * 1024 * 1024)\nmore = [list(rows) for _ in range(9)]\n",
    "a number of a gigabyte": "huge = 9 ** (10 ** 9)\nlonger = str(huge)\n",
    "a text that doubles": "text = 'ab'\nwhile True:\n    text += text\n",
}
"""Programs that a candidate may paste; each is run, as far as that goes, to find out what it comes to."""
_FILLER: Final = (
    "def total(prices):\n    result = 0\n    for price in prices:\n        result += price\n    return result\n"
)
_AT_ONCE: Final = 4

_STOPPED = """
import asyncio, os, signal, sys
from codeassess_core.clock import new_id, utcnow
from codeassess_core.storage.database import Database
from codeassess_core.storage.session_writer import SessionWriter
async def main(url, session_id):
    database = Database(url)
    async with SessionWriter.open(database, session_id, utcnow()) as writer:
        await writer.event({"message_type": "x"})
        print("inside", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)
asyncio.run(main(*sys.argv[1:]))
"""


Trouble = Callable[[str, Server, str], AbstractAsyncContextManager[list[float]]]
"""From the database, the server and the session in trouble to a block in which there is trouble.

The block gets the seconds of each piece of work that was done meanwhile.
"""


@asynccontextmanager
async def locked(url: str, _server: Server, session_id: str) -> AsyncIterator[list[float]]:
    """Somebody has locked the row and goes for a coffee."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(plain) as other:
        await other.execute("SELECT 1 FROM sessions WHERE id = %s FOR UPDATE", (session_id,))
        yield []
        await other.rollback()


@asynccontextmanager
async def stopped(url: str, _server: Server, session_id: str) -> AsyncIterator[list[float]]:
    """A process of ours is stopped inside a transaction."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _STOPPED, url, session_id, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    await process.stdout.readline()
    try:
        yield []
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        await process.wait()


@asynccontextmanager
async def exporting(_url: str, server: Server, session_id: str) -> AsyncIterator[list[float]]:
    """Four graders export a long session, again and again."""
    async with httpx.AsyncClient(headers=_credential(server), timeout=600) as client:
        done: list[float] = []

        async def export() -> None:
            while True:
                begun = time.monotonic()
                reply = await client.get(f"{server.url}/sessions/{session_id}/export/", params={"format": "jsonl"})
                assert reply.is_success, reply.text
                done.append(time.monotonic() - begun)

        async with _all_going_on([asyncio.create_task(export()) for _ in range(_AT_ONCE)]):
            yield done


@asynccontextmanager
async def hostile(_url: str, server: Server, assessment_id: str) -> AsyncIterator[list[float]]:
    """Four candidates paste and run one hostile program after the other, and a question is asked about each."""
    done: list[float] = []
    programs = cycle(HOSTILE.values())
    async with httpx.AsyncClient(headers=_credential(server), timeout=120) as client:

        async def paste() -> None:
            while True:
                begun = time.monotonic()
                await _asked_about(client, server, assessment_id, f"{_FILLER}\n\n{next(programs)}")
                done.append(time.monotonic() - begun)

        async with _all_going_on([asyncio.create_task(paste()) for _ in range(_AT_ONCE)]):
            yield done


async def _asked_about(client: httpx.AsyncClient, server: Server, assessment_id: str, code: str) -> None:
    """Return when a question about the program was asked or given up."""
    reply = await client.post(f"{server.url}/sessions/", json={"assessment_id": assessment_id})
    session = f"{reply.json()['session_id']}"
    address = f"{server.url.replace('http', 'ws', 1)}/ws/session/{session}"
    async with websockets.connect(address, additional_headers=_credential(server), max_size=None) as socket:
        await socket.send(json.dumps({"message_type": "code_update", "code": code, "cause": "run"}))
        while True:
            listed = (await client.get(f"{server.url}/sessions/{session}/interactions/")).json()["items"]
            if {"question_asked", "question_withdrawn"} & {item["kind"] for item in listed}:
                return
            await asyncio.sleep(0.2)


@asynccontextmanager
async def _all_going_on(tasks: list[asyncio.Task[None]]) -> AsyncIterator[None]:
    """Fails when one of them has ended by itself."""
    try:
        yield
    finally:
        failed = [task.exception() for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert not failed, failed


def _credential(server: Server) -> dict[str, str]:
    return {"Authorization": f"token {server.token}"}
