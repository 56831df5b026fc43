"""Every command in the documentation is one that exists: what a reader types does what is promised."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from codeassess_core.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / folder / "README.md" for folder in ("vscode", "examples", "examples/jupyterhub", "benchmarks")),
    ]
)
PROGRAMS = ("codeassess", "jupyter", "pip", "make", "npm", "python")
ON_AN_INDEX = {"jupyterlab", "langchain-anthropic"}
"""What may be installed by name. codeassess may not: whoever registers that name is not us."""
SUBCOMMANDS = {"lab", "server", "codeassess"}
SERVER_OPTIONS = {"--ip", "--port", "--help-all", "--no-browser"}


def commands() -> Iterator[Any]:
    """Commands in blocks of code and in code between backticks, with the page that has them."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"^```(?:sh|bash|console)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        lines = [line for block in blocks for line in block.splitlines()]
        spans = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
        for line in [*lines, *spans]:
            words = _words(line)
            if len(words) > 1 and words[0] in PROGRAMS:
                yield pytest.param(words, id=f"{page.relative_to(ROOT)}: {' '.join(words)}"[:100])


def _words(line: str) -> list[str]:
    """Without what a shell takes away: comments, settings in front, the prompt."""
    try:
        words = shlex.split(line.split(" #")[0])
    except ValueError:
        return []
    while words and (words[0] == "$" or re.fullmatch(r"[A-Z_]+=.*", words[0])):
        words.pop(0)
    return words


@pytest.mark.parametrize("words", list(commands()))
def test_a_documented_command_exists(words: list[str]) -> None:
    program, *rest = words
    match program:
        case "codeassess":
            _check_ours(rest)
        case "jupyter":
            assert rest[0] in SUBCOMMANDS
            assert {word.partition("=")[0] for word in rest[1:] if word.startswith("--")} <= SERVER_OPTIONS
        case "pip":
            _check_pip(rest)
        case "make":
            targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
            assert set(_plain(rest)) <= set(targets)
        case "npm":
            _check_npm(rest)
        case "python" if rest[:2] == ["-m", "benchmarks"]:
            assert set(rest[2:3]) <= {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
        case "python" if rest[0].endswith(".py"):
            assert (ROOT / rest[0]).is_file()


def _plain(words: list[str]) -> list[str]:
    return [word for word in words if not word.startswith("-") and "=" not in word and word not in {"…", "["}]


def _check_ours(words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    left = list(words)
    while left and hasattr(command, "commands") and left[0].islower() and not left[0].startswith("-"):
        assert left[0] in command.commands, f"codeassess has no {left[0]}"
        command = command.commands[left.pop(0)]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    known |= {"--help", "-h"}
    used = {re.match(r"-[-a-z]*", word.lstrip("["))[0] for word in left if word.lstrip("[").startswith("--")}  # type: ignore[index]
    assert used <= known, f"{used - known} is no option"


def _check_pip(words: list[str]) -> None:
    assert words[0] == "install"
    for word in _plain(words[1:]):
        ours = word.startswith("dist/codeassess-") or word == "light.txt"
        assert ours or word in ON_AN_INDEX, f"{word} is not ours to promise"


def _check_npm(words: list[str]) -> None:
    scripts = {
        name
        for folder in ("vscode", "labextension")
        for name in json.loads((ROOT / folder / "package.json").read_text())["scripts"]
    }
    if words[0] == "run":
        assert words[1] in scripts


def test_there_are_commands_to_check() -> None:
    assert len(list(commands())) > 40


def test_nobody_is_told_to_install_our_name_from_an_index() -> None:
    told = re.compile(r"pip3? install (?:-\S+ )*['\"]?codeassess|pip3? install \.")
    packages = ("codeassess_core", "codeassess_ext", "codeassess_lsp")
    python = (path for package in packages for path in (ROOT / package).rglob("*.py"))
    faces = (path for face in ("vscode", "labextension") for path in (ROOT / face / "src").rglob("*.ts*"))
    files = [*PAGES, *python, *faces, ROOT / "vscode/package.json"]
    assert [f"{path.relative_to(ROOT)}" for path in files if told.search(path.read_text(encoding="utf-8"))] == []
    assert '"default": "codeassess"' not in (ROOT / "vscode/package.json").read_text()
