"""Questions about a mistake that could have been made: which call would tell?

One operator is thought to be mistyped; who finds a call that tells the two apart, and
says what comes out each time, has understood what the line is for. (The idea is that of
mutation testing: Agrawal et al., "Design of Mutant Operators for the C Programming
Language", 1989.)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from ....model import ExpectedPoint
from .. import meaning
from ..meaning import alt
from ..scene import Scene, header, parameters
from ..sketch import Idea, idea, point

_LIMITS: Final = {ast.Gt: (">", ">="), ast.GtE: (">=", ">"), ast.Lt: ("<", "<="), ast.LtE: ("<=", "<")}
_ARITHMETIC: Final = {
    ast.Sub: ("-", "+"),
    ast.Div: ("/", "//"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"),
}
_AN_INPUT: Final = (
    *map(str, range(31)),
    *alt("zero | one | two | three | negative | odd | even | when | with | empty"),
)
_TWO_RESULTS: Final = alt(
    "instead | differ | different | rather | larger | smaller | bigger | more | less | while | but | whereas | "
    "versus | first | second | other | original | correct | wrong | before | now"
)


def mistyped(node: ast.If | ast.While | ast.Return | ast.Assign, scene: Scene) -> Iterator[Idea]:
    """An operator on this line: which call of its function would tell that it is another one?"""
    function = scene.function(node)
    if function is None or not parameters(function):
        return
    expression = node.test if isinstance(node, ast.If | ast.While) else node.value
    for part in ast.walk(expression) if expression else ():
        found = _swap(part, scene)
        if found is not None:
            operator, other, telling = found
            text = (
                f"Which call of `{function.name}` would tell you that the `{operator}` on line {node.lineno} had been "
                f"mistyped as `{other}`, and what would come out each time?"
            )
            both = point("It says what comes out with each of the two.", _TWO_RESULTS)
            yield idea(header(node), text, (telling, both))
            return


def _swap(part: ast.AST, scene: Scene) -> tuple[str, str, ExpectedPoint] | None:
    """The operator, the one it could be mistaken for, and what a telling input is."""
    match part:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _LIMITS:
            limit = f"{scene.quote(left) or 'the left side'} is exactly {scene.quote(right) or 'the right side'}"
            words = meaning.literal_words(right) + alt("equal | exactly | same | at the limit | boundary")
            return *_LIMITS[type(op)], point(f"One in which {limit}.", words)
        case ast.BinOp(op=op, left=left) if type(op) in _ARITHMETIC and not _is_text(left):
            return *_ARITHMETIC[type(op)], point("It names an input for which the two differ.", _AN_INPUT)
    return None


def _is_text(node: ast.expr) -> bool:
    """A `%` behind a text is formatting."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
