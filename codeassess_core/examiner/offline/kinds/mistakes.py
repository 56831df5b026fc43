"""Questions about a slip that could have been made: which call would tell, what would come of it, which slip was it?

One operator, limit or order is thought to be another; where the function can be worked
out on examples, only slips that show are asked about, and what comes out is known. Who
finds a call that tells the two apart has understood what the line is for. (The idea is
that of mutation testing: Agrawal et al., "Design of Mutant Operators for the C
Programming Language", 1989.)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ....model import ExpectedPoint
from .. import meaning
from ..by_hand import Run
from ..meaning import Words, alt
from ..practice import Practice
from ..scene import Scene, header, parameters
from ..sketch import Idea, idea, point
from .results import call_of, is_open, is_plain, outcome, told_differently

_LIMITS: Final[dict[type[ast.cmpop], tuple[str, str, type[ast.cmpop]]]] = {
    ast.Gt: (">", ">=", ast.GtE),
    ast.GtE: (">=", ">", ast.Gt),
    ast.Lt: ("<", "<=", ast.LtE),
    ast.LtE: ("<=", "<", ast.Lt),
}
_ARITHMETIC: Final[dict[type[ast.operator], tuple[str, str, type[ast.operator]]]] = {
    ast.Sub: ("-", "+", ast.Add),
    ast.Mult: ("*", "**", ast.Pow),
    ast.Div: ("/", "//", ast.FloorDiv),
    ast.FloorDiv: ("//", "/", ast.Div),
    ast.Mod: ("%", "//", ast.FloorDiv),
    ast.Pow: ("**", "*", ast.Mult),
}
_JOINED: Final[dict[type[ast.boolop], tuple[str, str, type[ast.boolop]]]] = {
    ast.And: ("and", "or", ast.Or),
    ast.Or: ("or", "and", ast.And),
}
_MOST_SLIPS: Final = 4  #: of one line that are tried
_AN_INPUT: Final = (
    *map(str, range(31)),
    *alt("zero | one | two | three | negative | odd | even | when | with | empty"),
)
_TWO_RESULTS: Final = alt(
    "instead | differ | different | rather | larger | smaller | bigger | more | less | while | but | whereas | "
    "versus | first | second | other | original | correct | wrong | before | now"
)
_AT_LIMIT: Final = alt("equal | exactly | same | at the limit | boundary")
_DIFFERS: Final = point("It names an input for which the two differ.", _AN_INPUT)
Line = ast.If | ast.While | ast.Return | ast.Assign | ast.AugAssign | ast.For


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """An expression, the one that it could have been, and the sign in it that differs, as it is and as it could be."""

    old: ast.expr
    new: ast.expr
    sign: str = ""
    other: str = ""
    telling: ExpectedPoint = _DIFFERS


def mistyped(node: Line, scene: Scene) -> Iterator[Idea]:
    """An operator on this line: which call of its function would tell that it is another one?"""
    function, practice = scene.function(node), scene.practice(node)
    if function is None or not parameters(function):
        return
    for slip in _slips(node, scene):
        shown = _proof(slip, practice)
        if not slip.sign or (shown is None and practice is not None and len(practice.ordinary) > 1):
            continue  # no call would tell
        text = (
            f"Which call of `{function.name}` would tell you that the `{slip.sign}` on line {node.lineno} had been "
            f"mistyped as `{slip.other}`, and what would come out each time?"
        )
        yield idea(header(node), text, _telling(slip, shown, practice), depth=3 if shown else None)
        return


def _telling(slip: Slip, shown: tuple[Run, Run] | None, practice: Practice | None) -> tuple[ExpectedPoint, ...]:
    """What a telling call is, and what comes out: of one such call where it is known."""
    both = "It says what comes out with each of the two."
    if shown is None or practice is None:
        return slip.telling, point(both, _TWO_RESULTS)
    told = " and ".join(_clause(run) for run in shown)
    words = tuple(w for run in shown for w in _words(run))
    return slip.telling, point(f"{both} Of {call_of(practice.function, shown[0])}: {told}.", words + _TWO_RESULTS)


def instead(node: Line, scene: Scene) -> Iterator[Idea]:
    """Another expression in place of this one: what would come of it?"""
    practice = scene.practice(node)
    for slip in _slips(node, scene):
        shown, old, new = _proof(slip, practice), scene.quote(slip.old), f"`{ast.unparse(slip.new)}`"
        if practice is None or shown is None or not old:
            continue
        text = (
            f"What would {call_of(practice.function, shown[0])} come to if line {node.lineno} had {new} in place of "
            f"{old}, and why is it {old} here?"
        )
        if is_open(_words(shown[1]), text):
            now = point(f"As it stands: {_clause(shown[0])}.", (*_words(shown[0]), *meaning.words_for(slip.old)))
            yield idea(header(node), text, (point(f"Then {_clause(shown[1])}.", _words(shown[1]), weight=2), now))
            return


def slipped(node: Line, scene: Scene) -> Iterator[Idea]:
    """A wrong result, and the line that it comes from: which slip was made?"""
    practice = scene.practice(node)
    for slip in reversed(tuple(_slips(node, scene))):
        shown = _proof(slip, practice)
        if practice is None or shown is None or not slip.sign:
            continue
        right, wrong = shown
        text = (
            f"Somebody copies line {node.lineno} with one sign mistyped, and {call_of(practice.function, right)} then "
            f"{_came_to(wrong)}. Which sign could that be, and how can you tell?"
        )
        which = point(f"`{slip.other}` in place of `{slip.sign}`.", (slip.other, slip.sign, *_operation(slip)))
        how = point(f"It compares with the right result: {_clause(right)}.", (*_words(right), *_TWO_RESULTS))
        yield idea(header(node), text, (which, how))
        return


def _slips(node: Line, scene: Scene) -> Iterator[Slip]:
    """What could be something else on this line."""
    expression = (
        node.iter if isinstance(node, ast.For) else node.test if isinstance(node, ast.If | ast.While) else node.value
    )
    found = 0
    for part in ast.walk(expression) if expression else ():
        slip = _slip(part, scene)
        if slip is not None and found < _MOST_SLIPS:
            found += 1
            yield slip


def _slip(part: ast.AST, scene: Scene) -> Slip | None:
    match part:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _LIMITS:
            sign, other, swapped = _LIMITS[type(op)]
            limit = f"{scene.quote(left) or 'the left side'} is exactly {scene.quote(right) or 'the right side'}"
            telling = point(f"One in which {limit}.", meaning.literal_words(right) + _AT_LIMIT)
            new = ast.Compare(left=left, ops=[swapped()], comparators=[right])
            return Slip(old=part, new=ast.copy_location(new, part), sign=sign, other=other, telling=telling)
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _ARITHMETIC and not _is_text(left):
            sign, other, wrong = _ARITHMETIC[type(operation)]
            binary = ast.BinOp(left=left, op=wrong(), right=right)
            return Slip(old=part, new=ast.copy_location(binary, part), sign=sign, other=other)
        case ast.BoolOp(op=joint, values=values):
            sign, other, opposite = _JOINED[type(joint)]
            return Slip(
                old=part, new=ast.copy_location(ast.BoolOp(op=opposite(), values=values), part), sign=sign, other=other
            )
        case ast.BinOp(left=left, op=ast.Add(), right=right):  # the order of texts matters
            return Slip(old=part, new=ast.copy_location(ast.BinOp(left=right, op=ast.Add(), right=left), part))
    return None


def _is_text(node: ast.expr) -> bool:
    """A `%` behind a text is formatting."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _proof(slip: Slip, practice: Practice | None) -> tuple[Run, Run] | None:
    """A call by which the slip could be told, if there is one: the run as it is, and with the slip."""
    if practice is None:
        return None

    def can_be_asked(run: Run, other: Run) -> bool:
        said = call_of(practice.function, run) and outcome(run) and outcome(other)
        natural = not any(isinstance(a, int | float) and a < 0 for a in run.arguments)
        return (
            natural
            and bool(said)
            and told_differently(run, other)
            and not run.error
            and is_plain(run)
            and is_plain(other)
        )

    return practice.told_apart(slip.old, slip.new, can_be_asked)


def _clause(run: Run) -> str:
    said = outcome(run)
    return (said[0][0].lower() + said[0][1:]).rstrip(".").replace("python", "Python") if said else ""


def _came_to(run: Run) -> str:
    return _clause(run).removeprefix("it ") if not run.error else f"raises `{run.error}`"


def _words(run: Run) -> Words:
    said = outcome(run)
    return said[1] if said else ()


def _operation(slip: Slip) -> Words:
    return tuple(w for w in meaning.words_for(slip.new) if w.isalpha())
