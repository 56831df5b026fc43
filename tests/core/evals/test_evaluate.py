"""`codeassess evaluate`, as a process: what it prints, and what it says of a bad file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = [
    {
        "question": "What does a cache do?",
        "reference": "It keeps results of earlier work near, so that they need not be computed again.",
        "answer": answer,
        "score_a": score,
        "score_b": score,
        "score": score,
    }
    for answer, score in (
        ("It keeps earlier results near so they are not computed again.", 5),
        ("I don't know", 0),
        ("qwerty", 0),
        ("A cache makes the screen brighter and louder for every user.", 2),
    )
]
HISTORY = {
    "events": [{"code": "def f(x):\n    return x / 2\n"}, {"code": "def f(x):\n    return x / 2\n"}, {"code": "x"}]
}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "codeassess_core.cli", "evaluate", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)))
    return path


def test_stdout_is_one_json_object_with_the_answers_in_order(file: Path) -> None:
    done = run("answers", str(file), "--model", "offline", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert [answer["score"] for answer in found["answers"]] == [10.0, 0.0, None, 5.0]  # nothing to compare: abstained
    assert all(0 <= answer["confidence"] <= 1 for answer in found["answers"])
    wanted = {"n", "coverage", "kappa", "exact", "within_one", "mae", "pearson", "ece", "pairwise", "compared"}
    assert wanted <= found["summary"].keys()
    assert found["summary"]["coverage"] == 0.75


def test_without_json_it_prints_a_table(file: Path) -> None:
    done = run("answers", str(file), "--model", "offline")
    assert done.returncode == 0
    assert "4 answers, 3 kept (75%)" in done.stdout and "person and person, kept" in done.stdout


def test_a_bad_file_is_an_error_with_line_and_field_and_no_output(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n" + json.dumps({**ROWS[1], "answer": None}))
    done = run("answers", str(path), "--model", "offline", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 2, field answer" in " ".join(done.stderr.split())


def test_histories_are_replayed_and_every_changed_state_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "edits.jsonl"
    path.write_text(json.dumps(HISTORY))
    done = run("questions", str(path), "--model", "offline", "--json", "--sample", "1")
    found = json.loads(done.stdout)
    summary = found["summary"]
    assert (summary["histories"], summary["states"], summary["changed"]) == (1, 3, 2)
    assert summary["passed"] == summary["with_question"] > 0 and sum(summary["kinds"].values()) == summary["passed"]
    assert found["questions"][0]["code"] == HISTORY["events"][0]["code"] and found["questions"][0]["text"]
    path.write_text(json.dumps({"events": [{"code": 1}]}))
    assert "line 1, field events.0.code" in " ".join(run("questions", str(path)).stderr.split())
