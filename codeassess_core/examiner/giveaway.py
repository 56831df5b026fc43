"""Does a question carry its answer, or the solution? Pure; each check returns problems, empty when it does not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rapidfuzz import utils

from ..model import ExpectedPoint
from ..ports import QuestionBrief, QuestionDraft
from .offline import likeness, wording

VERBATIM_FROM: Final = 8
"""An expected point of fewer characters may well occur in the question by chance."""
_TOLD: Final = 0.8  #: share of an expected point's words that a question must not have
_WORDS_FROM: Final = 3  #: telling words that a point has for that to mean something

_BACKTICKED = re.compile(r"`([^`]+)`")
_STATEMENT = re.compile(
    r"\s*(?:(?:return|if|elif|for|while|def|class|import|from|raise|with|try|yield|assert)\b.*\W"
    r"|[\w.\[\]]+\s*(?:[-+*/%]|//|\*\*)?=(?!=)\s*(?P<value>.+))",
    re.DOTALL,
)
_LITERAL = re.compile(r"[-+]?\d[\d._]*|\"[^\"]*\"|'[^']*'|None|True|False|null|true|false|\[\]|\{\}|\(\)|\[[^\]()]*\]")
_SOLUTION = re.compile(
    r"\b(?:you (?:should|must|need to|have to|ought to|could simply|could just) (?:use|write|add|replace|change|check"
    r"|return|call|remove|initiali[sz]e|handle|set)"
    r"|(?:the )?(?:correct|right|expected) (?:answer|solution|code|version|way) (?:is|would be|should be)"
    r"|(?:the )?(?:fix|solution|answer|bug|mistake|problem|error) (?:here )?is (?:to|that)\b"
    r"|(?:can|could|should) be fixed by|instead,? (?:use|write|you should)|hint ?:|answer ?:|solution ?:)",
    re.IGNORECASE,
)


def check_closed(draft: QuestionDraft, brief: QuestionBrief) -> Iterable[str]:
    """A question must carry neither its answer nor a solution."""
    if "```" in draft.text or any("\n" in span for span in _BACKTICKED.findall(draft.text)):
        yield "The question must not contain a block of code."
    question = utils.default_process(draft.text)
    if any(_verbatim(point, question) for point in draft.expected):
        yield "The question gives an expected point away, word for word."
    elif any(_told(point, draft.text) for point in draft.expected):
        yield "The question gives an expected point away in other words."
    foreign = [span for span in _BACKTICKED.findall(draft.text) if _is_new_statement(span, brief)]
    if foreign:
        yield f"The question must not contain code that the candidate did not write: `{foreign[0][:60]}`."
    if _SOLUTION.search(_BACKTICKED.sub("`", draft.text)):
        yield "The question must not say what to do or what is wrong."


def _verbatim(point: ExpectedPoint, question: str) -> bool:
    text = utils.default_process(point.text)
    return len(text) >= VERBATIM_FROM and text in question


def _told(point: ExpectedPoint, question: str) -> bool:
    """Points with terms are left alone: their terms in the question are not counted in an answer anyway."""
    if point.any_of:
        return False
    wanted = likeness.read((point.text,))
    if len(set(wanted.stems)) < _WORDS_FROM:
        return False
    return likeness.compare(likeness.read(wording.sentences(question)), wanted, likeness.read(())).recall >= _TOLD


def _is_new_statement(span: str, brief: QuestionBrief) -> bool:
    """A statement, other than setting a name to a literal, that stands nowhere in the code or the task."""
    found = _STATEMENT.fullmatch(span + " ")
    if found is None or (found["value"] and _LITERAL.fullmatch(found["value"].strip())):
        return False
    squeezed = _squeezed(span)
    return not any(squeezed in _squeezed(text) for text in (brief.code, brief.previous, brief.instructions))


def _squeezed(text: str) -> str:
    return "".join(text.split())
