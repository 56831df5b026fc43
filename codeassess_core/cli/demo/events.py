"""The events of a recording while it is played: from the player to a screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """The session exists and the websocket is open."""

    title: str
    language: str
    session_id: str
    server: str
    updates: int  #: how many code updates the recording has
    document: str = "solution.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """A code update was sent. `at`: recorded seconds."""

    at: float
    code: str
    cause: str
    sent: int  #: how many code updates so far


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The server acknowledged every message up to `acked`; `unsaved` messages are in flight."""

    acked: int
    unsaved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question about these lines came."""

    question: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The candidate answered."""

    response: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAsked:
    """The recording answers here, but no question came within `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """An answer was evaluated."""

    evaluation: str
    score: float
    score_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """The server said that something did not work; the recording goes on."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnected:
    """The connection broke and is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The candidate is done; the report is being written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The report is stored."""


Event: TypeAlias = (
    Began | Wrote | Saved | Asked | Answered | NotAsked | Evaluated | Trouble | Reconnected | Finished | Reported
)
Observe = Callable[[Event], None]
