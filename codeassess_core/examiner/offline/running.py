"""Runs the candidate's text in the sandbox, within one time budget for each question."""

from __future__ import annotations

import ast
import time
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from ...documents.lines import editor_lines
from ...sandbox import MontySandbox, Outcome, Sandbox, tree_of, unknown
from ...sandbox.port import DEFAULT

BUDGET = 0.4  #: seconds for all runs of one question together


class Runs:
    """All runs of one question. Each is made once, and none after the budget is spent: then the outcome is unknown."""

    def __init__(self, sandbox: Sandbox, *, seconds: float | None = None) -> None:
        self._sandbox, self._left = sandbox, BUDGET if seconds is None else seconds
        self._told: dict[tuple[str, str], Outcome] = {}

    def outcome(self, code: str, call: str) -> Outcome:
        """The outcome of the text followed by the call."""
        key = code, call
        if key not in self._told:
            if self._left <= 0:
                return unknown(call, "the time for this question is spent")
            began = time.monotonic()
            self._told[key] = self._sandbox.run(code, [call], DEFAULT, follow=True)[0]
            self._left -= time.monotonic() - began
        return self._told[key]


@dataclass(frozen=True)
class Program:
    """A text that Python can parse, as it was typed."""

    code: str
    tree: ast.Module = field(compare=False)
    runs: Runs = field(compare=False)

    def call(self, call: str) -> Outcome:
        """The outcome of a call after the text; of an empty call, of the text alone."""
        return self.runs.outcome(self.code, call)

    @cached_property
    def alone(self) -> Outcome:
        """The outcome of the text without a call."""
        return self.call("")

    @property
    def starts(self) -> bool:
        """Is it known that the text itself runs to its end?"""
        return self.alone.known and not self.alone.error

    def with_replaced(self, node: ast.AST, text: str) -> Program | None:
        """The text with other source in place of a node's; None when that does not parse."""
        lines = editor_lines(self.code)
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", None)
        if not first or last is None or last > len(lines):
            return None
        head = lines[first - 1].encode()[: node.col_offset]  # type: ignore[attr-defined]
        tail = lines[last - 1].encode()[node.end_col_offset :]  # type: ignore[attr-defined]
        made = f"{head.decode()}{text}{tail.decode()}"
        return program("\n".join((*lines[: first - 1], made, *lines[last:])), self.runs)


def program(code: str, runs: Runs) -> Program | None:
    """The text as a program; None when it does not parse."""
    tree = tree_of(code)
    return Program(code, tree, runs) if tree is not None else None


@lru_cache(maxsize=1)
def shared() -> Sandbox:
    """The sandbox of this process, for callers that were given none."""
    return MontySandbox()
