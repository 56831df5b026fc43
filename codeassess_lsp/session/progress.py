"""The progress of a session, as this window knows it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

CLOSING: Final = "closing"
FINISHING: Final = "finishing"
ENDED: Final = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`status`: active, closing, finishing or ended; None while it is not known."""

    status: str | None = None
    questions_left: int | None = None  #: of the closing round, the open one included
    finish_sent: bool = False  #: the candidate is done, and the session has not answered yet

    @property
    def over(self) -> bool:
        """Is the session closed for code and answers?"""
        return self.status in (FINISHING, ENDED)

    def after(self, event: Mapping[str, Any]) -> Progress:
        """The progress after an event."""
        if event["message_type"] == "report_ready":
            return Progress(status=ENDED)
        if event["message_type"] == "session_state":
            return Progress(status=event["status"], questions_left=event.get("questions_left"))
        return self

    def finished(self) -> Progress:
        """The candidate is done: the closing round begins, or ends if it has begun."""
        return Progress(status=FINISHING) if self.status == CLOSING else replace(self, finish_sent=True)

    def not_finished(self) -> Progress:
        """The session refused the `finish`."""
        return replace(self, finish_sent=False)


def progress_of(events: Iterable[Mapping[str, Any]], *, finish_waits: bool) -> Progress:
    """The progress after these events; `finish_waits`: a `finish` was not sent yet."""
    progress = Progress()
    for event in events:
        progress = progress.after(event)
    return replace(progress, finish_sent=finish_waits)
