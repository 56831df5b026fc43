"""Questions about names: what they hold, where their value comes from, what becomes of it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from .. import meaning
from ..meaning import alt
from ..scene import Function, Scene, extent, header, names, parameters
from ..sketch import Idea, idea, point, span

_SO_FAR = alt(
    "so far | until now | up to now | running | accumulate | total | all previous | cumulative | sum of | "
    "product of | number of | how many | each time | remaining | left"
)
_LOST = alt("lost | overwrite | overwritten | replace | gone | change | forget | shadow | new value | reassign")
_HIDDEN = alt("built-in | builtin | built in | hide | shadow | overwrite | override | replace | no longer | not call")


def accumulator(node: ast.AugAssign, scene: Scene) -> Iterator[Idea]:
    """A variable that is updated in a loop: what it stands for."""
    loop = scene.loop(node)
    if loop is None or not isinstance(node.target, ast.Name) or not _bound_before(node, loop, scene):
        return
    changed = meaning.words_for(node) + tuple(n.lower() for n in names(node.value) if len(n) > 1)
    points = (
        point("It holds the result of all the passes so far.", _SO_FAR),
        point(f"Each pass changes it by {scene.quote(node.value) or 'what stands on the right'}.", changed),
    )
    text = (
        f"What does `{node.target.id}` stand for after each pass of the loop on line {loop.lineno}, given how "
        f"line {node.lineno} changes it?"
    )
    yield idea(extent(node), text, points)


def never_started(node: ast.AugAssign, scene: Scene) -> Iterator[Idea]:
    """A variable that is updated without a first value."""
    function = scene.function(node)
    if function is None or not isinstance(node.target, ast.Name) or _bound_before(node, node, scene):
        return
    nothing = ("nothing", "no value", *meaning.UNDEFINED, "not initialize", "not initialise", "not set")
    points = (
        point("Nothing: it was given no value before.", nothing),
        point("So Python raises an error.", (*meaning.ERROR, "unboundlocalerror", "nameerror")),
    )
    text = (
        f"What does `{node.target.id}` hold the very first time line {node.lineno} "
        f"runs{scene.inside(node)}, and what follows?"
    )
    yield idea(extent(node), text, points)


def _bound_before(node: ast.AugAssign, limit: ast.stmt, scene: Scene) -> bool:
    function = scene.function(node)
    name = node.target.id if isinstance(node.target, ast.Name) else ""
    given = {a.arg for a in parameters(function)} if function else set()
    start = function.lineno if function else 1
    earlier = (n for n in scene.uses.get(name, ()) if start <= n.lineno < limit.lineno)
    return name in given or any(isinstance(n.ctx, ast.Store) for n in earlier)


def undefined(node: ast.Name, scene: Scene) -> Iterator[Idea]:
    """A name that is read but bound nowhere in the document, all of which could be read."""
    if scene.star or not isinstance(node.ctx, ast.Load) or node.id in scene.bound:
        return
    if node.lineno in scene.typed:
        return
    nothing = ("no value", "nothing", "never", *meaning.UNDEFINED, "missing", "not given", "nowhere")
    points = (
        point(f"`{node.id}` has no value: nothing defines it.", nothing),
        point("Python raises `NameError` when the line runs.", ("nameerror", "name error", *meaning.ERROR)),
    )
    text = f"Line {node.lineno} reads `{node.id}`. Where does its value come from, and what happens when the line runs?"
    yield idea(extent(node), text, points)


def shadowed(node: ast.Name | ast.arg, scene: Scene) -> Iterator[Idea]:
    """A built-in whose name gets another meaning."""
    name = node.id if isinstance(node, ast.Name) else node.arg
    stored = isinstance(node, ast.arg) or isinstance(node.ctx, ast.Store)
    if not stored or not hasattr(builtins, name) or name.startswith("_"):
        return
    later = (*meaning.ERROR, *alt("not callable | typeerror | variable instead | wrong | call | use"))
    points = (
        point(f"The built-in `{name}` can no longer be reached under its name there.", _HIDDEN),
        point("A later call of it would meet the new value and fail.", later),
    )
    text = f"What does the name `{name}`, as line {node.lineno} uses it, make impossible in the rest of this code?"
    yield idea(extent(node), text, points)


def reused(node: ast.For, scene: Scene) -> Iterator[Idea]:
    """A loop variable that overwrites a parameter or the variable of an outer loop."""
    name = node.target.id if isinstance(node.target, ast.Name) else ""
    function = scene.function(node)
    outer = any(isinstance(a, ast.For) and names(a.target) == (name,) for a in scene.above(node))
    given = isinstance(function, Function) and name in {a.arg for a in parameters(function)}
    if not name or not (outer or given):
        return
    last = alt("last | final | end of the loop | each pass | every pass | each iteration | next")
    points = (
        point(f"It is lost: the loop overwrites `{name}` with its own values.", _LOST),
        point("After it, the name holds the value of the last pass.", last),
    )
    text = (
        f"`{name}` had a value before the loop on {span(*header(node))} took the same name. What becomes of that value?"
    )
    yield idea(header(node), text, points)


def role(node: ast.Assign, scene: Scene) -> Iterator[Idea]:
    """What a variable holds and who needs it (the roles of variables, Sajaniemi 2002)."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=held) if meaning.spoken(held):
            around = scene.function(node) or scene.tree
            holds = point(f"It holds {scene.quote(held) or 'the value of the right side'}.", meaning.spoken(held))
            use = next((n for n in scene.reads(name, around) if n.lineno > node.lineno), None)
            if use is None and scene.mended:
                return  # it may be read where nothing could be read
            if use is None:
                unused = alt("nothing | never | not use | unused | not read | no effect | none")
                used = point("Nothing reads it later.", unused)
                text = f"What is `{name}` on line {node.lineno} needed for in the rest of the code?"
                yield idea(extent(node), text, (used,))
            else:
                statement = next(a for a in scene.above(use) if isinstance(a, ast.stmt))
                step = (f"line {use.lineno}", *meaning.words_for(statement), type(statement).__name__.lower())
                text = f"What does `{name}` from line {node.lineno} hold, and which later step could not do without it?"
                yield idea(extent(node), text, (holds, point(f"Line {use.lineno} needs it.", step)))
