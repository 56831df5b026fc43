"""Checks lazy iterators: the sandbox evaluates them at once, so they may be used only where this cannot show. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from typing import Final

from .verified import words

_LAZY: Final = frozenset({"map", "filter", "zip", "enumerate", "reversed"})
_IN_STEP: Final = frozenset({"zip", "enumerate", "reversed"})  #: they do not call candidates' functions
_TAKES_ALL: Final = frozenset({"list", "tuple", "sorted", "sum", "min", "max", "dict", "set", "frozenset"})
_STOPS_EARLY: Final = frozenset({"any", "all"})
_CHANGERS: Final = words(
    "append insert remove pop extend clear sort reverse add discard update popitem setdefault appendleft popleft"
)
_QUIET_FUNCTIONS: Final = frozenset({"str", "len", "bool", "abs"})
_QUIET_CALLS: Final = words(
    "abs bool chr float int isinstance len max min ord range round str sum isalpha isdigit isalnum "
    "isupper islower isspace upper lower strip startswith endswith count get"
)

Parents = Mapping[ast.AST, ast.AST]


def doubts(tree: ast.AST, parents: Parents, bound: Set[str]) -> Iterator[str]:
    """Why a lazy iterator of this text cannot be run."""
    lazy = [node for node in ast.walk(tree) if _is_lazy(node, bound)]
    if lazy and any(isinstance(node, ast.Try) for node in ast.walk(tree)):
        yield "a lazy iterator fails in the middle, and it is handled"
    for node in lazy:
        if any(_is_lazy(n, bound) for n in _parts(node)) and not _is_plain(node, bound):
            yield "a lazy iterator goes through another one"
        elif not _may_stand(node, parents, bound):
            yield "a lazy iterator is kept, or left early"


def _is_lazy(node: ast.AST, bound: Set[str]) -> bool:
    if isinstance(node, ast.GeneratorExp):
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _LAZY - bound


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    inner = iter(ast.walk(node))
    next(inner)
    yield from inner


def _is_plain(node: ast.AST, bound: Set[str]) -> bool:
    """Do all lazy parts only step through existing values?"""
    inside = [n for n in ast.walk(node) if _is_lazy(n, bound)]
    return all(isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in _IN_STEP for n in inside)


def _may_stand(node: ast.AST, parents: Parents, bound: Set[str]) -> bool:
    match parents.get(node):
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if first is node and name not in bound:
            return name in _TAKES_ALL | _IN_STEP or (name in _STOPS_EARLY and _is_quiet(node, bound))
        case ast.Call(func=ast.Name(id="zip" | "enumerate")) as call if "zip" not in bound:
            return _is_plain(call, bound)
        case ast.Call(func=ast.Attribute(attr="join", value=ast.Constant()), args=[first]):
            return first is node
        case ast.Starred():
            return True
        case ast.comprehension(iter=source) if source is node:
            return _is_plain(node, bound) or _is_quiet(node, bound)
        case ast.For(iter=source) as loop if source is node:
            return _is_plain(node, bound) and _is_left_alone(node, loop)
    return False


def _is_quiet(node: ast.AST, bound: Set[str]) -> bool:
    """Does it call nothing that could print, change something or fail?"""
    known = _QUIET_FUNCTIONS - bound
    functions_known = all(isinstance(f, ast.Name) and f.id in known for f in _mapped(node))
    return functions_known and all(_does_nothing(part, bound) for part in ast.walk(node))


def _does_nothing(part: ast.AST, bound: Set[str]) -> bool:
    match part:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name not in bound and name in _QUIET_CALLS | _LAZY
        case ast.Div() | ast.FloorDiv() | ast.Mod() | ast.Subscript() | ast.NamedExpr() | ast.Pow() | ast.Lambda():
            return False
    return True


def _mapped(node: ast.AST) -> Iterator[ast.expr]:
    """The functions that are passed to `map` and `filter`."""
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Name(id="map" | "filter"), args=[function, *_]):
                yield function


def _is_left_alone(node: ast.AST, loop: ast.For) -> bool:
    """Does the body of a loop change nothing that it iterates over?"""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return not any(_may_change(n, names) for s in (*loop.body, *loop.orelse) for n in ast.walk(s))


def _may_change(part: ast.AST, names: Set[str]) -> bool:
    """May it change one of the objects with these names?"""
    match part:
        case ast.Call(func=ast.Attribute(attr=attr, value=owner)) if attr in _CHANGERS:
            return not isinstance(owner, ast.Name) or owner.id in names
        case ast.Subscript(ctx=ast.Store() | ast.Del(), slice=ast.Slice()):
            return True
        case ast.AugAssign(target=ast.Name(id=name)):
            return name in names
    return False
