"""A function of the candidate, worked out on examples: what can be said of it for sure. Pure."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final, TypeVar

from . import by_hand, examples
from .by_hand import Run, Unknown
from .examples import Arguments

Node = TypeVar("Node", bound=ast.AST)

_MOST: Final = 12  #: examples that a function is tried with
_LITTLE: Final = frozenset({"0", "0.0", "''", "[]", "None"})  #: results that tell least of how they came about
_OF_VALUES: Final = frozenset({"ValueError", "IndexError", "ZeroDivisionError", "KeyError"})
_OF_TYPES: Final = frozenset({"TypeError", "AttributeError"})
OF_NAMES: Final = frozenset({"NameError", "UnboundLocalError"})  #: errors that no argument can avoid
_NEARLY_ALL: Final = 0.75  #: share of the examples


class Practice:
    """What came of a function on its examples; runs that could not be worked out are left out."""

    def __init__(self, function: ast.FunctionDef, tree: ast.Module, instructions: str) -> None:
        self.function = function
        self._tree, self._instructions = tree, instructions
        self._told: dict[tuple[ast.AST, str], tuple[Run, Run] | None] = {}

    @cached_property
    def ordinary(self) -> tuple[Run, ...]:
        """With arguments that the function seems to be for."""
        runs = self._all(examples.ordinary(self.function, self._tree, self._instructions)[:_MOST])
        return tuple(sorted(runs, key=lambda run: run.result in _LITTLE and not run.printed))

    @cached_property
    def edges(self) -> tuple[Run, ...]:
        """With nothing, one, zero, less than zero."""
        return self._all(examples.edges(self.function, self._tree, self._instructions)[:_MOST])

    @cached_property
    def failure(self) -> Run | None:
        """A run that shows a flaw for sure: a name without a value, or a failure whatever the arguments are."""
        failed = [run for run in self.ordinary if run.error or run.endless]
        ways = Counter((run.error, run.last) for run in failed).most_common()
        for (error, last), times in sorted(ways, key=lambda way: way[0][0] in _OF_VALUES)[:1]:
            by_type = error in _OF_TYPES and times >= _NEARLY_ALL * len(self.ordinary)
            sure = error in OF_NAMES or by_type or len(failed) == len(self.ordinary)
            if sure and not self._doubtful(error):
                return next(run for run in failed if (run.error, run.last) == (error, last))
        return None

    @cached_property
    def reached(self) -> int:
        """The last line that calls usually get to: that of the failure, when nearly all fail; else a very large one."""
        failed = [run for run in self.ordinary if run.error or run.endless]
        stops = self.failure is not None and len(failed) >= _NEARLY_ALL * len(self.ordinary)
        return self.failure.last if self.failure and stops else sys.maxsize

    def _doubtful(self, error: str) -> bool:
        """Would an argument of another type, for which something speaks, do?"""
        if error not in _OF_TYPES:
            return False
        others = self._all(examples.others(self.function, self._tree, self._instructions)[:_MOST])
        return any(run.error not in _OF_TYPES for run in others)

    def beside(self, function: ast.FunctionDef, tree: ast.Module) -> Iterator[tuple[Run, Run]]:
        """Each run, and that of another version of the function with the same arguments."""
        for run in (*self.ordinary, *self.edges):
            other = worked_out(function, run.arguments, tree)
            if other is not None:
                yield run, other

    def with_other(self, old: ast.AST, new: ast.AST) -> Iterator[tuple[Run, Run]]:
        """Each run, and that of the function with one node exchanged for another."""
        function = exchanged(self.function, old, new)
        yield from self.beside(function, exchanged(self._tree, self.function, function))

    def told_apart(self, old: ast.AST, new: ast.AST, by: Callable[[Run, Run], bool]) -> tuple[Run, Run] | None:
        """A call that tells the function from one with another node, if there is one; looked for once."""
        key = old, ast.dump(new)
        if key not in self._told:
            pairs = self.with_other(old, new)
            self._told[key] = next((pair for pair in pairs if pair[0].outcome != pair[1].outcome and by(*pair)), None)
        return self._told[key]

    def _all(self, arguments: Sequence[Arguments]) -> tuple[Run, ...]:
        runs = (worked_out(self.function, given, self._tree) for given in arguments)
        return tuple(run for run in runs if run is not None)


def worked_out(function: ast.FunctionDef, arguments: Arguments, tree: ast.Module) -> Run | None:
    """The run; None when it cannot be told."""
    try:
        return by_hand.run(function, arguments, tree)
    except Unknown:
        return None


def exchanged(node: Node, old: ast.AST, new: ast.AST) -> Node:
    """A copy of a tree in which one node is another; what has not changed is shared."""
    if node is old:
        return new  # type: ignore[return-value]
    fields = {name: _exchanged(value, old, new) for name, value in ast.iter_fields(node)}
    if all(value is getattr(node, name) for name, value in fields.items()):
        return node
    return ast.copy_location(type(node)(**fields), node)


def _exchanged(value: Any, old: ast.AST, new: ast.AST) -> Any:
    if isinstance(value, list):
        parts = [_exchanged(part, old, new) for part in value]
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    return exchanged(value, old, new) if isinstance(value, ast.AST) else value
