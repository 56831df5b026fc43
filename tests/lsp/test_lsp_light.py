"""A language server for sessions on a server needs little: installed from our wheel, it is small and works."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from editor import Editor
from pygls.exceptions import JsonRpcException

ROOT = Path(__file__).resolve().parents[2]
MEGABYTES = 60
HEAVY = {"chromadb", "dbos", "langchain", "langchain-core", "openai", "sqlalchemy", "tornado", "typst", "numpy"}
SERVER = "import codeassess_lsp.server, codeassess_lsp.operations, codeassess_lsp.backends.remote"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with our wheel and what `codeassess_lsp.requirements` names, and nothing else."""
    folder = tmp_path_factory.mktemp("light")
    uv = str(Path(sys.executable).with_name("uv"))
    python = folder / "venv/bin/python"
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir"]
    _run(*build, folder, ROOT, CODEASSESS_SKIP_JS="1")
    [wheel] = folder.glob("codeassess-*.whl")
    _run(uv, "venv", "--quiet", "--python", sys.executable, folder / "venv")
    install = [uv, "pip", "install", "--quiet", "--python", python]
    _run(*install, "--no-deps", wheel)
    (folder / "light.txt").write_text(_run(python, "-m", "codeassess_lsp.requirements"))
    _run(*install, "--constraint", ROOT / "constraints.txt", "--requirement", folder / "light.txt")
    return python


def test_it_is_small(python: Path) -> None:
    listed = _run(Path(sys.executable).with_name("uv"), "pip", "list", "--python", python)
    assert not HEAVY & {line.split()[0].lower() for line in listed.splitlines()}
    [packages] = python.parents[1].glob("lib/python*/site-packages")
    files = [file for file in packages.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    assert sum(file.stat().st_size for file in files) <= MEGABYTES * 1_000_000


def test_the_language_server_starts_with_it(python: Path, tmp_path: Path) -> None:
    _run(python, "-c", SERVER, cwd=tmp_path)


def test_its_requirements_are_those_of_the_whole_as_well() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(project["optional-dependencies"]["light"]) <= set(project["dependencies"])


async def test_practice_without_a_server_says_what_it_needs(python: Path, tmp_path: Path) -> None:
    editor = Editor(tmp_path, python=str(python))
    await editor.start(mode="embedded")
    uri = editor.open("main.py", "")
    with pytest.raises(JsonRpcException, match="needs all that codeassess needs"):
        await editor.ask("start", consent=True, documents=[uri])
    await editor.quit()


def _run(*command: str | Path, cwd: Path | None = None, **environ: str) -> str:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | environ
    arguments = [str(part) for part in command]
    done = subprocess.run(arguments, cwd=cwd, env=environ, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout
