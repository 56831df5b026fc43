"""Running commands as a person would: real processes, real files."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from codeassess_core.model import AssessmentSession, SnapshotInfo
from codeassess_core.storage.database import Database
from codeassess_core.storage.sessions import SessionFilter, Sessions
from codeassess_core.storage.snapshots import Snapshots

PROGRAM = (sys.executable, "-m", "codeassess_core.cli")
RECORDING = Path(__file__).parents[3] / "examples/first-functions/recording.jsonl"
LINES: list[dict[str, Any]] = [json.loads(line) for line in RECORDING.read_text(encoding="utf-8").splitlines()]
CODE = [line["code"] for line in LINES if line["kind"] == "code_update"]
DIGESTS = [sha256(code.encode()).hexdigest() for code in CODE]


def codeassess(*arguments: str | Path, timeout: float = 120.0) -> subprocess.CompletedProcess[str]:
    """One command to its end; stdout and stderr are no terminals, as in CI."""
    command: Sequence[str] = [*PROGRAM, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


def succeed(*arguments: str | Path, timeout: float = 120.0) -> str:
    """What a command printed that did not fail."""
    done = codeassess(*arguments, timeout=timeout)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def stored(database_url: str) -> tuple[AssessmentSession, tuple[SnapshotInfo, ...]]:
    """The one session of a database, with its snapshots."""

    async def read() -> tuple[AssessmentSession, tuple[SnapshotInfo, ...]]:
        database = Database(database_url)
        try:
            (session,) = await Sessions(database).list(SessionFilter(tenant="default"), limit=10)
            return session, tuple(await Snapshots(database).list(session.id, limit=1_000))
        finally:
            await database.aclose()

    return asyncio.run(read())
