"""The candidate's side in a real JupyterLab and a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_running import Lab, play, running_lab


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


def test_a_sitting_needs_no_mouse_and_keeps_nobody_out(lab: Lab, tmp_path: Path) -> None:
    play(lab, "access", pictures=tmp_path)


def test_what_goes_wrong_is_said_in_a_sentence(lab: Lab, tmp_path: Path) -> None:
    play(lab, "trouble", pictures=tmp_path)
