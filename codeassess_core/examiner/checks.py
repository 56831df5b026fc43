"""What a model's draft must satisfy before anybody sees it. Pure; each check returns problems, empty when good.

A problem is one sentence that tells the model what to do better: it is sent back with
the next attempt, and named in the error when that fails too.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz, utils

from ..model import Criterion
from ..ports import QuestionBrief, QuestionDraft
from .material import lines_of
from .schemas import EvaluationReply, SummaryReply

SHORTEST: Final = 15
LONGEST: Final = 400
SAME_ABOVE: Final = 90
"""rapidfuzz token_set_ratio, 0…100, above which two questions are the same question."""
VERBATIM_FROM: Final = 8
"""An expected point of fewer characters may well occur in the question by chance."""

_BACKTICKED = re.compile(r"`([^`]+)`")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_NO_NAME = re.compile(r"(?:\b[rbfuRBFU]{1,2})?(?:\"[^\"]*\"|'[^']*')|\bO\([^()]*(?:\([^()]*\))?[^()]*\)")
"""What holds words but no names of the code: a string, and a cost such as O(n log n)."""
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
_LINES = re.compile(r"\blines? (\d+)(?:\s*(?:-|–|to|and|through)\s*(\d+))?", re.IGNORECASE)
_QUESTION_MARK = re.compile(r"[?？؟]")
_YES_NO = re.compile(
    r"(?:is|are|was|were|does|do|did|can|could|will|would|should|has|have|had|may|might)(?:n't)?"
    r" +(?:the|this|that|these|those|it|its|there|you|your|we|an?|all|any|every|each|both|`)(?!\w)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:why|how|what|which|when|where|who|explain|describe|give|name|walk|show|trace)\b", re.IGNORECASE
)
_FOREIGN_WORDS: Final = (
    "null undefined NaN Infinity nil true false this void const let var int long double float char boolean string "
    "String number new throw catch switch function"
)
_LANGUAGE_WORDS: Final = frozenset(
    {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "self", "cls", *_FOREIGN_WORDS.split()}
)


def check_question(draft: QuestionDraft, brief: QuestionBrief) -> tuple[str, ...]:
    """What is wrong with a drafted question; empty when it may be asked."""
    return (
        *_check_form(draft),
        *_check_place(draft, brief),
        *_check_names(draft.text, brief),
        *_check_new(draft.text, brief.asked),
        *_check_closed(draft),
    )


def _check_form(draft: QuestionDraft) -> Iterable[str]:
    if not SHORTEST <= len(draft.text) <= LONGEST:
        yield f"The question has {len(draft.text)} characters; it must have {SHORTEST} to {LONGEST}."
    plain = _QUOTED.sub("", _BACKTICKED.sub("`", draft.text))
    marks = len(_QUESTION_MARK.findall(plain))
    if marks != 1:
        yield f"Ask exactly one question; there are {marks} question marks."
    if _YES_NO.match(plain.strip()) and not _OPEN.search(plain):
        yield "The question can be answered with yes or no; ask why, how or what."


def _check_place(draft: QuestionDraft, brief: QuestionBrief) -> Iterable[str]:
    last, region = len(lines_of(brief.code)), brief.region
    if not 1 <= draft.start_line <= draft.end_line <= last:
        yield f"The range {draft.start_line} to {draft.end_line} is not within the code, lines 1 to {last}."
    elif draft.end_line < region.start_line or draft.start_line > region.end_line:
        yield f"The question must be about the marked lines {region.start_line} to {region.end_line}."
    numbers = (int(number) for pair in _LINES.findall(draft.text) for number in pair if number)
    yield from (f"There is no line {n}; the code has {last} lines." for n in numbers if not 1 <= n <= last)


def _check_names(text: str, brief: QuestionBrief) -> Iterable[str]:
    quoted = " ".join(_NO_NAME.sub("", span) for span in _BACKTICKED.findall(text))
    known = _LANGUAGE_WORDS.union(*map(_IDENTIFIER.findall, (brief.code, brief.previous, brief.instructions)))
    unknown = sorted(set(_IDENTIFIER.findall(quoted)) - known)
    if unknown:
        yield f"Not in the candidate's code: {', '.join(f'`{name[:40]}`' for name in unknown[:5])}."


def _check_new(text: str, asked: Sequence[str]) -> Iterable[str]:
    def same(earlier: str) -> bool:
        ratio = fuzz.token_set_ratio(text, earlier, processor=utils.default_process)
        return ratio > SAME_ABOVE or " ".join(text.split()).casefold() == " ".join(earlier.split()).casefold()

    if any(same(earlier) for earlier in asked):
        yield "This was asked before; ask about something else."


def _check_closed(draft: QuestionDraft) -> Iterable[str]:
    """A question must not carry its answer."""
    if "```" in draft.text or any("\n" in span for span in _BACKTICKED.findall(draft.text)):
        yield "The question must not contain a block of code."
    question = utils.default_process(draft.text)
    points = (utils.default_process(point.text) for point in draft.expected)
    if any(len(point) >= VERBATIM_FROM and point in question for point in points):
        yield "The question gives an expected point away, word for word."


def check_evaluation(reply: EvaluationReply, rubric: Sequence[Criterion]) -> tuple[str, ...]:
    """Every criterion of the rubric once, and no other."""
    given = Counter(result.criterion for result in reply.criteria)
    wanted = {criterion.name for criterion in rubric}
    missing = [f"The criterion {name!r} is missing." for name in sorted(wanted - given.keys())]
    strange = [f"There is no criterion {name[:60]!r} in the rubric." for name in sorted(given.keys() - wanted)]
    twice = [f"The criterion {name!r} was judged {n} times." for name, n in given.items() if n > 1 and name in wanted]
    return (*missing, *strange, *twice)


def check_summary(reply: SummaryReply, questions: int) -> tuple[str, ...]:
    """Every strength and every concern rests on a question that was asked (numbers 1 to `questions`)."""
    named = {finding.question for finding in (*reply.strengths, *reply.concerns)}
    return tuple(f"There is no question {number}." for number in sorted(named) if number > questions)
