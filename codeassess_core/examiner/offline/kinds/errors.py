"""Questions about exceptions: what raises, what is caught, what runs afterwards."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...text import code_words
from ...text.tables import alt
from ..analysed_code import AnalysedCode
from ..possible_question import Idea, idea, point, span
from ..syntax import extent, header, name_of, names

_BROAD = frozenset({"Exception", "BaseException"})
_BROKEN_OFF = code_words.STOPS + alt("not run | not return | no value | immediately | at once")
_CAUGHT_ABOVE = alt("catch | try | except | handle | propagate | crash | traceback | terminate")
_ALWAYS = alt("always | both | every case | any case | with or without | regardless | no matter | either way")
_AT_LAST = alt("last | after | before leaving | before the function | at the end | before return")
_ON_EVERY_WAY = alt("always | automatic | automatically | context manager | leaving | exit | propagate | every")


def escapes(node: ast.Try, analysed: AnalysedCode) -> Iterator[Idea]:
    """An error of another class than the handlers name."""
    caught = [name for handler in node.handlers for name in _caught(handler)]
    if not caught or not _BROAD.isdisjoint(caught) or any(h.type is None for h in node.handlers):
        return
    start, end = node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno
    text = (
        f"What happens when {span(start, end)} {'raises' if start == end else 'raise'} something "
        f"else than `{caught[0]}`?"
    )
    points = (
        point(
            "No handler here takes it.",
            alt("not catch | not caught | uncaught | not handle | unhandled | no handler | pass through | not match"),
        ),
        point(
            "It goes on to the caller, and ends the program if nobody handles it.",
            alt("caller | propagate | crash | stop | traceback | up | end the program | terminate"),
        ),
    )
    yield idea((node.lineno, node.end_lineno or end), text, points)


def swallows(node: ast.ExceptHandler, analysed: AnalysedCode) -> Iterator[Idea]:
    """A handler for everything."""
    if node.type is not None and _BROAD.isdisjoint(_caught(node)):
        return
    points = (
        point(
            "It takes errors that were not foreseen, such as a misspelt name.",
            alt(
                "every | all | any | nameerror | typo | unexpected | other | bug | programming | "
                "keyboardinterrupt | misspelt"
            ),
        ),
        point(
            "They stay hidden, so the cause is hard to find.",
            alt(
                "hide | hidden | mask | silent | unnoticed | not see | debug | not know | swallow | hard to find | lost"
            ),
        ),
    )
    text = f"Which mistakes in your own code could the `except` on line {node.lineno} keep you from noticing, and how?"
    yield idea(extent(node), text, points)


def raises(node: ast.Raise, analysed: AnalysedCode) -> Iterator[Idea]:
    """A `raise`: what does it mean for the rest of the function, and for the caller?"""
    function = analysed.function(node)
    if function is None or node.exc is None:
        return
    points = (
        point("The rest of the function does not run and no value is returned.", _BROKEN_OFF),
        point("The caller has to catch it with `try`/`except`, or the program ends.", _CAUGHT_ABOVE),
    )
    text = (
        f"What does a caller of `{function.name}` experience when line {node.lineno} is reached, "
        "and what about the lines after it?"
    )
    yield idea(extent(node), text, points)


def finally_runs(node: ast.Try, analysed: AnalysedCode) -> Iterator[Idea]:
    """A `finally`: when does it run?"""
    if not node.finalbody:
        return
    first, last = node.finalbody[0].lineno, extent(node)[1]
    points = (
        point("Always: with and without an error.", _ALWAYS),
        point("It runs last, before the error or the result leaves.", _AT_LAST),
    )
    text = f"In which cases does line {first} in the `finally` block run, and in which order with the rest?"
    yield idea((first, last), text, points)


def file_closes(node: ast.With, analysed: AnalysedCode) -> Iterator[Idea]:
    """A `with open(…)`: what does it take care of?"""
    if any(isinstance(i.context_expr, ast.Call) and name_of(i.context_expr.func) == "open" for i in node.items):
        points = (
            point("It is closed all the same.", alt("close | closed | release")),
            point("`with` does that on every way out of the block; the error then goes on.", _ON_EVERY_WAY),
        )
        text = f"What becomes of the file from line {node.lineno} if an error occurs inside the `with` block, and why?"
        yield idea(header(node), text, points)


def _caught(handler: ast.ExceptHandler) -> tuple[str, ...]:
    return names(handler.type) if handler.type is not None else ()
