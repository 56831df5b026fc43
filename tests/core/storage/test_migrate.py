"""The schema is the same, whether created at once or migrated step by step."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from records import begin, opened, update
from sqlalchemy import Connection, create_engine, inspect, text

from codeassess_core.clock import new_id
from codeassess_core.errors import InvalidInput, StoreUnavailable, WrongRevision
from codeassess_core.model import Flag
from codeassess_core.storage.database import Database, parse_url
from codeassess_core.storage.migrate import configuration, migrate
from codeassess_core.storage.tables import REVISION, metadata


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    parsed = parse_url(url)
    engine = create_engine(parsed.set(drivername=parsed.drivername.replace("sqlite+aiosqlite", "sqlite")))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def schema(url: str) -> dict[str, object]:
    """All that the database reports of our tables, independent of the order of creation."""
    with connected(url) as connection:
        seen = inspect(connection)
        return {
            table: {
                "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)},
                "key": seen.get_pk_constraint(table),
                "foreign": sorted(map(str, seen.get_foreign_keys(table))),
                "unique": sorted(str(sorted(u.items(), key=str)) for u in seen.get_unique_constraints(table)),
                "indexes": sorted(_index(i) for i in seen.get_indexes(table)),
            }
            for table in [*metadata.tables, "alembic_version"]
        }


def _index(index: Any) -> str:
    conditions = [f"{name}: {condition}" for name, condition in index.pop("dialect_options", {}).items()]
    return str(sorted(index.items(), key=str)) + "".join(conditions)


def differences(url: str) -> list[object]:
    def ours(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name in metadata.tables

    with connected(url) as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": ours}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)  # type: ignore[no-any-return]


async def test_a_created_and_a_migrated_database_are_the_same(database_url: str, tmp_path: Path) -> None:
    assert migrate(database_url) == (None, REVISION)
    migrated = schema(database_url)
    assert differences(database_url) == []
    with connected(database_url) as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    async with opened(database_url):
        pass
    assert differences(database_url) == []
    assert schema(database_url) == migrated
    assert "one_open" in str(migrated) and "undecided" in str(migrated), "the partial indexes were compared"
    assert migrate(database_url) == (REVISION, REVISION), "there is nothing left to do"


def test_the_comparison_sees_a_difference(database_url: str) -> None:
    migrate(database_url)
    with connected(database_url) as connection:
        connection.execute(text("DROP INDEX uq_questions_one_open"))
        connection.execute(text("ALTER TABLE audit ADD COLUMN extra INTEGER"))
    assert {change[0] for change in differences(database_url)} == {"add_index", "remove_column"}  # type: ignore[index]


def test_the_revision_in_the_code_is_the_last_script() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        assert ScriptDirectory.from_config(configuration(connection)).get_heads() == [REVISION]


async def test_a_migrated_database_is_opened_and_used(database_url: str) -> None:
    migrate(database_url)
    async with opened(database_url) as record:
        session = await begin(record)
        assert (await record.recorder.record(update(session, "a = 1\n", 1))).acked_seq == 1


def test_what_an_older_database_holds_is_there_after_the_migration(database_url: str) -> None:
    """From the first schema on, with a report score for lists and a paste to flag."""
    with connected(database_url) as connection:
        command.upgrade(configuration(connection), "0001")
        plain = connection.dialect.name == "sqlite"  # which keeps a UUID as 32 digits
        for statement in _at_0001(lambda id: id.replace("-", "") if plain else id):
            connection.exec_driver_sql(statement)
    assert migrate(database_url) == ("0001", REVISION)
    assert differences(database_url) == []

    async def look() -> None:
        async with opened(database_url) as record:
            assert [(await record.reports.get(S, version)).body["overall"] for version in (1, 2)] == OVERALL
            grading = (await record.gradings.of_sessions([S]))[S]
            assert (grading.score, grading.provisional, grading.flags) == (8.3, True, (Flag.PASTE,))
            assert (grading.score_min, grading.score_max) == (4.8, 8.8)
            await record.sessions.erase(S, principal="root")

    asyncio.run(look())


S = "01a205de-d47c-7388-abe3-78e6267431a5"
OVERALL = [{"score": None, "provisional": False}, {"score": 6.5, "provisional": True}]


def _judged(score: float, *, waits: bool) -> dict[str, object]:
    return {"status": "evaluated", "evaluation": {"score": score, "needs_review": waits}}


QUESTIONS = [
    [],
    [
        _judged(8.0, waits=False),
        _judged(9.2, waits=True),  # from 0 to 10
        {**_judged(2.0, waits=True), "reviews": [{"score": 1.0}, {"score": 8.0}]},  # a person decided, twice
        {"status": "failed", "evaluation": None, "reviews": []},  # from 0 to 10
        {**_judged(8.0, waits=False), "reviews": []},
        {"status": "unanswered", "evaluation": None},  # does not count
    ],
]
NOW = "2026-03-02 14:00:00+00:00"
_SESSION = f"""
    INSERT INTO sessions (id, owner, language, status, mode, epoch, created_at)
    VALUES ('%s', 'ada', 'python', 'ended', 'service', '%s', '{NOW}')
