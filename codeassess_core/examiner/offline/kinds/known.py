"""What a row about a well-known call holds."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from ....model import ExpectedPoint


def always(node: ast.Call) -> bool:
    """The question suits every such call."""
    return True


@dataclass(frozen=True, slots=True)
class KnownCall:
    """A call by its last name, what to ask about it, what a good answer says, and which calls it suits."""

    name: str
    question: str
    expected: tuple[ExpectedPoint, ...]
    suits: Callable[[ast.Call], bool] = always

    @classmethod
    def of(
        cls, name: str, question: str, *expected: ExpectedPoint, suits: Callable[[ast.Call], bool] = always
    ) -> KnownCall:
        """A row, written flat."""
        return cls(name, question, expected, suits)


def of_one_value(node: ast.Call) -> bool:
    """One argument, which could be anything: a name, an element, what another call gave."""
    plain = (ast.Name, ast.Subscript, ast.Call, ast.Attribute)
    return len(node.args) == 1 and not node.keywords and isinstance(node.args[0], plain) and not is_range(node)


def of_one(node: ast.Call) -> bool:
    """One argument."""
    return len(node.args) == 1 and not is_range(node)


def is_range(node: ast.Call) -> bool:
    """Is its argument a `range`, of which everything is known?"""
    match node.args:
        case [ast.Call(func=ast.Name(id="range"))]:
            return True
    return False


def of_some(node: ast.Call) -> bool:
    """With an argument."""
    return bool(node.args)
