"""Checks classes and functions of a text: only those that the sandbox defines as CPython does. Pure."""

from __future__ import annotations

import ast

from .text import Doubt, Text
from .verified import BUILT_IN, DUNDERS


def of_class(node: ast.ClassDef, text: Text) -> None:
    if node.bases or node.keywords or node.decorator_list:
        raise Doubt("the sandbox has no inheritance and no decorators of classes")
    for statement in node.body:
        match statement:
            case ast.FunctionDef(decorator_list=[]):
                _method(statement)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if not name.startswith("__"):
                _plain_in_class(value)
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                pass
            case _:
                raise Doubt("the body of a class holds more than methods and values")


def _method(node: ast.FunctionDef) -> None:
    for default in node.args.defaults:
        _plain_in_class(default)
    if node.name.startswith("__") and node.name not in DUNDERS:
        raise Doubt(f"the sandbox does not call `{node.name}` by itself")


def _plain_in_class(value: ast.expr) -> None:
    """The body of a class is evaluated in another order and sees other names than in CPython."""
    refused = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
    for part in ast.walk(value):
        if isinstance(part, refused) or (isinstance(part, ast.Call) and (part.args or part.keywords)):
            raise Doubt("something is worked out in the body of a class")


def of_function(node: ast.FunctionDef, text: Text) -> None:
    for decorator in node.decorator_list:
        if not (isinstance(decorator, ast.Name) and decorator.id in text.bound - BUILT_IN):
            raise Doubt("a decorator is not compared")
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg)
    for annotation in (node.returns, *(arg.annotation for arg in every if arg)):
        _annotation(annotation, text)


def _annotation(node: ast.expr | None, text: Text) -> None:
    for part in ast.walk(node) if node else ():
        known = isinstance(part, ast.Name) and (part.id in BUILT_IN or part.id in text.bound)
        if not known and not isinstance(part, ast.Subscript | ast.Constant | ast.Tuple | ast.Load | ast.List):
            raise Doubt("an annotation is not evaluated there")


def annotated(node: ast.AnnAssign, text: Text) -> None:
    _annotation(node.annotation, text)
