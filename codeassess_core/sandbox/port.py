"""The port: a text, calls and limits go in, an outcome for each call comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one run."""

    seconds: float = 0.08  #: for the text and for the call, each
    memory: int = 64 << 20  #: bytes
    recursion: int = 250  #: nested calls; well below CPython's 1,000
    printed: int = 4_000  #: characters


DEFAULT: Final = Limits()
Names = Mapping[str, str]  #: names with the `repr` of their values


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of running a text and then evaluating a call.

    Exactly one is set: `value` (the `repr` of the call; "None" without a call), `error`, or
    `unknown`, which says why neither is known. `lines`, `passes` and `counts` are set when an
    instrumented copy had the very same value, error and output.
    """

    call: str
    value: str | None = None
    error: str = ""  #: the name of the exception's class
    says: str = ""  #: its message
    line: int = 0  #: where the exception arose in the text; 0 without one, or when it arose in the call itself
    printed: str = ""  #: everything that text and call printed
    by_call: str = ""  #: the end of it that the call printed; empty without a call
    unknown: str = ""  #: why the outcome is not known
    followed: bool = False  #: were the steps recorded?
    last: int = 0  #: the line of the `return` that ended the call, or of the exception; 0 when it ran to its end
    lines: tuple[int, ...] = ()  #: where statements of the called function began, in order, without repeats
    passes: Mapping[int, tuple[Names, ...]] = field(default_factory=dict)
    """By the line of a loop in the called function: the values of its names after each of the first passes."""
    counts: Mapping[int, int] = field(default_factory=dict)  #: by the line of a loop: how many passes it began

    @property
    def known(self) -> bool:
        """Is the outcome known?"""
        return not self.unknown

    @property
    def seen(self) -> tuple[str | None, str, str]:
        """What distinguishes two runs for an observer."""
        return self.value, self.error, self.printed


def unknown(call: str, why: str) -> Outcome:
    """The outcome of a call about which nothing is known."""
    return Outcome(call=call, unknown=why)


class Sandbox(Protocol):
    """Runs candidates' code. Blocks its thread, at most for the limits and a grace period; raises nothing."""

    def run(
        self, code: str, calls: Sequence[str], limits: Limits = DEFAULT, *, follow: bool = False
    ) -> tuple[Outcome, ...]:
        """The outcomes of `code` followed by each of the calls, every call after a run of its own.

        `code` runs as it is. A call is an expression; an empty one stands for the text alone. With
        `follow` the steps are recorded too.
        """

    def close(self) -> None:
        """End the workers."""
