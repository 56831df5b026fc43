"""The candidate's side in a real JupyterLab and a real Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import lab_slots
import pytest
from lab_running import TOKEN, Lab, notebook, play, running_lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with running_lab(tmp_path / "lab") as running:
        yield running


def test_a_candidate_is_asked_answers_reloads_and_finishes(lab: Lab, tmp_path: Path) -> None:
    play(lab, "candidate", pictures=tmp_path)


def test_what_was_typed_survives_a_server_that_is_killed(lab: Lab, tmp_path: Path) -> None:
    play(lab, "restart", pictures=tmp_path, wishes={"kill": lab.kill, "start": lab.start})


def test_a_notebook_and_a_file_are_recorded_as_they_are(lab: Lab, tmp_path: Path) -> None:
    play(lab, "documents", pictures=tmp_path)


def test_nothing_is_lost_offline_or_between_two_tabs(lab: Lab, tmp_path: Path) -> None:
    play(lab, "outage", pictures=tmp_path)


def test_who_writes_is_asked_and_what_a_reader_types_is_a_gap(lab: Lab, tmp_path: Path) -> None:
    play(lab, "writers", pictures=tmp_path)


def test_a_document_with_another_name_is_recorded_on(lab: Lab, tmp_path: Path) -> None:
    work = lab.folder / "work"

    def move(former: str, present: str, more: str = "") -> None:
        (work / former).rename(work / present)
        (work / present).write_text((work / present).read_text() + more)

    wishes = {
        "move last.py to moved.py": lambda: move("last.py", "moved.py"),
        "move moved.py to other.py, changed": lambda: move("moved.py", "other.py", "changed = 'outside'\n"),
    }
    play(lab, "rename", pictures=tmp_path, wishes=wishes)


def test_a_session_needs_no_mouse_and_is_accessible(lab: Lab, tmp_path: Path) -> None:
    play(lab, "access", pictures=tmp_path)


def test_a_question_with_fields_is_answered_with_the_keyboard_and_shown_to_graders(tmp_path: Path) -> None:
    session_id = lab_slots.prepare(tmp_path / "record")
    with running_lab(tmp_path / "lab", record=tmp_path / "record") as lab:
        play(lab, "slots", pictures=tmp_path, wishes={"session": lambda: session_id})


def test_what_goes_wrong_is_said_in_a_sentence(lab: Lab, tmp_path: Path) -> None:
    play(lab, "trouble", pictures=tmp_path)


def test_large_outputs_a_kernel_restart_and_an_expired_login_lose_nothing(lab: Lab, tmp_path: Path) -> None:
    large = notebook(["x = 1\n", "y = 2\n"])
    large["cells"][1]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "0123456789abcde\n" * 1_310_720}
    ]
    (lab.folder / "work" / "outputs.ipynb").write_text(json.dumps(large))

    def with_token(token: str) -> None:
        lab.kill()
        lab.token = token
        lab.start()

    wishes = {"expire": lambda: with_token("another"), "renew": lambda: with_token(TOKEN)}
    play(lab, "hardship", pictures=tmp_path, wishes=wishes)
