r"""Lines of code, for all parts of codeassess: a line ends with `\r\n`, `\n` or `\r`, and nothing else. Pure.

Editors (the Language Server Protocol 3.17) and Python's parser count lines this way.
`str.splitlines` also splits at form feeds, U+2028 and others; splitting at `\n` alone
joins lines that an editor shows as two. Both give wrong line numbers, so no other
code splits or counts lines (`tests/core/documents/test_lines.py` checks that).
"""

from __future__ import annotations

import re
from typing import Final

LINE_END: Final = re.compile(r"\r\n|\n|\r")


def unified(text: str) -> str:
    r"""The text with each line end as `\n`, as Python reads a source file. Line numbers stay, offsets may change."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def split_lines(text: str, *, most: int | None = None) -> list[str]:
    """The lines without their ends; at most the first `most` ones.

    A line end at the end of the text does not begin another line; an empty text has no lines.
    """
    parts = unified(text).split("\n", -1 if most is None else most)
    if not parts[-1] or (most is not None and len(parts) > most):
        parts.pop()
    return parts


def editor_lines(text: str) -> list[str]:
    """The lines as an editor numbers them: after the last line end there is one more, which may be empty."""
    return unified(text).split("\n")


def lines_with_ends(text: str) -> list[str]:
    """As `editor_lines`, but with their line ends; joined they are the text."""
    found, start = [], 0
    for end in LINE_END.finditer(text):
        found.append(text[start : end.end()])
        start = end.end()
    found.append(text[start:])
    return found


def line_count(text: str) -> int:
    """The number of lines of `split_lines`."""
    return ends_in(text) + (not text.endswith(("\n", "\r"))) if text else 0


def ends_in(text: str, start: int = 0, end: int | None = None) -> int:
    """The number of line ends in `text[start:end]`; with `start` 0 this is the line number, from 0, of `end`."""
    stop = len(text) if end is None else end
    feeds = text.count("\n", start, stop)
    returns = text.count("\r", start, stop)
    return feeds + returns - (text.count("\r\n", start, stop) if returns else 0)
