"""Which interpreters `make test-pythons` finds, and what the engine of the jobs is supplied with."""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from codeassess_core.storage.database import Database
from codeassess_core.storage.jobs_engine import jobs_engine

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from check_pythons import folders, interpreter

PRESENT = f"{sys.version_info.major}.{sys.version_info.minor}"


def test_a_shim_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    dead, alive = tmp_path / "dead", tmp_path / "alive"
    for folder, script in ((dead, "#!/bin/sh\nexit 127\n"), (alive, f'#!/bin/sh\nexec {sys.executable} "$@"\n')):
        folder.mkdir()
        shim = folder / f"python{PRESENT}"
        shim.write_text(script)
        shim.chmod(0o755)
    found = interpreter(PRESENT, [tmp_path / "nowhere", dead, alive])
    assert found is not None
    assert found[0].exists() and found[1] == f"{sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    assert interpreter(PRESENT, [dead]) is None


def test_another_version_under_this_name_is_none(tmp_path: Path) -> None:
    (tmp_path / "python3.99").symlink_to(sys.executable)
    assert interpreter("3.99", [tmp_path]) is None


def test_it_looks_where_pyenv_and_uv_keep_theirs(tmp_path: Path) -> None:
    kept = [tmp_path / ".pyenv/versions/3.12.1/bin", tmp_path / ".local/share/uv/python/cpython-3.13/bin"]
    for folder in kept:
        folder.mkdir(parents=True)
    assert folders({"HOME": str(tmp_path), "PATH": "/usr/bin"}) == [Path("/usr/bin"), *kept]


async def test_every_connection_to_sqlite_knows_the_time_with_its_fraction(tmp_path: Path) -> None:
    """SQLite before 3.42 answers NULL, and Python from 3.12 on has the engine of the jobs ask."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'a.sqlite'}")
    engine = jobs_engine(database.url, database.limits)
    moment = text("SELECT unixepoch('subsec')")
    async with database.read() as connection:
        ours = await connection.scalar(moment)
    with engine.connect() as connection:
        theirs = connection.scalar(moment)
    assert ours == pytest.approx(time.time(), abs=60) and theirs == pytest.approx(time.time(), abs=60)
    engine.dispose()
    await database.aclose()
