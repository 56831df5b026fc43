"""Questions about objects: who shares one, who changes it, and who sees the change."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...text import code_words
from ...text.tables import alt, word_set
from .. import bindings
from ..analysed_code import AnalysedCode
from ..possible_question import Idea, idea, point
from ..syntax import extent, header, name_of, names, parameters

_IN_PLACE = word_set("append extend insert remove sort reverse clear update add discard shuffle")
"""Methods whose result is None."""
_CHANGERS = _IN_PLACE | word_set("pop popitem setdefault")
_CONTAINERS = (ast.List, ast.Dict, ast.Set)

_KEPT = alt("keep | remember | accumulate | same | share | persist | still | earlier | previous | first call")
_MADE_ONCE = alt("once | definition | def run | one time | created when | evaluated")
_CHANGED = alt("see | change | alter | modify | mutate | different | affect | new value")
_ONE_OBJECT = alt(
    "same | one object | reference | in place | not copy | no copy | not a copy | alias | original | pass by"
)
_BOTH = alt("both | also | too | as well | change | affect | see")
_OF_THE_OBJECT = alt(
    "instance | object | outlive | after the call | between calls | local | attributeerror | other methods | "
    "remember | keep | lost | store"
)
_OTHER_SEES = alt("both | share | same | all objects | all instances | every | also | too")
_OF_THE_CLASS = alt("class attribute | class variable | class level | once | class body | __init__ | not instance")


def mutable_default(node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A list, dict or set as default value."""
    every = [*node.args.posonlyargs, *node.args.args]
    for arg, default in zip(reversed(every), reversed(node.args.defaults), strict=False):
        fresh = isinstance(default, _CONTAINERS) or _is_empty(default)
        if fresh and analysed.touches(node):
            points = (
                point("It is the same object in every call, so it keeps what earlier calls put in.", _KEPT),
                point("The default is made once, when `def` runs.", _MADE_ONCE),
            )
            text = (
                f"`{node.name}` is called twice without `{arg.arg}`. What does `{arg.arg}` hold at the "
                "start of the second call, and why?"
            )
            yield idea(header(node), text, points)


def _is_empty(default: ast.expr) -> bool:
    """Is it the call of a container's class without arguments?"""
    match default:
        case ast.Call(func=ast.Name(id=name), args=[], keywords=[]):
            return name in {"list", "dict", "set", "bytearray"}
    return False


def caller_sees(node: ast.Call | ast.Subscript, analysed: AnalysedCode) -> Iterator[Idea]:
    """A change to an object that came in as a parameter."""
    function = analysed.function(node)
    name = _altered(node)
    if function is None or name not in {a.arg for a in parameters(function)} or _rebound(name, function):
        return
    points = (
        point("The caller sees the change: their own object is altered.", _CHANGED),
        point("The parameter is another name for the same object; nothing was copied.", _ONE_OBJECT),
    )
    text = (
        f"Line {node.lineno} works on the parameter `{name}`. What does the caller's own object "
        f"look like after `{function.name}` has run it, and why?"
    )
    yield idea(extent(node), text, points)


def _rebound(name: str, function: ast.AST) -> bool:
    """Is the name bound to another object somewhere in the function? Then it is not known whose object changes."""
    return any(bound == name for bound, _ in bindings.assigned(function))


def _altered(node: ast.AST) -> str:
    """The name whose object this node changes; empty when it changes none."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _CHANGERS:
            return name
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            return name
    return ""


def no_result(node: ast.Assign | ast.Return, analysed: AnalysedCode) -> Iterator[Idea]:
    """The result of a method that changes in place is kept."""
    match node.value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=attr)) as call if attr in _IN_PLACE:
            if not analysed.quote(call) or owner in ("pd", "np", "os"):
                return
            points = (
                point("It is `None`.", code_words.NOTHING),
                point(f"`{attr}` changes `{owner}` itself instead of giving a new one.", code_words.IN_PLACE),
            )
            text = (
                f"What value does the call {analysed.quote(call)} on line {node.lineno} itself give, and what "
                f"does it do to `{owner}`?"
            )
            yield idea(extent(node), text, points)


def alias(node: ast.Assign, analysed: AnalysedCode) -> Iterator[Idea]:
    """A second name for something that is changed later."""
    old, new = name_of(node.value), name_of(node.targets[0])
    if not old or not new or old == new:
        return
    later = (n for n in ast.walk(analysed.function(node) or analysed.tree) if extent(n)[0] > node.lineno)
    changed = next((n for n in later if _altered(n) in (old, new)), None)
    if changed is not None:
        points = (
            point("Both names show the change.", _BOTH),
            point("The assignment makes no copy: there is one object with two names.", _ONE_OBJECT),
        )
        text = (
            f"After line {node.lineno}, what does the change on line {extent(changed)[0]} mean for `{old}` "
            f"and for `{new}`, and why?"
        )
        yield idea(extent(node), text, points)


def attribute(node: ast.Attribute, analysed: AnalysedCode) -> Iterator[Idea]:
    """`self.x` that is set: who else depends on it?"""
    owner = next((a for a in analysed.above(node) if isinstance(a, ast.ClassDef)), None)
    method = analysed.function(node)
    if owner is None or method is None or not isinstance(node.ctx, ast.Store) or names(node) != ("self",):
        return
    others = [m for m in owner.body if isinstance(m, ast.FunctionDef) and m is not method]
    users = [m.name for m in others if any(isinstance(n, ast.Attribute) and n.attr == node.attr for n in ast.walk(m))]
    if not users:
        return  # a class under construction: that nothing uses it is true only for the moment
    told = ", ".join(f"`{user}`" for user in users)
    reads = point(f"{told} would not find it.", tuple(user.lower() for user in users))
    keeps = "It belongs to the object and outlives the call; a plain variable ends with the method."
    text = f"What would go wrong if line {node.lineno} set a plain variable instead of `self.{node.attr}`, and why?"
    yield idea(extent(node), text, (point(keeps, _OF_THE_OBJECT), reads))


def shared_attribute(node: ast.ClassDef, analysed: AnalysedCode) -> Iterator[Idea]:
    """A list, dict or set in the body of a class."""
    for statement in node.body:
        name = name_of(statement.targets[0]) if isinstance(statement, ast.Assign) else ""
        if name and analysed.touches(statement) and isinstance(getattr(statement, "value", None), _CONTAINERS):
            points = (
                point("The other object sees it, too: there is one object for the whole class.", _OTHER_SEES),
                point("It is made once in the class body, not for each object.", _OF_THE_CLASS),
            )
            text = (
                f"Two objects of `{node.name}` exist and one adds something to `{name}` (line "
                f"{statement.lineno}). What does the other one see, and why?"
            )
            yield idea(extent(statement), text, points)
