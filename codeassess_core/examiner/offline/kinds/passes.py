"""Questions about the passes of a loop in one call: how many there are, and what a name holds after one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from .. import meaning
from ..meaning import Words, alt
from ..scene import Scene, extent, header, names
from ..sketch import Idea, idea, point, span
from .results import call_of, is_open, value_words

_LATER: Final = ("first", "second", "third")
_QUOTED: Final = 60  #: characters of a value that a question quotes


def after_pass(node: ast.For | ast.While, scene: Scene) -> Iterator[Idea]:
    """A name that a loop changes: what does it hold after the second pass?"""
    practice = scene.practice(node)
    if practice is None or practice.failure is not None:
        return
    for run in practice.ordinary:
        seen, call = run.passes.get(node.lineno, ()), call_of(practice.function, run)
        if len(seen) < 2 or not call or run.error:
            continue
        for name in _named(node):
            values = [names_.get(name, "") for names_ in seen]
            number = 2 if len(values) > 2 else 1
            text = (
                f"In the call {call}, what does `{name}` hold after the {_LATER[number]} pass of the loop on "
                f"{span(*header(node))}, and how does it come to that?"
            )
            held, earlier = values[number], values[number - 1]
            if (
                held
                and held != earlier
                and len(held) <= _QUOTED
                and value_words(held)
                and is_open(value_words(held), text)
            ):
                how = point("It says what each pass does to it.", _changes(node, name))
                yield idea(extent(node), text, (point(f"It holds `{held}`.", value_words(held), weight=2), how))
                return


def _named(loop: ast.For | ast.While) -> dict[str, None]:
    """The names in the body of a loop, without those that it counts with."""
    own = set(names(loop.target)) if isinstance(loop, ast.For) else set()
    every = [n.id for s in loop.body for n in ast.walk(s) if isinstance(n, ast.Name)]
    return dict.fromkeys(name for name in every if name not in own)


def _changes(loop: ast.For | ast.While, name: str) -> Words:
    doing = [n for s in loop.body for n in ast.walk(s) if isinstance(n, ast.stmt) and name in names(n)]
    return tuple(w for n in doing for w in meaning.spoken(n)) + alt("each | every | again | add")


def passes(node: ast.For | ast.While, scene: Scene) -> Iterator[Idea]:
    """A loop: how many passes does it make in a call, and what does that depend on?"""
    practice = scene.practice(node)
    if practice is None or practice.failure is not None:
        return
    for run in practice.ordinary:
        number, call = run.counts.get(node.lineno, 0), call_of(practice.function, run)
        words = meaning.value_words(number)
        text = (
            f"How many passes does the loop on line {node.lineno} make in the call {call}, and when would it be more?"
        )
        if number > 1 and call and not run.error and not run.endless and is_open(words, text):
            grows = tuple(name.lower() for name in (n for part in _governs(node) for n in names(part)))
            more = point("It says what the number depends on.", (*grows, *_MORE))
            yield idea(header(node), text, (point(f"{number}.", words, weight=2), more))
            return


_MORE: Final = alt(
    "larger | longer | bigger | more | greater | each | every | until | earlier | length | return | break"
)


def _governs(loop: ast.For | ast.While) -> Iterator[ast.AST]:
    """What decides how often a loop runs: its header, and the conditions of its exits."""
    yield loop.iter if isinstance(loop, ast.For) else loop.test
    for node in (n for s in loop.body for n in ast.walk(s)):
        if isinstance(node, ast.If) and any(isinstance(n, ast.Break | ast.Return) for n in ast.walk(node)):
            yield node.test
