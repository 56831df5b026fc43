"""Questions about divisions and remainders: when there is no result, and which results are possible."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from ...text import code_words
from ...text.tables import alt
from .. import slot_making
from ..analysed_code import AnalysedCode
from ..possible_question import Idea, idea, point
from ..syntax import extent, names
from .run_words import QUOTED

_FEW: Final = 3  #: wrong options


def zero_division(node: ast.BinOp, analysed: AnalysedCode) -> Iterator[Idea]:
    """A division or remainder that fails for some call: which one?"""
    divisor, examples, function = analysed.quote(node.right), analysed.examples_of(node), analysed.function(node)
    divides = isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod)
    if not divides or not divisor or not names(node.right) or examples is None or function is None:
        return
    runs = [run for run in examples.every if len(run.call) <= QUOTED // 2 and "`" not in run.call]
    failing = [run for run in runs if run.error == "ZeroDivisionError" and run.last == node.lineno]
    fine = [run for run in runs if not run.error]
    slot = slot_making.choice(
        [(run.call, "Python raises `ZeroDivisionError`.") for run in failing[:1]],
        [(run.call, "It comes to an end.") for run in fine[:_FEW]],
        "The call that fails",
        seed=function.name,
    )
    if slot is not None:
        text = (
            f"Which of these calls fails at line {node.lineno}, and with what in {divisor}? {slot_making.offered(slot)}"
        )
        points = (point(f"{divisor} is zero there.", ("0", "zero", *(code_words.EMPTY if "len(" in divisor else ()))),)
        claims = [slot_making.claim(run) for run in (failing[0], *fine[:_FEW])]
        yield idea(extent(node), text, points, slot=slot, claims=claims)


def remainder(node: ast.BinOp, analysed: AnalysedCode) -> Iterator[Idea]:
    """A remainder by a literal: which results are possible?"""
    match node:
        case ast.BinOp(op=ast.Mod(), left=left, right=ast.Constant(value=int() as n)) if n > 2 and names(left):
            broken = any(isinstance(part, ast.Div) for part in ast.walk(left))  # then the left side is no whole number
            if broken or not analysed.quote(node):
                return
            top = (*code_words.value_words(n - 1), f"less than {n}", f"smaller than {n}", f"below {n}")
            points = (point(f"For whole numbers it lies between 0 and {n - 1}.", top + alt("between | remainder")),)
            text = (
                f"Which results can {analysed.quote(node)} on line {node.lineno} have for whole numbers, and "
                "what do they tell?"
            )
            yield idea(extent(node), text, points)
