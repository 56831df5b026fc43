"""Questions about other languages than Python, from the tree (`grammar`): fewer kinds, the same manner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ....model import ExpectedPoint
from ....ports import QuestionBrief
from .. import grammar, meaning
from ..grammar import Comparison, Part
from ..meaning import alt
from ..scene import changed_lines
from ..sketch import Sketch, point

_QUOTED: Final = 48  #: characters of code that a question quotes
_SWAPPED: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_COUNTS: Final = alt("true | met | holds | included | include | counts | enter | runs | yes")
_DOES_NOT: Final = alt("false | not true | not met | exclude | not include | strictly | skip | else | not count")
_QUADRATIC: Final = alt("four times | quadratic | squared | n^2 | n * n | 4 times | quadruple | product | factor 4")
_AT_LIMIT: Final = alt("equal | exactly | same | at the limit | boundary")
_BOTH: Final = alt(
    "instead | differ | different | but | while | whereas | versus | first | other | before | now | wrong"
)


def sketches(brief: QuestionBrief) -> Iterator[Sketch]:
    """Questions about the functions, loops and conditions of which the candidate changed the first line."""
    changed = changed_lines(brief)
    for part in grammar.parts(brief.code, brief.language):
        if part.line in changed or (part.kind == "function" and not changed.isdisjoint(range(part.line, part.end + 1))):
            yield from _WRITERS[part.kind](part)


def _of_function(part: Part) -> Iterator[Sketch]:
    if not part.recursive or not part.function:
        return
    points = (
        point("It names the case in which it does not call itself.", alt("base | when | if | zero | 0 | 1 | empty")),
        point("It says what comes out there.", alt("return | result | gives | value | 0 | 1 | true | false | null")),
    )
    text = f"Which call of `{part.function}` gives its result without calling itself again, and what is that result?"
    yield _sketch("tree_recursion", text, part, points)


def _of_loop(part: Part) -> Iterator[Sketch]:
    where = f" in `{part.function}`" if part.function else ""
    stops = point("It says what ends it.", meaning.STOPS + alt("false | until | no more | last | all | reach | less"))
    nearer = point(
        "It says what brings the end nearer.",
        alt("each | every | increment | increase | decrement | decrease | next | ++ | += | plus | minus | add | step"),
    )
    text = f"What makes the loop on line {part.line}{where} stop, and what in it brings the end nearer?"
    yield _sketch("tree_loop", text, part, (stops, nearer))
    if part.inside:
        cost = point("With twice as much input it runs about four times as often.", _QUADRATIC)
        text = f"How do the passes of the inner loop on line {part.line}{where} grow in number when the input doubles?"
        yield _sketch("tree_complexity", text, part, (cost,))


def _of_condition(part: Part) -> Iterator[Sketch]:
    compared = part.comparison
    if compared is None or not part.function or len(f"{compared.left}{compared.right}") > _QUOTED:
        return
    yield _limit(part, compared)
    points = (
        point(f"One in which `{compared.left}` is exactly `{compared.right}`.", _AT_LIMIT),
        point("It says what comes out with each of the two.", _BOTH),
    )
    text = (
        f"Which call of `{part.function}` would tell you that the `{compared.operator}` on line {part.line} had been "
        f"mistyped as `{_SWAPPED[compared.operator]}`, and what would come out each time?"
    )
    yield _sketch("tree_mistyped", text, part, points)


def _limit(part: Part, compared: Comparison) -> Sketch:
    holds = compared.operator.endswith("=")
    settled = f"The comparison is then {'true' if holds else 'false'}: the limit itself "
    points = (
        point(settled + ("counts." if holds else "does not count."), _COUNTS if holds else _DOES_NOT),
        point("It says what follows.", alt("return | then | so | skip | continue | run | result | branch | goes on")),
    )
    text = (
        f"What happens in `{part.function}` on line {part.line} when `{compared.left}` is exactly "
        f"`{compared.right}`, and why?"
    )
    return _sketch("tree_boundary", text, part, points)


def _sketch(kind: str, text: str, part: Part, points: tuple[ExpectedPoint, ...]) -> Sketch:
    end = part.end if part.kind == "function" else part.line
    return Sketch(kind=kind, text=text, start_line=part.line, end_line=end, expected=points, depth=3)


_WRITERS: Final = {"function": _of_function, "loop": _of_loop, "condition": _of_condition}
