"""What is stored of a candidate, and contests of scores, on the page of a service in a real Chromium."""

from __future__ import annotations

from pathlib import Path

from lab_running import play
from lab_sessions import CANDIDATES, prepare
from page_running import running_service

SEEN = tuple(c for c in CANDIDATES if c.name in ("Ada Lovelace", "Grete Hermann"))


def test_a_candidate_contests_a_score_and_a_grader_decides_it(tmp_path: Path) -> None:
    prepare(tmp_path / "record", SEEN, consent="My work is graded.")
    variables = {"CODEASSESS_CONTEST_DAYS": "36500"}  # the recorded sessions ended long ago
    with running_service(tmp_path / "service", record=tmp_path / "record", **variables) as service:
        ada, _ = service.issue("candidate", "Ada Lovelace")
        grace, _ = service.issue("grader", "grace")
        wishes = {"candidate": lambda: ada, "grader": lambda: grace}
        play(service, "page-rights", pictures=tmp_path, wishes=wishes)
