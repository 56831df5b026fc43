"""What scripts and shells read of the command line: lists as JSON, names for completion, an exit code that tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from getpass import getuser
from pathlib import Path

from .running import PROGRAM, codeassess, succeed

TITLE = "Sort \x1b]0;owned\x07 \u202eit"


def test_every_list_is_there_as_json_and_in_a_table_where_nothing_acts(tmp_path: Path) -> None:
    where = ("--data-dir", tmp_path)
    file = tmp_path / "task.json"
    file.write_text(json.dumps({"title": TITLE, "instructions": "Sort."}))
    shown = succeed("assessment", "create", file, *where) + succeed("assessment", "list", *where)
    assert "\x1b" not in shown and "\u202e" not in shown and shown.count("[U+001B]") == 2
    printed = succeed("assessment", "list", "--json", *where)
    assert printed.isascii()
    (assessment,) = map(json.loads, printed.splitlines())
    assert (assessment["title"], assessment["version"]) == (TITLE, 1)
    assert json.loads(succeed("assessment", "show", assessment["assessment_id"], *where))["title"] == TITLE

    issued = json.loads(succeed("token", "create", "--role", "grader", "--name", "Ada", "--json", *where))
    (token,) = map(json.loads, succeed("token", "list", "--json", *where).splitlines())
    assert token["id"] == issued["id"] and issued["token"] not in str(token)
    assert {name: token[name] for name in ("role", "name", "tenant", "state", "expires_at", "revoked_at")} == {
        "role": "grader",
        "name": "Ada",
        "tenant": "default",
        "state": "valid",
        "expires_at": None,
        "revoked_at": None,
    }
    succeed("token", "revoke", token["id"], *where)
    assert json.loads(succeed("token", "list", "--json", *where))["state"] == "revoked"
    told = [json.loads(line) for line in succeed("audit", "--json", *where).splitlines()]
    of_tokens = [record for record in told if record["action"] != "list_tokens" and record["object"] == "token"]
    assert [(record["action"], record["principal"], record["detail"]["name"]) for record in of_tokens] == [
        ("token_revoked", getuser(), "Ada"),  # who ran the command, and whose token it is
        ("token_issued", getuser(), "Ada"),
    ]


def test_a_shell_completes_commands_and_options() -> None:
    def completed(words: str) -> list[str]:
        asked = {"_CODEASSESS_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        done = subprocess.run(PROGRAM, env={**os.environ, **asked}, capture_output=True, text=True, check=False)
        return done.stdout.split()

    assert completed("codeassess tok") == ["token"]
    assert completed("codeassess token ") == ["create", "list", "revoke"]
    assert "--json" in completed("codeassess token list --")


ANSWER = {"question": "What is 1 + 1?", "reference": "It is 2.", "answer": "2", "score_a": 5, "score_b": 5, "score": 5}


def test_an_evaluation_of_which_nothing_came_is_no_success(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text(json.dumps(ANSWER) + "\n")
    away = ("--model", "openai:gpt-5-mini", "--model-base-url", "http://127.0.0.1:1/v1", "--timeout", "5")
    done = codeassess("evaluate", "answers", file, *away, "--json")
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["summary"]["failed"] == 1
    assert "All 1 calls of the examiner failed" in done.stderr
    assert codeassess("evaluate", "answers", file, "--model", "offline").returncode == 0


def test_an_argument_is_never_the_candidates_module(tmp_path: Path) -> None:
    """The command is started in the folder that a candidate can write to."""
    (tmp_path / "queue.py").write_text("raise SystemExit('the candidate')\n")
    done = subprocess.run(
        [Path(sys.executable).with_name("codeassess"), "--version"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0 and done.stdout.startswith(b"codeassess ")
