"""Questions about who shares an object, who changes it, and who sees that."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .. import meaning
from ..meaning import alt
from ..scene import Scene, extent, header, names, parameters
from ..sketch import Idea, idea, point

_CHANGERS = frozenset(
    alt(
        "append | extend | insert | remove | pop | sort | reverse | clear | update | add | "
        "discard | setdefault | popitem"
    )
)


def mutable_default(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A list, dict or set as default value."""
    spec = node.args
    pairs = zip(
        [*spec.posonlyargs, *spec.args][-len(spec.defaults) :] if spec.defaults else [], spec.defaults, strict=True
    )
    for arg, default in pairs:
        if isinstance(default, ast.List | ast.Dict | ast.Set) or (isinstance(default, ast.Call) and not default.args):
            points = (
                point(
                    "It is the same object in every call, so it keeps what earlier calls put in.",
                    alt(
                        "keep | remember | accumulate | same | share | persist | still | earlier | previous | first "
                        "call"
                    ),
                ),
                point(
                    "The default is made once, when `def` runs.",
                    alt("once | definition | def run | one time | created when | evaluated"),
                ),
            )
            text = (
                f"`{node.name}` is called twice without `{arg.arg}`. What does `{arg.arg}` hold at the "
                "start of the second call, and why?"
            )
            yield idea((node.lineno, header(node)[1]), text, points)


def caller_sees(node: ast.Call | ast.Subscript, scene: Scene) -> Iterator[Idea]:
    """A change to an object that came in as a parameter."""
    function = scene.function(node)
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _CHANGERS:
            pass
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            pass
        case _:
            return
    if function is None or name not in {a.arg for a in parameters(function)}:
        return
    points = (
        point(
            "The caller sees the change: their own object is altered.",
            alt("see | change | alter | modify | mutate | different | affect | new value"),
        ),
        point(
            "The parameter is another name for the same object; nothing was copied.",
            alt("same | reference | in place | not copy | no copy | not a copy | alias | original | pass by"),
        ),
    )
    text = (
        f"Line {node.lineno} works on the parameter `{name}`. What does the caller's own object "
        f"look like after `{function.name}` has run it, and why?"
    )
    yield idea(extent(node), text, points)


_RETURN_NONE = frozenset(
    alt("append | extend | insert | remove | sort | reverse | clear | update | add | discard | shuffle")
)


def no_result(node: ast.Assign | ast.Return, scene: Scene) -> Iterator[Idea]:
    """The result of a method that changes in place is kept."""
    match node:
        case (
            ast.Assign(value=ast.Call(func=ast.Attribute(value=ast.Name() as owner, attr=attr)) as call)
            | ast.Return(value=ast.Call(func=ast.Attribute(value=ast.Name() as owner, attr=attr)) as call)
        ) if attr in _RETURN_NONE and owner.id not in alt("pd | np | os"):
            points = (
                point("It is `None`.", meaning.NOTHING),
                point(f"`{attr}` changes `{owner.id}` itself instead of giving a new one.", meaning.IN_PLACE),
            )
            text = (
                f"What value does the call {scene.quote(call) or f'of `{attr}`'} on line {node.lineno} "
                f"itself give, and what does it do to `{owner.id}`?"
            )
            yield idea(extent(node), text, points)


def alias(node: ast.Assign, scene: Scene) -> Iterator[Idea]:
    """A second name for something that is changed later."""
    match node:
        case ast.Assign(targets=[ast.Name(id=new)], value=ast.Name(id=old)) if new != old:
            changed = next(
                (
                    n
                    for n in ast.walk(scene.function(node) or scene.tree)
                    if _alters(n, {new, old}) and extent(n)[0] > node.lineno
                ),
                None,
            )
            if changed is not None:
                points = (
                    point("Both names show the change.", alt("both | also | too | as well | change | affect | see")),
                    point(
                        "The assignment makes no copy: there is one object with two names.",
                        alt("same | one object | reference | not copy | no copy | alias | not a copy | points to"),
                    ),
                )
                line = getattr(changed, "lineno", node.lineno)
                text = (
                    f"After line {node.lineno}, what does the change on line {line} mean for `{old}` and for "
                    f"`{new}`, and why?"
                )
                yield idea(extent(node), text, points)


def _alters(node: ast.AST, owners: set[str]) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)):
            return name in owners and attr in _RETURN_NONE | {"pop"}
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
            return name in owners
    return False


def attribute(node: ast.Attribute, scene: Scene) -> Iterator[Idea]:
    """`self.x` that is set: who else depends on it?"""
    owner = next((a for a in scene.above(node) if isinstance(a, ast.ClassDef)), None)
    method = scene.function(node)
    if owner is None or method is None or not isinstance(node.ctx, ast.Store) or names(node) != ("self",):
        return
    users = [
        m.name
        for m in owner.body
        if isinstance(m, ast.FunctionDef)
        and m is not method
        and any(isinstance(n, ast.Attribute) and n.attr == node.attr for n in ast.walk(m))
    ]
    quote = f"`self.{node.attr}`"
    reads = (
        point(f"{', '.join(f'`{u}`' for u in users)} would not find it.", tuple(u.lower() for u in users))
        if users
        else point(
            f"No other method of `{owner.name}` uses it.",
            alt("no other | nobody | nothing | none | not use | unused"),
        )
    )
    keeps = point(
        "It belongs to the object and outlives the call; a plain variable ends with the method.",
        alt(
            "instance | object | outlive | after the call | between calls | local | attributeerror | "
            "other methods | remember | keep | lost | store"
        ),
    )
    text = f"What would go wrong if line {node.lineno} set a plain variable instead of {quote} in `{method.name}`?"
    yield idea(extent(node), text, (keeps, reads))


def shared_attribute(node: ast.ClassDef, scene: Scene) -> Iterator[Idea]:
    """A list, dict or set in the body of a class."""
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List() | ast.Dict() | ast.Set()):
                points = (
                    point(
                        "The other object sees it, too: there is one object for the whole class.",
                        alt("both | other | share | same | all objects | all instances | every"),
                    ),
                    point(
                        "It is made once in the class body, not for each object.",
                        alt(
                            "class attribute | class variable | class level | once | class body | __init__ | not "
                            "instance"
                        ),
                    ),
                )
                text = (
                    f"Two objects of `{node.name}` exist and one adds something to `{name}` (line "
                    f"{statement.lineno}). What does the other one see, and why?"
                )
                yield idea((statement.lineno, statement.end_lineno or statement.lineno), text, points)
