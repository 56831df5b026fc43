"""Questions about a whole program, run from its first line: what it prints, what a name holds at the end."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ....documents.lines import editor_lines
from ....model import Claim, ClaimOutcome
from ...text import code_words
from .. import slot_making
from ..analysed_code import AnalysedCode
from ..possible_question import Idea, idea, point
from ..syntax import extent
from .run_words import QUOTED, error_words, is_open, is_plain_value, value_words

_MOST_LINES: Final = 3  #: printed lines that are asked about


def stops(node: ast.stmt, analysed: AnalysedCode) -> Iterator[Idea]:
    """A program that fails at this line, outside of all functions or in a call from there."""
    program = analysed.program
    if program is None or analysed.parents.get(node) is not analysed.tree:
        return
    run = program.alone
    start, end = extent(node)
    if not run.followed or not run.error or not start <= run.line <= end or isinstance(node, ast.FunctionDef):
        return
    text = f"The program does not get past line {run.line}. Which error does Python raise there, and why?"
    if is_open(error_words(run.error), text):
        claim = Claim(code=program.code, outcome=ClaimOutcome.RAISES, value=run.error, slot=slot_making.RESULT)
        words = tuple(w for w in run.says.lower().split() if w.isalnum())
        cause = point(f"Line {run.line} fails: {run.says or run.error}.", (*words, *code_words.spoken(node)))
        slot = slot_making.exception(run.error, f"The error that line {run.line} raises")
        yield idea((start, end), text, (cause,), slot=slot, claims=[claim])


def at_end(node: ast.Assign | ast.AugAssign, analysed: AnalysedCode) -> Iterator[Idea]:
    """A name that the program itself sets: what does it hold when the program has run?"""
    program, target = analysed.program, node.targets[0] if isinstance(node, ast.Assign) else node.target
    if program is None or not program.starts or not isinstance(target, ast.Name) or analysed.function(node) is not None:
        return
    if isinstance(getattr(node, "value", None), ast.Constant):
        return
    held = program.call(target.id)
    last = max((n.lineno for n in analysed.uses.get(target.id, ()) if isinstance(n.ctx, ast.Store)), default=0)
    text = f"What does `{target.id}` hold when the program has run to its end, and how does it come to that?"
    if held.value is None or not is_plain_value(held.value) or not is_open(value_words(held.value), text):
        return
    claim = Claim(code=program.code, run=target.id, outcome=ClaimOutcome.IS, value=held.value, slot=slot_making.RESULT)
    words = (f"line {last}", *code_words.spoken(node))
    fact = point(f"Line {last} is the last one that gives `{target.id}` a value.", words)
    slot = slot_making.value(held.value, f"What {target.id} holds at the end")
    yield idea(extent(node), text, (fact,), slot=slot, claims=[claim])


def prints(node: ast.stmt, analysed: AnalysedCode) -> Iterator[Idea]:
    """A program that prints a little: what?"""
    program = analysed.program
    if program is None or not program.starts or analysed.parents.get(node) is not analysed.tree:
        return
    shown = program.alone.printed
    calls = [n for n in ast.walk(node) if isinstance(n, ast.Call) and _is_print(n)]
    if not calls or not shown.strip() or len(editor_lines(shown)) > _MOST_LINES + 1 or len(shown) > QUOTED:
        return
    text = "What does the program print from its first to its last line, and which lines decide that?"
    if "`" in shown or not is_open((" ".join(shown.split()).lower(),), text):
        return
    claim = Claim(code=program.code, outcome=ClaimOutcome.PRINTS, value=shown, slot=slot_making.RESULT)
    slot = slot_making.value(repr(shown.strip()), "All that it prints")
    slot = replace(slot, accepted=tuple(dict.fromkeys((repr(shown.strip()), shown.strip()))))
    words = (f"line {calls[0].lineno}", *code_words.spoken(calls[0]))
    yield idea(extent(node), text, (point(f"Line {calls[0].lineno} prints.", words),), slot=slot, claims=[claim])


def _is_print(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "print"
