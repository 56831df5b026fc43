"""The parts put together: opened once, closed in order, opened again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from codeassess_core.errors import StoreUnavailable, WrongRevision
from codeassess_core.examiner.model.fallback import FallbackExaminer
from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.identity import Principal, Role
from codeassess_core.new_session import SessionRequest
from codeassess_core.parts import examiner_for, history_for
from codeassess_core.settings import Settings
from codeassess_core.storage.database import Database
from codeassess_core.storage.history import ProcessHistory
from codeassess_core.storage.redis_history import RedisHistory
from codeassess_core.wiring import Core

ADA = Principal(name="ada", role=Role.CANDIDATE)


def settings(tmp_path: Path, **changes: str) -> Settings:
    return Settings(**{"data_dir": str(tmp_path / "data"), "model": "offline", "embedding_model": "hashed", **changes})


async def test_a_core_makes_its_database_and_is_well(tmp_path: Path) -> None:
    core = Core(settings(tmp_path))
    await asyncio.gather(*(core.open() for _ in range(3)))
    await core.jobs.ready()
    assert (tmp_path / "data" / "codeassess.sqlite").exists()
    assert set((await core.health()).values()) == {"ok"}
    await core.aclose()
    assert "not running" in (await core.health())["jobs"]


async def test_a_closed_core_may_be_opened_again(tmp_path: Path) -> None:
    core = Core(settings(tmp_path))
    sessions = []
    for _ in range(2):
        await core.open()
        sessions.append(await core.assessment.begin(ADA, SessionRequest()))
        await core.jobs.ready()
        await core.aclose()
    await core.open()
    assert [await core.record.sessions.get(s.id) for s in sessions] == sessions
    await core.aclose()


async def test_a_core_that_was_never_opened_is_closed_without_ado(tmp_path: Path) -> None:
    await Core(settings(tmp_path)).aclose()


async def test_another_revision_stops_the_start(tmp_path: Path) -> None:
    core = Core(settings(tmp_path))
    await core.open()
    await core.aclose()
    database = Database(core.settings.resolved_database_url())
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.aclose()
    core = Core(settings(tmp_path))
    with pytest.raises(WrongRevision, match="install that version"):
        await core.open()
    await core.aclose()


async def test_a_database_that_is_away_may_be_tried_again(tmp_path: Path) -> None:
    core = Core(settings(tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none"))
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await core.open()
    await core.aclose()


def test_the_settings_choose_the_parts(tmp_path: Path) -> None:
    assert isinstance(history_for(settings(tmp_path)), ProcessHistory)
    assert isinstance(history_for(settings(tmp_path, redis_url="redis://127.0.0.1:1/0")), RedisHistory)
    assert isinstance(examiner_for(settings(tmp_path)), OfflineExaminer)
    assert isinstance(examiner_for(settings(tmp_path, model="openai:gpt-5-mini")), FallbackExaminer)
