"""What stands between text of any kind and a page that is set in two fonts.

The fonts come inside the typesetter, so that the same report is the same file on every
machine; they have the scripts of Europe, Arabic and many signs, but neither the ideographs of East
Asia nor emoji. What they lack is shown by number, as invisible characters are in every format.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from .characters import by_number

TEMPLATES: Final = Path(__file__).parent / "templates"
CODE_COLUMNS: Final = 92
"""Characters in one line of a code box."""

_LONG_RUN: Final = re.compile(r"\S{20,}")
_BREAK: Final = "\u200b"
_BREAK_EVERY: Final = 4
_JOINERS: Final = "\u200c\u200d"


def drawable(text: str) -> str:
    """`text` with every character that no font has by its number.

    A letter and the marks on it are drawn together, by one font: marks that it lacks are shown by number too.
    """
    return text if text.isascii() else "".join(map(_drawable_cluster, _clusters(text)))


def breakable(text: str) -> str:
    """`text`, in which a line may also end inside a run that has no spaces for long."""
    return _LONG_RUN.sub(lambda run: _broken(run[0]), text)


def _broken(run: str) -> str:
    letters = list(_clusters(run))
    return _BREAK.join("".join(letters[i : i + _BREAK_EVERY]) for i in range(0, len(letters), _BREAK_EVERY))


def code_rows(code: str, start_line: int) -> list[list[str]]:
    """Each line as rows of a number and so much text as fits; further rows of a line have an arrow for a number."""
    rows = []
    for number, line in enumerate(code.removesuffix("\n").split("\n"), start_line):
        text = line.expandtabs(4)
        pieces = [text[i : i + CODE_COLUMNS] for i in range(0, len(text), CODE_COLUMNS)] or [""]
        rows += [[str(number) if i == 0 else "↳", piece] for i, piece in enumerate(pieces)]
    return rows


def _clusters(text: str) -> Iterator[str]:
    """Each letter with what is drawn onto it."""
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
    """What each font can draw, as scripts/find_repertoire.py found it."""
    lines = (TEMPLATES / "repertoire.txt").read_text().splitlines()
    return tuple(frozenset(_characters(line.partition(": ")[2])) for line in lines)


def _characters(ranges: str) -> Iterator[str]:
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))
