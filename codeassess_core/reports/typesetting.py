"""Prepares any text for a page that is set in two fonts.

The fonts are inside the typesetter, so that the same report is the same file on every
machine. They have the scripts of Europe, Arabic and many symbols, but neither the ideographs
of East Asia nor emoji. Characters that they lack are shown by number, as invisible characters
are in every format.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from ..documents.lines import split_lines
from ..escaping import by_number

TEMPLATES: Final = Path(__file__).parent / "templates"
CODE_COLUMNS: Final = 92
"""Characters in one line of a code box."""

_LONG_RUN: Final = re.compile(r"\S{20,}")
_BREAK: Final = "\u200b"
_BREAK_EVERY: Final = 4
_JOINERS: Final = "\u200c\u200d"


def drawable(text: str) -> str:
    """`text` with every character that no font has replaced by its number.

    One font draws a letter together with its marks: marks that it lacks are shown by number too.
    """
    return text if text.isascii() else "".join(map(_drawable_cluster, _clusters(text)))


def breakable(text: str) -> str:
    """`text` with break opportunities inside long runs without spaces."""
    return _LONG_RUN.sub(lambda run: _broken(run[0]), text)


def _broken(run: str) -> str:
    letters = list(_clusters(run))
    return _BREAK.join("".join(letters[i : i + _BREAK_EVERY]) for i in range(0, len(letters), _BREAK_EVERY))


def code_rows(code: str, start_line: int) -> list[list[str]]:
    """Each line as rows of number and text, cut to the width; further rows of a line have an arrow as number."""
    rows = []
    for number, line in enumerate(split_lines(code) or [""], start_line):
        text = line.expandtabs(4)
        pieces = [text[i : i + CODE_COLUMNS] for i in range(0, len(text), CODE_COLUMNS)] or [""]
        rows += [[str(number) if i == 0 else "↳", piece] for i, piece in enumerate(pieces)]
    return rows


def _clusters(text: str) -> Iterator[str]:
    """Each letter with the marks on it."""
    cluster = ""
    for character in text:
        onto = character in _JOINERS or unicodedata.category(character).startswith("M")
        if cluster and not onto:
            yield cluster
            cluster = ""
        cluster += character
    yield cluster


def _drawable_cluster(cluster: str) -> str:
    if cluster == "\n":
        return cluster
    font = max(_repertoires(), key=lambda font: (cluster[0] in font, sum(c in font for c in cluster)))
    if cluster[0] not in font:
        return "".join(map(by_number, cluster))
    return "".join(c if c in font else by_number(c) for c in cluster)


@cache
def _repertoires() -> tuple[frozenset[str], ...]:
    """The characters that each font can draw, found by scripts/find_repertoire.py."""
    lines = split_lines((TEMPLATES / "repertoire.txt").read_text())
    return tuple(frozenset(_characters(line.partition(": ")[2])) for line in lines)


def _characters(ranges: str) -> Iterator[str]:
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))
