"""When two lines are alike, or do the same. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Final

from .. import wording

_ALIKE: Final = 0.5  #: share of common words from which one line is taken for the successor of another
_NAMES: Final = re.compile(r"[^\W\d]\w*")


def is_renamed(old: str, new: str) -> bool:
    """Do two lines differ in their names alone, each for one other?"""
    return _shape(old) == _shape(new)


def _shape(line: str) -> str:
    order: dict[str, str] = {}
    return _NAMES.sub(lambda m: order.setdefault(m[0], f"_{len(order)}"), line)


def nearest(new: str, former: Sequence[str]) -> str:
    """The vanished line that shares most of its words with the new one; empty when none shares half."""
    mine = set(wording.words(new))

    def likeness(line: str) -> float:
        theirs = set(wording.words(line))
        return len(mine & theirs) / max(len(mine | theirs), 1)

    best = max(former, key=likeness, default="")
    return best if best and likeness(best) >= _ALIKE else ""


def same_sense(old: str, new: str) -> bool:
    """Do two lines of Python do the same: other brackets, or a comparison with `True` that changes nothing?"""
    read = [sense_of(line) for line in (old, new)]
    return None not in read and read[0] == read[1]


def sense_of(line: str) -> str | None:
    """The tree of a line without what changes nothing; None when it is no Python by itself."""
    text = re.sub(r"^el(?=if\b)", "", line.strip())
    for whole in (text, f"{text} pass", f"{text}: pass"):
        try:
            return ast.dump(_Plain().visit(ast.parse(whole)))
        except (SyntaxError, ValueError, RecursionError):
            continue
    return None


class _Plain(ast.NodeTransformer):
    """Leaves out `== True` behind what is true or false already."""

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
