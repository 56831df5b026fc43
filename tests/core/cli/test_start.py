"""The command line answers at once, because it loads nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .running import succeed

HEAVY = {"sqlalchemy", "alembic", "psycopg", "httpx", "websockets", "redis", "chromadb", "dbos", "openai",
         "langchain", "langchain_core", "jupyter_core", "jupyter_server", "numpy", "typst"}  # fmt: skip
PROGRAM = """
import sys
sys.argv = ["codeassess", *sys.argv[1:]]
from codeassess_core.cli import main
try:
    main()
finally:
    print(*{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["demo", "--help"], ["token", "create", "--help"]])
def test_help_loads_no_heavy_module(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout
    assert set(done.stderr.split()) & HEAVY == set()


def test_every_command_is_in_the_help() -> None:
    shown = succeed("--help")
    for command in (
        "demo",
        "replay",
        "ingest",
        "report",
        "export",
        "migrate",
        "assessment",
        "token",
        "audit",
        "vscode",
    ):
        assert command in shown


def test_migrate_fills_an_empty_database_and_then_has_nothing_to_do(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        Path(database_url.partition(":///")[2]).touch()  # one that is not there is refused (test_errors)
    first = succeed("migrate", "--database-url", database_url)
    again = succeed("migrate", "--database-url", database_url)
    assert "is at revision" in first and "already" in again
