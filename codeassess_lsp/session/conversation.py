"""The questions of a session with answers and evaluations, from its events and what the candidate wrote. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..sync.session_store import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSlot:
    """A part of a question with an answer of its own. `kind`: value, exception, lines, or choice with its `options`."""

    id: str
    kind: str
    label: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question. Lines are from 1, both ends included, at `snapshot`.

    `state`: open, answered (being evaluated), evaluated, failed (a person will evaluate), deferred, or closed (the
    session did not take the answer).
    """

    id: str
    question: str
    kind: str
    document: str
    snapshot: int
    start_line: int
    end_line: int
    slots: tuple[AskedSlot, ...] = ()
    state: str = "open"
    answer: str | None = None
    draft: str | None = None
    evaluation: str | None = None
    score: float | None = None
    score_text: str | None = None  #: the score and its interval in words; None in evaluations of earlier versions
    needs_review: bool = False
    reason: str | None = None


def exchanges(events: Iterable[Mapping[str, Any]], written: Mapping[str, Written]) -> dict[str, Exchange]:
    """The conversation so far, in the order in which it was asked."""
    found: dict[str, Exchange] = {}
    for event in events:
        apply_event(found, event)
    for question, answer in written.items():
        if question in found:
            found[question] = with_written(found[question], answer)
    return found


def apply_event(known: dict[str, Exchange], event: Mapping[str, Any]) -> Exchange | None:
    """Apply one event; returns the exchange that it changed."""
    match event["message_type"]:
        case "question" if event["interaction_id"] not in known:
            exchange = _asked(event)
        case "evaluation_result" if (asked := known.get(event["interaction_id"])) is not None:
            exchange = replace(
                asked,
                state="evaluated",
                evaluation=event["evaluation"],
                score=event["score"],
                score_text=event.get("score_text"),
                needs_review=bool(event.get("needs_review")),
            )
        case "evaluation_failed" if (asked := known.get(event["interaction_id"])) is not None:
            exchange = replace(asked, state="failed", reason=event["reason"])
        case _:
            return None
    known[exchange.id] = exchange
    return exchange


def with_written(exchange: Exchange, written: Written) -> Exchange:
    """The exchange with what the candidate wrote."""
    if written.state == "draft":
        return replace(exchange, draft=written.text)
    state = exchange.state if exchange.state in ("evaluated", "failed") else written.state
    return replace(exchange, state=state, answer=written.text or None, draft=None)


def answer_text(exchange: Exchange, text: str, slots: Mapping[str, str]) -> str:
    """An answer as one text: what was put into the slots, then the free part."""
    filled = [f"{slot.label}: {slots[slot.id]}" for slot in exchange.slots if slots.get(slot.id, "").strip()]
    return "\n".join([*filled, *([text] if text else [])])


def _asked(event: Mapping[str, Any]) -> Exchange:
    return Exchange(
        id=event["interaction_id"],
        question=event["question"],
        kind=event["kind"],
        document=event["document"],
        snapshot=event["snapshot"],
        start_line=event["start_line"],
        end_line=event["end_line"],
        slots=tuple(
            AskedSlot(id=slot["id"], kind=slot["kind"], label=slot["label"], options=tuple(slot.get("options") or ()))
            for slot in event.get("slots") or ()
        ),
    )
