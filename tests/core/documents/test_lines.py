"""One definition of a line, compared with Python's parser, the editors' protocol and our own source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassess_core.documents import edits, lines
from codeassess_core.examiner.offline import repair
from codeassess_core.model import Region, TriggerPolicy
from codeassess_core.ports import QuestionBrief
from codeassess_core.questions import context
from codeassess_core.reports.typesetting import code_rows
from codeassess_core.triggers import Situation, changed_lines, decide, largest_insertion

ROOT = Path(__file__).resolve().parents[3]
NO_LINE_ENDS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Further line ends of `str.splitlines`."""

texts = st.text(st.sampled_from("ab \n\r" + NO_LINE_ENDS), max_size=40)


@given(texts)
def test_the_ways_to_look_at_lines_agree(text: str) -> None:
    shown, counted = lines.editor_lines(text), lines.split_lines(text)
    assert "".join(lines.lines_with_ends(text)) == text
    assert [line.rstrip("\r\n") for line in lines.lines_with_ends(text)] == shown
    assert counted == (shown if shown[-1] else shown[:-1])
    assert lines.line_count(text) == len(counted)
    assert lines.ends_in(text) == len(shown) - 1
    assert [lines.split_lines(text, most=n) for n in range(5)] == [counted[:n] for n in range(5)]


@given(texts)
def test_a_position_counts_the_same_lines(text: str) -> None:
    starts = [edits.offset(text, edits.Position(n, 0)) for n in range(len(lines.editor_lines(text)))]
    assert [lines.ends_in(text, 0, start) for start in starts] == list(range(len(starts)))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("odd", list(NO_LINE_ENDS))
def test_python_and_we_number_the_same_lines(end: str, odd: str) -> None:
    code = f"a = '{odd}'  # {odd}{end}\f{end}b = 2{end}"
    tree = ast.parse(code)
    assert [lines.split_lines(code)[node.lineno - 1][0] for node in tree.body] == ["a", "b"]
    parsed = repair.parse(code, "")
    assert parsed is not None and [parsed.lines[node.lineno - 1][0] for node in parsed.tree.body] == ["a", "b"]


