"""What a candidate is invited to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What the candidate may begin. `session`: they have begun it already; `time_limit` in seconds, their own."""

    assessment_id: str
    session: str | None = None
    time_limit: float | None = None
