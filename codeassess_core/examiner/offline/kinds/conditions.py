"""Questions about conditions: what makes them true, what happens at their limit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....model import ExpectedPoint, Option, Slot, SlotKind
from ...text import code_words
from ...text.tables import alt
from .. import slot_making
from ..analysed_code import AnalysedCode
from ..possible_question import Idea, idea, point
from ..syntax import extent, header

_INCLUSIVE = (ast.LtE, ast.GtE)
_ORDER = (*_INCLUSIVE, ast.Lt, ast.Gt)
_COUNTS = alt("true | met | satisfied | holds | included | include | goes in | enter | runs")
_DOES_NOT_COUNT = alt(
    "false | not true | not met | else | exclude | not include | strictly | skip | not greater | not less | "
    "not bigger | not more | not above | next condition"
)


def boundary(node: ast.If | ast.Return, analysed: AnalysedCode) -> Iterator[Idea]:
    """An order comparison: what happens exactly at the limit?"""
    test = node.test if isinstance(node, ast.If) else node.value
    match test:
        case ast.Compare(left=ast.Name() | ast.Call() | ast.BinOp() as left, ops=[op], comparators=[right]) if (
            isinstance(op, _ORDER) and analysed.quote(left) and analysed.quote(right)
        ):
            holds = isinstance(op, _INCLUSIVE)
            settled = f"The comparison is then {'true' if holds else 'false'}: the limit itself "
            tail = "counts." if holds else "does not count."
            points = [
                point(settled + tail, _COUNTS if holds else _DOES_NOT_COUNT),
                *_consequence(node, analysed, holds=holds),
            ]
            where = f"{analysed.inside(node)} on line {node.lineno}"
            text = (
                f"How does the comparison{where} come out when {analysed.quote(left)} is exactly "
                f"{analysed.quote(right)}, and what happens then? (A) it holds (B) it does not hold"
            )
            yield idea(header(node), text, points, slot=_holds_or_not(holds=holds, reason=settled + tail))


def _holds_or_not(*, holds: bool, reason: str) -> Slot:
    found = ("it holds", "it does not hold")
    right = found[0] if holds else found[1]
    return Slot(
        id=slot_making.RESULT,
        kind=SlotKind.CHOICE,
        label="How the comparison comes out",
        accepted=(right,),
        options=tuple(Option(text=text, reason="" if text == right else reason) for text in found),
    )


def _consequence(node: ast.If | ast.Return, analysed: AnalysedCode, *, holds: bool) -> Iterator[ExpectedPoint]:
    if isinstance(node, ast.Return):
        yield point(f"So it returns `{holds}`.", code_words.value_words(holds))
        return
    outcome = analysed.outcome(node, node.body if holds else node.orelse or analysed.following(node))
    if outcome is not None:
        yield point(f"So {outcome.text}.", outcome.words)


def always_true(node: ast.BoolOp, analysed: AnalysedCode) -> Iterator[Idea]:
    """`x == "a" or "b"`: a part that is always true."""
    lonely = next((v for v in node.values[1:] if isinstance(v, ast.Constant) and v.value), None)
    if isinstance(node.op, ast.Or) and lonely is not None and analysed.quote(lonely):
        alone = "A value that is not empty or zero counts as true by itself; it is not compared."
        points = (
            point(alone, alt("true | truthy | not compare")),
            point("So the whole is always true.", alt("always | every | any value | never false | regardless")),
        )
        part = analysed.quote(lonely)
        text = f"How does Python judge the part {part} after `or` on line {node.lineno}, and what follows?"
        yield idea(extent(node), text, points)


def _other_parts(node: ast.BoolOp, analysed: AnalysedCode, whole: str) -> str:
    quoted = [analysed.quote(part) or "another part" for part in node.values[1:]]
    return f"One in which {' or '.join(quoted)} is {whole}."


def part_and_whole(node: ast.BoolOp, analysed: AnalysedCode) -> Iterator[Idea]:
    """`and`, `or`: a case in which one part holds and the whole does not, or the reverse."""
    first, last = node.values[0], node.values[-1]
    if not analysed.quote(first) or isinstance(last, ast.Constant) or isinstance(first, ast.Constant):
        return
    word, part, whole = ("and", "true", "false") if isinstance(node.op, ast.And) else ("or", "false", "true")
    rule = f"`{word}` needs {'both parts' if word == 'and' else 'only one part'}."
    points = (
        point(
            _other_parts(node, analysed, whole), tuple(w for part in node.values[1:] for w in code_words.spoken(part))
        ),
        point(rule, code_words.OPERATION[type(node.op)] + alt("second | other | right")),
    )
    text = (
        f"Describe a case in which {analysed.quote(first)} on line {node.lineno} is {part} but the whole "
        f"condition is {whole}: what must the input be like, and why?"
    )
    yield idea(extent(node), text, points)
