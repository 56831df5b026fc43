"""Parses Python with CPython's parser: one text at a time in a process.

Two threads that parse at the same time fail with "SystemError: AST constructor recursion depth mismatch"
on Python 3.11, and the filters of `warnings` are global. No other module calls `ast.parse`, or
`ast.literal_eval` on a text.
"""

from __future__ import annotations

import ast
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_ONE_AT_A_TIME: Final = threading.Lock()


def parse(code: str) -> ast.Module:
    """The tree of a program. Raises what `ast.parse` raises; invalid escapes give no warning."""
    with _alone():
        return ast.parse(code)


def parse_expression(code: str) -> ast.expr:
    """The tree of one expression. Raises what `ast.parse` raises."""
    with _alone():
        return ast.parse(code, mode="eval").body


def literal(code: str) -> Any:
    """The value of a literal, as `ast.literal_eval`, with its exceptions."""
    return ast.literal_eval(parse_expression(code.lstrip(" \t")))


def check(code: str) -> None:
    """Raise what CPython's `compile` raises for an invalid program."""
    with _alone():
        compile(code, "<candidate>", "exec", dont_inherit=True)


@contextmanager
def _alone() -> Iterator[None]:
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
