"""Questions about the passes of a loop in one call: how many there are, and what a name holds after one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from typing import Final

from ....model import Claim, ClaimOutcome, ExpectedPoint
from ...text import code_words
from .. import slot_making
from ..analysed_code import AnalysedCode
from ..example_runs import Run
from ..possible_question import Idea, idea, point, span
from ..syntax import extent, header
from .run_words import call_of, is_open, is_plain_value, value_words

_LATER: Final = ("first", "second", "third")


def after_pass(node: ast.For | ast.While, analysed: AnalysedCode) -> Iterator[Idea]:
    """A name that a loop changes: what does it hold after the second pass?"""
    examples = analysed.examples_of(node)
    if examples is None or examples.failure is not None:
        return
    runs = (run for run in examples.ordinary if _passes_twice(run, node) and call_of(run) and not run.error)
    found = (_about(node, name, run, analysed) for run in runs for name in run.passes[node.lineno][0])
    yield from islice((one for one in found if one is not None), 1)


def _passes_twice(run: Run, node: ast.For | ast.While) -> bool:
    return len(run.passes.get(node.lineno, ())) >= 2


def _about(node: ast.For | ast.While, name: str, run: Run, analysed: AnalysedCode) -> Idea | None:
    values = tuple(names.get(name, "") for names in run.passes[node.lineno])
    number = 2 if len(values) > 2 else 1
    held, earlier = values[number], values[number - 1]
    text = (
        f"In the call {call_of(run)}, what does `{name}` hold after the {_LATER[number]} pass of the loop on "
        f"{span(*header(node))}, and how does it come to that?"
    )
    if "" in values or held == earlier or not is_plain_value(held) or not is_open(value_words(held), text):
        return None
    claim = Claim(
        code=run.code,
        run=run.call,
        outcome=ClaimOutcome.TRACE,
        slot=slot_making.RESULT,
        line=node.lineno,
        name=name,
        values=values,
    )
    doing = [n for s in node.body for n in ast.walk(s) if isinstance(n, ast.stmt) and _changes(n, name)]
    changed = f" Line {doing[0].lineno} changes it." if doing else ""
    words = (*value_words(earlier), *(w for n in doing for w in code_words.spoken(n)))
    how = point(f"After the pass before it held `{earlier}`.{changed}", words)
    slot = slot_making.value(held, f"What {name} holds then")
    return idea(extent(node), text, (how,), slot=slot, claims=[claim])


def _changes(node: ast.stmt, name: str) -> bool:
    if isinstance(node, ast.Expr | ast.Assign | ast.AugAssign):
        return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))
    return False


def passes(node: ast.For | ast.While, analysed: AnalysedCode) -> Iterator[Idea]:
    """A loop: how many passes does it begin in a call?"""
    examples = analysed.examples_of(node)
    if examples is None or examples.failure is not None:
        return
    for run in examples.ordinary:
        number, call = run.counts.get(node.lineno, 0), call_of(run)
        if number < 2 or not call or run.error or run.last == node.lineno:
            continue
        others = [n for n in (number - 1, number + 1, 1, 2 * number) if n != number]
        wrong = [(str(n), f"The loop begins {number} passes in this call.") for n in dict.fromkeys(others)][:3]
        slot = slot_making.choice([(str(number), "So many passes begin.")], wrong, "Number of passes", seed=run.call)
        if slot is None:
            continue
        text = (
            f"How many passes does the loop on line {node.lineno} begin in the call {call}, and what decides that? "
            f"{slot_making.offered(slot)}"
        )
        yield idea(header(node), text, (_governs(node, analysed),), slot=slot, claims=[slot_making.claim(run)])
        return


def _governs(loop: ast.For | ast.While, analysed: AnalysedCode) -> ExpectedPoint:
    head = loop.iter if isinstance(loop, ast.For) else loop.test
    quote = analysed.quote(head) or "its header"
    exits = [n for s in loop.body for n in ast.walk(s) if isinstance(n, ast.Break | ast.Return)]
    left = f", and line {exits[0].lineno} may end it before" if exits else ""
    words = (*code_words.spoken(head), *(f"line {n.lineno}" for n in exits))
    return point(f"{quote} on line {loop.lineno} decides it{left}.", words)
