"""Escapes text from outside for an output: one function for each medium. Pure.

==========  =======================================================================
medium      function
==========  =======================================================================
terminal    `terminal_text`, `terminal_line`: controls and bidi by number, `[U+001B]`
CSV         `csv_cell`: no cell is a formula; `csv_value` is the way back
JSON        `json_text`: what acts or cannot be seen as `\\u202e`; the value is the same
HTML        Jinja's autoescape, after `visible` (`reports.as_html`)
Markdown    `reports.as_markdown.inline` and `quoted`, after `visible`
Typst       no markup at all: the template gets data (`reports.as_pdf`), after `visible`
==========  =======================================================================
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from .documents.lines import unified

UNSEEN: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1
    "\u00ad\u200b\u2060-\u2064\ufeff\u180e"  # soft hyphen, zero-width and invisible operators, BOM
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # bidi marks, embeddings, overrides and isolates
    "\u2028\u2029"  # line and paragraph separator: no line end in our numbering
    "\ufff9-\ufffb"  # interlinear annotation
    "\ud800-\udfff"  # lone surrogates
    "\U000e0000-\U000e007f"  # tags: invisible ASCII
    "]"
)
"""Control and invisible characters, without the joiners U+200C and U+200D, which scripts and emoji need."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
"""The first characters of a formula in a spreadsheet (OWASP, "CSV injection"), and our own escape character."""


def by_number(character: str) -> str:
    """`[U+202E]`."""
    return f"[U+{ord(character):04X}]"


def terminal_text(text: str) -> str:
    """Text of several lines for a terminal: controls, escape sequences and bidi characters have no effect."""
    return UNSEEN.sub(lambda found: by_number(found[0]), unified(text))


def terminal_line(text: str) -> str:
    """The same on one line: each run of white space becomes one blank."""
    return terminal_text(" ".join(text.split()))


def csv_cell(value: Any) -> Any:
    """A value as a cell: a text that a spreadsheet could run, or that begins with `'`, gets a leading `'`."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def csv_value(cell: str) -> str:
    """The value that `csv_cell` was given: without one leading `'`."""
    return cell.removeprefix("'")


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON that is safe to print in a terminal; a program reads the same value."""
    written = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    return UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], written)
