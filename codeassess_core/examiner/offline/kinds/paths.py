"""Questions about the path of a call: which line ends it, which call reaches a line, which one reaches no `return`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ...text import code_words
from ...text.tables import alt
from .. import slot_making
from ..analysed_code import AnalysedCode
from ..example_runs import Run
from ..possible_question import Idea, idea, point
from ..syntax import extent
from .run_words import QUOTED, call_of, changed, comes_to, path_lines, why

_FEW = 3  #: wrong options


def last_line(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A function with several returns: which line ends a call?"""
    examples = analysed.examples_of(node)
    ends = {n.lineno for n in ast.walk(node) if isinstance(n, ast.Return)}
    if examples is None or examples.failure is not None or len(ends) < 2:
        return
    for run in sorted(examples.every, key=lambda run: -run.last):
        if run.error or run.last not in ends or not changed(run, analysed) or not call_of(run):
            continue
        text = f"With which line does the call {call_of(run)} end, and which conditions does it meet on its way there?"
        slot = slot_making.lines([run.last], "The line with which the call ends")
        yield idea(path_lines(run, node), text, why(run, node, analysed), slot=slot, claims=[slot_making.claim(run)])
        return


def reached_for(node: ast.Return, analysed: AnalysedCode) -> Iterator[Idea]:
    """A `return` under a condition: which of some calls reaches it?"""
    function, examples = analysed.function(node), analysed.examples_of(node)
    case = next((a for a in analysed.above(node) if isinstance(a, ast.If)), None)
    if examples is None or case is None or not isinstance(function, ast.FunctionDef) or examples.failure is not None:
        return
    runs = [run for run in examples.every if not run.error and _is_short(run)]
    there = [run for run in runs if run.last == node.lineno]
    other = _distinct([run for run in runs if run.last != node.lineno])
    if not there or not other:
        return
    slot = slot_making.choice(
        [(there[0].call, f"It ends with line {node.lineno}.")],
        [(run.call, _ends(run)) for run in other[:_FEW]],
        f"The call that gets to line {node.lineno}",
        seed=function.name,
    )
    if slot is not None:
        text = f"Which of these calls gets to the `return` on line {node.lineno}, and why? {slot_making.offered(slot)}"
        words = (f"line {case.lineno}", *code_words.spoken(case.test))
        holds = "holds" if any(node in ast.walk(s) for s in case.body) else "does not hold"
        condition = point(f"For `{there[0].call}` the condition on line {case.lineno} {holds}.", words)
        claims = [slot_making.claim(run) for run in (there[0], *other[:_FEW])]
        yield idea(extent(node), text, (condition,), slot=slot, claims=claims)


def _is_short(run: Run) -> bool:
    return 0 < len(run.call) <= QUOTED // 2 and "`" not in run.call


def _distinct(runs: Sequence[Run]) -> list[Run]:
    """The runs, those with different ends first."""
    first = list({run.last: run for run in runs}.values())
    return [*first, *(run for run in runs if run not in first)]


def _ends(run: Run) -> str:
    return f"It ends with line {run.last}." if run.last else "It reaches no `return`."


def open_end(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A function in which some call reaches no `return`: which one?"""
    examples = analysed.examples_of(node)
    if examples is None or examples.failure is not None:
        return
    runs = [run for run in examples.every if not run.error and _is_short(run)]
    open_ = [run for run in runs if not run.last and run.result == "None" and changed(run, analysed)]
    closed = [run for run in runs if run.last]
    slot = slot_making.choice(
        [(run.call, "It reaches no `return`, so its value is `None`.") for run in open_[:1]],
        [(run.call, f"Line {run.last} returns: {comes_to(run)}.") for run in closed[:_FEW]],
        "The call that reaches no return",
        seed=node.name,
    )
    if slot is not None:
        asked = "Which of these calls ends without reaching any `return`, and what is its value?"
        text = f"{asked} {slot_making.offered(slot)}"
        points = (point("Its value is `None`.", code_words.NOTHING),)
        claims = [slot_making.claim(run) for run in (open_[0], *closed[:_FEW])]
        yield idea(extent(node), text, points, slot=slot, claims=claims)


def shown(node: ast.Return, analysed: AnalysedCode) -> Iterator[Idea]:
    """A `return` in a function that prints nothing: what does a program show that only calls it?"""
    examples, prints = analysed.examples_of(node), analysed.uses.get("print", ())
    if examples is None or prints or examples.failure is not None:
        return
    for run in examples.ordinary:
        if run.error or run.printed or run.result in (None, "None") or run.last != node.lineno or not _is_short(run):
            continue
        if len(run.result or "") > QUOTED // 2 or "`" in (run.result or ""):
            continue
        back = f"The call hands `{run.result}` back; nothing prints it."
        slot = slot_making.choice(
            [("nothing at all", back)],
            [(run.result or "", back), ("None", "`None` is shown by nobody either.")],
            "What is on the screen",
            seed=run.call,
        )
        if slot is None:
            continue
        text = (
            f"A program holds this code and, as its last line, only the call `{run.call}`. What does it show on the "
            f"screen, given line {node.lineno}, and why? {slot_making.offered(slot)}"
        )
        point_ = point(f"`return` hands `{run.result}` back; no `print` shows it.", _NOT_SHOWN)
        yield idea(extent(node), text, (point_,), slot=slot, claims=[slot_making.claim(run)])
        return


_NOT_SHOWN = alt("print | hand | not show | not print | return | back | caller")
