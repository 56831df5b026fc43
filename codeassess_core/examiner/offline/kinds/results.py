"""Questions about the result of a call, found by running it: results, failures, what a line is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from ....documents import python_text
from ...text import code_words
from ...text.tables import alt
from .. import slot_making
from ..analysed_code import AnalysedCode
from ..example_runs import OF_NAMES, ExampleRuns, Run
from ..facts import AS_IT_STANDS
from ..possible_question import Idea, idea, point
from ..syntax import extent
from . import run_words
from .run_words import call_of, can_be_asked, changed, path_lines, reason, why, within

_VALUE: Final = "The result of the call"


def fails(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A function that fails for all its examples: with what, and why?"""
    run = _failure(node, analysed)
    near = _near(node, analysed)
    if run is None or not near:
        return
    lines = (min(run.last, *near), max(run.last, *near))
    call, behind = call_of(run), [n for n in near if n > run.last]
    if changed(run, analysed) or not behind:
        text = f"The call {call} does not get past line {run.last}. Which error does Python raise there, and why?"
    else:
        text = (
            f"The call {call} never gets to line {behind[0]}: line {run.last} fails. With which error does it fail, "
            "and why?"
        )
    if can_be_asked(run, text):
        slot = slot_making.result(run, f"The error that line {run.last} raises")
        claim = slot_making.claim(run, slot=slot_making.RESULT)
        yield idea(lines, text, (reason(run, node),), slot=slot, claims=[claim])


