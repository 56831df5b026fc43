"""Questions about sequences and mappings: slices, positions, keys, what is collected."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....model import ExpectedPoint
from .. import meaning
from ..meaning import alt
from ..scene import Scene, extent, names, parameters
from ..sketch import Idea, idea, point

_INDEX_ERROR = alt("indexerror | index error | out of range") + meaning.ERROR


_KEY_ERROR = ("keyerror", "key error", *meaning.ERROR)


def cut(node: ast.Subscript, scene: Scene) -> Iterator[Idea]:
    """A slice: what is in it, what is left out?"""
    quote, source = scene.quote(node), scene.quote(node.value)
    if not isinstance(node.slice, ast.Slice) or not quote or not source:
        return
    step = node.slice.step
    if step is not None and meaning.literal_words(step)[:1] == ("-1",):
        text = f"In which order does {quote} on line {node.lineno} give the elements of {source}?"
        points = [
            point(
                "From the last to the first: reversed.",
                alt("reverse | backward | backwards | last to first | from the end | opposite | mirrored"),
            )
        ]
    else:
        text = f"Which elements of {source} are left out by {quote} on line {node.lineno}?"
        points = [*_lower(node.slice), *_upper(node.slice)]
        points = points or [
            point("None: the slice is a copy of the whole.", alt("none | nothing | no element | copy | whole | all"))
        ]
    yield idea(extent(node), text, tuple(points))


def _lower(part: ast.Slice) -> Iterator[ExpectedPoint]:
    match part.lower:
        case None | ast.Constant(value=0):
            return
        case ast.Constant(value=1):
            yield point("The first one (index 0).", alt("first | index 0 | position 0 | beginning"))
        case ast.Constant(value=int() as n):
            yield point(f"The first {n}.", ("first", "before", f"up to index {n - 1}", "beginning"))
        case bound:
            yield point(
                f"Those before position `{ast.unparse(bound)}`.",
                alt("before | first | beginning | earlier | front | left"),
            )


def _upper(part: ast.Slice) -> Iterator[ExpectedPoint]:
    match part.upper:
        case None:
            return
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            yield point("The last one.", alt("last | final | end"))
        case bound:
            yield point(
                f"Those from position `{ast.unparse(bound)}` on, itself included: the end is exclusive.",
                alt("after | last | rest | from | end | exclusive | not include | itself | right"),
            )


def index(node: ast.Subscript, scene: Scene) -> Iterator[Idea]:
    """An element taken by position or key: when is it not there?"""
    quote, source = scene.quote(node), scene.quote(node.value)
    if (
        isinstance(node.slice, ast.Slice)
        or not isinstance(node.ctx, ast.Load)
        or not quote
        or not isinstance(node.value, ast.Name | ast.Attribute)
    ):
        return
    if _is_annotation(node, scene):
        return
    when, error = _misses(node, scene)
    points = (point(f"{when[0]}", when[1]), point("Python raises an error.", error))
    text = f"What must be true of {source} for {quote} on line {node.lineno} to fail, and how would it fail?"
    yield idea(extent(node), text, points)


def _is_annotation(node: ast.AST, scene: Scene) -> bool:
    return any(isinstance(a, ast.arg | ast.AnnAssign) or getattr(a, "returns", None) is node for a in scene.above(node))


def _misses(node: ast.Subscript, scene: Scene) -> tuple[tuple[str, meaning.Words], meaning.Words]:
    loop = scene.loop(node)
    ranged = isinstance(loop, ast.For) and set(names(node.slice)) & set(names(loop.target))
    match node.slice:
        case ast.Constant(value=str() as key):
            return (
                f"It has no key {key!r}.",
                alt("no key | missing | not contain | not exist | without | absent | not in | lack"),
            ), _KEY_ERROR
        case ast.Constant(value=0) | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return ("It is empty.", meaning.EMPTY), _INDEX_ERROR
        case ast.Constant(value=int() as n):
            return (
                f"It has fewer than {n + 1} elements.",
                alt("fewer | less than | shorter | too short | at most | only | empty | not enough"),
            ), _INDEX_ERROR
        case ast.Call(func=ast.Name(id="len")):
            return (
                "It always fails: the last position is one less than the length.",
                alt("always | every | any | last index | - 1 | minus 1 | one less | starts at 0"),
            ), _INDEX_ERROR
        case ast.BinOp(op=ast.Add()) if ranged:
            return (
                "On the last pass there is no further element.",
                alt("last pass | last iteration | last element | last | end | one too far | beyond | past"),
            ), _INDEX_ERROR
    shorter = alt(
        "missing | not exist | too short | shorter | out of range | fewer | less | empty | beyond | "
        "not contain | not in | no key | larger than | greater than | too big | too large | length | "
        "negative"
    )
    return ("That position or key does not exist in it.", shorter), (*_INDEX_ERROR, *_KEY_ERROR)


def lookup_default(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    """`d.get(key, default)`."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="get" | "setdefault"), args=[key, *rest]) if scene.quote(
            node
        ):
            default = meaning.literal_words(rest[0]) if rest else meaning.NOTHING
            points = (
                point(
                    f"It gives {scene.quote(rest[0]) if rest else '`None`'}.", (*default, "default", "second argument")
                ),
                point("No `KeyError` is raised, as `[]` would.", alt("keyerror | error | exception | crash | fail")),
            )
            text = (
                f"What does {scene.quote(node)} on line {node.lineno} give for a key that is missing, and "
                "how does that differ from square brackets?"
            )
            if scene.quote(owner) and names(key) != ("self",):
                yield idea(extent(node), text, points)


