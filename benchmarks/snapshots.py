"""Bytes of one stored snapshot on Postgres and SQLite, and the time to rebuild the farthest one.

The history is one of typing: bursts of a few characters into a file of the standard
library until it has some hundred lines, one update for each burst.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import random
import statistics
import tempfile
import textwrap
import time
from pathlib import Path

from sqlalchemy import text

from codeassess_core.identity import Principal, Role
from codeassess_core.live.messages import parse
from codeassess_core.new_session import SessionRequest
from codeassess_core.settings import Settings
from codeassess_core.wiring import Core
from tests.servers import fresh_database, postgres_server

UPDATES = 2_000


def history(updates: int = UPDATES) -> list[str]:
    """The text after each burst."""
    rng, target = random.Random(7), inspect.getsource(textwrap)
    texts, position = [], 0
    while len(texts) < updates:
        position = (position + rng.randint(2, 12)) % len(target)
        texts.append(target[: max(position, 1)] if position > 400 else target[:400] + target[:position])
    return texts


def main(_arguments: list[str]) -> None:
    """Print the figures of both databases."""
    with postgres_server() as postgres, fresh_database(postgres) as url, tempfile.TemporaryDirectory() as folder:
        for name, database in (("Postgres", url), ("SQLite", f"sqlite+aiosqlite:///{folder}/bench.sqlite")):
            print(name, asyncio.run(_measure(database, Path(folder))))


async def _measure(url: str, folder: Path) -> str:
    core = Core(Settings(database_url=url, data_dir=str(folder), idle_pause=3_600))
    await core.record.open()
    session = await core.assessment.begin(Principal(name="bench", role=Role.CANDIDATE), SessionRequest())
    texts = history()
    for seq, code in enumerate(texts, 1):
        frame = json.dumps({"message_type": "code_update", "seq": seq, "code": code})
        await core.assessment.receive(session.id, parse(frame))
    times = []
    for n in (UPDATES, UPDATES - 1, UPDATES // 2):
        start = time.perf_counter()
        assert (await core.record.snapshots.get(session.id, n)).code == texts[n - 1]
        times.append(time.perf_counter() - start)
    stored = await _bytes(core)
    await core.record.aclose()
    mean = statistics.mean(len(code.encode()) for code in texts)
    return (
        f"{len(texts):,} snapshots of {mean:,.0f} bytes: body {stored[0]:.0f}, with both rows and indexes "
        f"{stored[1]:.0f} bytes each; rebuilt in {1000 * statistics.median(times):.1f} ms"
    )


async def _bytes(core: Core) -> tuple[float, float]:
    """Bytes of a body, and of everything that an update adds to the database."""
    async with core.record.database.read() as connection:
        body = await connection.scalar(text("SELECT avg(length(body)) FROM snapshots"))
        if core.record.database.is_sqlite:
            pages = await connection.scalar(text("PRAGMA page_count"))
            total = pages * await connection.scalar(text("PRAGMA page_size"))
        else:
            sizes = "SELECT pg_total_relation_size('snapshots') + pg_total_relation_size('interactions')"
            total = await connection.scalar(text(sizes))
    return float(body), total / UPDATES
