"""The grader's side in a real JupyterLab and a real Chromium, with recorded sessions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from lab_running import Lab, play, running_lab
from lab_sessions import CANDIDATES, prepare
from pypdf import PdfReader

from codeassess_core.exports import EXPORTS
from codeassess_core.reports import EXPORTERS

SEEN = tuple(candidate for candidate in CANDIDATES if candidate.name in ("Ada Lovelace", "Barbara Liskov"))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a server: one session that ended, and one that goes on."""
    folder = tmp_path_factory.mktemp("record")
    prepare(folder, SEEN)
    return folder


@pytest.fixture
def lab(tmp_path: Path, record: Path) -> Iterator[Lab]:
    with running_lab(tmp_path / "lab", record=record) as running:
        yield running


def test_a_grader_watches_a_session_and_overrides_a_score(lab: Lab, tmp_path: Path) -> None:
    play(lab, "grader", pictures=tmp_path)
    saved = sorted((tmp_path / "exports").iterdir())
    assert len(saved) == len(EXPORTERS) + len(EXPORTS), "one export of the menu was not saved, or over another one"
    for path in saved:
        open_as_its_name_says(path)


def open_as_its_name_says(path: Path) -> None:
    """Open a file as what its ending says that it is."""
    content = path.read_bytes()
    match path.suffix:
        case ".json":
            assert json.loads(content)["questions"]
        case ".md":
            assert content.startswith(b"# ")
        case ".html":
            assert b"</html>" in content
        case ".pdf":
            assert len(PdfReader(path).pages) > 1
        case ".zip":
            with ZipFile(path) as archive:
                assert archive.testzip() is None
                assert all(archive.read(name) for name in archive.namelist())
        case other:
            raise AssertionError(f"nobody said how {other} is opened")


def test_grading_needs_no_mouse_and_keeps_nobody_out(lab: Lab, tmp_path: Path) -> None:
    play(lab, "grader-access", pictures=tmp_path)


def test_what_goes_wrong_for_a_grader_is_said_in_a_sentence(lab: Lab, tmp_path: Path) -> None:
    def token() -> str:
        create = ("token", "create", "--role", "candidate", "--name", "eve", "--json")
        command = (sys.executable, "-m", "codeassess_core.cli", *create)
        environ = os.environ | {"CODEASSESS_DATA_DIR": str(lab.folder / "record")}
        said = subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout
        return str(json.loads(said)["token"])

    play(lab, "grader-trouble", pictures=tmp_path, wishes={"kill": lab.kill, "start": lab.start, "token": token})
