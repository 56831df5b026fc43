"""Questions about conditions: what satisfies them, what happens at their limit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....model import ExpectedPoint
from .. import meaning
from ..meaning import Words, alt
from ..scene import Scene, extent, header, names
from ..sketch import Idea, idea, point, span

_INCLUSIVE = (ast.LtE, ast.GtE)
_ORDER = (*_INCLUSIVE, ast.Lt, ast.Gt)
_COUNTS = alt("true | met | satisfied | holds | included | include | goes in | enter | runs")
_DOES_NOT_COUNT = alt(
    "false | not true | not met | else | exclude | not include | strictly | skip | not greater | not less | "
    "not bigger | not more | not above | next condition"
)


def true_for(node: ast.If | ast.While, scene: Scene) -> Iterator[Idea]:
    """A comparison with a literal: which values satisfy it?"""
    match node.test:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if meaning.literal_words(right) and names(left):
            special = _parity(left, op, right)
            words = meaning.OPERATION[type(op)] + special
            points = (
                point(f"Those for which {scene.quote(node.test) or 'the comparison'} holds.", words),
                point(f"The limit is {scene.quote(right)}.", meaning.literal_words(right) + special),
            )
            text = f"For which values of `{names(left)[0]}` is the condition on {span(*header(node))} true?"
            plain = isinstance(left, ast.Name | ast.Constant)  # then it is to be read off
            yield idea(header(node), text, points, depth=0 if plain else None)


def _parity(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Words:
    """What a comparison of a remainder says about the number."""
    match left, op, right:
        case ast.BinOp(op=ast.Mod(), right=ast.Constant(value=2)), ast.Eq(), ast.Constant(value=0):
            return alt("even | divisible | multiple")
        case ast.BinOp(op=ast.Mod(), right=ast.Constant(value=2)), _, _:
            return alt("odd | uneven")
        case ast.BinOp(op=ast.Mod()), ast.Eq(), ast.Constant(value=0):
            return alt("divisible | multiple | no remainder | remainder 0 | factor")
    return ()


def boundary(node: ast.If | ast.Return, scene: Scene) -> Iterator[Idea]:
    """An order comparison: what happens exactly at the limit?"""
    test = node.test if isinstance(node, ast.If) else node.value
    match test:
        case ast.Compare(left=ast.Name() | ast.Call() | ast.BinOp() as left, ops=[op], comparators=[right]) if (
            isinstance(op, _ORDER) and scene.quote(left) and scene.quote(right)
        ):
            holds = isinstance(op, _INCLUSIVE)
            settled = f"The comparison is then {'true' if holds else 'false'}: the limit itself "
            points = [
                point(settled + ("counts." if holds else "does not count."), _COUNTS if holds else _DOES_NOT_COUNT),
                *_consequence(node, scene, holds=holds),
            ]
            where = f"{scene.inside(node)} on line {node.lineno}"
            text = f"What happens{where} when {scene.quote(left)} is exactly {scene.quote(right)}, and why?"
            yield idea(header(node), text, points)


def _consequence(node: ast.If | ast.Return, scene: Scene, *, holds: bool) -> Iterator[ExpectedPoint]:
    if isinstance(node, ast.Return):
        yield point(f"So it returns `{holds}`.", meaning.value_words(holds))
        return
    outcome = scene.outcome(node, node.body if holds else node.orelse or scene.following(node))
    if outcome is not None:
        yield point(f"So {outcome.text}.", outcome.words)


def always_true(node: ast.BoolOp, scene: Scene) -> Iterator[Idea]:
    """`x == "a" or "b"`: a part that is true by itself."""
    lonely = next((v for v in node.values[1:] if isinstance(v, ast.Constant) and v.value), None)
    if isinstance(node.op, ast.Or) and lonely is not None and scene.quote(lonely):
        alone = "A value that is not empty or zero counts as true by itself; it is not compared."
        points = (
            point(alone, alt("true | truthy | not compare")),
            point("So the whole is always true.", alt("always | every | any value | never false | regardless")),
        )
        text = (
            f"How does Python judge the part {scene.quote(lonely)} after `or` on line {node.lineno}, and what follows?"
        )
        yield idea(extent(node), text, points)


def _other_parts(node: ast.BoolOp, scene: Scene, whole: str) -> str:
    quoted = [scene.quote(part) or "another part" for part in node.values[1:]]
    return f"One in which {' or '.join(quoted)} is {whole}."


def told_apart(node: ast.BoolOp, scene: Scene) -> Iterator[Idea]:
    """`and`, `or`: a case in which one part and the whole differ."""
    first, last = node.values[0], node.values[-1]
    if not scene.quote(first) or isinstance(last, ast.Constant) or isinstance(first, ast.Constant):
        return
    word, part, whole = ("and", "true", "false") if isinstance(node.op, ast.And) else ("or", "false", "true")
    rule = f"`{word}` needs {'both parts' if word == 'and' else 'only one part'}."
    points = (
        point(_other_parts(node, scene, whole), tuple(w for part in node.values[1:] for w in meaning.spoken(part))),
        point(rule, meaning.OPERATION[type(node.op)] + alt("second | other | right")),
    )
    text = (
        f"Describe a case in which {scene.quote(first)} on line {node.lineno} is {part} but the whole "
        f"condition is {whole}: what must the input be like, and why?"
    )
    yield idea(extent(node), text, points)
