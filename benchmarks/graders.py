"""What a grader waits for: a page of 1,000 of 10,000 sessions, a replay and an export of 5,000 snapshots.

As the operations answer, JSON included, without HTTP: CPU and wall-clock time on both databases.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Table, insert

from codeassess_core.clock import new_id, utcnow
from codeassess_core.identity import Principal, Role
from codeassess_core.new_session import SessionRequest
from codeassess_core.settings import Settings
from codeassess_core.storage import tables
from codeassess_core.storage.entries import CodeEntry
from codeassess_core.wiring import Core
from codeassess_ext.operations import Operations
from tests.servers import fresh_database, postgres_server

from .snapshots import history

SESSIONS, PAGE = 10_000, 1_000
SNAPSHOTS = 5_000
GRADER = Principal(name="grader", role=Role.GRADER)
ROUNDS = 5


def main(_arguments: list[str]) -> None:
    """Print the figures of both databases."""
    with postgres_server() as postgres, fresh_database(postgres) as url, tempfile.TemporaryDirectory() as folder:
        for name, database in (("Postgres", url), ("SQLite", f"sqlite+aiosqlite:///{folder}/bench.sqlite")):
            asyncio.run(_measure(name, database, Path(folder)))


async def _measure(name: str, url: str, folder: Path) -> None:
    core = Core(Settings(database_url=url, data_dir=str(folder), idle_pause=3_600))
    await core.record.open()
    operations = Operations(core)
    session_id = await _typed(core)
    replayed = await _timed(lambda: _all_pages(operations, session_id))
    print(f"{name}: {SNAPSHOTS:,} snapshots replayed in {replayed}")
    for form in ("progsnap2", "jsonl"):
        exported = await _timed(lambda form=form: operations.graders.export(GRADER, session_id, {"format": form}))
        print(f"{name}: the same exported as {form} in {exported}")
    await _fill(core)
    listed = await _timed(lambda: operations.list_sessions(GRADER, {"limit": str(PAGE)}))
    print(f"{name}: {PAGE:,} of {SESSIONS:,} sessions listed with their grading in {listed}")
    await core.record.aclose()


async def _timed(work: Callable[[], Awaitable[Any]]) -> str:
    await work()
    wall, cpu = [], []
    for _ in range(ROUNDS):
        start, start_cpu = time.perf_counter(), time.process_time()
        await work()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - start_cpu)
    return f"{1000 * statistics.median(wall):.0f} ms, {1000 * statistics.median(cpu):.0f} ms of CPU"


async def _all_pages(operations: Operations, session_id: str) -> None:
    cursor: dict[str, str] = {}
    while True:
        page = json.loads((await operations.replay(GRADER, session_id, {"limit": str(PAGE), **cursor})).body)
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


async def _typed(core: Core) -> str:
    session = await core.assessment.begin(Principal(name="bench", role=Role.CANDIDATE), SessionRequest())
    entry = CodeEntry(session_id=session.id, document="main", received_at=utcnow())
    for code in history(SNAPSHOTS):
        await core.record.recorder.record(replace(entry, code=code))
    return session.id


async def _fill(core: Core) -> None:
    """Sessions as they look when they are over: four answers, a report, some updates and a paste in every third."""
    now = utcnow()
    for start in range(0, SESSIONS, PAGE):
        rows: dict[Table, list[dict[str, Any]]] = {
            t: [] for t in (tables.sessions, tables.questions, tables.reports, tables.interactions)
        }
        for table, row in (row for n in range(start, start + PAGE) for row in _session(n)):
            rows[table].append({"created_at": now, **row})
        async with core.record.database.write() as connection:
            for table, values in rows.items():
                await connection.execute(insert(table), values)


def _session(n: int) -> Iterator[tuple[Table, dict[str, Any]]]:
    id = new_id()
    session = {"id": id, "owner": f"candidate-{n}", "language": "python", "status": "ended", "mode": "service"}
    yield tables.sessions, {**session, "epoch": new_id()}
    for _ in range(4):
        yield tables.questions, _question(id)
    body = {"overall": {"score": 5.0, "provisional": True}, "timeline": ["an entry of the timeline"] * 800}
    report = {"id": new_id(), "session_id": id, "version": 1, "body": body, "score": 5.0, "provisional": True}
    yield tables.reports, report
    for seq in range(1, 16):
        payload = {"pasted": {"start_line": 1, "end_line": 9}, "snapshot": seq} if seq == 9 and n % 3 == 0 else None
        row = {"session_id": id, "seq": seq, "id": new_id(), "kind": "code_update", "payload": payload}
        yield tables.interactions, row


def _question(session_id: str) -> dict[str, Any]:
    criterion = {"quote": "y" * 60, "reason": "z" * 150}
    return {
        "id": new_id(),
        "session_id": session_id,
        "status": "evaluated",
        "rule": "changed_lines",
        "document": "main",
        "snapshot": 1,
        "start_line": 1,
        "end_line": 2,
        "response": "Because.",
        "evaluation": {"text": "x" * 400, "flags": ["provisional"], "criteria": [criterion] * 4},
        "score": 5.0,
        "needs_review": True,
    }