def collected(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    """`xs.append(x)` in a loop on a local list: what is in it at the end?"""
    loop, function = scene.loop(node), scene.function(node)
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "add"), args=[item]) if (
            loop is not None
        ):
            if function and name in {a.arg for a in parameters(function)}:
                return
            case_ = next((a for a in scene.above(node) if isinstance(a, ast.If)), None)
            points = [
                point(
                    f"{scene.quote(item) or 'The argument'} of each pass that gets there.",
                    meaning.words_for(item)
                    or alt("each | every | all | element | item | number | value | character | word"),
                )
            ]
            if case_ is not None:
                points.append(
                    point(
                        f"Only when {scene.quote(case_.test) or 'the condition'} holds.",
                        meaning.words_for(case_.test) + tuple(n.lower() for n in names(case_.test) if len(n) > 2),
                    )
                )
            else:
                points.append(
                    point(
                        "In the order of the passes.",
                        alt("order | one after | in turn | same order | sequence | end"),
                    )
                )
            text = f"What is in `{name}` when the loop on line {loop.lineno} has ended, in terms of what it runs over?"
            yield idea(extent(node), text, tuple(points))


def comprehension(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scene: Scene) -> Iterator[Idea]:
    """A comprehension: what comes in, what is kept, in which form?"""
    first = node.generators[0]
    source = scene.quote(first.iter)
    if not source:
        return
    made = node.value if isinstance(node, ast.DictComp) else node.elt
    points = [
        point(
            f"For each element it gives {scene.quote(made) or 'the expression in front'}.",
            meaning.words_for(made) or alt("each | every | all | element | item | itself | unchanged | same"),
        )
    ]
    tests = [test for g in node.generators for test in g.ifs]
    if tests:
        words = tuple(w for t in tests for w in (*meaning.words_for(t), *(n.lower() for n in names(t) if len(n) > 2)))
        points.append(point(f"Only those are kept for which {scene.quote(tests[0]) or 'the condition'} holds.", words))
        text = (
            f"Which elements of {source} make it into the result of the comprehension on line "
            f"{node.lineno}, and in what form?"
        )
    else:
        words = alt("same number | same length | as many | one for each | same size | length | all | every")
        points.append(
            point(
                "There are as many as there are elements.",
                words if not isinstance(node, ast.SetComp) else alt("duplicate | unique | distinct"),
            )
        )
        text = f"How does the result of the comprehension on line {node.lineno} relate to the elements of {source}?"
    yield idea(extent(node), text, tuple(points))
