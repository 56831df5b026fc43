"""The well-known calls with a question of their own, from `known_calls.toml`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import model_validator

from ....model import ExpectedPoint
from ...text.tables import Alternatives, Table, read_table
from ..possible_question import point


class _Point(Table):
    says: str
    any_of: Alternatives
    weight: float = 1.0


class _Expected(Table):
    """A point of its own, or the name of a `shared` one."""

    says: str = ""
    any_of: Alternatives = ()
    weight: float = 1.0
    shared: str = ""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> _Expected:
        if bool(self.shared) == bool(self.says and self.any_of):
            raise ValueError("should have either `shared` or both `says` and `any_of`")
        return self


class _Call(Table):
    name: str
    question: str
    expects: list[_Expected]
    suits: Literal["all", "one_value", "one", "some"] = "all"
    module: str = ""  #: where the function comes from, when it is not built in
    on_data: bool = False  #: a call on a table or an array


class _KnownCalls(Table):
    shared: Mapping[str, _Point]
    functions: list[_Call]
    methods: list[_Call]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCall:
    """A call by its last name: what to ask about it, what a good answer says, and which calls are asked about."""

    name: str
    question: str
    expected: tuple[ExpectedPoint, ...]
    suits: Callable[[ast.Call], bool]
    module: str
    on_data: bool


def of_all(node: ast.Call) -> bool:
    """Any call."""
    return True


def of_one_value(node: ast.Call) -> bool:
    """One argument of unknown value: a name, an element, the result of another call."""
    plain = (ast.Name, ast.Subscript, ast.Call, ast.Attribute)
    return len(node.args) == 1 and not node.keywords and isinstance(node.args[0], plain) and not is_range(node)


def of_one(node: ast.Call) -> bool:
    """One argument."""
    return len(node.args) == 1 and not is_range(node)


def is_range(node: ast.Call) -> bool:
    """Is the argument a `range`, of which everything is known?"""
    match node.args:
        case [ast.Call(func=ast.Name(id="range"))]:
            return True
    return False


def of_some(node: ast.Call) -> bool:
    """At least one argument."""
    return bool(node.args)


_SUITS: Final[Mapping[str, Callable[[ast.Call], bool]]] = {
    "all": of_all,
    "one_value": of_one_value,
    "one": of_one,
    "some": of_some,
}
_TABLE: Final = read_table(_KnownCalls, "offline", "kinds", "known_calls.toml")


def _calls(calls: Sequence[_Call]) -> tuple[KnownCall, ...]:
    return tuple(
        KnownCall(
            name=call.name,
            question=call.question,
            expected=tuple(map(_point, call.expects)),
            suits=_SUITS[call.suits],
            module=call.module,
            on_data=call.on_data,
        )
        for call in calls
    )


def _point(expected: _Expected) -> ExpectedPoint:
    one = _TABLE.shared[expected.shared] if expected.shared else expected
    return point(one.says, one.any_of, weight=one.weight)


FUNCTIONS: Final = _calls(_TABLE.functions)
METHODS: Final = _calls(_TABLE.methods)
