"""The prose of a report, from the questions and their evaluations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ...documents.lines import split_lines
from ...model import CriterionResult, Question, QuestionStatus, Verdict
from ...ports import Narrative, ReportBrief
from ..text.injection import FLAG
from .kind_labels import label
from .possible_question import span
from .provenance import OFFLINE

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
    """What the answers showed and what they left open, each with its lines; no scores."""
    asked = tuple(q for q in brief.questions if q.text and q.status is not QuestionStatus.WITHDRAWN)
    return Narrative(
        summary=_summary(brief, asked),
        strengths=tuple(_strengths(asked))[:_MOST],
        concerns=tuple(_concerns(asked))[:_MOST],
        provenance=OFFLINE,
    )


def _summary(brief: ReportBrief, asked: Sequence[Question]) -> str:
    lines = sum(1 for line in split_lines(brief.final_code) if line.strip())
    code = (
        f"The final code has {lines} lines that are not blank."
        if lines
        else "There is no code at the end of the session."
    )
    if not asked:
        return f"{code} No question was asked, so the record says nothing about how well the candidate understands it."
    judged = [q for q in asked if q.evaluation]
    if not judged:
        return (
            f"{code} {_counted(len(asked))} asked, about {_listed(asked)}. The examiner has judged none of the answers."
        )
    counts = f"{_counted(len(asked))} asked, and {_number(len(judged))} of the answers evaluated."
    if len(judged) == len(asked):
        counts = f"{_counted(len(asked))} asked and answered."
    return " ".join((code, counts, *_balance(judged), _BY_RULES))


def _balance(judged: Sequence[Question]) -> Iterator[str]:
    """What the answers showed for certain, in groups; open verdicts are in no group."""
    checked = [(q, [c for c in _criteria(q) if c.slot and c.settled]) for q in judged]
    if right := [q for q, slots in checked if slots and all(c.verdict is Verdict.MET for c in slots)]:
        yield f"The right result was given about {_listed(right)}."
    if wrong := [q for q, slots in checked if any(c.verdict is Verdict.NOT for c in slots)]:
        yield f"A wrong result, or none, was given about {_listed(wrong)}."
    sure = [q for q in judged if q.evaluation and not q.evaluation.needs_review]
    full = [q for q in sure if _count(q, Verdict.MET) == len(_criteria(q)) > 0]
    none = [q for q in sure if _count(q, Verdict.NOT) == len(_criteria(q)) and q not in wrong]
    part = [q for q in sure if q not in full and q not in none and q not in wrong]
    if full and len(full) == len(judged):
        yield f"All that was expected was said about {_listed(full)}."
    elif full:
        yield f"The candidate said all that was expected about {_listed(full)}."
    if part:
        yield f"A part of what was expected was said about {_listed(part)}."
    if none:
        yield f"Nothing of what was expected was said about {_listed(none)}."


_BY_RULES = "The judgements were made offline, by running code and comparing words: what is open, a person decides."
"""How many answers still wait is not said here: prose is the same in every version, but reviews change the number."""


def _strengths(asked: Sequence[Question]) -> Iterator[str]:
    """Only settled verdicts: words may be found in a sentence that is wrong."""
    for question in asked:
        met = (c for c in _criteria(question) if c.verdict is Verdict.MET)
        yield from (_strength(criterion, question) for criterion in met if criterion.settled and criterion.verified)


def _strength(criterion: CriterionResult, question: Question) -> str:
    if criterion.slot is not None:
        return f"The answer on {_about(question)} gives the right result: `{_short(criterion.quote)}`."
    quote = f"in the words “{_short(criterion.quote)}”"
    return f"The answer on {_about(question)} {_told(criterion.criterion, Verdict.MET)}, {quote}."


def _concerns(asked: Sequence[Question]) -> Iterator[str]:
    for question in asked:
        if question.evaluation is not None and FLAG in question.evaluation.flags:
            yield f"The answer on {_about(question)} speaks to the examiner instead of about the code."
    for question in asked:
        if question.status in _LEFT and question.evaluation is None:
            yield f"The question about {_about(question)} {_LEFT[question.status]}: “{question.text}”"
        yield from (_concern(c, question) for c in _criteria(question) if c.verdict is not Verdict.MET)


def _concern(criterion: CriterionResult, question: Question) -> str:
    about = f"The answer on {_about(question)}"
    if criterion.slot is not None:
        how = "does not give the right result" if criterion.settled else "gives a result that code cannot read"
        return f"{about} {how}. {criterion.reason}"
    waits = "" if criterion.settled else ", as far as rules can tell"
    return f"{about} {_told(criterion.criterion, criterion.verdict)}{waits}."


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
    return f"{label(question.kind)} ({span(question.region.start_line, question.region.end_line)})"


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
