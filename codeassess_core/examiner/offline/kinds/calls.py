"""Questions about calls of well-known functions and methods."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from .. import bindings
from ..analysed_code import AnalysedCode
from ..possible_question import Idea, idea
from ..syntax import extent
from .known_calls import FUNCTIONS, METHODS, KnownCall

_FUNCTIONS: Final = {row.name: row for row in FUNCTIONS}
_METHODS: Final = {row.name: row for row in METHODS}
_DATA: Final = frozenset(row.name for row in METHODS if row.on_data)
_MODULES: Final = {row.name: row.module for row in FUNCTIONS if row.module}


def known_call(node: ast.Call, analysed: AnalysedCode) -> Iterator[Idea]:
    """A well-known call, except of those on data."""
    if not _is_on_data(node):
        yield from _known(node, analysed)


def data_call(node: ast.Call, analysed: AnalysedCode) -> Iterator[Idea]:
    """A well-known call that works on a table or an array."""
    if _is_on_data(node):
        yield from _known(node, analysed)


def _is_on_data(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in _DATA


def _known(node: ast.Call, analysed: AnalysedCode) -> Iterator[Idea]:
    match node.func:
        case ast.Name(id=name):
            row = _FUNCTIONS.get(name) if _is_the_one(name, analysed) else None
        case ast.Attribute(attr=name, value=receiver):
            row = (
                _METHODS.get(name) if _may_be_known(receiver, name, analysed) else _of_module(receiver, name, analysed)
            )
        case _:
            return
    quote = analysed.quote(node) or f"`{name}`"
    if row is not None and row.suits(node):
        text = row.question.format(call=quote, line=node.lineno)
        yield idea(extent(node), text, row.expected, depth=None if analysed.is_fresh(name) else 0)


def _is_the_one(name: str, analysed: AnalysedCode) -> bool:
    """Does the name stand for the known function: built in and never bound, or imported from its module?"""
    imported = {name for node in _imports(analysed) for alias in node.names for name in (alias.asname or alias.name,)}
    if name not in _MODULES:
        return name not in {bound for bound, _ in bindings.assigned(analysed.tree)} | imported | _defined(analysed)
    return any(
        isinstance(node, ast.ImportFrom) and node.module == _MODULES[name] and any(a.name == name for a in node.names)
        for node in _imports(analysed)
    )


def _of_module(receiver: ast.expr, name: str, analysed: AnalysedCode) -> KnownCall | None:
    """The known function `module.name`, when it is from the right module: `np.sqrt` is not `math.sqrt`."""
    module = _MODULES.get(name)
    plain = {a.name for node in _imports(analysed) if isinstance(node, ast.Import) for a in node.names if not a.asname}
    known = isinstance(receiver, ast.Name) and receiver.id == module and module in plain
    return _FUNCTIONS[name] if known else None


def _may_be_known(receiver: ast.expr, name: str, analysed: AnalysedCode) -> bool:
    """Can it be the known method: not from a module, and not defined in the document itself?"""
    imported = {(a.asname or a.name).split(".")[0] for node in _imports(analysed) for a in node.names}
    root = receiver
    while isinstance(root, ast.Attribute):
        root = root.value
    of_module = isinstance(root, ast.Name) and root.id in imported and name not in _DATA
    return not of_module and name not in _defined(analysed)


def _defined(analysed: AnalysedCode) -> frozenset[str]:
    """The functions and methods that the document defines."""
    return frozenset(n.name for n in ast.walk(analysed.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def _imports(analysed: AnalysedCode) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in ast.walk(analysed.tree) if isinstance(node, ast.Import | ast.ImportFrom)]
