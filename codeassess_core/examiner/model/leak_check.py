"""Checks that a question contains neither its answer nor the solution. Pure; each check returns problems."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rapidfuzz import utils

from ...model import ExpectedPoint
from ...ports import QuestionBrief, QuestionDraft
from ..text import similarity
from ..text.sentences import sentences

VERBATIM_FROM: Final = 8
"""A shorter expected point may occur in the question by chance (characters)."""
_TOLD: Final = 0.8  #: share of an expected point's words that a question must not contain
_WORDS_FROM: Final = 3  #: content words that a point must have for this check

_BACKTICKED = re.compile(r"`([^`]+)`")
_STATEMENT = re.compile(
    r"\s*(?:(?:return|if|elif|for|while|def|class|import|from|raise|with|try|yield|assert)\b.*\W"
    r"|[\w.\[\]]+\s*(?:[-+*/%]|//|\*\*)?=(?!=)\s*(?P<value>.+))",
    re.DOTALL,
)
_EXAMPLE = re.compile(
    r"\b(?:such as|for example|e\.g\.|input|text|word|string|message|zeile|wort"
    r"|ligne|mot|texte|línea|palabra|texto)(?: of| von| de)? `[^`]+`(?! (?:on|in|at) line)",
    re.IGNORECASE,
)
"""Example input for the code, in backquotes; it need not occur in the code."""
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
    """A question must contain neither its answer nor a solution."""
    if "```" in draft.text or any("\n" in span for span in _BACKTICKED.findall(draft.text)):
        yield "The question must not contain a block of code."
    question = utils.default_process(draft.text)
    if any(_verbatim(point, question) for point in draft.expected):
        yield "The question gives an expected point away, word for word."
    elif any(_told(point, draft.text) for point in draft.expected):
        yield "The question gives an expected point away in other words."
    foreign = [span for span in _BACKTICKED.findall(without_examples(draft.text)) if _is_new_statement(span, brief)]
    if foreign:
        yield f"The question must not contain code that the candidate did not write: `{foreign[0][:60]}`."
    if _SOLUTION.search(_BACKTICKED.sub("`", draft.text)):
        yield "The question must not say what to do or what is wrong."


def without_examples(text: str) -> str:
    """A question without the texts that it gives as example input."""
    return _EXAMPLE.sub(" ", text)


def _verbatim(point: ExpectedPoint, question: str) -> bool:
    text = utils.default_process(point.text)
    return len(text) >= VERBATIM_FROM and text in question


def _told(point: ExpectedPoint, question: str) -> bool:
    """Points with terms are skipped: their terms in the question do not count in an answer anyway."""
    if point.any_of:
        return False
    wanted = similarity.read((point.text,))
    if len(set(wanted.stems)) < _WORDS_FROM:
        return False
    return similarity.compare(similarity.read(sentences(question)), wanted, similarity.read(())).recall >= _TOLD


def _is_new_statement(span: str, brief: QuestionBrief) -> bool:
    """A statement that is nowhere in the code or the task, other than binding a name to a literal."""
    found = _STATEMENT.fullmatch(span + " ")
    if found is None or (found["value"] and _LITERAL.fullmatch(found["value"].strip())):
        return False
    squeezed = _squeezed(span)
    return not any(squeezed in _squeezed(text) for text in (brief.code, brief.previous, brief.instructions))


def _squeezed(text: str) -> str:
    return "".join(text.split())
