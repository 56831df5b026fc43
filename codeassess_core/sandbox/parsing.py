"""Asks CPython's own `compile` whether it can parse a text, as it was typed."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ..documents import python_text
from ..documents.lines import split_lines

MOST: Final = 200_000  #: characters; longer texts are not parsed
_DEEPEST: Final = 90  #: nested brackets; CPython stops at 200
_LONGEST_CHAIN: Final = 900  #: operators, attributes and the like in one statement: each may be a level of the tree
_BLOCKS: Final = 60  #: levels of indentation
_OPENING: Final = re.compile(r"[(\[{]")
_LINKS: Final = re.compile(r"[-+*/%@&|^~<>=.]+|\b(?:not|and|or|if|else|lambda|await|for|elif)\b|[(\[{]")


@dataclass(frozen=True, slots=True)
class ParseError:
    """Why Python cannot parse a text: the exception's class, its message, the line."""

    error: str
    says: str
    line: int


@lru_cache(maxsize=64)
def parse_error(code: str) -> ParseError | None:
    """CPython's error for a text that it cannot parse; None when it can, or when it is not asked (`fits`)."""
    if not fits(code):
        return None
    try:
        python_text.check(code)
    except SyntaxError as problem:
        return ParseError(type(problem).__name__, problem.msg, problem.lineno or 1)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return None


@lru_cache(maxsize=64)
def tree_of(code: str) -> ast.Module | None:
    """The tree of a text that Python can parse; None otherwise."""
    if not fits(code) or parse_error(code) is not None:
        return None
    try:
        return python_text.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def fits(code: str) -> bool:
    """Is the text small and flat enough for a compiler whose stack is not bounded everywhere?"""
    if len(code) > MOST or "\0" in code:
        return False
    margins = {len(line) - len(line.lstrip()) for line in split_lines(code) if line.strip()}
    return len(margins) <= _BLOCKS and _is_flat(code)


def _is_flat(code: str) -> bool:
    """Are there no deep brackets and no long chains? Strings and comments are counted too, so the check is strict."""
    deep = 0
    for sign in code:
        deep += (sign in "([{") - (sign in ")]}")
        if deep > _DEEPEST:
            return False
        deep = max(deep, 0)
    return all(sum(1 for _ in _LINKS.finditer(line)) <= _LONGEST_CHAIN for line in _statements(code))


def _statements(code: str) -> list[str]:
    """Pieces of the text that no statement crosses: at most from one unindented line to the next."""
    return re.split(r"\n(?=\S)|\n(?=[ \t]+\w+\b[^\n()\[\]{}]*\n)", code)
