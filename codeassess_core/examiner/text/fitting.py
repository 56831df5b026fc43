"""Compares a stated value with the right answers of a slot. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum, auto

from ...answers.slots import is_right
from ...model import Slot
from .literals import NO_VALUE, Row, literal
from .statements import Statement
from .tokens import Kind


class Fit(Enum):
    """Is a stated value the right answer?"""

    RIGHT = auto()
    UNCLEAR = auto()  #: it may be meant: 12 for '12', 3.3 for 3.3333
    WRONG = auto()


def whole(slot: Slot, text: str) -> str | None:
    """The accepted answer that equals the whole text, however it is written; None when there is none."""
    return next((accepted for accepted in slot.accepted if _is_whole(slot, accepted, text)), None)


def _is_whole(slot: Slot, accepted: str, text: str) -> bool:
    wanted = literal(accepted)
    if isinstance(wanted, str):
        return bool(text) and _same_text(text, wanted)
    if any(_equal(slot, value) for value in _made_of(text, wanted)):
        return True
    return wanted is NO_VALUE and _squeezed(text) == _squeezed(accepted)


def _same_text(text: str, wanted: str) -> bool:
    escaped = text.replace("\\n", "\n").replace("\\t", "\t")
    forms = {text, escaped, text.strip("`"), escaped.strip("`")}
    forms |= {form[1:-1] for form in forms if len(form) > 1 and form[0] in "'\"“‘„" and form[-1] in "'\"”’“"}
    if wanted.endswith("\n"):
        return any(form.split() == wanted.split() for form in forms)
    return wanted in forms or (bool(wanted.strip()) and wanted.strip() in {form.strip() for form in forms})


def _made_of(text: str, wanted: object) -> Iterable[object]:
    """What the text is with the brackets of the wanted value around it."""
    bare = text.rstrip(".").strip("` ")
    if isinstance(wanted, dict):
        yield literal(f"{{{bare}}}")
    parts = [part.strip() for part in re.split(r",| and | und | et | y ", bare) if part.strip()]
    if isinstance(wanted, list | tuple | set) and parts and all(isinstance(item, str) for item in wanted):
        yield type(wanted)(part.strip("'\"") for part in parts)


def fit_of(slot: Slot, one: Statement) -> Fit:
    """Is the value of a statement right?"""
    if any(_equal(slot, value) for value in one.values):
        return Fit.RIGHT
    if any(_printed(accepted, one) for accepted in slot.accepted):
        return Fit.RIGHT
    near = [_near(accepted, one) for accepted in slot.accepted]
    if Fit.RIGHT in near:
        return Fit.RIGHT
    return Fit.UNCLEAR if Fit.UNCLEAR in near else Fit.WRONG


def _equal(slot: Slot, value: object) -> bool:
    if value is NO_VALUE:
        return False
    if isinstance(value, Row):
        made: list[object] = [list(value), tuple(value)]
        made += [set(value)] if all(isinstance(item, int | float | str) for item in value) else []
        return any(is_right(slot, repr(one)) for one in made)
    return is_right(slot, repr(value))


def _printed(accepted: str, one: Statement) -> bool:
    """Is it the wanted output, with any separators between its parts?"""
    wanted = literal(accepted)
    if not isinstance(wanted, str) or not wanted.endswith("\n"):
        return False
    if one.values and one.values[0] is None and not wanted.strip():
        return True
    parts = [token.text for token in one.tokens if token.kind is Kind.VALUE]
    return " ".join(" ".join(parts).split()) == " ".join(wanted.split())


def _near(accepted: str, one: Statement) -> Fit:
    """Is it a rounded number, or a number where a string is wanted?"""
    wanted = literal(accepted)
    text = one.tokens[0].text.strip(".…")
    for value in one.values:
        if isinstance(wanted, str) and isinstance(value, int | float) and text == wanted.strip():
            return Fit.UNCLEAR
        if not isinstance(wanted, float) or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        decimals = len(re.split(r"[.,]", text)[-1]) if re.search(r"[.,]", text) else 0
        if math.isfinite(wanted) and decimals and _rounds(wanted, float(value), decimals):
            return Fit.RIGHT if one.rounded else Fit.UNCLEAR
    return Fit.WRONG


def _rounds(wanted: float, value: float, decimals: int) -> bool:
    cut = math.trunc(wanted * 10**decimals) / 10**decimals
    return math.isclose(round(wanted, decimals), value) or math.isclose(cut, value)


def right_answer(slot: Slot, one: Statement) -> str:
    """The accepted answer that the statement equals."""
    for accepted in slot.accepted:
        if fit_of(replace(slot, accepted=(accepted,)), one) is Fit.RIGHT:
            return accepted
    return slot.accepted[0]


def plainly(one: Statement) -> str:
    """The value as it is shown to a grader."""
    value = one.values[0] if one.values else one.tokens[0].text
    return ", ".join(map(repr, value)) if isinstance(value, Row) else repr(value)


def is_row(one: Statement) -> bool:
    return len(one.values) == 1 and isinstance(one.values[0], Row)


def takes_rows(slot: Slot) -> bool:
    meant = [literal(accepted) for accepted in slot.accepted]
    return any(isinstance(m, list | tuple | set) or (isinstance(m, str) and m.endswith("\n")) for m in meant)


def last_of(one: Statement) -> tuple[object, ...]:
    row = one.values[0]
    return (row[-1],) if isinstance(row, Row) and row else one.values


def differ(said: Sequence[Statement]) -> bool:
    """Do they state different values?"""
    meant = [frozenset(map(repr, map(_folded, s.values))) for s in said]
    return any(not one & meant[0] for one in meant[1:])


def _folded(value: object) -> object:
    """3.0 becomes 3."""
    whole = isinstance(value, float) and math.isfinite(value) and value == int(value)
    return int(value) if whole and isinstance(value, float) else value


def string_wanted(slot: Slot) -> bool:
    return any(isinstance(literal(accepted), str) for accepted in slot.accepted)


def _squeezed(text: str) -> str:
    return "".join(text.split()).strip("`").replace('"', "'")