"""
_REPORT = f"INSERT INTO reports (id, session_id, version, body, created_at) VALUES ('%s', '%s', %s, %s, '{NOW}')"
_UPDATE = f"""
    INSERT INTO interactions (session_id, seq, id, kind, payload, created_at)
    VALUES ('%s', 1, '%s', 'code_update', '%s', '{NOW}')
"""


def _at_0001(id: Callable[[str], str]) -> Iterator[str]:
    session = id(S)
    yield _SESSION % (session, id(new_id()))
    for version, (overall, questions) in enumerate(zip(OVERALL, QUESTIONS, strict=True), 1):
        body = json.dumps({"overall": overall, "questions": questions})
        yield _REPORT % (id(new_id()), session, version, f"'{body}'")
    yield _REPORT % (id(new_id()), session, 3, "NULL")  # still being written
    pasted = {"cause": "paste", "pasted": {"start_line": 1, "end_line": 9}, "snapshot": 1}
    yield _UPDATE % (session, id(new_id()), json.dumps(pasted))


async def test_another_revision_is_refused_with_the_command(database_url: str) -> None:
    migrate(database_url)
    with connected(database_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    database = Database(database_url)
    with pytest.raises(WrongRevision, match=f"0000.*{REVISION}.*codeassess migrate"):
        await database.open()
    await database.aclose()
    with pytest.raises(WrongRevision, match="newer"):
        migrate(database_url)


async def test_the_advice_about_a_newer_database_is_to_install_what_made_it(database_url: str) -> None:
    """`codeassess migrate` would only fail again."""
    migrate(database_url)
    with connected(database_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database = Database(database_url)
    with pytest.raises(WrongRevision, match=r"9999.*newer version.*install that version") as refused:
        await database.open()
    assert "migrate" not in refused.value.message
    await database.aclose()


async def test_tables_without_a_revision_are_left_alone(database_url: str) -> None:
    with connected(database_url) as connection:
        connection.execute(text("CREATE TABLE sessions (id INTEGER)"))
    database = Database(database_url)
    with pytest.raises(WrongRevision, match="no revision"):
        await database.open()
    await database.aclose()
    with pytest.raises(StoreUnavailable):
        migrate(database_url)
    with connected(database_url) as connection:
        assert "alembic_version" not in inspect(connection).get_table_names(), "a failed migration leaves nothing"


async def test_the_tables_of_others_beside_ours_confuse_nobody(database_url: str) -> None:
    """DBOS keeps its jobs in the same database, and may have been there first."""
    with connected(database_url) as connection:
        for table in ("dbos_migrations", "workflow_status", "queues", "notifications"):
            connection.execute(text(f"CREATE TABLE {table} (id INTEGER)"))
    for _ in range(2):
        async with opened(database_url) as record:
            await begin(record)
    assert differences(database_url) == []
    assert migrate(database_url) == (REVISION, REVISION)


def test_two_migrations_at_once_are_one(database_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(migrate, [database_url] * 4))
    assert sorted(str(before) for before, _ in results) == [REVISION] * 3 + ["None"]


async def test_two_processes_may_create_the_database_at_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    await asyncio.gather(*(database.open() for database in databases))
    for database in databases:
        assert await database.state() == "ok"
        await database.aclose()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "nonsense", ""])
def test_what_is_no_url_of_ours_is_said(url: str) -> None:
    with pytest.raises(InvalidInput, match="database_url"):
        migrate(url)


def test_a_database_that_is_away_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        migrate("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
