"""Slots, the parts of an answer that code checks, and claims, which are found by running code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SlotKind(StrEnum):
    """The kinds of slots; code can check their answers with certainty."""

    VALUE = "value"  #: the value of an expression
    EXCEPTION = "exception"  #: the class of an exception
    LINES = "lines"  #: one or more line numbers
    CHOICE = "choice"  #: one of the options


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a choice. The reason says why it is right or wrong; it stays on the server until the end."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A part of a question whose answer code can check. `weight` is in points of ten.

    `accepted` has all right answers: the `repr` of a value, the name of an exception's class, lines
    as "5" or "5-7", the text of an option. It stays on the server until the end.
    """

    id: str
    kind: SlotKind
    label: str  #: the label of its field
    accepted: tuple[str, ...]
    options: tuple[Option, ...] = ()  #: of a choice, in the order on the screen
    weight: float = 6.0

    @property
    def right_answers(self) -> tuple[str, ...]:
        """`accepted` for readers: what is accepted both quoted and bare stands there once, quoted when it has lines."""
        twice = {text: repr(text) for text in self.accepted if repr(text) in self.accepted}
        left_out = {text if "\n" in text else quoted for text, quoted in twice.items()}
        return tuple(text for text in self.accepted if text not in left_out)


class ClaimOutcome(StrEnum):
    """What a claim says about the code."""

    RETURNS = "returns"  #: the value of `run`
    RAISES = "raises"  #: an exception of this class is raised
    PRINTS = "prints"  #: all text that the call printed, or without a call the program
    IS = "is"  #: the value of an expression after the code
    TRACE = "trace"  #: the values of a name, each time that a line is reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A fact that a question relies on, found by running code, and checked by running it again.

    `code` is executed, then `run` is evaluated, unless it is empty. `value` is the `repr` of the
    result, the name of the exception's class, or all printed text.
    """

    code: str | None = None  #: None: the text of the region, as typed
    run: str = ""
    outcome: ClaimOutcome
    value: str = ""
    slot: str | None = None  #: the id of the slot whose answer it is
    line: int | None = None  #: of a trace
    name: str | None = None  #: of a trace
    values: tuple[str, ...] = ()  #: of a trace: the `repr` after each pass
