"""Every refusal is one line that says what is wrong: 2 for a wrong input, 1 for anything else, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .running import LINES, RECORDING, codeassess

UNKNOWN = "01900000-0000-7000-8000-000000000000"
AWAY = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
SERVER = ("--server", "http://127.0.0.1:1", "--token", "x")

CASES = [
    # the input is wrong
    (("token", "create", "--role", "grader", "--name", "", "--json"), 2, "The name must have 1 to 200"),
    (("token", "create", "--role", "grader", "--name", "A\nB"), 2, "printable"),
    (("token", "create", "--role", "grader", "--name", "A", "--expires-in", "8x"), 2, "90s, 30m, 8h or 7d"),
    (("token", "create", "--role", "grader", "--name", "A", "--expires-in", "0h"), 2, "no length of time"),
    (("token", "revoke", "first"), 2, "ID must be a UUID"),
    (("token", "list", "--database-url", "mysql://x/y"), 2, "postgresql+psycopg:// or sqlite+aiosqlite://"),
    (("token", "list", "--database-url", "nonsense"), 2, "is not a database URL"),
    (("report", "nonsense"), 2, "SESSION_ID must be a UUID"),
    (("export", "nonsense"), 2, "SESSION_ID must be a UUID"),
    (("audit", "--session", "nonsense"), 2, "--session must be a UUID"),
    (("ingest", "nonsense", str(RECORDING)), 2, "ASSESSMENT_ID must be a UUID"),
    (("ingest", UNKNOWN, str(RECORDING)), 2, "known are .md, .rst, .py, .txt, .ipynb"),
    (("ingest", UNKNOWN, "missing.md"), 2, "missing.md cannot be read: No such file or directory"),
    (("assessment", "create", "missing.json"), 2, "missing.json cannot be read"),
    (("assessment", "create", str(RECORDING)), 2, "recording.jsonl: Not JSON"),
    (("replay", str(RECORDING), "--server", "ftp://x", "--token", "x"), 2, "http://localhost:8888"),
    (("replay", "missing.jsonl", *SERVER), 2, "missing.jsonl cannot be read"),
    # the command line cannot be read
    (("report", "--bad"), 2, "No such option: --bad. `codeassess report --help` shows"),
    (("report", UNKNOWN, "--format", "docx"), 2, "'docx' is not one of"),
    (("repot",), 2, "No such command 'repot'. Did you mean 'report'"),
    (("token", "create"), 2, "Missing option '--role'"),
    (("evaluate", "answers"), 2, "Missing argument"),
    # the input is right, and it does not work
    (("migrate", "--database-url", "sqlite+aiosqlite:////nowhere/x.sqlite"), 1, "There is no database at /nowhere/"),
    (("token", "revoke", UNKNOWN), 1, "There is no such credential"),
    (("token", "list", "--database-url", AWAY), 1, "127.0.0.1:1/nothing cannot be reached"),
    (("migrate", "--database-url", AWAY), 1, "cannot be reached"),
    (("report", UNKNOWN), 1, "There is no such session"),
    (("export", UNKNOWN), 1, "There is no such session"),
    (("audit", "--database-url", AWAY), 1, "cannot be reached"),
    (("assessment", "show", UNKNOWN), 1, "There is no such assessment"),
    (("ingest", UNKNOWN, str(RECORDING.parents[1] / "README.md")), 1, "There is no such assessment"),
    (("replay", str(RECORDING), *SERVER), 1, "The server http://127.0.0.1:1 cannot be reached"),
]


@pytest.mark.parametrize(("arguments", "code", "sentence"), CASES)
def test_a_refusal_is_one_line_with_the_right_exit_code(
    arguments: tuple[str, ...], code: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODEASSESS_DATA_DIR", str(tmp_path))
    done = codeassess(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert done.stderr.startswith("codeassess: ") and len(done.stderr.splitlines()) == 1


def test_a_wrong_setting_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEASSESS_MAX_QUESTIONS", "many")
    done = codeassess("token", "list")
    assert done.returncode == 2 and "CODEASSESS_MAX_QUESTIONS" in done.stderr


UPDATE = {"kind": "code_update", "at": 1, "code": "x = 1\n"}
FINISH = {"kind": "finish", "at": 9}
BROKEN = [
    ([], "begins with one about line"),  # empty
    (LINES[1:], "begins with one about line"),  # no about line
    ([*LINES[:2], UPDATE], "the last line must be a finish"),
    ([*LINES[:2], FINISH], "there must be a code_update"),
    ([*LINES[:2], UPDATE, FINISH, FINISH], "only one finish"),
    ([*LINES[:3], LINES[0], FINISH], "one about line"),  # a second one further down
    ([*LINES[:2], UPDATE | {"at": 10}, FINISH], "time goes back from 10 to 9"),
    ([*LINES[:2], UPDATE | {"at": -1}, FINISH], ":3: code_update.at:"),  # the line and the field are named
    ([*LINES[:2], UPDATE | {"colour": "red"}, FINISH], ":3: code_update.colour: is not a known field"),
    ([*LINES[:2], {"kind": "dance", "at": 1}, FINISH], ":3:"),
    ([*LINES[:2], UPDATE | {"code": "a\0b"}, FINISH], "NUL"),  # no database could keep it
]


@pytest.mark.parametrize(("lines", "sentence"), BROKEN)
def test_a_broken_recording_is_refused_before_anything_is_sent(
    lines: list[object], sentence: str, tmp_path: Path
) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = codeassess("replay", file, *SERVER)
    assert done.returncode == 2
    assert sentence in done.stderr and "broken.jsonl" in done.stderr and len(done.stderr.splitlines()) == 1
