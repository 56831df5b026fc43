"""Runs of a candidate's function on examples: what is certain about it."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from . import examples
from .examples import Arguments
from .running import Program

_MOST: Final = 8  #: examples that a function is run on
_LITTLE: Final = frozenset({"0", "0.0", "''", "[]", "None"})  #: results that say least about how they came about
_OF_VALUES: Final = frozenset({"ValueError", "IndexError", "ZeroDivisionError", "KeyError"})
_OF_TYPES: Final = frozenset({"TypeError", "AttributeError"})
OF_NAMES: Final = frozenset({"NameError", "UnboundLocalError"})  #: errors that no argument can avoid
_NEARLY_ALL: Final = 0.75  #: share of the examples


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The outcome of a call. Exactly one of `result` and `error` is set."""

    call: str
    arguments: Arguments
    code: str = field(repr=False)  #: the text after which the call was made
    result: str | None = None  #: as Python shows it
    printed: str = ""  #: by the call, without what the text itself printed before
    error: str = ""  #: the name of the exception
    why: str = ""  #: Python's message
    last: int = 0  #: the line of the `return` or of the failure; 0 when the function ran to its end
    lines: frozenset[int] = frozenset()  #: the lines on which a statement of the function itself began
    passes: Mapping[int, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    """By the line of a loop: the names after each of its first passes."""
    counts: Mapping[int, int] = field(default_factory=dict)  #: by the line of a loop: the number of all its passes

    @property
    def outcome(self) -> tuple[str | None, str, str]:
        """What distinguishes two runs for a caller."""
        return self.result, self.printed, self.error


class ExampleRuns:
    """The runs of a function on its examples, without those whose outcome is not known."""

    def __init__(self, function: ast.FunctionDef, program: Program, instructions: str) -> None:
        self.function, self.program = function, program
        self._instructions = instructions

    @cached_property
    def ordinary(self) -> tuple[Run, ...]:
        """Runs with arguments that the function seems to be made for."""
        runs = self._all(examples.ordinary(self.function, self.program.tree, self._instructions)[:_MOST])
        return tuple(sorted(runs, key=lambda run: run.result in _LITTLE and not run.printed))

    @cached_property
    def edges(self) -> tuple[Run, ...]:
        """Runs with empty, single, zero and negative arguments."""
        return self._all(examples.edges(self.function, self.program.tree, self._instructions)[:_MOST])

    @cached_property
    def every(self) -> tuple[Run, ...]:
        """All runs, the ordinary ones first."""
        return tuple({run.call: run for run in (*self.ordinary, *self.edges)}.values())

    @cached_property
    def failure(self) -> Run | None:
        """A run that certainly shows a defect: an unbound name, or a failure for all arguments."""
        failed = [run for run in self.ordinary if run.error]
        ways = Counter((run.error, run.last) for run in failed).most_common()
        for (error, last), times in sorted(ways, key=lambda way: way[0][0] in _OF_VALUES)[:1]:
            by_type = error in _OF_TYPES and times >= _NEARLY_ALL * len(self.ordinary)
            sure = error in OF_NAMES or by_type or len(failed) == len(self.ordinary)
            if sure and not self._doubtful(error):
                return next(run for run in failed if (run.error, run.last) == (error, last))
        return None

    @cached_property
    def reached(self) -> int:
        """The last line that calls usually reach: of the failure, when nearly all fail; else a very large number."""
        failed = [run for run in self.ordinary if run.error]
        stops = self.failure is not None and len(failed) >= _NEARLY_ALL * len(self.ordinary)
        return self.failure.last if self.failure and stops else sys.maxsize

    def _doubtful(self, error: str) -> bool:
        """Does an argument of another type work, for which some sign speaks?"""
        if error not in _OF_TYPES:
            return False
        others = self._all(examples.others(self.function, self.program.tree, self._instructions)[:_MOST])
        return any(run.error not in _OF_TYPES for run in others)

    def compared_with(self, other: Program) -> Iterator[tuple[Run, Run]]:
        """Each run, with that of another program for the same call."""
        for run in self.every:
            changed = ran(other, run.call, run.arguments)
            if changed is not None:
                yield run, changed

    def with_other(self, old: ast.AST, new: str) -> Iterator[tuple[Run, Run]]:
        """Each run, with that of the program in which a node has other source."""
        other = self.program.with_replaced(old, new)
        yield from self.compared_with(other) if other is not None else ()

    def _all(self, arguments: Sequence[Arguments]) -> tuple[Run, ...]:
        runs = (ran(self.program, _call(self.function, given), given) for given in arguments)
        return tuple(run for run in runs if run is not None)


def ran(program: Program, call: str, arguments: Arguments = ()) -> Run | None:
    """The run of a call; None when its outcome is not known."""
    if not program.starts:
        return None
    found = program.call(call)
    if not found.known or not (found.followed or found.error == "RecursionError"):
        return None
    return Run(
        call=call,
        arguments=arguments,
        code=program.code,
        result=found.value,
        printed=found.by_call,
        error=found.error,
        why=found.says,
        last=found.last or found.line,
        lines=frozenset(found.lines),
        passes=found.passes,
        counts=found.counts,
    )


def _call(function: ast.FunctionDef, arguments: Arguments) -> str:
    return f"{function.name}({', '.join(map(repr, arguments))})"
