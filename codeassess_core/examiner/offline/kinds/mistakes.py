"""Questions about a slip that could have been made: which call shows it, what is its result, which slip was it?

One operator, limit or number of the code is replaced by another, and the code is run. Whoever
finds a call that shows the difference has understood what the line is for. (The idea is
that of mutation testing: Agrawal et al., "Design of Mutant Operators for the C Programming
Language", 1989.)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ...text import code_words
from .. import slot_making
from ..analysed_code import AnalysedCode
from ..example_runs import ExampleRuns, Run
from ..facts import AS_IT_STANDS
from ..possible_question import Idea, idea, point
from ..syntax import header
from .run_words import A_RESULT, QUOTED, call_of, can_be_asked, comes_to, differ_in_words, is_plain, words_of

_COMPARED: Final = {ast.Gt: (">", ">="), ast.GtE: (">=", ">"), ast.Lt: ("<", "<="), ast.LtE: ("<=", "<")}
_EQUAL: Final = {ast.Eq: ("==", "!="), ast.NotEq: ("!=", "==")}
_ARITHMETIC: Final = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "**"),
    ast.Div: ("/", "//"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"),
}
_JOINED: Final = {ast.And: ("and", "or"), ast.Or: ("or", "and")}
_MOST_SLIPS: Final = 3  #: slips of one line that are tried
_FEW: Final = 3  #: wrong options
Line = ast.If | ast.While | ast.Return | ast.Assign | ast.AugAssign | ast.For


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A piece of the code, what it could have been, and the sign that differs, as it is and as it could be."""

    node: ast.expr
    old: str
    new: str
    sign: str
    other: str

    @property
    def told(self) -> str:
        """The slip in a few words."""
        return f"{self.sign} became {self.other}"


def mistyped(node: Line, analysed: AnalysedCode) -> Iterator[Idea]:
    """An operator on this line: which of some calls shows that it is another one?"""
    examples = analysed.examples_of(node)
    for slip in _slips(node, analysed) if examples else ():
        pairs = [pair for pair in examples.with_other(slip.node, slip.new) if _is_short(pair[0])] if examples else []
        tell = [pair for pair in pairs if differ_in_words(*pair) and not pair[0].error and all(map(_is_told, pair))]
        same = [pair for pair in pairs if pair[0].outcome == pair[1].outcome and not pair[0].error]
        if not tell or not same or examples is None:
            continue
        now, then = tell[0]
        slot = slot_making.choice(
            [(now.call, f"With `{slip.sign}` {comes_to(now)}, with `{slip.other}` {comes_to(then)}.")],
            [(one.call, f"With either, {comes_to(one)}.") for one, _ in same[:_FEW]],
            "The call that tells",
            seed=f"{slip.old}{node.lineno}",
        )
        if slot is None:
            continue
        text = (
            f"Which of these calls would tell you that the `{slip.sign}` on line {node.lineno} had been mistyped as "
            f"`{slip.other}`, and what would come out each time? {slot_making.offered(slot)}"
        )
        fact = f"`{now.call}`: with `{slip.sign}` {comes_to(now)}, with `{slip.other}` {comes_to(then)}."
        claims = [slot_making.claim(now), slot_making.claim(then), *(slot_making.claim(one) for one, _ in same[:_FEW])]
        yield idea(header(node), text, (point(fact, words_of(now), words_of(then)),), slot=slot, claims=claims)
        return


def instead(node: Line, analysed: AnalysedCode) -> Iterator[Idea]:
    """Another expression in place of this one: what would be the result?"""
    examples = analysed.examples_of(node)
    if examples is None:
        return
    slips = reversed(tuple(_slips(node, analysed)))
    runs = ((slip, pair) for slip in slips for pair in examples.with_other(slip.node, slip.new))
    for slip, (now, then) in runs:
        text = (
            f"What would the call {call_of(now)} come to if line {node.lineno} had `{slip.new}` in place of "
            f"`{slip.old}`, and why?"
        )
        fit = not now.error and differ_in_words(now, then) and call_of(now) and len(slip.new) <= QUOTED
        if not fit or not can_be_asked(then, text):
            continue
        slot = slot_making.result(then, A_RESULT if then.error else "The result then")
        as_is = point(f"{AS_IT_STANDS}{comes_to(now)}.", (*words_of(now), *code_words.words_for(slip.node)))
        claims = [slot_making.claim(then, slot=slot_making.RESULT), slot_making.claim(now)]
        yield idea(header(node), text, (as_is,), slot=slot, claims=claims)
        return


