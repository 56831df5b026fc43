"""Formats code and text for a model: numbered lines, a diff, a list, cut to a length. Pure.

Lines are split as editors do it (LSP: \\n, \\r\\n, \\r) and counted from 1. In a notebook the
number of a line is followed by the cell and the line in it, `12 3:2 |`, because a question
must use these. The limits bound the cost of a call whatever a candidate pastes; the text
says what is left out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Final

from ...documents.lines import editor_lines
from ...documents.notebook_lines import Cells, cells_of
from ...model import MAIN_DOCUMENT

CODE_LINES: Final = 400
CODE_CHARS: Final = 24_000
LINE_CHARS: Final = 400
DIFF_LINES: Final = 120
DIFF_MAX_SOURCE: Final = 1_500
"""With more lines on either side, after cutting equal ends, no diff is made (difflib is quadratic)."""
TURN_CHARS: Final = 800

_LINE_NUMBER = re.compile(r"^[ >]*\d+(?: \d+:\d+)? \| ?", re.MULTILINE)


def clipped(text: str, limit: int) -> str:
    """`text`, or its first `limit` characters and a note how many follow."""
    return text if len(text) <= limit else f"{text[:limit]}\n[… {len(text) - limit} more characters are not shown]"


def numbered(code: str, start: int = 1, end: int = 0, *, document: str = MAIN_DOCUMENT) -> str:
    """The code with line numbers, around the lines `start`…`end`, which are marked with `>` (no mark when end is 0)."""
    lines, cells = editor_lines(code), cells_of(code, document)
    first, last = _window(len(lines), start, max(start, end))
    shown = [_numbered_line(n, lines[n - 1], cells, marked=start <= n <= end) for n in range(first, last + 1)]
    above = [f"[lines 1 to {first - 1} are not shown]"] if first > 1 else []
    below = [f"[lines {last + 1} to {len(lines)} are not shown]"] if last < len(lines) else []
    return clipped("\n".join([*above, *shown, *below]), CODE_CHARS)


def _numbered_line(number: int, line: str, cells: Cells | None, *, marked: bool) -> str:
    place = " {}:{}".format(*cells.place(number)) if cells and number not in cells.markers else ""
    text = line if len(line) <= LINE_CHARS else line[:LINE_CHARS] + " […]"
    return f"{'>' if marked else ' '}{number:>5}{place} | {text}"


def _window(total: int, start: int, end: int) -> tuple[int, int]:
    """At most CODE_LINES lines with the beginning of start…end, and lines around it if there is room."""
    if total <= CODE_LINES:
        return 1, total
    room = max(CODE_LINES - (end - start + 1), 0) // 2
    first = max(1, min(start - room, total - CODE_LINES + 1))
    return first, first + CODE_LINES - 1


def without_numbers(quote: str) -> str:
    """A quote from `numbered` code as it is in the code."""
    return _LINE_NUMBER.sub("", quote)


def line_of(code: str, excerpt: str) -> int:
    """The line on which `excerpt` begins in `code`; 1 when it is not there."""
    at = code.find(excerpt)
    return len(editor_lines(code[:at])) if at > 0 else 1


def diff(previous: str, code: str) -> str:
    """The unified diff with three lines of context, bounded; a sentence when there is no diff."""
    before, after = editor_lines(previous), editor_lines(code)
    if before == after:
        return "[no difference]"
    head = _equal_ends(before, after)
    tail = _equal_ends(before[head:][::-1], after[head:][::-1])
    if max(len(before), len(after)) - head - tail > DIFF_MAX_SOURCE:
        return "[the change is too large for a diff]"
    start = max(head - 3, 0)
    spare = max(tail - 3, 0)
    old, new = before[start : len(before) - spare], after[start : len(after) - spare]
    changes = list(difflib.unified_diff(old, new, n=3, lineterm=""))[2:]  # without the lines of file names
    more = [f"[… {len(changes) - DIFF_LINES} more lines]"] if len(changes) > DIFF_LINES else []
    return clipped("\n".join([line[:LINE_CHARS] for line in changes[:DIFF_LINES]] + more), CODE_CHARS)


def _equal_ends(before: Sequence[str], after: Sequence[str]) -> int:
    pairs = zip(before, after, strict=False)
    return next((n for n, (old, new) in enumerate(pairs) if old != new), min(len(before), len(after)))


def bullets(texts: Sequence[str]) -> str:
    """One line for each text."""
    return "\n".join(f"- {clipped(' '.join(text.split()), TURN_CHARS)}" for text in texts) or "[none]"
