"""A call of one of the candidate's functions, worked out: what it gives, where it fails, which way it went."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from .expressions import MISSING, Frame, evaluate
from .statements import Left, follow, imported
from .values import LONGEST, Endless, Fails, Unknown, Value, shown

_MOST_STEPS: Final = 3_000
_DEEPEST: Final = 40  #: calls in one another
_MOST_PASSES: Final = 8  #: of a loop that are remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of a call. Of `result`, `error` and `endless` exactly one is there."""

    arguments: tuple[Value, ...]
    result: str | None = None  #: as Python shows it
    printed: str = ""
    error: str = ""  #: the name of the exception
    why: str = ""  #: what Python says of it
    endless: bool = False
    last: int = 0  #: the line of the `return` or of the failure; 0 when the function ran to its end
    lines: frozenset[int] = frozenset()  #: where a statement of the function itself began
    passes: Mapping[int, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    """By the line of a loop: the names after each of its first passes."""
    counts: Mapping[int, int] = field(default_factory=dict)  #: by the line of a loop: its passes, all told

    @property
    def outcome(self) -> tuple[str | None, str, str, bool]:
        """By what a caller could tell two runs apart."""
        return self.result, self.printed, self.error, self.endless


@dataclass(slots=True)
class _Walk:
    """The state of a run."""

    around: Mapping[str, Value]
    steps: int = 0
    depth: int = 0
    printed: list[str] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    passes: dict[int, list[Mapping[str, str]]] = field(default_factory=dict)
    counts: Counter[int] = field(default_factory=Counter)

    def step(self) -> None:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise Unknown

    def print(self, text: str) -> None:
        self.printed.append(text)
        if sum(map(len, self.printed)) > LONGEST:
            raise Unknown

    def line(self, number: int) -> None:
        if self.depth == 1:
            self.lines.add(number)

    def begins(self, loop: int) -> None:
        if self.depth == 1:
            self.counts[loop] += 1

    def passed(self, loop: int, names: Mapping[str, Value]) -> None:
        seen = self.passes.setdefault(loop, [])
        if self.depth == 1 and len(seen) < _MOST_PASSES:
            seen.append({name: text for name, value in names.items() if (text := _told(value))})

    def call_own(self, function: ast.FunctionDef, arguments: list[Value], line: int) -> Value:
        value, _ = self.call(function, arguments, line)
        return value

    def call(self, function: ast.FunctionDef, arguments: Sequence[Value], line: int) -> tuple[Value, int]:
        """The value of a call, and the line of its `return`."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Fails("RecursionError", line, "the calls never end")
        frame = Frame(self, _given(function, arguments, line, self), self.around, _locals(function))
        try:
            follow(function.body, frame, self)
        except Left as left:
            return left.value, left.line
        finally:
            self.depth -= 1
        return None, 0


def run(function: ast.FunctionDef, arguments: Sequence[Value], tree: ast.Module) -> Run:
    """Work out a call; raises Unknown when that cannot be done. The arguments themselves are left alone."""
    walk = _Walk(_around(tree))
    given = tuple(arguments)
    try:
        value, last = walk.call(function, deepcopy(given), function.lineno)
        return _ended(walk, given, result=shown(value), last=last)
    except Fails as failure:
        return _ended(walk, given, error=failure.error, why=failure.why, last=failure.line)
    except Endless as loop:
        return _ended(walk, given, endless=True, last=loop.line)
    except (RecursionError, MemoryError) as problem:
        raise Unknown from problem


def fold(node: ast.expr, names: Mapping[str, Value]) -> Value:
    """The value of one expression with these names known; raises Unknown when it has none, or cannot be told."""
    try:
        return evaluate(node, Frame(_Walk({}), dict(names), {}))
    except (Fails, RecursionError) as problem:
        raise Unknown from problem


def _ended(walk: _Walk, arguments: tuple[Value, ...], **how: object) -> Run:
    passes = {loop: tuple(seen) for loop, seen in walk.passes.items()}
    printed, lines = "".join(walk.printed), frozenset(walk.lines)
    given = {"arguments": arguments, "printed": printed, "lines": lines, "passes": passes, "counts": dict(walk.counts)}
    return Run(**given, **how)  # type: ignore[arg-type]


def _told(value: Value) -> str:
    try:
        return shown(value)
    except Unknown:
        return ""


def _given(function: ast.FunctionDef, arguments: Sequence[Value], line: int, walk: _Walk) -> dict[str, Value]:
    """The parameters with their values. Raises Fails when the numbers do not fit."""
    spec = function.args
    if spec.vararg or spec.kwarg or spec.kwonlyargs or spec.posonlyargs or function.decorator_list:
        raise Unknown
    names = [a.arg for a in spec.args]
    missing = len(names) - len(arguments)
    if missing < 0 or missing > len(spec.defaults):
        raise Fails("TypeError", line, f"`{function.name}` takes {len(names)} arguments, {len(arguments)} were given")
    outside = Frame(walk, {}, walk.around)
    filled = [evaluate(default, outside) for default in spec.defaults[len(spec.defaults) - missing :] if missing]
    return dict(zip(names, (*arguments, *filled), strict=True))


@lru_cache(maxsize=256)
def _locals(function: ast.FunctionDef) -> frozenset[str]:
    """The names that a function binds. Raises Unknown for what is not followed."""
    found = set()
    for node in ast.walk(function):
        match node:
            case ast.Global() | ast.Nonlocal() | ast.Yield() | ast.YieldFrom():
                raise Unknown
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
    return frozenset(found)


@lru_cache(maxsize=64)
def _around(tree: ast.Module) -> dict[str, Value]:
    """The names of the module: its functions and imports; what else it binds is not known."""
    names: dict[str, Value] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name):
                names[name] = node
            case ast.Import() | ast.ImportFrom():
                names.update(imported(node))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=int() | float() | str() as value)):
                names[name] = value
            case _:
                bound = (n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
                names.update(dict.fromkeys((n.id for n in bound), MISSING))
                names.update({name: MISSING for name in [getattr(node, "name", "")] if name})
    if "*" in names:
        raise Unknown
    return names
