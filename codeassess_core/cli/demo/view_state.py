"""What the screen shows of a recording at one moment, made from the events; without a terminal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz.distance import Postfix

from ...documents.lines import split_lines
from .events import (
    Answered,
    Asked,
    Began,
    Evaluated,
    Event,
    Finished,
    NotAsked,
    Reconnected,
    Reported,
    Saved,
    Trouble,
    Wrote,
)


class Kind(StrEnum):
    """What an entry is."""

    QUESTION = "question"
    ANSWER = "answer"
    EVALUATION = "evaluation"
    NOTE = "note"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the conversation: a heading and, mostly, a text."""

    kind: Kind
    heading: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewState:
    """The code with its last changed line (from 1; 0: nothing is written), and the conversation so far."""

    title: str = ""
    language: str = ""
    document: str = ""
    session_id: str = ""
    updates: int = 0
    sent: int = 0
    acked: int = 0
    unsaved: int = 0
    at: float = 0.0  #: recorded seconds
    cause: str = ""
    code: str = ""
    focus: int = 0
    entries: tuple[Entry, ...] = ()


def after(state: ViewState, event: Event) -> ViewState:
    """The view state once `event` has happened."""
    match event:
        case Began():
            names = ("title", "language", "session_id", "updates", "document")
            return replace(state, **{name: getattr(event, name) for name in names})
        case Wrote(code=code, at=at, cause=cause, sent=sent):
            return replace(state, code=code, at=at, cause=cause, sent=sent, focus=last_changed_line(state.code, code))
        case Saved(acked=acked, unsaved=unsaved):
            return replace(state, acked=acked, unsaved=unsaved)
    return replace(state, entries=(*state.entries, entry_of(event)))


def entry_of(event: Event) -> Entry:
    """The entry of the conversation for an event."""
    match event:
        case Asked(question=question, start_line=start, end_line=end):
            where = f"line {start}" if start == end else f"lines {start}–{end}"
            return Entry(kind=Kind.QUESTION, heading=f"Question about {where}", text=question)
        case Answered(response=response):
            return Entry(kind=Kind.ANSWER, heading="Answer", text=response)
        case Evaluated(evaluation=evaluation, score_text=words):
            return Entry(kind=Kind.EVALUATION, heading=f"Scored {words}", text=evaluation)
        case Trouble(message=message):
            return Entry(kind=Kind.TROUBLE, heading="Trouble", text=message)
    return Entry(kind=Kind.NOTE, heading=_note(event))


def _note(event: Event) -> str:
    match event:
        case NotAsked(seconds=seconds):
            return f"No question came within {seconds:g} s; the answer is skipped."
        case Reconnected():
            return "Connected again; what was not saved is sent again."
        case Finished():
            return "Finished. The report is being written."
        case Reported():
            return "The report is ready."
    return type(event).__name__


def last_changed_line(before: str, code: str) -> int:
    """The last line of `code` that changed (from 1; 0: no code)."""
    old, new = split_lines(before), split_lines(code)
    return max(min(1, len(new)), len(new) - Postfix.similarity(old, new))
