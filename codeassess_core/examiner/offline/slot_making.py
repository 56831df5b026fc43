"""Makes slots and claims from runs: what code can check of an answer, and what a question takes to be true. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Final

from ...model import Claim, ClaimOutcome, Option, Slot, SlotKind
from .example_runs import Run

RESULT: Final = "result"  #: the id of the only slot of a question
_WEIGHT: Final = 6.0  #: of ten points
_LETTERS: Final = "ABCDE"
_LONGEST_OPTION: Final = 60  #: characters


def claim(run: Run, *, slot: str | None = None) -> Claim:
    """The result of a run as a claim."""
    if run.error:
        outcome, value = ClaimOutcome.RAISES, run.error
    elif shows(run):
        outcome, value = ClaimOutcome.PRINTS, run.printed
    else:
        outcome, value = ClaimOutcome.RETURNS, run.result or "None"
    return Claim(code=run.code, run=run.call, outcome=outcome, value=value, slot=slot)


def shows(run: Run) -> bool:
    """Is the printed text all that a caller sees of the run?"""
    return run.result == "None" and bool(run.printed.strip())


def result(run: Run, label: str) -> Slot:
    """The slot for the result of a run."""
    kind = SlotKind.EXCEPTION if run.error else SlotKind.VALUE
    return Slot(id=RESULT, kind=kind, label=label, accepted=_accepted(run), weight=_WEIGHT)


def _accepted(run: Run) -> tuple[str, ...]:
    if run.error:
        return (run.error,)
    if shows(run):
        text = run.printed.strip()
        return tuple(dict.fromkeys((repr(text), text)))
    return (run.result or "None",)


def value(text: str, label: str) -> Slot:
    """The slot for a value, given as Python shows it."""
    return Slot(id=RESULT, kind=SlotKind.VALUE, label=label, accepted=(text,), weight=_WEIGHT)


def exception(name: str, label: str) -> Slot:
    """The slot for the class of an exception."""
    return Slot(id=RESULT, kind=SlotKind.EXCEPTION, label=label, accepted=(name,), weight=_WEIGHT)


def lines(numbers: Iterable[int], label: str) -> Slot:
    """The slot for one or more lines; the answer has to name all of them."""
    every = ", ".join(map(str, sorted(set(numbers))))
    return Slot(id=RESULT, kind=SlotKind.LINES, label=label, accepted=(every,), weight=_WEIGHT)


def choice(right: Sequence[tuple[str, str]], wrong: Sequence[tuple[str, str]], label: str, *, seed: str) -> Slot | None:
    """A choice between texts, each with a reason; every one of `right` is an answer. None with too few options.

    The order depends only on `seed`.
    """
    texts = dict.fromkeys(text for text, _ in (*right, *wrong))
    few = not right or len(texts) < len(right) + 1 or len(texts) > len(_LETTERS)
    if few or len(texts) != len(right) + len(wrong) or any(len(text) > _LONGEST_OPTION for text in texts):
        return None
    options = [Option(text=text, reason=reason) for text, reason in (*right, *wrong)]
    options.sort(key=lambda option: zlib.crc32(f"{seed}\0{option.text}".encode(errors="replace")))
    return Slot(
        id=RESULT,
        kind=SlotKind.CHOICE,
        label=label,
        accepted=tuple(text for text, _ in right),
        options=tuple(options),
        weight=_WEIGHT,
    )


def offered(slot: Slot, *, code: bool = False) -> str:
    """The options as the text of a question lists them; with `code` each is a piece of code."""
    return " ".join(
        f"({letter}) {f'`{o.text}`' if code or _is_code(o.text) else o.text}"
        for letter, o in zip(_LETTERS, slot.options, strict=False)
    )


def _is_code(text: str) -> bool:
    return " " not in text or any(sign in text for sign in "()[]='\"")
