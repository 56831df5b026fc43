"""`codeassess assessment`: what is created is listed and shown as it was written."""

from __future__ import annotations

import json
from pathlib import Path

from .running import LINES, succeed


def test_an_assessment_is_created_listed_shown_and_versioned(database_url: str, tmp_path: Path) -> None:
    where = ("--database-url", database_url)
    file = tmp_path / "assessment.json"
    file.write_text(json.dumps(LINES[0]["assessment"]))
    known, title = succeed("assessment", "create", file, *where).strip().split(" version 1: ")
    assert title in succeed("assessment", "list", *where)
    file.write_text(json.dumps({"title": "Shorter", "policy": {"max_questions": 3}}))
    assert "version 2: Shorter" in succeed("assessment", "create", file, "--version-of", known, *where)
    newest = json.loads(succeed("assessment", "show", known, *where))
    policy = {name: value for name, value in newest["policy"].items() if value is not None}
    assert (newest["version"], newest["title"], policy) == (2, "Shorter", {"max_questions": 3})
    first = json.loads(succeed("assessment", "show", known, "--version", "1", *where))
    assert [c["name"] for c in first["rubric"]] == [c["name"] for c in LINES[0]["assessment"]["rubric"]]
    listed = succeed("assessment", "list", *where).splitlines()
    assert len(listed) == 2 and known in listed[1] and "Shorter" in listed[1]
