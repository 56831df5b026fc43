"""Compares two lines: similar, or with the same effect. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Final

from ....documents import python_text
from ...text import normalized

_ALIKE: Final = 0.5  #: share of common words from which one line is taken for the new version of another
_NAMES: Final = re.compile(r"[^\W\d]\w*")


def is_renamed(old: str, new: str) -> bool:
    """Do the lines differ only in names, each old name having one new name?"""
    return _shape(old) == _shape(new)


def _shape(line: str) -> str:
    order: dict[str, str] = {}
    return _NAMES.sub(lambda m: order.setdefault(m[0], f"_{len(order)}"), line)


def nearest(new: str, former: Sequence[str]) -> str:
    """The deleted line with the most words in common with the new one; empty when none has half of them."""
    mine = set(normalized.words(new))

    def similarity(line: str) -> float:
        theirs = set(normalized.words(line))
        return len(mine & theirs) / max(len(mine | theirs), 1)

    best = max(former, key=similarity, default="")
    return best if best and similarity(best) >= _ALIKE else ""


def same_sense(old: str, new: str) -> bool:
    """Do two lines of Python do the same: other brackets, or a comparison with `True` that changes nothing?"""
    read = [sense_of(line) for line in (old, new)]
    return None not in read and read[0] == read[1]


def sense_of(line: str) -> str | None:
    """The tree of a line without what changes nothing; None when it does not parse alone."""
    text = re.sub(r"^el(?=if\b)", "", line.strip())
    for whole in (text, f"{text} pass", f"{text}: pass"):
        try:
            return ast.dump(_Plain().visit(python_text.parse(whole)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


class _Plain(ast.NodeTransformer):
    """Removes `== True` after what is true or false already."""

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Compare(
                left=ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()) as left,
                ops=[ast.Eq() | ast.Is()],
                comparators=[ast.Constant(value=True)],
            ):
                return left
        return node
