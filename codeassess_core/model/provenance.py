"""The plan of a question, and the origin of examiner texts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Difficulty(StrEnum):
    """How much of the code a question is about; a session goes from easy to hard."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What code chose for a question before an examiner wrote it (`questions.planning`)."""

    kind: str  #: one of `planning.KINDS`
    difficulty: Difficulty
    reason: str  #: one sentence for the report
    others: tuple[str, ...] = ()  #: other suitable kinds, the best first
    follows: str | None = None  #: of a follow-up: the id of the question before


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who wrote a question, an evaluation or a report."""

    examiner: str  #: "offline" or "model"
    model: str  #: "offline" or provider:name
    version: str  #: of the examiner's rules or of codeassess
    prompt_sha256: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    fallback_reason: str | None = None  #: why the offline examiner replaced the model
    plan: Plan | None = None  #: of a question
    spent_on: str | None = None  #: the model that used the tokens, when another examiner wrote the text
    estimated: bool = False  #: the tokens are estimated, because the provider reported none
    samples: int | None = None  #: of an evaluation that was repeated: how often it was made
