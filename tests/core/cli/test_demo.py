"""`codeassess demo`, as a process: a real server, a real websocket, a real report."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from .running import CODE, DIGESTS, LINES, codeassess, stored, succeed


def said() -> set[str]:
    """Everything that the recorded candidate may answer."""
    answers = LINES[1]
    return {*answers["about"].values(), answers["otherwise"]} | {
        line["response"] for line in LINES if "response" in line
    }


@pytest.fixture
def played(database_url: str, tmp_path: Path) -> str:
    return succeed("demo", "--speed", "60", "--out", tmp_path / "out", "--database-url", database_url)


def test_the_demo_plays_a_session_through_a_real_server(played: str, database_url: str, tmp_path: Path) -> None:
    session, snapshots = stored(database_url)
    assert [snapshot.sha256 for snapshot in snapshots] == DIGESTS, "every update is stored once, in order"
    assert session.status == "ended"

    report: dict[str, Any] = json.loads((tmp_path / "out/report.json").read_text())
    assert report["session"]["id"] == session.id
    assert report["assessment"]["title"] == LINES[0]["assessment"]["title"]
    questions = [q for q in report["questions"] if q["status"] != "withdrawn"]
    assert len(questions) >= 3
    for question in questions:
        assert question["excerpt"]["code"] in CODE[question["snapshot"] - 1], "it is about code that was really written"
        assert question["question"] in played
        assert question["response"] in said()
        assert question["response"] != LINES[1]["otherwise"], question["question"]
        evaluation = question["evaluation"]
        assert 0 <= evaluation["score"] <= 10
        assert evaluation["criteria"]
        evidence = question["response"] + question["excerpt"]["code"]
        assert all(part["quote"] in evidence for part in evaluation["criteria"] if part["verified"])
    checked = [q for q in questions if q["slots"]]
    assert 2 * len(checked) > len(questions), "most questions have a part that code checks, whichever kinds were drawn"
    assert 0 < report["overall"]["score_min"] < 10, "code has settled a part, and not all answers are right"
    assert [part["sha256"] for part in report["final_code"]] == DIGESTS[-1:]

    assert (tmp_path / "out/report.html").read_text().lower().startswith("<!doctype html>")
    assert (tmp_path / "out/report.md").read_text() in played
    assert "make lab" in played.splitlines()[-1]

    (server,) = re.findall(r"http://127\.0\.0\.1:\d+", played)
    with pytest.raises(httpx.ConnectError):
        httpx.get(server)


def test_what_the_demo_kept_can_be_read_by_the_other_commands(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    succeed("demo", "--speed", "200", "--out", tmp_path / "out", "--keep-data", kept)
    session_id = json.loads((tmp_path / "out/report.json").read_text())["session"]["id"]
    again = succeed("report", session_id, "--format", "json", "--data-dir", kept / "data")
    assert again.encode() == (tmp_path / "out/report.json").read_bytes()
    succeed("report", session_id, "--format", "pdf", "--out", tmp_path / "report.pdf", "--data-dir", kept / "data")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert "Jupyter Server" in (kept / "server.log").read_text()


def test_a_database_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://somebody:secret@127.0.0.1:1/nowhere"
    done = codeassess("demo", "--out", tmp_path / "out", "--database-url", url)
    assert done.returncode == 1
    assert "somebody:***@127.0.0.1:1/nowhere cannot be reached" in done.stderr
    assert "secret" not in done.stdout + done.stderr
    assert not (tmp_path / "out").exists()
