"""What a viewer of a sitting knows at one moment: folded from the happenings, without a terminal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz.distance import Postfix

from .happenings import (
    Answered,
    Asked,
    Began,
    Evaluated,
    Finished,
    Happening,
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
    """One thing in the conversation: a heading and, mostly, a text."""

    kind: Kind
    heading: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The code with its last changed line (from 1; 0: nothing is written), and the conversation so far."""

    title: str = ""
    language: str = ""
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


def after(scene: Scene, happening: Happening) -> Scene:
    """The scene once `happening` has happened."""
    match happening:
        case Began(title=title, language=language, session_id=session_id, updates=updates):
            return replace(scene, title=title, language=language, session_id=session_id, updates=updates)
        case Wrote(code=code, at=at, cause=cause, sent=sent):
            return replace(scene, code=code, at=at, cause=cause, sent=sent, focus=last_changed_line(scene.code, code))
        case Saved(acked=acked, unsaved=unsaved):
            return replace(scene, acked=acked, unsaved=unsaved)
    return replace(scene, entries=(*scene.entries, entry_of(happening)))


def entry_of(happening: Happening) -> Entry:
    """What the conversation says of it."""
    match happening:
        case Asked(question=question, start_line=start, end_line=end):
            where = f"line {start}" if start == end else f"lines {start}–{end}"
            return Entry(kind=Kind.QUESTION, heading=f"Question about {where}", text=question)
        case Answered(response=response):
            return Entry(kind=Kind.ANSWER, heading="Answer", text=response)
        case Evaluated(evaluation=evaluation, score=score, needs_review=needs_review):
            heading = f"Scored {score:g} of 10" + (", needs review" if needs_review else "")
            return Entry(kind=Kind.EVALUATION, heading=heading, text=evaluation)
        case Trouble(message=message):
            return Entry(kind=Kind.TROUBLE, heading="Trouble", text=message)
    return Entry(kind=Kind.NOTE, heading=_note(happening))


def _note(happening: Happening) -> str:
    match happening:
        case NotAsked(seconds=seconds):
            return f"No question came within {seconds:g} s; the answer is skipped."
        case Reconnected():
            return "Connected again; what was not saved is sent again."
        case Finished():
            return "Finished. The report is being written."
        case Reported():
            return "The report is ready."
    return type(happening).__name__


def last_changed_line(before: str, code: str) -> int:
    """Where somebody has just written: the last line of `code` that is not as it was (from 1; 0: no code)."""
    old, new = before.splitlines(), code.splitlines()
    return max(min(1, len(new)), len(new) - Postfix.similarity(old, new))
