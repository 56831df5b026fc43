"""`codeassess vscode install`, with a small script in the role of the editor."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .running import PROGRAM

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the editor here is a shell script")

PAGES = {"extension.vsixmanifest": "<x/>", "extension/package.json": "{}", "extension/dist/extension.js": "0"}


@pytest.fixture
def vsix(tmp_path: Path) -> Path:
    """A file in the form of an extension."""
    file = tmp_path / "small.vsix"
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in PAGES.items():
            archive.writestr(name, content)
    return file


def editor(folder: Path, script: str, name: str = "code") -> Path:
    """A program that stands for the editor: it notes its arguments, keeps the extension, then runs `script`."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    noted, kept = folder / "arguments", folder / "kept.vsix"
    program.write_text(f'#!/bin/sh\necho "$@" > {noted}\ncp "$2" {kept}\n{script}\n')
    program.chmod(0o755)
    return program


def install(*arguments: str | Path, path: str = "/usr/bin:/bin") -> subprocess.CompletedProcess[str]:
    """The command, where PATH has only `path`."""
    command = [*PROGRAM, "vscode", "install", *map(str, arguments)]
    environment = {**os.environ, "PATH": path}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)


def test_the_editor_gets_the_extension_with_the_python_that_has_codeassess(tmp_path: Path, vsix: Path) -> None:
    program = editor(tmp_path / "bin", "echo installed")
    done = install("--editor", program, "--vsix", vsix)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"is installed in {program}" in done.stdout
    arguments = (tmp_path / "bin" / "arguments").read_text().split()
    assert arguments[0] == "--install-extension" and arguments[2] == "--force"
    assert not Path(arguments[1]).exists(), "the copy is removed"
    with zipfile.ZipFile(tmp_path / "bin" / "kept.vsix") as kept:
        assert kept.read("extension/python").decode() == sys.executable
        assert set(kept.namelist()) == {*PAGES, "extension/python"}
    with zipfile.ZipFile(vsix) as ours:
        assert set(ours.namelist()) == set(PAGES), "the file that was given is as it was"


@pytest.mark.parametrize("name", ["code", "codium", "code-server"])
def test_the_editor_is_found_on_the_path(tmp_path: Path, vsix: Path, name: str) -> None:
    program = editor(tmp_path / "bin", "", name)
    done = install("--vsix", vsix, path=f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert done.returncode == 0 and str(program) in done.stdout


def test_an_editor_that_fails_is_quoted(tmp_path: Path, vsix: Path) -> None:
    program = editor(tmp_path / "bin", "echo 'Extension is not compatible with Code 1.40.'\nexit 3")
    done = install("--editor", program, "--vsix", vsix)
    assert done.returncode == 1 and done.stdout == ""
    assert "did not install the extension; it ended with 3" in done.stderr
    assert "not compatible with Code 1.40" in done.stderr


def test_without_an_editor_the_message_says_what_helps(tmp_path: Path, vsix: Path) -> None:
    done = install("--vsix", vsix, path=str(tmp_path))
    assert done.returncode == 1
    assert "there is no `code` on PATH" in done.stderr and "--editor" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--editor", "no-such-editor"), "no-such-editor is not a program"),
        (("--editor", "{editor}", "--vsix", "missing.vsix"), "There is no file missing.vsix"),
        (("--editor", "{editor}", "--vsix", "{editor}"), "is not a VS Code extension"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, options: tuple[str, ...], sentence: str) -> None:
    program = editor(tmp_path / "bin", "")
    done = install(*(option.format(editor=program) for option in options))
    assert done.returncode == 2
    assert sentence in done.stderr and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "bin" / "arguments").exists(), "the editor is not started"


def test_what_is_not_an_extension_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.vsix"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "")
    done = install("--editor", editor(tmp_path / "bin", ""), "--vsix", file)
    assert done.returncode == 2 and "is not a VS Code extension" in done.stderr
