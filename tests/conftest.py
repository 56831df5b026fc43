"""What all tests share: a clean environment and fresh databases (see servers.py)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import servers
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["pytest_jupyter.jupyter_server"]

PRIVATE = ("CODEASSESS_", "OPENAI_", "ANTHROPIC_", "LANGCHAIN_", "LANGSMITH_", "JUPYTER", "XDG_")
"""Prefixes of the environment that belong to the person at the keyboard, not to a test."""


def pytest_configure() -> None:
    # Without compiled files every server that a test starts compiles all its libraries first: twice the time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    # Ended from outside (a time limit in CI, say): leave as on Ctrl-C, so that the servers are stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


class OneBrowser(LoadScopeScheduling):
    """Files may run at once (`make test`), but only one browser: two of them slow each other down until they fail."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return (
            "browser"
            if file.startswith(("tests/lab/", "tests/page/", "tests/vscode/", "tests/hub/test_hub_page"))
            else file
        )


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowser:
    return OneBrowser(config, log)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads the user's home, keys or settings."""
    for name in tuple(os.environ):
        if name.startswith(PRIVATE) and not name.startswith("CODEASSESS_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("ANONYMIZED_TELEMETRY", "False")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL on which databases may be created; most tests want `postgres_url` or `database_url`."""
    with servers.postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """One database of this run (`postgresql+psycopg://…`), shared by its tests."""
    with servers.fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A logical Redis database of this run alone; a test may flush it, never the server."""
    with servers.redis_database() as url:
        yield url


@pytest.fixture(scope="session")
def chroma_url() -> Iterator[str]:
    """A Chroma server of this run alone."""
    with servers.chroma_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, empty database for one test, once of each kind (an async SQLAlchemy URL)."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}"
    else:
        with servers.fresh_database(request.getfixturevalue("postgres_server")) as url:
            yield url


@pytest.fixture
def database_url_of_postgres(postgres_server: str) -> Iterator[str]:
    """A fresh, empty database for one test, on PostgreSQL."""
    with servers.fresh_database(postgres_server) as url:
        yield url
