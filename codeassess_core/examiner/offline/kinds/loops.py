"""Questions about loops: their passes, what ends them, their cost."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....model import ExpectedPoint
from ...text import code_words
from ...text.tables import Words, alt
from ..analysed_code import AnalysedCode
from ..bindings import assigned
from ..possible_question import Idea, idea, point, span
from ..syntax import extent, header, name_of, names

_CONDITIONLESS = alt("not condition | unconditional | always | no if | rest | other | immediately | right away")


def loop_end(node: ast.While, analysed: AnalysedCode) -> Iterator[Idea]:
    """A `while`: what ends it, and does its body bring the end nearer?"""
    body = ast.Module(body=node.body, type_ignores=[])
    step = next((n for name, n in assigned(body) if name in names(node.test)), None)
    stops = point(f"It stops as soon as {analysed.quote(node.test) or 'its condition'} is false.", _ended(node.test))
    if step is not None:
        line, how = extent(step)[0], (*code_words.words_for(analysed.parents[step]), "change", "update")
        points: tuple[ExpectedPoint, ...] = (
            stops,
            point(f"Line {line} changes `{name_of(step)}`, on which that depends.", how),
        )
    elif any(isinstance(n, ast.Break | ast.Return) for n in ast.walk(body)):
        points = (point("A `break` or `return` in its body ends it.", alt("break | return | found | leave")),)
    elif any(isinstance(n, ast.Call) for n in ast.walk(node)):
        points = (stops,)
    else:
        points = (point("Nothing in its body gives a name in its condition another value.", code_words.FOREVER),)
    text = (
        f"What makes the `while` loop on {span(*header(node))} stop{analysed.inside(node)}, or keeps it from stopping?"
    )
    yield idea(header(node), text, points)


def _ended(test: ast.expr) -> Words:
    common = alt("false | no longer | not true | not hold")
    match test:
        case ast.Compare(ops=[op], comparators=[right]) if type(op) in code_words.NEGATED:
            opposite = code_words.OPERATION[code_words.NEGATED[type(op)]]
            return (*common, *opposite, *code_words.literal_words(right), "reach", "pass")
    return common + alt("empty | none | 0 | zero | break")


def range_values(node: ast.For, analysed: AnalysedCode) -> Iterator[Idea]:
    """A `for` over `range`: which are the first and the last value of the loop variable?"""
    match node:
        case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=[_] | [_, _] as bounds)):
            first = bounds[0] if len(bounds) == 2 else ast.Constant(value=0)
            last, words = _last_value(bounds[-1], analysed)
            points = (
                point(f"The first value of `{name}` is {analysed.quote(first) or '`0`'}.", code_words.spoken(first)),
                point(f"Its last value is {last}, because `range` leaves its end out.", words, weight=2),
            )
            text = f"Which values does `{name}` take in the loop on {span(*header(node))}, from the first to the last?"
            yield idea(header(node), text, points)


def _last_value(stop: ast.expr, analysed: AnalysedCode) -> tuple[str, Words]:
    match stop:
        case ast.Constant(value=int() as n):
            return f"`{n - 1}`", code_words.value_words(n - 1)
        case ast.BinOp(left=ast.Name(id=name), op=ast.Add(), right=ast.Constant(value=1)):
            to = alt(f"to {name} | until {name} | {name} itself | last {name} | through {name}".lower())
            return f"`{name}` itself", to + alt("inclusive | include | included")
        case ast.Call(func=ast.Name(id="len"), args=[inner]):
            words = alt("last index | length minus | len minus | - 1 | minus 1 | minus one | last position")
            return f"the last index of {analysed.quote(inner) or 'it'}", words + code_words.LAST_LEFT_OUT
    one_less = alt("- 1 | -1 | minus 1 | minus one")
    return f"one less than {analysed.quote(stop) or 'the end'}", one_less + code_words.LAST_LEFT_OUT


def nested(node: ast.For | ast.While, analysed: AnalysedCode) -> Iterator[Idea]:
    """A loop in a loop: how does the work grow?"""
    inner = next((n for s in node.body for n in ast.walk(s) if isinstance(n, ast.For | ast.While)), None)
    grows = next(iter(names(node.iter if isinstance(node, ast.For) else node.test)), "")
    if inner is None or not grows or (isinstance(inner, ast.For) and not names(inner.iter)):
        return
    again = alt("each | every | for all | inner | again | multiply | times")
    points = (point("For each pass of the outer loop the inner one runs again from the start.", again),)
    text = (
        f"The loop on line {inner.lineno} runs inside the one on line {node.lineno}. How does the number "
        f"of its passes grow when `{grows}` doubles, and why?"
    )
    yield idea(extent(node), text, points)


def only_pass(node: ast.Return, analysed: AnalysedCode) -> Iterator[Idea]:
    """A `return` directly in the body of a loop: there is only one pass."""
    loop = analysed.loop(node)
    if loop is not None and analysed.parents[node] is loop and node in loop.body:
        points = (
            point("Only one: the first pass already reaches it.", alt("1 | one | first | once | single")),
            point("No condition guards it, so the rest is never looked at.", code_words.STOPS + _CONDITIONLESS),
        )
        text = f"How many passes does the loop on line {loop.lineno} make before line {node.lineno} returns, and why?"
        yield idea(extent(node), text, points)


def leaves(node: ast.Return | ast.Break, analysed: AnalysedCode) -> Iterator[Idea]:
    """A conditional `return` or `break` in a loop: what happens to the remaining passes?"""
    loop = analysed.loop(node)
    if loop is None or analysed.parents[node] is loop:
        return
    if isinstance(node, ast.Return):
        word, after = "return", "The function ends at once and hands its result over."
        next_words = alt("function | result | value | caller")
    else:
        word, after = "break", "The program goes on after the loop."
        next_words = alt("after the loop | below | following | next statement | rest")
    not_made = code_words.STOPS + alt("not run | not execute | never | ignored")
    points = (point("They are not made: the loop ends.", not_made), point(after, next_words))
    text = (
        f"What happens to the remaining passes of the loop on line {loop.lineno} once `{word}` on line "
        f"{node.lineno} runs, and how does the program go on?"
    )
    yield idea(extent(node), text, points)


def skips(node: ast.Continue, analysed: AnalysedCode) -> Iterator[Idea]:
    """A `continue`: what is skipped?"""
    points = (
        point("The rest of this pass's body is not run.", alt("rest | remaining | below | after it | following")),
        point("The loop goes on with its next pass.", alt("next | go on | proceed")),
    )
    yield idea(extent(node), f"What is skipped when `continue` on line {node.lineno} runs, and then?", points)
