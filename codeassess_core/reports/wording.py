"""The words and numbers that every readable format shares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from codeassess_core.model import MAIN_DOCUMENT, QuestionStatus, ReviewVerdict, Verdict
from codeassess_core.scoring import MAX_SCORE

from .body import CriterionPart, QuestionPart, ReviewPart, SourcePart


@dataclass(frozen=True, slots=True)
class State:
    """What became of something: in words, and a tone that only repeats the words in colour."""

    words: str
    tone: str


_STATES: Final = {
    QuestionStatus.PENDING: State("not asked yet", "plain"),
    QuestionStatus.OPEN: State("open", "plain"),
    QuestionStatus.ANSWERED: State("not evaluated yet", "wait"),
    QuestionStatus.EVALUATED: State("counted", "good"),
    QuestionStatus.FAILED: State("could not be evaluated", "bad"),
    QuestionStatus.DEFERRED: State("put off by the candidate", "plain"),
    QuestionStatus.UNANSWERED: State("not answered", "plain"),
    QuestionStatus.WITHDRAWN: State("withdrawn, never asked", "plain"),
}

_VERDICTS: Final = {
    Verdict.MET: State("Met", "good"),
    Verdict.PARTLY: State("Partly", "wait"),
    Verdict.NOT: State("Not met", "bad"),
}

_FLAGS: Final = {
    "judged_offline": "judged offline, by rules",
    "unsure": "the rules were not sure",
    "instructions_to_examiner": "the answer or the code spoke to the examiner",
    "not_found_by_rules": "the rules did not find what the answer is praised for",
    "against_expected_points": "the answer contradicts what was expected",
    "samples_disagree": "repeated evaluations disagreed",
}

_CODE: Final = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of an examiner's prose: words, or code that stood between backticks."""

    text: str
    code: bool = False


def runs(prose: str) -> Iterator[Run]:
    """The prose in its stretches, in order; a backtick that has no partner is a word's."""
    for place, text in enumerate(_CODE.split(prose)):
        if text:
            yield Run(text, code=place % 2 == 1)


def flag_words(flag: str) -> str:
    """Why an evaluation is flagged, as a person says it; a flag that is not ours stays as it is."""
    return _FLAGS.get(flag, flag)


def rule_words(rule: str) -> str:
    """The trigger rule or the kind `known_call` as `known call`."""
    return rule.replace("_", " ")


def source_words(source: SourcePart, questions: list[QuestionPart]) -> str:
    """Where a retrieved passage is from; an earlier question of the session by its number."""
    numbers = {f"question {question.interaction_id}": question.number for question in questions}
    return f"question {numbers[source.source]}" if source.source in numbers else source.source


def question_state(question: QuestionPart) -> State:
    """What became of a question; a score that waits for a person, or that one decided on, says so."""
    if question.reviews:
        return State("decided by a person", "good")
    if question.evaluation is not None and question.evaluation.needs_review:
        return State("provisional, waits for a person", "wait")
    return _STATES[QuestionStatus(question.status)]


def review_words(review: ReviewPart, question: QuestionPart) -> str:
    """What a person made of the examiner's score: `7 of 10 instead of 5`, `5 of 10 confirmed`."""
    score = f"{number(review.score)} of {number(MAX_SCORE)}"
    if review.verdict == ReviewVerdict.CONFIRM:
        return f"{score} confirmed"
    if question.evaluation is None:
        return f"{score}, where there was no score"
    return f"{score} instead of {number(question.evaluation.score)}"


def verdict_state(criterion: CriterionPart) -> State:
    """The verdict on a criterion; praise without verified evidence says so."""
    state = _VERDICTS[Verdict(criterion.verdict)]
    unproven = not criterion.verified and criterion.verdict != Verdict.NOT
    return State(f"{state.words}, unproven", "wait") if unproven else state


def counted(number: int, noun: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def lines_words(start: int, end: int) -> str:
    """`line 3` or `lines 3–9`."""
    return f"line {start}" if start == end else f"lines {start}–{end}"


def document_words(document: str) -> str:
    """The name of a document as a person says it."""
    return "the main document" if document == MAIN_DOCUMENT else document


def duration(seconds: float) -> str:
    """`48 s`, `12 min 5 s`, `1 h 3 min`: the two largest units."""
    whole = round(max(0.0, seconds))
    minutes, rest = divmod(whole, 60)
    if minutes >= 60:
        return _units((minutes // 60, "h"), (minutes % 60, "min"))
    return _units((minutes, "min"), (rest, "s"))


def _units(*parts: tuple[int, str]) -> str:
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or f"0 {parts[-1][1]}"


def clock_offset(seconds: float) -> str:
    """`2:05`, `1:02:05`: time since the start of the session."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def moment(iso: str) -> str:
    """`2026-03-02T14:05:09.120Z` as `2026-03-02 14:05:09 UTC`."""
    return f"{iso[:10]} {iso[11:19]} UTC"


def number(value: float | None, digits: int = 1) -> str:
    """`7.5`, `8`: at most so many digits after the point; `–` when there is none."""
    return "–" if value is None else f"{round(value, digits):g}"


def percent(share: float) -> str:
    """`0.82` as `82 %`."""
    return f"{share * 100:.0f} %"
