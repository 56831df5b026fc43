"""Words and numbers that all readable formats share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from codeassess_core.answers.score_words import ends
from codeassess_core.model import MAIN_DOCUMENT, InteractionKind, QuestionStatus, ReviewVerdict, Verdict
from codeassess_core.scoring import MAX_SCORE

from .body import ConsentPart, OverallPart
from .question_parts import CriterionPart, EvaluationPart, QuestionPart, ReviewPart, SourcePart
from .slot_parts import OptionPart, SlotPart


@dataclass(frozen=True, slots=True)
class State:
    """The state of something: in words, and as a tone (a colour that adds nothing to the words)."""

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

EVENTS: Final = {
    InteractionKind.CONSENT: "The candidate agreed to the assessment's text",
    InteractionKind.FINISH: "The candidate finished",
    InteractionKind.REPORT: "A report was made",
}
"""What happened besides questions and updates, in words."""

_FLAGS: Final = {
    "judged_offline": "judged offline, by rules",  # of evaluations that were stored before
    "unsure": "the rules were not sure",
    "instructions_to_examiner": "the answer or the code spoke to the examiner",
    "not_found_by_rules": "the rules did not find what the answer is praised for",
    "against_expected_points": "the answer contradicts what was expected",
    "against_what_running_found": "the answer contradicts what running the code gives",
    "language_not_known_to_the_rules": "the answer is in a language that the rules do not read",
    "samples_disagree": "repeated evaluations disagreed",
}

_CODE: Final = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclass(frozen=True, slots=True)
class Run:
    """A part of an examiner's prose: words, or code from between backquotes."""

    text: str
    code: bool = False


def runs(prose: str) -> Iterator[Run]:
    """The parts of the prose in order; a backquote without a partner belongs to the words."""
    for place, text in enumerate(_CODE.split(prose)):
        if text:
            yield Run(text, code=place % 2 == 1)


def flag_words(flag: str) -> str:
    """The meaning of a flag of an evaluation, in words; an unknown flag stays as it is."""
    return _FLAGS.get(flag, flag)


def rule_words(rule: str) -> str:
    """A trigger rule or a kind in words: `known_call` becomes `known call`."""
    return rule.replace("_", " ")


def source_words(source: SourcePart, questions: list[QuestionPart]) -> str:
    """The source of a retrieved passage; an earlier question of the session by its number."""
    numbers = {f"question {question.interaction_id}": question.number for question in questions}
    return f"question {numbers[source.source]}" if source.source in numbers else source.source


def question_state(question: QuestionPart) -> State:
    """The state of a question: its score in words, once it has one."""
    if question.score_text is None or (question.evaluation is None and question.decision is None):
        return _STATES[QuestionStatus(question.status)]
    waits = question.evaluation is not None and question.evaluation.needs_review and question.decision is None
    return State(question.score_text, "wait" if waits else "good")


def overall_state(overall: OverallPart) -> State:
    """What of a session's score is still open, without the number."""
    waits = overall.score_text.partition(": ")[2]
    return State(waits.capitalize(), "wait") if waits else State("Nothing is open", "good")


def overall_points(overall: OverallPart) -> str:
    """The session's score as a number, `7.5` or `6 to 10`; `–` without one."""
    if overall.score_min is None or overall.score_max is None:
        return number(None)
    return ends(overall.score_min, overall.score_max)


def sureness_words(evaluation: EvaluationPart) -> str:
    """The examiner's confidence, and its estimate while something is open."""
    sure = f"confidence {percent(evaluation.confidence)}"
    return f"estimate {number(evaluation.score)}, {sure}" if evaluation.needs_review else sure


def points_words(criterion: CriterionPart) -> str:
    """The points of a criterion: `4 of 4`, or `0 to 4 of 4` for an open one."""
    most = number(criterion.max_points)
    return f"{number(criterion.points)} of {most}" if criterion.settled else f"0 to {most} of {most}"


def slot_words(slot: SlotPart) -> str:
    """The answer to a slot, the right one, and how that was found."""
    given = "nothing was stated" if slot.answer is None else f"`{slot.answer}`"
    right = " or ".join(f"`{text}`" for text in slot.accepted)
    label = slot.label if slot.label.endswith(("?", ".", "!")) else f"{slot.label}."
    return f"{label} Answer: {given}. Right: {right}, {slot.found}."


def option_words(option: OptionPart) -> str:
    """An option of a choice with its reason."""
    return f"“{option.text}”" + (f": {option.reason}" if option.reason else "")


def review_words(review: ReviewPart, question: QuestionPart) -> str:
    """A person's decision on the examiner's score: `7 of 10 instead of 5`, `5 of 10 confirmed`."""
    score = f"{number(review.score)} of {number(MAX_SCORE)}"
    if review.verdict == ReviewVerdict.CONFIRM:
        return f"{score} confirmed"
    if question.evaluation is None:
        return f"{score}, where there was no score"
    return f"{score} instead of {number(question.evaluation.score)}"


def reviewer_words(review: ReviewPart) -> str:
    """Whose review it is; that of the candidate themself is named as such."""
    return f"{review.reviewer}, the candidate themself (it does not count)" if review.by_owner else review.reviewer


def contest_words(question: QuestionPart) -> str:
    """Whether the contested score was decided; empty where nothing is contested."""
    contest = question.contest
    if contest is None:
        return ""
    decided = next((review for review in question.reviews if review.number == contest.review), None)
    by = (
        "; waits for a person"
        if decided is None
        else f"; decided by {decided.reviewer}: {review_words(decided, question)}"
    )
    return f"Contested by the candidate{by}"


def consent_words(consent: ConsentPart | None) -> str:
    """To what the candidate agreed, and when; empty without an agreement."""
    if consent is None:
        return ""
    return (
        f"agreed {moment(consent.agreed_at)} to the text of version {consent.version} (sha256 {consent.sha256[:16]}…)"
    )


def verdict_state(criterion: CriterionPart) -> State:
    """The verdict on a criterion; it says when the criterion is open, and when praise has no verified evidence."""
    state = _VERDICTS[Verdict(criterion.verdict)]
    unproven = not criterion.verified and criterion.verdict != Verdict.NOT
    if unproven:
        return State(f"{state.words}, unproven", "wait")
    return state if criterion.settled else State(f"{state.words}, open", "wait")


def counted(number: int, noun: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def lines_words(start: int, end: int) -> str:
    """`line 3` or `lines 3–9`."""
    return f"line {start}" if start == end else f"lines {start}–{end}"


def document_words(document: str) -> str:
    """The name of a document as people say it."""
    return "the main document" if document == MAIN_DOCUMENT else document


def came_in_words(pastes: int, gaps: int) -> str:
    """How often text came in at once, or without being recorded."""
    return counted(pastes, "paste") + (f", {counted(gaps, 'gap')} in the recording" if gaps else "")


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
    """`7.5`, `8`: with at most so many digits after the point; `–` for None."""
    return "–" if value is None else f"{round(value, digits):g}"


def percent(share: float) -> str:
    """`0.82` as `82 %`."""
    return f"{share * 100:.0f} %"
