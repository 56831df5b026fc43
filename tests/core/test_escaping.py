"""What a candidate, a grader or a model wrote, in each medium: it is shown and does nothing."""

from __future__ import annotations

import ast
import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassess_core.escaping import csv_cell, csv_value, json_text, terminal_line, terminal_text

PAYLOADS = [
    "\x1b[2J\x1b[31mred",  # clears the screen
    "\x1b]0;title\x07",  # sets the window's title (OSC, ended by BEL)
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",  # a link
    "\x1b]52;c;ZXZpbA==\x07",  # writes the clipboard
    "\x9b31m",  # CSI as one C1 character
    "\x90device\x9c",  # DCS
    "a\x08\x08b",  # backspaces
    "overwritten\rtext",  # back to the beginning of the line
    "access = \u202e'nimda'",  # bidi override
    "\u2066isolate\u2069",
    "zero\u200bwidth\ufeff",
    "lone \ud800 surrogate",
    "\U000e0041tag",
    "form\x0cfeed\x0b",
    "separator\u2028here",
]
_ACTS = set(map(chr, [*range(9), *range(11, 32), *range(127, 160)])) | set("\u202e\u2066\u2069\u200b\ufeff\u2028\ud800")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_acts_on_a_terminal(payload: str) -> None:
    for shown in (terminal_text(payload), terminal_line(payload), json_text(payload)):
        assert not set(shown) & _ACTS
        assert shown.encode(), "a terminal can be given it"
    assert "\n" not in terminal_line(payload)


@pytest.mark.parametrize("text", ["für Ümläute", "数学", "👩‍🔬", "a\tb", "two\nlines", "fa\u200c\u200dr"])
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert terminal_text(text) == text
    assert json.loads(json_text(text)) == text


@given(st.text())
def test_json_is_the_same_value(text: str) -> None:
    assert json.loads(json_text({"x": [text, 1, None]})) == {"x": [text, 1, None]}


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "'=1", "'", "''"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_is_no_formula_and_a_program_reads_it_back(formula: str) -> None:
    assert csv_cell(formula) == f"'{formula}"
    assert csv_value(csv_cell(formula)) == formula


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_every_text_comes_back_from_a_csv_file(text: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerow([csv_cell(text)])
    ((cell,),) = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert csv_value(cell) == text
    assert not cell.startswith(tuple("=+-@\t\r\n"))


def test_numbers_stay_numbers() -> None:
    assert [csv_cell(value) for value in (-1.5, 0, None, "12")] == [-1.5, 0, None, "12"]


CLI = Path(__file__).resolve().parents[2] / "codeassess_core/cli"
_SPEAKERS = {"output.py", "live.py", "screen.py"}
"""`output` prints; the other two draw with rich what went through `terminal_text`, or a report's Markdown."""


def test_commands_print_through_one_door() -> None:
    for path in sorted(CLI.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="typer"), attr="echo" | "secho")):
                    pytest.fail(f"{path.name}:{node.lineno} prints without output.say")
                case ast.Call(func=ast.Name(id="print"), args=[ast.JoinedStr(), *_]) if path.name == "evaluate.py":
                    pass  # a count of ours, on stderr
                case ast.Call(func=ast.Name(id="print")):
                    assert path.name in _SPEAKERS, f"{path.name}:{node.lineno} prints without output.say"
