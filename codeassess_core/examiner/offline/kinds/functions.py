"""Questions about functions: results, paths, parameters, recursion."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .. import meaning
from ..meaning import alt
from ..scene import Function, Scene, extent, header, name_of, parameters
from ..sketch import Idea, idea, point

_NO_EFFECT = alt(
    "no effect | none | nothing | not use | unused | never use | not matter | ignore | not read | not have"
)
_NONE = point("It is `None`.", meaning.NOTHING)


def base_case(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A function that calls itself: which call ends it?"""
    base = next((n for n in ast.walk(node) if isinstance(n, ast.If) and not _calls(n.body, node.name)), None)
    if base is None or not _calls(node.body, node.name):
        return
    outcome = scene.outcome(base, base.body)
    compared = tuple(w for n in ast.walk(base.test) for w in meaning.literal_words(n))
    holds = f"The one for which {scene.quote(base.test) or 'the condition'} on line {base.lineno} holds."
    points = [point(holds, meaning.words_for(base.test) + compared)]
    points += [point(f"There {outcome.text}.", outcome.words)] if outcome else []
    text = f"Which call of `{node.name}` gives its result without calling itself again, and what is that result?"
    yield idea(extent(node), text, points)


def endless_recursion(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A function that calls itself on every path."""
    branches = any(
        isinstance(n, ast.If | ast.IfExp | ast.BoolOp | ast.For | ast.While | ast.Try) for n in ast.walk(node)
    )
    if branches or not _calls(node.body, node.name) or not scene.is_whole(node):
        return
    limit = alt("recursionerror | recursion | infinite | forever | endless | stack | overflow | limit")
    points = (
        point(
            "Every call makes another one: no path ends without it.",
            alt("always | every | no base | no end | no condition"),
        ),
        point("So the calls go on until Python stops them with `RecursionError`.", (*limit, *meaning.FOREVER)),
    )
    yield idea(extent(node), f"What happens, step by step, after `{node.name}` has been called once?", points)


def recursive_step(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    """The recursive call: what gets smaller?"""
    function, quote = scene.function(node), scene.quote(node)
    words = tuple(w for a in node.args for w in meaning.words_for(a))
    if function is None or name_of(node.func) != function.name or not words or not quote:
        return
    nearer = alt("base | until | reach | closer | nearer | toward | end | stop")
    points = (
        point(f"The argument changes with each call, as {quote} shows.", words + alt("smaller | shorter | less")),
        point("It comes nearer to the case that ends the calls.", nearer),
    )
    text = (
        f"How does the argument of {quote} on line {node.lineno} differ from the one `{function.name}` "
        "was called with, and why does that matter?"
    )
    yield idea(extent(node), text, points)


def only_prints(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A function that prints and returns nothing."""
    prints = next((c for c in _calls(node.body, "print")), None)
    if prints is None or _results(node) or _is_generator(node) or not scene.is_whole(node):
        return
    shows = alt("return | show | screen | display | output | not hand")
    why = point("Printing only shows text; there is no `return` that hands a value over.", shows)
    text = (
        f"What does a caller of `{node.name}` get back as the value of the call, given that line "
        f"{prints.lineno} prints?"
    )
    yield idea(extent(node), text, (_NONE, why))


def open_end(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A function of which some path ends without `return`."""
    if not _results(node) or not _open_ended(node.body) or _is_generator(node) or not scene.is_whole(node):
        return
    last = node.body[-1]
    words = meaning.words_for(getattr(last, "test", last)) + meaning.NOT_RUN
    other = alt("false | not true | no match | else | empty | not found | otherwise | neither")
    case = point("It is the case in which no condition is met, or no pass of the loop is made.", words + other)
    text = (
        f"In which case does `{node.name}` end without reaching any of its `return` lines, and what is its value then?"
    )
    yield idea(extent(node), text, (_NONE, case))


def no_result(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A function that neither returns nor changes anything."""
    acts = (ast.Call, ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Raise, ast.Await)
    stores = (ast.Subscript, ast.Attribute)
    effects = (
        n for n in _own_nodes(node) if isinstance(n, acts) or (isinstance(n, stores) and isinstance(n.ctx, ast.Store))
    )
    if _results(node) or any(effects) or all(isinstance(s, ast.Pass) for s in node.body) or not scene.is_whole(node):
        return
    missing = alt("no return | not return | without return | missing return | never return | no value | return nothing")
    why = point("No line hands a value over with `return`.", missing)
    text = f"What does a caller of `{node.name}` get as the value of the call, and which line decides that?"
    yield idea(extent(node), text, (_NONE, why))


def unused_parameter(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A parameter that is never read."""
    if all(isinstance(s, ast.Pass) for s in node.body) or not scene.touches(node) or not scene.is_whole(node):
        return
    for arg in parameters(node):
        if next(scene.reads(arg.arg, node), None) is None:
            text = f"What effect does the parameter `{arg.arg}` have on what `{node.name}` does?"
            yield idea(extent(node), text, (point(f"None: `{arg.arg}` is never read.", _NO_EFFECT),))


def parameter(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A parameter that is read: what depends on it?"""
    for arg in parameters(node):
        use = next(scene.reads(arg.arg, node), None)
        around = scene.above(use) if use else ()
        part = next((a for a in around if isinstance(a, ast.BinOp | ast.Compare | ast.Call | ast.Subscript)), None)
        if use and part and meaning.words_for(part) and (scene.touches(node) or scene.touches(part)):
            said = (*meaning.words_for(part), f"line {use.lineno}")
            points = (point(f"It is read on line {use.lineno}, in {scene.quote(part) or 'an expression'}.", said),)
            text = f"What effect does the parameter `{arg.arg}` have on what `{node.name}` does?"
            yield idea(extent(node), text, points)


def generator(node: ast.Yield, scene: Scene) -> Iterator[Idea]:
    """A `yield`: when does the body run?"""
    function = scene.function(node)
    if function is None:
        return
    lazy = alt("generator | iterator | not run | nothing | not execute | lazy | lazily")
    steps = alt("next | pause | resume | demand | asked | iterate | loop over | one at a time")
    points = (
        point("Calling it only makes a generator; no line of the body has run yet.", lazy),
        point("The body runs step by step when a value is asked for, and pauses at the `yield`.", steps),
    )
    text = f"How much of `{function.name}` has run right after it was called, and when is line {node.lineno} reached?"
    yield idea(extent(node), text, points)


def lambda_role(node: ast.Lambda, scene: Scene) -> Iterator[Idea]:
    """A `lambda` that is passed on: who calls it, with what?"""
    call = next((a for a in scene.above(node) if isinstance(a, ast.Call)), None)
    given = parameters(node)
    if not given or call is None:
        return
    user = call.func.attr if isinstance(call.func, ast.Attribute) else name_of(call.func)
    each = alt("each | every | element | item | row | entry | one by one")
    points = (
        point(f"`{user}` calls it once for each element, which arrives as `{given[0].arg}`.", each),
        point(
            f"Its value is {scene.quote(node.body) or 'what stands behind the colon'}.",
            (*meaning.spoken(node.body), "return"),
        ),
    )
    text = f"What does `{given[0].arg}` stand for in the `lambda` on line {node.lineno}, and what comes out of it?"
    yield idea(header(node), text, points)


def _own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions and classes inside it."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(node))


def _results(function: Function) -> list[ast.Return]:
    return [n for n in _own_nodes(function) if isinstance(n, ast.Return) and n.value is not None]


def _is_generator(function: Function) -> bool:
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in _own_nodes(function))


def _calls(body: list[ast.stmt], name: str) -> list[ast.Call]:
    return [n for s in body for n in ast.walk(s) if isinstance(n, ast.Call) and name_of(n.func) == name]


def _open_ended(block: list[ast.stmt]) -> bool:
    """Can control reach the end of this block? Errs on the side of no."""
    match block[-1] if block else None:
        case ast.If(body=body, orelse=orelse):
            return not orelse or _open_ended(body) or _open_ended(orelse)
        case ast.For(orelse=orelse):
            return not orelse or _open_ended(orelse)
        case ast.Expr() | ast.Assign() | ast.AugAssign():
            return True
    return False
