"""No process of ours imports a module from its working directory, which may be the candidate's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
HIDDEN = 'raise SystemExit("a module of the workspace was imported: " + __name__)\n'
_NEEDED_BY_PYTHON_ITSELF = frozenset({"runpy", "pkgutil", "types", "warnings", "importlib"})
"""What `python -m` imports before any module of ours: only `-P`, which our own client gives, keeps these out."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of the name of each standard module, and of some others."""
    folder = tmp_path_factory.mktemp("workspace")
    theirs = {"pygls", "lsprotocol", "pydantic", "typer", "sqlalchemy", "tornado", "attrs", "websockets", "httpx"}
    for name in (*sys.stdlib_module_names, *theirs):
        (folder / f"{name}.py").write_text(HIDDEN)
    return folder


def run(workspace: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    return subprocess.run(
        command,
        cwd=workspace,
        env={**variables, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_the_workspace_hides_modules_from_a_process_that_takes_them(workspace: Path) -> None:
    assert "was imported: importlib" in run(workspace, sys.executable, "-m", "queue").stderr, "the trap works"


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-P", "-m", "codeassess_lsp", "--version"),  # as the VS Code client starts it
        (str(BIN / "codeassess-lsp"), "--version"),  # as other editors do
        (str(BIN / "codeassess"), "--version"),
        (str(BIN / "codeassess"), "assessment", "--help"),
        (str(BIN / "jupyter"), "codeassess", "--version"),
    ],
    ids=lambda command: " ".join(Path(command[0]).name.split() + list(command[1:])),
)
def test_nothing_of_the_workspace_is_imported(workspace: Path, command: tuple[str, ...]) -> None:
    for environment in ({}, {"PYTHONPATH": str(workspace.parent / "elsewhere")}):
        done = run(workspace, *command, **environment)
        assert (done.returncode, "of the workspace" in done.stderr + done.stdout) == (0, False), done.stderr[-2000:]


@pytest.mark.parametrize("module", ["codeassess_lsp", "codeassess_core.cli"])
def test_nor_when_somebody_starts_a_module_without_p(tmp_path: Path, module: str) -> None:
    for name in {"queue", "token", "random", "copy", "code", "json", "email", "select"} - _NEEDED_BY_PYTHON_ITSELF:
        (tmp_path / f"{name}.py").write_text(HIDDEN)
    done = run(tmp_path, sys.executable, "-m", module, "--version")
    assert (done.returncode, "of the workspace" in done.stderr) == (0, False), done.stderr[-2000:]


def test_the_language_server_works_in_such_a_folder(workspace: Path, tmp_path: Path) -> None:
    """From the handshake to the loaded core, which imports nearly all modules."""
    code = (
        "import asyncio, sys\n"
        "from codeassess_core.settings import Settings\n"
        "from codeassess_core.wiring import Core\n"
        "async def main():\n"
        "    core = Core(Settings(data_dir=sys.argv[1], model='offline'))\n"
        "    await core.open(); print(await core.health()); await core.aclose()\n"
        "asyncio.run(main())\n"
    )
    done = run(workspace, sys.executable, "-P", "-c", code, str(tmp_path))
    assert done.returncode == 0 and "'database': 'ok'" in done.stdout, done.stderr[-2000:]
