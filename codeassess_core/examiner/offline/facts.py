"""The results that an expected point states, and whether an answer states the same. Pure.

For a point such as "Python raises `KeyError` on line 3." any word for an error is not enough,
and for "It returns `3`." a 3 among other numbers is not. What the answer states as the result
is read as for a slot (`slot_reading`) and compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...answers.slots import Reading, Stated, is_right
from ...model import ExpectedPoint, Slot, SlotKind, Verdict
from ..text.literals import NO_VALUE, literal
from ..text.slot_reading import read_slot
from ..text.values import read_unchanged

AS_IT_STANDS: Final = "As it stands, "
"""The beginning of a point about the code without the change that a question asks about."""

_EXCEPTION: Final = re.compile(r"`?\b([A-Z]\w*(?:Error|Exception|Iteration|Interrupt))\b`?")
_VALUE: Final = re.compile(
    r"\b(?:returns?|gives?|comes? to|is then|becomes|holds|is)(?: again| back| the value| the string)?"
    r" `([^`]{1,120})`(?![\w(])"
)
_PRINTED: Final = re.compile(r"\bprints? (?:`([^`]{1,120})`|('[^']{0,120}'|\"[^\"]{0,120}\"))")
_DENIED: Final = re.compile(r"\b(?:not|no|never|nor|without|instead|rather|before|earlier|was|had)\b", re.IGNORECASE)


def facts(point: ExpectedPoint) -> tuple[Slot, ...]:
    """The results that the point states, as slots; none when it states several, or denies one."""
    if _DENIED.search(re.sub(r"`[^`]*`", " ", point.text)):
        return ()
    found = tuple(_facts(point.text))
    return found if len(found) == 1 else ()


def _facts(text: str) -> Iterator[Slot]:
    for name in dict.fromkeys(_EXCEPTION.findall(text)):
        yield Slot(id="exception", kind=SlotKind.EXCEPTION, label=text, accepted=(name,))
    for value in dict.fromkeys(_VALUE.findall(text)):
        if literal(value) is not NO_VALUE:
            yield Slot(id="value", kind=SlotKind.VALUE, label=text, accepted=(value,))
    for ticked, quoted in dict.fromkeys(_PRINTED.findall(text)):
        shown = literal(quoted or ticked)
        printed = shown if isinstance(shown, str) else ticked
        yield Slot(id="printed", kind=SlotKind.VALUE, label=text, accepted=(repr(f"{printed}\n"),))


def verdict_of(point: ExpectedPoint, answer: str, question: str) -> Verdict | None:
    """Does the answer state what the point states? None when the point states no single result, or it is not clear.

    *Partly* is for an error without its name, as in "it crashes". A point about the code as it
    stands, in a question about a change, is met only by what the answer says of that code.
    """
    slot = next(iter(facts(point)), None)
    reading = None if slot is None else _reading(slot, point, answer=answer, question=question)
    if slot is None or reading is None:
        return None
    if reading.state is Stated.CLEARLY:
        return Verdict.MET if is_right(slot, reading.value) else Verdict.NOT
    if reading.state is not Stated.UNREADABLY:
        return Verdict.NOT
    return Verdict.PARTLY if slot.kind is SlotKind.EXCEPTION else None


def _reading(slot: Slot, point: ExpectedPoint, *, answer: str, question: str) -> Reading | None:
    """What the answer states for the slot; None when it says nothing of the code that the point is about."""
    asked = f"{question} {point.text}"
    if point.text.startswith(AS_IT_STANDS) and slot.kind is SlotKind.VALUE:
        return read_unchanged(slot, answer, question=asked)
    return read_slot(slot, answer, sent=False, question=asked)
