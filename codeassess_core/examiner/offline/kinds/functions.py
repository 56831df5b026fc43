"""Questions about functions: parameters, recursion, generators, lambdas."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...text import code_words
from ...text.tables import alt
from .. import slot_making
from ..analysed_code import AnalysedCode
from ..possible_question import Idea, idea, point
from ..syntax import extent, header, name_of, parameters

_NO_EFFECT = alt(
    "no effect | none | nothing | not use | unused | never use | not matter | ignore | not read | not have"
)


def base_case(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A function that calls itself: which call ends the recursion?"""
    base = next((n for n in ast.walk(node) if isinstance(n, ast.If) and not _calls(n.body, node.name)), None)
    if base is None or not _calls(node.body, node.name):
        return
    outcome = analysed.outcome(base, base.body)
    compared = tuple(w for n in ast.walk(base.test) for w in code_words.literal_words(n))
    holds = f"The one for which {analysed.quote(base.test) or 'the condition'} on line {base.lineno} holds."
    points = [point(holds, code_words.words_for(base.test) + compared)]
    points += [point(f"There {outcome.text}.", outcome.words)] if outcome else []
    text = f"Which call of `{node.name}` gives its result without calling itself again, and what is that result?"
    yield idea(extent(node), text, points)


def endless_recursion(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A function whose calls never end, as runs of it show."""
    examples = analysed.examples_of(node)
    endless = [run for run in examples.ordinary if run.error == "RecursionError"] if examples else []
    if examples is None or not endless or len(endless) < len(examples.ordinary):
        return
    run = endless[0]
    text = f"Which error does the call `{run.call}` end with, and which line brings it about?"
    again = next((c for c in _calls(node.body, node.name)), None)
    if again is not None and "`" not in run.call and analysed.quote(again):
        fact = point(
            f"Line {again.lineno} calls `{node.name}` again, {analysed.quote(again)}.", (f"line {again.lineno}",)
        )
        slot = slot_making.exception(run.error, "The error")
        claim = slot_making.claim(run, slot=slot_making.RESULT)
        yield idea(extent(node), text, (fact,), slot=slot, claims=[claim])


def recursive_step(node: ast.Call, analysed: AnalysedCode) -> Iterator[Idea]:
    """The recursive call: what gets smaller?"""
    function, quote = analysed.function(node), analysed.quote(node)
    words = tuple(w for a in node.args for w in code_words.words_for(a))
    if function is None or name_of(node.func) != function.name or not words or not quote:
        return
    points = (point(f"Each call is made with another argument: {quote}.", words + alt("smaller | shorter | less")),)
    text = (
        f"How does the argument of {quote} on line {node.lineno} differ from the one `{function.name}` "
        "was called with, and why does that matter?"
    )
    yield idea(extent(node), text, points)


def unused_parameter(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A parameter that is never read, in a complete function."""
    if not analysed.touches(node) or not analysed.is_whole(node) or not _is_finished(node, analysed):
        return
    for arg in parameters(node):
        if next(analysed.reads(arg.arg, node), None) is None:
            text = f"What effect does the parameter `{arg.arg}` have on what `{node.name}` does?"
            yield idea(extent(node), text, (point(f"None: `{arg.arg}` is never read.", _NO_EFFECT),))


def _is_finished(node: ast.FunctionDef, analysed: AnalysedCode) -> bool:
    """Does it end with its result, or does other code follow? If not, more of the function may come."""
    if all(isinstance(s, ast.Pass) for s in node.body):
        return False
    after = node.end_lineno or node.lineno
    goes_on = any(isinstance(n, ast.stmt) and n.lineno > after for n in ast.walk(analysed.tree))
    return goes_on or isinstance(node.body[-1], ast.Return | ast.Raise)


def parameter(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A parameter that is read: where?"""
    for arg in parameters(node):
        uses = list(analysed.reads(arg.arg, node))
        numbers = sorted({use.lineno for use in uses if use.lineno > node.lineno})
        part = next((a for a in analysed.above(uses[-1]) if isinstance(a, _PARTS)), None) if uses else None
        if not 1 <= len(numbers) <= _MOST_USES or part is None or analysed.repaired or not analysed.is_whole(node):
            continue
        if analysed.touches(node) or analysed.touches(part):
            said = (*code_words.words_for(part), f"line {numbers[-1]}")
            fact = point(f"Line {numbers[-1]} reads it in {analysed.quote(part) or 'an expression'}.", said)
            text = f"On which lines of `{node.name}` is the parameter `{arg.arg}` read, and what is done with it there?"
            slot = slot_making.lines(numbers, f"The lines that read {arg.arg}")
            plain = len(node.body) < 2  # then there is only one line
            yield idea(extent(node), text, (fact,), slot=slot, depth=1 if plain else None)


_PARTS = (ast.BinOp, ast.Compare, ast.Call, ast.Subscript)
_MOST_USES = 4  #: lines that an answer has to name


def generator(node: ast.Yield, analysed: AnalysedCode) -> Iterator[Idea]:
    """A `yield`: when does the body run?"""
    function = analysed.function(node)
    if function is None:
        return
    lazy = alt("generator | iterator | not run | nothing | not execute | lazy | lazily")
    steps = alt("next | pause | resume | demand | asked | iterate | loop over | one at a time")
    points = (
        point("Calling it only makes a generator; no line of the body has run yet.", lazy),
        point("The body runs step by step when a value is asked for, and pauses at the `yield`.", steps),
    )
    text = f"How much of `{function.name}` has run right after it was called, and when is line {node.lineno} reached?"
    yield idea(extent(node), text, points)


def lambda_role(node: ast.Lambda, analysed: AnalysedCode) -> Iterator[Idea]:
    """A `lambda` that is passed on: who calls it, with what?"""
    call = next((a for a in analysed.above(node) if isinstance(a, ast.Call)), None)
    given = parameters(node)
    if not given or call is None:
        return
    user = call.func.attr if isinstance(call.func, ast.Attribute) else name_of(call.func)
    each = alt("each | every | element | item | row | entry | one by one")
    points = (
        point(f"`{user}` calls it once for each element, which arrives as `{given[0].arg}`.", each),
        point(
            f"Its value is {analysed.quote(node.body) or 'what stands behind the colon'}.",
            (*code_words.spoken(node.body), "return"),
        ),
    )
    text = f"What does `{given[0].arg}` stand for in the `lambda` on line {node.lineno}, and what comes out of it?"
    yield idea(header(node), text, points)


def _calls(body: list[ast.stmt], name: str) -> list[ast.Call]:
    return [n for s in body for n in ast.walk(s) if isinstance(n, ast.Call) and name_of(n.func) == name]
