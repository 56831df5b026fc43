"""The Markdown report, judged by a CommonMark parser with tables."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from codeassess_core.reports import EXPORTERS
from codeassess_core.reports.as_markdown import cell, fenced, inline, prose, quoted
from codeassess_core.reports.characters import visible

from .hostile import CORPUS, harmless, hostile_report
from .material import report

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(text: str) -> list[Token]:
    return PARSER.parse(EXPORTERS["markdown"].render(hostile_report(text)).decode())


def structure(text: str) -> list[str]:
    """Every block and every inline element; plain text apart, and code within a line, which does nothing."""
    found: list[str] = []
    for token in tokens(text):
        found.append(token.type)
        found += [child.type for child in token.children or () if child.type not in ("text", "code_inline")]
    return found


@pytest.mark.parametrize("payload", CORPUS)
def test_no_structure_comes_from_data(payload: str) -> None:
    assert structure(payload) == structure(harmless(visible(payload)))


@pytest.mark.parametrize("payload", CORPUS)
def test_fenced_code_is_exactly_the_code(payload: str) -> None:
    fences = [token.content for token in tokens(payload) if token.type == "fence"]
    assert fences == [visible(payload).removesuffix("\n") + "\n"] * 3  # two excerpts and the final code


@pytest.mark.parametrize(
    ("code", "fence"),
    [
        ("x = 1", "```"),
        ("```", "````"),  # a fence of the candidate's own
        ("a ````` b", "``````"),  # in the middle of a line counts too
        ("`", "```"),
    ],
)
def test_the_fence_is_longer_than_any_run_of_backticks(code: str, fence: str) -> None:
    lines = fenced(code).split("\n")
    assert (lines[0], lines[-1]) == (fence, fence)


def test_the_language_of_a_fence_is_one_plain_word() -> None:
    assert fenced("x", "python").startswith("```python\n")
    assert fenced("x", "c++").startswith("```c++\n")
    assert fenced("x", "py`\n# out").split("\n")[0] == "```py#out"


@pytest.mark.parametrize("payload", CORPUS)
def test_escaped_text_reads_as_it_was_written(payload: str) -> None:
    shown = visible(payload)
    (paragraph,) = [token for token in PARSER.parse(f"before {inline(shown)}") if token.type == "inline"]
    assert "".join(child.content for child in paragraph.children or ()) == f"before {' '.join(shown.split())}"


def test_ordinary_prose_is_left_alone() -> None:
    prose = "It returns max_count (at most 5), i.e. 3.5 - don't ask: that's all!"
    assert inline(prose) == prose.replace("!", "\\!")


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("What does `a*b` give?", "What does `a*b` give?"),  # code as it is
        ("`x_` and *y*", "`x_` and \\*y\\*"),  # the rest as words
        ("a ` alone, and ``two``", "a \\` alone, and \\`\\`two\\`\\`"),  # no partner, no code
        ("1. `x`", "1\\. `x`"),  # the start of a line
        ("`[a](b)`\n`<c>`", "`[a](b)` `<c>`"),  # nothing acts in code
    ],
)
def test_prose_has_code_where_an_examiner_put_backticks(told: str, written: str) -> None:
    assert prose(told) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It costs $5, not $6.", "It costs `$5,` not `$6.`"),
        ("$x$ \\(y\\) \\begin{z}", "`$x$` `\\(y\\)` `\\begin{z}`"),
        ("a`$b", "``a`$b``"),  # with a backtick
        ("`$`", "`` `$` ``"),  # an answer's own backticks are characters
        ("C:\\new *x*", "`C:\\new` \\*x\\*"),
    ],
)
def test_nothing_can_become_a_formula(text: str, written: str) -> None:
    assert inline(text) == written


def test_code_beside_a_word_that_is_written_as_code_is_one_code() -> None:
    assert prose("the `$x`$y and `a`") == "the `$x$y` and `a`"


def test_a_bar_in_code_does_not_end_a_cell() -> None:
    assert cell("`a | b` or c | d") == "`a \\| b` or c \\| d"


def test_a_quote_keeps_lines_and_indentation() -> None:
    assert quoted("if x:\n    y\n\nz") == "> if x:\\\n> &nbsp;&nbsp;&nbsp;&nbsp;y\\\n> &nbsp;\\\n> z"


def test_an_empty_answer_is_said_to_be_empty() -> None:
    assert quoted(" \n") == "> *(empty)*"


def test_the_parts_come_in_the_order_of_reading() -> None:
    text = EXPORTERS["markdown"].render(report()).decode()
    headings = [line for line in text.split("\n") if line.startswith("## ")]
    assert headings == ["## Result", "## Questions", "## Timeline", "## Final code", "## How this report was made"]
    assert "**2.6 to 9.3 of 10: 2 of 3 answers wait for a person.**" in text
    assert "### Question 2: No score yet: the answer waits for a person" in text
    assert "(not found, counts for nothing)" in text


@pytest.mark.parametrize("address", ["https://a.org", "www.a.org", "mailto:a@b.org", " @everyone"])
def test_no_address_turns_into_a_link_where_links_are_guessed(address: str) -> None:
    """GitHub links these by itself (GFM, extended autolinks) unless the mark in them is escaped."""
    assert address not in inline(f"see {address} for more")


def test_a_bar_in_a_quote_does_not_move_the_cells_of_its_row() -> None:
    cells = [
        row.content for row in tokens("a | b") if row.type == "inline" and "found" in row.content and "(" in row.content
    ]
    assert cells == ["“a | b” (found)", "“a | b” (not found, counts for nothing)"]