def slipped(node: Line, analysed: AnalysedCode) -> Iterator[Idea]:
    """A wrong result from this line: which slip was made? Every slip that explains it is right."""
    examples, slips = analysed.examples_of(node), tuple(_slips(node, analysed))
    if examples is None or len({slip.told for slip in slips}) < 2:
        return
    for run in examples.ordinary[:_FEW]:
        made = [(slip.told, _with(slip, run, examples)) for slip in slips]
        known = [(told, other) for told, other in made if other is not None]
        if run.error or not call_of(run) or len(known) < len(slips):
            continue
        wrong = next((o for _, o in known if differ_in_words(run, o) and is_plain(o)), None)
        if wrong is not None:
            yield from _explained(node, run, wrong, known)
            return


def _explained(node: Line, run: Run, wrong: Run, known: Sequence[tuple[str, Run]]) -> Iterator[Idea]:
    """One sign may occur twice on the line: it is right when either slip explains the result."""
    right = {told: f"Then {comes_to(wrong)}." for told, other in known if other.outcome == wrong.outcome}
    other = {told: f"Then {comes_to(o)}." for told, o in known if told not in right}
    slot = slot_making.choice(tuple(right.items()), tuple(other.items()), "The sign that was mistyped", seed=run.call)
    if slot is None:
        return
    text = (
        f"Somebody copies line {node.lineno} with one sign mistyped, and for the call {call_of(run)} "
        f"{comes_to(wrong)}. Which sign could that be, and how can you tell? {slot_making.offered(slot)}"
    )
    as_is = point(f"{AS_IT_STANDS}{comes_to(run)}.", words_of(run))
    claims = [slot_making.claim(run), *(slot_making.claim(other) for _, other in known)]
    yield idea(header(node), text, (as_is,), slot=slot, claims=claims)


def _with(slip: Slip, run: Run, examples: ExampleRuns) -> Run | None:
    pairs = examples.with_other(slip.node, slip.new)
    return next((other for one, other in pairs if one.call == run.call), None)


def _is_told(run: Run) -> bool:
    return is_plain(run) and bool(words_of(run))


def _is_short(run: Run) -> bool:
    return 0 < len(run.call) <= QUOTED // 2 and "`" not in run.call


def _slips(node: Line, analysed: AnalysedCode) -> Iterator[Slip]:
    """The slips that are possible on this line."""
    expression = (
        node.iter if isinstance(node, ast.For) else node.test if isinstance(node, ast.If | ast.While) else node.value
    )
    found = 0
    for part in ast.walk(expression) if expression else ():
        slip = _slip(part, analysed)
        if slip is not None and found < _MOST_SLIPS:
            found += 1
            yield slip


def _slip(part: ast.AST, analysed: AnalysedCode) -> Slip | None:
    match part:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in {**_COMPARED, **_EQUAL}:
            return _with_other_sign(part, left, right, {**_COMPARED, **_EQUAL}[type(op)], analysed)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC and not _is_text(left):
            return _with_other_sign(part, left, right, _ARITHMETIC[type(op)], analysed)
        case ast.BoolOp(op=joint, values=[left, right]):
            return _with_other_sign(part, left, right, _JOINED[type(joint)], analysed)
        case ast.Constant(value=int() as number) if not isinstance(number, bool) and 0 <= number <= 1_000:
            old = analysed.source(part)
            if old == str(number):
                return Slip(node=part, old=old, new=str(number + 1), sign=old, other=str(number + 1))
    return None


def _with_other_sign(
    part: ast.expr, left: ast.expr, right: ast.expr, signs: tuple[str, str], analysed: AnalysedCode
) -> Slip | None:
    """The piece of code with another sign between its two sides."""
    old, (sign, other) = analysed.source(part), signs
    one = left.lineno == right.lineno == part.lineno == part.end_lineno
    if not old or not one or "`" in old or len(old) > QUOTED:
        return None
    raw, start = old.encode(), part.col_offset
    between = raw[(left.end_col_offset or 0) - start : right.col_offset - start].decode()
    if between.strip(" ()") != sign:
        return None
    head, tail = raw[: (left.end_col_offset or 0) - start].decode(), raw[right.col_offset - start :].decode()
    new = f"{head}{between.replace(sign, other)}{tail}"
    return Slip(node=part, old=old, new=new, sign=sign, other=other)


def _is_text(node: ast.expr) -> bool:
    """A `%` after a string is formatting."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