def _situation(base: str, code: str) -> Situation:
    return Situation(
        now=datetime(2026, 1, 1, tzinfo=UTC),
        code=code,
        base=base,
        language="python",
        last_question_at=None,
        last_deferred_at=None,
        question_open=False,
        questions_asked=0,
        paste=None,
        closing=False,
        time_left=None,
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("odd", ["", *NO_LINE_ENDS])
def test_the_question_and_its_excerpt_name_the_lines_that_the_editor_shows(end: str, odd: str) -> None:
    base = end.join([f"x{n} = '{odd}'" for n in range(9)]) + end
    code = base + end.join(f"y{n} = {n}" for n in range(8)) + end
    decided = decide(_situation(base, code), TriggerPolicy())
    assert (decided.asked, decided.changed_lines, decided.start_line, decided.end_line) == (True, 8, 10, 17)
    assert context.lines_of(code, 10, 11) == "y0 = 0\ny1 = 1"
    brief = _brief(code, base)
    assert lines.editor_lines(brief.code)[9] == "y0 = 0"
    assert "y0 = 0\ny1 = 1" in brief.code, "the excerpt is found in the code that an examiner reads"


def _brief(code: str, previous: str) -> QuestionBrief:
    region = Region(document="main.py", snapshot=1, start_line=10, end_line=11)
    return QuestionBrief(
        code=code, previous=previous, document="main.py", language="python", region=region, rule="enough_lines"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_paste_has_the_same_lines_whatever_ends_them(end: str) -> None:
    before, block = f"a = 1{end}b = 2{end}", end.join(f"pasted_{n} = {n}\f" for n in range(9))
    paste = largest_insertion(before, before + block)
    assert paste is not None and (paste.start_line, paste.end_line, paste.lines) == (3, 11, 9)


def test_other_line_ends_alone_are_no_change() -> None:
    assert changed_lines("a\nb\nc\n", "a\rb\r\nc\r") == 0
    assert decide(_situation("a = 1\nb = 2\n", "a = 1\r\nb = 2\r"), TriggerPolicy()).rule == "nothing_new"


def test_a_typeset_excerpt_has_the_lines_of_the_editor() -> None:
    rows = code_rows("a\rb\r\nc\u2028d\n", 5)
    assert [row[0] for row in rows] == ["5", "6", "7"]


# --- nothing else cuts or counts lines -----------------------------------------------------------------------------

ALLOWED = {
    "codeassess_core/documents/lines.py": "the one place",
    "codeassess_core/documents/edits.py: split": "a fast path for texts without a carriage return",
    "codeassess_core/questions/planning.py: MULTILINE": "its texts are unified before (`Briefs._plan`)",
    "codeassess_lsp/editor/percent.py: pattern": "keeps the own end of each line",
    "codeassess_core/authoring/marked_yaml.py: count": "lines as YAML counts them",
    "codeassess_core/examiner/model/formatted.py: MULTILINE": "a model's quote, not a candidate's text",
}
_CUTS = {"split", "rsplit", "partition", "rpartition", "count"}


def _python_findings() -> Iterator[str]:
    for package in ("codeassess_core", "codeassess_ext", "codeassess_lsp"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            yield from (f"{name}: {kind}" for kind in _kinds(ast.parse(path.read_text(encoding="utf-8"))))


def _kinds(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="splitlines")):
                yield "splitlines"
            case ast.Call(func=ast.Attribute(attr=cut), args=[ast.Constant(value=str() | bytes() as mark), *_]) if (
                cut in _CUTS and set(str(mark, "latin-1") if isinstance(mark, bytes) else mark) & set("\r\n")
            ):
                yield cut
            case ast.Constant(value=str(text)) if re.search(r"\\r(?:\\n)?\?|\\r\\n\||\[\\[rn]\\[rn]\]", text):
                yield "pattern"
            case ast.Attribute(value=ast.Name(id="re"), attr="M" | "MULTILINE"):
                yield "MULTILINE"
            case ast.Attribute(value=ast.Name(id="textwrap"), attr="indent" | "dedent"):
                yield "textwrap"


def test_python_cuts_lines_in_one_place_only() -> None:
    found = {entry for entry in _python_findings() if not entry.startswith("codeassess_core/documents/lines.py")}
    assert found - ALLOWED.keys() == set(), "use codeassess_core.documents.lines"
    assert set(ALLOWED) - found == {"codeassess_core/documents/lines.py"}, "an entry that nothing needs any more"


@pytest.mark.parametrize(
    "source",
    ["t.splitlines()", "t.split('\\n')", "t.count('\\n')", "re.compile(r'\\r\\n?')", "re.split(r'\\r\\n|\\n', t)"],
)
def test_the_search_finds_each_way_to_cut(source: str) -> None:
    assert list(_kinds(ast.parse(source)))


TS_ALLOWED = {
    "vscode/src/plain.ts": "what is shown, not code",
    "labextension/src/lines.ts": "the one place",
    "labextension/src/text.tsx": "splits at backticks, whose code ends with its line",
    "vscode/src/environment.ts": "what a program printed, no candidate's text",
}


def test_the_extensions_cut_lines_in_one_place_only() -> None:
    cut = re.compile(r"split\(\s*(?:['\"`]\\[rn]|/[^/\n]*\\[rn])")
    sources = [p for face in ("labextension", "vscode") for p in sorted((ROOT / face / "src").rglob("*.ts*"))]
    assert sources
    found = {p.relative_to(ROOT).as_posix() for p in sources if cut.search(p.read_text(encoding="utf-8"))}
    assert found == TS_ALLOWED.keys()
