"""Cuts material into passages that fit into a question: at headings, paragraphs and functions. Pure.

A passage consists of whole lines of the file, in order; only blank lines between passages are
left out. Only a line that is longer than a passage is cut.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ..documents import python_text
from ..documents.lines import editor_lines
from ..errors import InvalidInput

LONGEST: Final = 1_200
"""Characters in a passage."""

_FENCE: Final = re.compile(r"\s*(```|~~~)")
_HEADING: Final = re.compile(r"#{1,6}\s")
_RULE: Final = re.compile(r"([=\-~^\"'`*+#.:_])\1{2,}\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A passage of a file, with its first and last line (from 1)."""

    text: str
    source: str  #: the file, and where in it: `notes.md:12-20`, `lesson.ipynb:cell 3:1-9`

    @property
    def id(self) -> str:
        """A hash of the content: the same text is one passage, however often it is ingested."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:32]


def pieces_of(name: str, text: str, suffix: str) -> tuple[Piece, ...]:
    """The passages of one file.

    Raises:
        InvalidInput: an unknown kind of file (`KINDS`), or its content is not of that kind.
    """
    if suffix == ".ipynb":
        return tuple(_of_notebook(name, text))
    if suffix not in KINDS:
        raise InvalidInput(f"{name} is of no known kind; known are {', '.join((*KINDS, '.ipynb'))}.")
    return tuple(_pieces(name, text, KINDS[suffix]))


Cuts = Callable[[Sequence[str]], set[int]]
"""The indices of the lines at which a part begins that is kept together."""


def _at_headings(lines: Sequence[str]) -> set[int]:
    cuts, fenced = set(), False
    for number, line in enumerate(lines):
        fenced ^= bool(_FENCE.match(line))
        if not fenced and _HEADING.match(line):
            cuts.add(number)
    return cuts


def _at_titles(lines: Sequence[str]) -> set[int]:
    """reStructuredText: a line of text with a rule below it."""
    return {n for n, (line, below) in enumerate(pairwise(lines)) if line.strip() and _is_rule(line, below)}


def _is_rule(line: str, below: str) -> bool:
    return bool(_RULE.match(below)) and not _RULE.match(line) and len(below.rstrip()) >= len(line.rstrip())


def _at_definitions(lines: Sequence[str]) -> set[int]:
    """Python: each definition of the module, decorators included; none when the code cannot be parsed."""
    try:
        module = python_text.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError):
        return set()
    defined = (node for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef))
    return {min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1 for node in defined}


def _nowhere(_: Sequence[str]) -> set[int]:
    return set()


KINDS: Final[Mapping[str, Cuts]] = {".md": _at_headings, ".rst": _at_titles, ".py": _at_definitions, ".txt": _nowhere}
"""How each kind of file is cut, by its suffix; a notebook is cut cell by cell."""


def _of_notebook(name: str, text: str) -> Iterator[Piece]:
    try:
        cells = json.loads(text)["cells"]
        sources = [("".join(cell["source"]), cell["cell_type"]) for cell in cells]
    except (ValueError, KeyError, TypeError) as problem:
        raise InvalidInput(f"{name} is no notebook of format 4.") from problem
    for number, (source, kind) in enumerate(sources, start=1):
        yield from _pieces(f"{name}:cell {number}", source, _at_headings if kind == "markdown" else _at_definitions)


def _pieces(name: str, text: str, cuts: Cuts) -> Iterator[Piece]:
    lines = editor_lines(text)
    for start, end in _filled(lines, cuts(lines)):
        first, last = start + 1, end
        where = f"{first}" if first == last else f"{first}-{last}"
        for part in _within("\n".join(lines[start:end])):
            yield Piece(text=part, source=f"{name}:{where}")


def _filled(lines: Sequence[str], cuts: set[int]) -> Iterator[tuple[int, int]]:
    """Ranges of lines: paragraphs are joined while they fit and no cut is between them."""
    open_range: tuple[int, int] | None = None
    for start, end in _paragraphs(lines, cuts):
        if open_range and start not in cuts and len("\n".join(lines[open_range[0] : end])) <= LONGEST:
            open_range = (open_range[0], end)
            continue
        if open_range:
            yield open_range
        open_range = (start, end)
    if open_range:
        yield open_range


def _paragraphs(lines: Sequence[str], cuts: set[int]) -> Iterator[tuple[int, int]]:
    """Ranges without blank lines at their ends, each short enough unless one line is too long."""
    start: int | None = None
    size = 0
    for number, line in enumerate([*lines, ""]):
        blank = not line.strip()
        if start is not None and (blank or number in cuts or size + len(line) > LONGEST):
            yield start, number
            start = None
        if start is None and not blank:
            start, size = number, 0
        size += len(line) + 1


def _within(text: str) -> Iterator[str]:
    """The text in parts; only one line that is longer than a passage has more than one."""
    for at in range(0, len(text), LONGEST):
        yield text[at : at + LONGEST]
