"""Questions with what became of them, made from the events that came and from what the candidate wrote. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .sitting_ledger import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question. Lines are from 1, both ends included, at `snapshot`.

    `state`: open, answered (being evaluated), evaluated, failed (a person will evaluate), deferred or closed.
    """

    id: str
    question: str
    kind: str
    document: str
    snapshot: int
    start_line: int
    end_line: int
    state: str = "open"
    answer: str | None = None
    draft: str | None = None
    evaluation: str | None = None
    score: float | None = None
    needs_review: bool = False
    reason: str | None = None


def exchanges(events: Iterable[Mapping[str, Any]], written: Mapping[str, Written]) -> dict[str, Exchange]:
    """The conversation so far, in the order in which it was asked."""
    found: dict[str, Exchange] = {}
    for event in events:
        after(found, event)
    for question, words in written.items():
        if question in found:
            found[question] = said(found[question], words)
    return found


def after(known: dict[str, Exchange], event: Mapping[str, Any]) -> Exchange | None:
    """Take one event in; returns the exchange that it changed."""
    match event["message_type"]:
        case "question" if event["interaction_id"] not in known:
            exchange = _asked(event)
        case "evaluation_result" if (asked := known.get(event["interaction_id"])) is not None:
            exchange = replace(
                asked,
                state="evaluated",
                evaluation=event["evaluation"],
                score=event["score"],
                needs_review=bool(event.get("needs_review")),
            )
        case "evaluation_failed" if (asked := known.get(event["interaction_id"])) is not None:
            exchange = replace(asked, state="failed", reason=event["reason"])
        case _:
            return None
    known[exchange.id] = exchange
    return exchange


def said(exchange: Exchange, words: Written) -> Exchange:
    """The exchange with what the candidate wrote to it."""
    if words.state == "draft":
        return replace(exchange, draft=words.text)
    state = exchange.state if exchange.state in ("evaluated", "failed") else words.state
    return replace(exchange, state=state, answer=words.text or None, draft=None)


def _asked(event: Mapping[str, Any]) -> Exchange:
    return Exchange(
        id=event["interaction_id"],
        question=event["question"],
        kind=event["kind"],
        document=event["document"],
        snapshot=event["snapshot"],
        start_line=event["start_line"],
        end_line=event["end_line"],
    )


def last_status(events: Iterable[Mapping[str, Any]]) -> str | None:
    """What the events say of the session: active, finishing or ended; None when they say nothing."""
    status: str | None = None
    for event in events:
        if event["message_type"] == "report_ready":
            status = "ended"
        elif event["message_type"] == "session_state":
            status = event["status"]
    return status
