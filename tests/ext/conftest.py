"""A real Jupyter Server with the extension, and a client of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from rest_client import Client
from traitlets.config import Config

from codeassess_ext import CodeAssess

QUICK: dict[str, Any] = {
    "model": "offline",
    "idle_pause": 0.05,
    "min_time_between_interactions": 0.0,
    "rate_limit": 0.0,
    "follow_ups": False,
}
"""Settings under which a test need not wait."""


@pytest.fixture
def traits() -> dict[str, Any]:
    """What a test module sets besides `QUICK`."""
    return {}


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The database behind the server: a SQLite file, or what `on_both_databases` says."""
    if "database_url" in request.fixturenames:
        return str(request.getfixturevalue("database_url"))
    return f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}"


@pytest.fixture
def jp_server_config(tmp_path: Path, store: str, traits: dict[str, Any]) -> Config:
    chosen = {"data_dir": str(tmp_path / "codeassess"), "database_url": store, **QUICK, **traits}
    extensions = {"codeassess_ext": True, "jupyter_server_terminals": False}
    return Config({"ServerApp": {"jpserver_extensions": extensions}, "CodeAssess": chosen})


@pytest.fixture
def extension(jp_serverapp: ServerApp) -> CodeAssess:
    """The extension inside the server."""
    app: CodeAssess = jp_serverapp.extension_manager.extension_points["codeassess"].app
    return app


@pytest.fixture
def client(
    extension: CodeAssess,
    http_server_client: Any,
    jp_http_port: int,
    jp_base_url: str,
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> Iterator[Client]:
    """The server, for whoever started it (Jupyter's own token: the operator)."""
    token = extension.serverapp.identity_provider.token
    made = Client(http_server_client, port=jp_http_port, base=jp_base_url, token=token)
    yield made
    for end in made.ends:
        end()
    jp_asyncio_loop.run_until_complete(extension.serverapp.extension_manager.stop_all_extensions())


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """A test after which the log must hold no traceback and nothing at ERROR or above."""
    caplog.set_level(logging.DEBUG)
    yield caplog
    loud = [r for r in caplog.get_records("call") if r.levelno >= logging.ERROR or r.exc_info]
    assert [(r.name, r.levelname, r.getMessage(), r.exc_info) for r in loud] == []
