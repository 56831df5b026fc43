"""`codeassess vscode`: puts the extension into VS Code."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import typer

from ..documents.lines import split_lines
from ..errors import CodeAssessError, InvalidInput, NotFound
from .output import LOG_TAIL, say

app = typer.Typer(help="The extension for VS Code.", no_args_is_help=True)

FILE_NAME: Final = "codeassess.vsix"
PYTHON_FILE: Final = "extension/python"
"""The file in the .vsix that names the interpreter in which codeassess is installed (vscode/src/python.ts)."""
EDITORS: Final = ("code", "code-insiders", "codium", "code-server")
_APPLICATION: Final = Path("/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code")  # macOS
INSTALL_SECONDS: Final = 120.0
_LOG_LINES: Final = 10


class NotInstalled(CodeAssessError):
    """The editor did not install the extension."""

    code = "not_installed"


@app.command()
def install(
    editor: Annotated[
        Path | None,
        typer.Option(help="The editor's command; else code, code-insiders, codium or code-server.", metavar="PATH"),
    ] = None,
    vsix: Annotated[
        Path | None, typer.Option(help="The extension; else the one that comes with codeassess.", metavar="FILE")
    ] = None,
) -> None:
    """Install the extension into VS Code. It uses the codeassess of this Python."""
    program = find_editor(editor)
    extension = find_extension(vsix)
    with TemporaryDirectory(prefix="codeassess-vscode-") as folder:
        _run(program, with_python(extension, Path(folder) / FILE_NAME, python=sys.executable))
    say(f"The CodeAssess extension is installed in {program}.")
    say("In VS Code, run “CodeAssess: Start or Join a Session” from the command palette.")


def find_editor(named: Path | None) -> str:
    """The command of the editor: `named`, else the first of `EDITORS` on PATH.

    Raises:
        InvalidInput: `named` is not a program. NotFound: there is no editor.
    """
    if named is not None:
        program = shutil.which(str(named))
        if program is None:
            raise InvalidInput(f"{named} is not a program that can be run.", editor=str(named))
        return program
    for name in (*EDITORS, _APPLICATION):
        if (program := shutil.which(str(name))) is not None:
            return program
    raise NotFound(
        "VS Code was not found: there is no `code` on PATH. Run “Shell Command: Install 'code' command in PATH” "
        "in VS Code, or name the editor's command with --editor."
    )


def find_extension(named: Path | None) -> Path:
    """The .vsix: `named`, else the one in the wheel, else the one that `make vsix` built in the sources.

    Raises:
        InvalidInput: `named` is not a file. NotFound: there is none.
    """
    if named is not None:
        if not named.is_file():
            raise InvalidInput(f"There is no file {named}.", vsix=str(named))
        return named
    here = Path(__file__)
    places = (here.with_name(FILE_NAME), here.parents[2] / "vscode" / FILE_NAME)
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise NotFound(
            "This codeassess came without the VS Code extension. In a checkout, build it with `make vsix`; "
            "else name the .vsix that you were given with --vsix."
        )
    return found


def with_python(extension: Path, copy: Path, *, python: str) -> Path:
    """Copy the .vsix to `copy`, with the name of the interpreter that the extension is to use.

    Raises:
        InvalidInput: the file is not a .vsix.
    """
    try:
        shutil.copyfile(extension, copy)
        with zipfile.ZipFile(copy, "a") as archive:
            archive.getinfo("extension/package.json")
            archive.writestr(PYTHON_FILE, python)
    except (zipfile.BadZipFile, KeyError) as problem:
        raise InvalidInput(f"{extension} is not a VS Code extension.") from problem
    return copy


def _run(program: str, extension: Path) -> None:
    """Have the editor install the extension.

    Raises:
        NotInstalled: it failed, or took too long; with the last lines that it wrote.
    """
    command = [program, "--install-extension", str(extension), "--force"]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise NotInstalled(f"{program} did not install the extension within {INSTALL_SECONDS:g} s.") from problem
    except OSError as problem:
        raise NotInstalled(f"{program} cannot be run: {problem.strerror}.") from problem
    if done.returncode != 0:
        lines = split_lines(done.stdout.decode(errors="replace").strip())
        message = f"{program} did not install the extension; it ended with {done.returncode}."
        raise NotInstalled(message, **{LOG_TAIL: lines[-_LOG_LINES:]})
