"""The prose of a report, from what the questions and their evaluations say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ...model import CriterionResult, Question, QuestionStatus, Verdict
from ...ports import Narrative, ReportBrief
from . import guard
from .provenance import OFFLINE
from .sketch import span

_MOST: Final = 6  #: strengths, and concerns, that are listed
_QUOTE: Final = 120  #: characters of an answer that are quoted
_LEFT: Final = {
    QuestionStatus.UNANSWERED: "was left without an answer",
    QuestionStatus.OPEN: "was left without an answer",
    QuestionStatus.DEFERRED: "was put off",
    QuestionStatus.FAILED: "was answered, but the answer could not be evaluated",
    QuestionStatus.ANSWERED: "was answered; the answer is not evaluated yet",
}


def summarize(brief: ReportBrief) -> Narrative:
    """What the answers showed and what they left open, each with its lines; no numbers of merit."""
    asked = tuple(q for q in brief.questions if q.text and q.status is not QuestionStatus.WITHDRAWN)
    return Narrative(
        summary=_summary(brief, asked),
        strengths=tuple(_strengths(asked))[:_MOST],
        concerns=tuple(_concerns(asked))[:_MOST],
        provenance=OFFLINE,
    )


def _summary(brief: ReportBrief, asked: Sequence[Question]) -> str:
    lines = sum(1 for line in brief.final_code.splitlines() if line.strip())
    code = (
        f"The final code has {lines} lines that are not blank."
        if lines
        else "There is no code at the end of the session."
    )
    if not asked:
        return f"{code} No question was asked, so the record says nothing about how well the candidate understands it."
    topics = ", ".join(dict.fromkeys(_topic(q) for q in asked))
    judged = [q for q in asked if q.evaluation]
    if not judged:
        return f"{code} It was asked about: {topics}. None of the answers has been evaluated."
    waiting = any(q.evaluation.needs_review for q in judged if q.evaluation)
    decides = " Offline judgements compare words; those marked for review wait for a person." if waiting else ""
    return f"{code} It was asked about: {topics}. {_balance(judged)}{decides}"


def _balance(judged: Sequence[Question]) -> str:
    full = [q for q in judged if _count(q, Verdict.MET) == len(_criteria(q)) > 0]
    none = [q for q in judged if _count(q, Verdict.NOT) == len(_criteria(q))]
    if len(full) == len(judged):
        return "Every evaluated answer covers all that was expected."
    parts = []
    if full:
        parts.append(f"All that was expected was said about {_places(full)}.")
    if none:
        parts.append(f"Nothing of it was said about {_places(none)}.")
    rest = [q for q in judged if q not in full and q not in none]
    if rest:
        parts.append(f"A part was said about {_places(rest)}.")
    return " ".join(parts)


def _strengths(asked: Sequence[Question]) -> Iterator[str]:
    for question in asked:
        for criterion in _criteria(question):
            if criterion.verdict is Verdict.MET and criterion.verified:
                said = f"{_clause(criterion.criterion)}, in the words “{_short(criterion.quote)}”"
                yield f"On {_about(question)}: {said}."


def _concerns(asked: Sequence[Question]) -> Iterator[str]:
    for question in asked:
        if question.evaluation is not None and guard.FLAG in question.evaluation.flags:
            yield f"The answer on {_about(question)} speaks to the examiner instead of about the code."
    for question in asked:
        if question.status in _LEFT and question.evaluation is None:
            yield f"The question on {_about(question)} {_LEFT[question.status]}: “{question.text}”"
        for criterion in _criteria(question):
            if criterion.verdict is not Verdict.MET:
                degree = "only partly said" if criterion.verdict is Verdict.PARTLY else "not said"
                yield f"On {_about(question)}, {degree}: {_clause(criterion.criterion)}."


def _criteria(question: Question) -> tuple[CriterionResult, ...]:
    return question.evaluation.criteria if question.evaluation else ()


def _count(question: Question, verdict: Verdict) -> int:
    return sum(c.verdict is verdict for c in _criteria(question))


def _topic(question: Question) -> str:
    return question.kind.removeprefix("text_").replace("_", " ") or "the code"


def _place(question: Question) -> str:
    return span(question.region.start_line, question.region.end_line)


def _about(question: Question) -> str:
    return f"{_topic(question)} ({_place(question)})"


def _places(questions: Sequence[Question]) -> str:
    return ", ".join(map(_about, questions))


def _clause(sentence: str) -> str:
    return sentence.rstrip(".")


def _short(text: str) -> str:
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1].rstrip() + "…"