def to_mend(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """The same with the failure named: what is the cause? For when the failure was asked about, and is still there."""
    run, near = _failure(node, analysed), _near(node, analysed)
    if run is not None and near:
        text = (
            f"In the call {call_of(run)}, line {run.last} raises `{run.error}`. What does Python find there that it "
            "cannot work with, and what would you change?"
        )
        lines = (min(run.last, *near), max(run.last, *near))
        yield idea(lines, text, (reason(run, node),), claims=[slot_making.claim(run)])


def _failure(node: ast.FunctionDef, analysed: AnalysedCode) -> Run | None:
    examples = analysed.examples_of(node)
    run = examples.failure if examples else None
    return run if run is not None and run.last and call_of(run) and within(run, node) else None


def _near(node: ast.FunctionDef, analysed: AnalysedCode) -> list[int]:
    return [n for n in analysed.changed if extent(node)[0] <= n <= extent(node)[1]]


def call_result(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A call whose path through the function has to be followed."""
    examples = analysed.examples_of(node)
    if examples is None or examples.failure is not None or not _has_ways(node):
        return
    for run in examples.ordinary:
        text = f"What does the call {call_of(run)} come to, and by which steps does it get there?"
        if not run.error and changed(run, analysed) and can_be_asked(run, text):
            yield _asked(run, node, analysed, text)
            return


def _asked(run: Run, node: ast.FunctionDef, analysed: AnalysedCode, text: str, *, depth: int | None = None) -> Idea:
    slot = slot_making.result(run, run_words.A_RESULT if run.error else _VALUE)
    claims = [slot_making.claim(run, slot=slot_making.RESULT)]
    return idea(path_lines(run, node), text, why(run, node, analysed), depth=depth, slot=slot, claims=claims)


def _has_ways(node: ast.FunctionDef) -> bool:
    """Is there more to follow than one expression?"""
    steps = sum(isinstance(n, ast.Assign | ast.AugAssign | ast.Return) for n in ast.walk(node))
    return steps > 1 or any(isinstance(n, ast.If | ast.For | ast.While | ast.IfExp) for n in ast.walk(node))


def worked_out(node: ast.Return | ast.Assign | ast.If, analysed: AnalysedCode) -> Iterator[Idea]:
    """A function of one expression: what is its result for an example?"""
    function, examples = analysed.function(node), analysed.examples_of(node)
    if examples is None or not isinstance(node, ast.Return) or not isinstance(function, ast.FunctionDef):
        return
    for run in examples.ordinary:
        text = (
            f"Line {node.lineno} works out the result. What does the call {call_of(run)} give? Show how you get there."
        )
        if node.value is not None and run.last == node.lineno and not run.error and can_be_asked(run, text):
            yield _asked(run, function, analysed, text)
            return


def edge_result(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A call with unusual arguments; one with an unusual result shows more."""
    examples = analysed.examples_of(node)
    if examples is None or examples.failure is not None:
        return
    unusual = _unusual(examples)
    plain = [run for run in examples.edges if run not in unusual] if _has_edges(node) else []
    for run in (*unusual, *plain):
        text = f"What comes of the call {call_of(run)}, and why?"
        if changed(run, analysed) and within(run, node) and can_be_asked(run, text):
            yield _asked(run, node, analysed, text, depth=None if run in unusual else 2)
            return


def _unusual(examples: ExampleRuns) -> list[Run]:
    """Runs that fail, give nothing where others give something, or take another path."""
    usual = {run.lines for run in examples.ordinary if not run.error}
    results = any(run.result not in ("None", None) for run in examples.ordinary)
    nothing = ("None", "''", "[]") if results else ()
    return [run for run in examples.edges if run.error or run.result in nothing or run.lines not in usual]


def _has_edges(node: ast.FunctionDef) -> bool:
    """Does the function treat small or negative values differently?"""
    rims = (ast.If, ast.For, ast.While, ast.FloorDiv, ast.Mod, ast.Subscript)
    return any(isinstance(n, rims) for n in ast.walk(node))


_TYPES: Final = {
    int: ("a whole number", alt("int | integer | whole number")),
    float: ("a number with a fraction part", alt("float | decimal | floating | fraction")),
    str: ("a text", alt("str | string | text")),
    list: ("a list", alt("list | array")),
    tuple: ("a tuple", alt("tuple | pair")),
    bool: ("True or False", alt("bool | boolean | true | false")),
}


def result_type(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A function whose result has another type than its arguments: which one?"""
    examples = analysed.examples_of(node)
    for run in examples.ordinary if examples else ():
        made = _other_type(run)
        if made is None or not changed(run, analysed) or not call_of(run):
            continue
        wrong = [(name, f"`{run.result}` is {_TYPES[made][0]}.") for t, (name, _) in _TYPES.items() if t is not made]
        slot = slot_making.choice(
            [(_TYPES[made][0], f"It gives `{run.result}`.")], wrong[:3], "Its type", seed=run.call
        )
        returned = run_words.statement_at(run.last, node)
        if slot is None or returned is None:
            continue
        text = (
            f"What sort of value does the call {call_of(run)} return, and what makes it so? {slot_making.offered(slot)}"
        )
        gives = f"Line {run.last} returns `{run.result}`, which is {_TYPES[made][0]}."
        made_so = point(
            gives, (*run_words.value_words(run.result or ""), *code_words.spoken(returned), f"line {run.last}")
        )
        yield idea(path_lines(run, node), text, (made_so,), slot=slot, claims=[slot_making.claim(run)])
        return


def _type_of(run: Run) -> type | None:
    try:
        return type(python_text.literal(run.result or ""))
    except (ValueError, SyntaxError):
        return None


def _other_type(run: Run) -> type | None:
    """The type of the result, when it is none of the arguments' types and one of `_TYPES`; else None."""
    made = _type_of(run)
    given = {
        type(part) for argument in run.arguments for part in (argument if isinstance(argument, list) else [argument])
    }
    return made if not run.error and made in _TYPES and given and made not in given else None


def without_line(node: ast.stmt, analysed: AnalysedCode) -> Iterator[Idea]:
    """A line without which the result is another: what is the line for?"""
    examples = analysed.examples_of(node)
    quote = analysed.source(node) if extent(node)[0] == extent(node)[1] else ""
    alone = examples is None or len(examples.function.body) < 2 or examples.failure is not None
    if examples is None or alone or not quote or len(quote) > run_words.QUOTED or "`" in quote:
        return
    for run, other in examples.with_other(node, "pass"):
        text = (
            f"Somebody puts `pass` in place of line {node.lineno}, `{quote}`. What does {call_of(run)} then come to, "
            "and why?"
        )
        unfit = run.error or other.error in OF_NAMES or not run_words.differ_in_words(run, other)
        if unfit or not call_of(run) or not can_be_asked(other, text):
            continue
        slot = slot_making.result(other, run_words.A_RESULT if other.error else "The result then")
        as_is = point(
            f"{AS_IT_STANDS}{run_words.comes_to(run)}.", (*run_words.words_of(run), *code_words.words_for(node))
        )
        claims = [slot_making.claim(other, slot=slot_making.RESULT), slot_making.claim(run)]
        yield idea(extent(node), text, (as_is,), slot=slot, claims=claims)
        return
