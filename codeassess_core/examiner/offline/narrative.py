"""The prose of a report, from what the questions and their evaluations say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ...model import CriterionResult, Question, QuestionStatus, Verdict
from ...ports import Narrative, ReportBrief
from . import guard
from .families import asked as asks
from .provenance import OFFLINE
from .sketch import span

_MOST: Final = 6  #: strengths, and concerns, that are listed
_QUOTE: Final = 120  #: characters of an answer that are quoted
_NUMBERS: Final = (
    *("none", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_SAYS: Final = re.compile(r"It (says|names|gives|describes|compares|follows) (.+)", re.DOTALL)
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
    judged = [q for q in asked if q.evaluation]
    if not judged:
        return f"{code} {_counted(len(asked))} asked, about {_listed(asked)}. None of the answers has been evaluated."
    counts = f"{_counted(len(asked))} asked, and {_number(len(judged))} of the answers evaluated."
    if len(judged) == len(asked):
        counts = f"{_counted(len(asked))} asked and answered."
    return " ".join((code, counts, *_balance(judged), *_waiting(judged)))


def _balance(judged: Sequence[Question]) -> Iterator[str]:
    """What the answers covered, in groups."""
    full = [q for q in judged if _count(q, Verdict.MET) == len(_criteria(q)) > 0]
    none = [q for q in judged if _count(q, Verdict.NOT) == len(_criteria(q))]
    part = [q for q in judged if q not in full and q not in none]
    if len(full) == len(judged):
        yield f"All that was expected was said about {_listed(full)}."
        return
    if full:
        yield f"The candidate said all that was expected about {_listed(full)}."
    if part:
        yield f"A part of it was said about {_listed(part)}."
    if none:
        yield f"Nothing of it was said about {_listed(none)}."


def _waiting(judged: Sequence[Question]) -> Iterator[str]:
    waiting = sum(q.evaluation.needs_review for q in judged if q.evaluation)
    if waiting:
        verb = "waits" if waiting == 1 else "wait"
        yield f"The judgements were made offline, by comparing words; {_number(waiting)} of them {verb} for a person."


def _strengths(asked: Sequence[Question]) -> Iterator[str]:
    for question in asked:
        for criterion in _criteria(question):
            if criterion.verdict is Verdict.MET and criterion.verified:
                quote = f"in the words “{_short(criterion.quote)}”"
                yield f"The answer on {_about(question)} {_told(criterion.criterion, Verdict.MET)}, {quote}."


def _concerns(asked: Sequence[Question]) -> Iterator[str]:
    for question in asked:
        if question.evaluation is not None and guard.FLAG in question.evaluation.flags:
            yield f"The answer on {_about(question)} speaks to the examiner instead of about the code."
    for question in asked:
        if question.status in _LEFT and question.evaluation is None:
            yield f"The question about {_about(question)} {_LEFT[question.status]}: “{question.text}”"
        for criterion in _criteria(question):
            if criterion.verdict is not Verdict.MET:
                yield f"The answer on {_about(question)} {_told(criterion.criterion, criterion.verdict)}."


def _told(criterion: str, verdict: Verdict) -> str:
    """What an answer does about a criterion: "says what …" where the criterion is worded so, else "covers “…”"."""
    said = _SAYS.match(criterion)
    verb, rest = said.groups() if said else ("covers", f"“{_clause(criterion)}”")
    match verdict:
        case Verdict.MET:
            return f"{verb} {_clause(rest)}"
        case Verdict.PARTLY:
            return f"only partly {verb} {_clause(rest)}"
    return f"does not {verb.removesuffix('s')} {_clause(rest)}"


def _criteria(question: Question) -> tuple[CriterionResult, ...]:
    return question.evaluation.criteria if question.evaluation else ()


def _count(question: Question, verdict: Verdict) -> int:
    return sum(c.verdict is verdict for c in _criteria(question))


def _about(question: Question) -> str:
    return f"{asks(question.kind)} ({span(question.region.start_line, question.region.end_line)})"


def _listed(questions: Sequence[Question]) -> str:
    """Several topics, as in a sentence."""
    *first, last = map(_about, questions)
    return f"{', '.join(first)} and {last}" if first else last


def _counted(questions: int) -> str:
    return "One question was" if questions == 1 else f"{_number(questions).capitalize()} questions were"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _clause(sentence: str) -> str:
    return sentence.rstrip(".")


def _short(text: str) -> str:
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1].rstrip() + "…"
