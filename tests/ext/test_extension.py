"""The extension inside a Jupyter Server: cheap to load, plain about its settings, patient with its database."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import servers
from jupyter_server.serverapp import ServerApp
from psycopg import sql
from rest_client import Client
from sqlalchemy.engine import make_url

from codeassess_core.errors import InvalidInput
from codeassess_core.model import Mode
from codeassess_core.settings import Settings
from codeassess_ext import CodeAssess
from codeassess_ext.traits import settings_from

ROOT = Path(__file__).parents[2]
HEAVY = (
    "sqlalchemy",
    "pydantic",
    "langchain",
    "langchain_core",
    "chromadb",
    "dbos",
    "openai",
    "redis",
    "psycopg",
    "typst",
)


# ── loading


def test_loading_the_extension_imports_nothing_heavy(tmp_path: Path) -> None:
    program = f"""
import json, sys
from jupyter_server.serverapp import ServerApp
before = set(sys.modules)
app = ServerApp(jpserver_extensions={{"codeassess_ext": True}}, root_dir={str(tmp_path)!r}, allow_root=True)
app.initialize(argv=[], new_httpserver=False)
assert app.extension_manager.extension_points["codeassess"].app.usable
print(json.dumps(sorted(name for name in {HEAVY!r} if name in set(sys.modules) - before)))
"""
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=180
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []


# ── settings


def test_each_setting_is_a_trait_with_help() -> None:
    traits = CodeAssess.class_traits(config=True)
    for setting in fields(Settings):
        assert setting.metadata["help"] in traits[setting.name].help
        assert f"CODEASSESS_{setting.name.upper()}" in traits[setting.name].help


def test_a_trait_beats_the_environment_and_the_environment_beats_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEASSESS_MAX_QUESTIONS", "3")
    monkeypatch.setenv("CODEASSESS_IDLE_PAUSE", "1.5")
    app = CodeAssess(max_questions=5)
    chosen = settings_from(app, mode=Mode.SERVICE)
    assert (chosen.max_questions, chosen.idle_pause, chosen.cool_down) == (5, 1.5, 120.0)
    assert chosen.mode == "service"
    monkeypatch.setenv("CODEASSESS_MODE", "embedded")
    assert settings_from(app, mode=Mode.SERVICE).mode == "embedded"


def test_a_wrong_value_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEASSESS_MAX_QUESTIONS", "many")
    with pytest.raises(InvalidInput, match="CODEASSESS_MAX_QUESTIONS must be a whole number, not 'many'"):
        settings_from(CodeAssess(), mode=Mode.EMBEDDED)


class TestWrongTraits:
    """A wrong value keeps the extension out, with a sentence; the server itself goes on."""

    @pytest.fixture(
        params=[{"mode": "exam"}, {"upstream_url": "nowhere"}, {"cool_down": -1.0}, {"max_questions": "many"}], ids=str
    )
    def traits(self, request: pytest.FixtureRequest) -> dict[str, Any]:
        return dict(request.param)

    async def test_the_log_says_which_setting_is_wrong(
        self, capsys: pytest.CaptureFixture[str], jp_serverapp: ServerApp, jp_fetch: Any, traits: dict[str, Any]
    ) -> None:
        (setting,) = traits
        said = [line for line in capsys.readouterr().err.splitlines() if "CodeAssess" in line and setting in line]
        assert any("not" in line for line in said), said
        assert (await jp_fetch("api")).code == 200
        assert (await jp_fetch("codeassess", "health", raise_error=False)).code in (403, 404)


# ── a database that is not there


class TestDatabase:
    """Whatever is wrong with the database: 503 with a code, no traceback, and all is well when it is well."""

    async def test_of_another_revision(self, client: Client, store: str, quiet: Any, tmp_path: Path) -> None:
        path = Path(make_url(store).database or "")
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE alembic_version (version_num TEXT)")
            database.execute("INSERT INTO alembic_version VALUES ('9999')")
        await refuses(client, "wrong_revision")
        quiet.clear()
        path.unlink()  # noqa: ASYNC240 (a test may)
        assert (await client.post("/sessions/")).status == 201

    async def test_in_a_folder_that_cannot_be_made(self, client: Client, quiet: Any, tmp_path: Path) -> None:
        (tmp_path / "blocked").write_text("a file where a folder should be")
        await refuses(client, "store_unavailable")
        quiet.clear()
        (tmp_path / "blocked").unlink()
        assert (await client.post("/sessions/")).status == 201

    class TestWithAnImpossibleUrl:
        async def test_the_answer_names_the_setting(self, client: Client, quiet: Any) -> None:
            answer = await refuses(client, "store_unavailable")
            assert "database_url" in answer["message"]
            quiet.clear()

        @pytest.fixture
        def store(self) -> str:
            return "mysql://root:secret@localhost/x"

    @pytest.fixture
    def store(self, request: pytest.FixtureRequest, tmp_path: Path) -> str:
        folder = "blocked" if "folder" in request.node.name else "."
        return f"sqlite+aiosqlite:///{tmp_path / folder / 'codeassess.sqlite'}"


async def refuses(client: Client, code: str) -> dict[str, Any]:
    for path in ("/sessions/", "/codeassess/health"):
        answer = await client.get(path)
        assert (answer.status, answer.error["code"]) == (503, code)
        assert "reason" not in answer.error["detail"]  # what a driver says is for the log
    assert (await client.holding(None).get("/sessions/")).status == 401
    return answer.error


class TestPostgresThatGoesAway:
    """Nobody may connect for a while, as in a restart."""

    @pytest.fixture
    def name(self) -> str:
        return f"codeassess_test_{uuid4().hex[:12]}"

    @pytest.fixture
    def store(self, postgres_server: str, name: str) -> Iterator[str]:
        yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
        servers._execute(postgres_server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @pytest.fixture
    def say(self, postgres_server: str, name: str) -> Callable[[str], None]:
        def run(statement: str) -> None:
            servers._execute(postgres_server, sql.SQL(statement).format(sql.Identifier(name), sql.Literal(name)))

        return run

    async def test_the_same_message_is_stored_once_it_is_back(
        self, client: Client, extension: CodeAssess, say: Callable[[str], None], caplog: pytest.LogCaptureFixture
    ) -> None:
        await refuses(client, "store_unavailable")
        say("CREATE DATABASE {}")
        await (await extension.core()).jobs.ready()
        talk, _ = await client.greet(await client.begin())
        assert (await talk.ask(update(1)))["message_type"] == "ack"
        say("ALTER DATABASE {} ALLOW_CONNECTIONS false")
        say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {1}")
        answer = await talk.ask(update(2))
        assert (answer["code"], answer["ref"]) == ("store_unavailable", 2)
        assert "detail" not in answer
        assert (await client.get("/codeassess/health")).status == 503
        say("ALTER DATABASE {} ALLOW_CONNECTIONS true")
        assert await talk.ask(update(2)) == {"message_type": "ack", "seq": 2}
        assert (await client.get("/codeassess/health")).status == 200
        ours = [r for r in caplog.records if r.name.startswith(("codeassess", "ServerApp"))]
        assert [r.getMessage() for r in ours if r.exc_info] == []


def update(seq: int) -> dict[str, Any]:
    return {"message_type": "code_update", "seq": seq, "code": f"a = {seq}\n"}
