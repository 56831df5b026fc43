"""Finds what in an answer is no answer: sentences that speak to the examiner, and words without sentences.

Sentences that speak to the examiner count for nothing and are flagged for a person
(prompt injection, OWASP LLM01). The patterns ask for a word of instruction *and* a word of grading, so
that "ignore the previous value" or "give the list 10 items" passes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ...model import Flag
from . import wording

FLAG: Final = Flag.INSTRUCTIONS.value

_GRADE = r"(?:marks?|scores?|points?|grades?|credits?|verdicts?|ratings?)"
_RULES = r"(?:instructions?|prompts?|rules?|rubrics?|guidelines|directions|context)"
_GIVE = r"(?:give|award|grant|assign|rate|grade|score|mark|set|output|return|deserves?)"
_BEST = r"(?:full|maximum|max|top|perfect|highest|best|all|10(?:\.0)?(?:\s*/\s*10)?)"
_JUDGE = r"(?:examiner|grader|evaluator|assistant|model|ai|llm|gpt|teacher)"
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:ignore|disregard|forget|override|bypass)\b.{{0,40}}\b{_RULES}\b",
        rf"\b{_GIVE}\b.{{0,40}}\b{_BEST}\s*{_GRADE}\b",
        r"\b(?:give|award|grade|score|mark|rate)\s+(?:me|this answer|my answer|the answer|the candidate)\b.{0,30}"
        r"(?:\b10\b|\bten\b|\bfull\b|\bmet\b|\bcorrect\b|100\s*%)",
        rf"^\s*(?:please\s+)?{_GIVE}\s+(?:it\s+)?(?:a\s+)?(?:10|ten)\s*(?:/\s*10|out of (?:10|ten))?\W*$",
        rf"\b{_GRADE}\s*(?:of|:|=|to|is|must be|should be)\s*(?:10|ten|full|max\w*|met)"
        r"(?=\s*(?:$|[.!,;/]|out of|please|for))",
        rf"\byou are (?:now |no longer )?(?:a|an|the|my)\b.{{0,30}}\b{_JUDGE}\b",
        rf"\b(?:dear|hey|hello|attention|note to)\s+(?:the\s+)?{_JUDGE}\b",
        r"\bsystem\s*(?:prompt|message|:)|</?(?:system|answer|instructions?|candidate)\b|\[/?inst\]|<\|",
        r"[\"']?(?:verdict|needs_review|confidence)[\"']?\s*[:=]",
        r"\b(?:mark|treat|consider|count)\b.{0,30}\b(?:answer|criteri\w+|points?)\b.{0,20}"
        r"\b(?:met|correct|covered|complete)\b",
    )
)


def addresses_examiner(sentence: str) -> bool:
    """Does this sentence try to instruct whoever evaluates it?"""
    return any(pattern.search(sentence) for pattern in _PATTERNS)


_FEW: Final = 0.1  #: share of function words below which a text is a list of words
_MANY: Final = 0.25  #: and above which the text beside it is prose
_LIST_FROM: Final = 5  #: words
_WORD = re.compile(r"[a-z][a-z']*", re.IGNORECASE)
_AFTER_ARTICLE = "of|to|in|on|at|with|from|by|for|and|or|but|is|are|be|was|than|that|which|because|if|into|the|an"
_JUMBLED = re.compile(
    rf"\b(?:the|a|an)\s+(?:{_AFTER_ARTICLE})\b"
    r"|\b(?:of|with|from|into|at)\s+(?:of|to|with|is|are|and|or|be|but|because|if)\b"
    r"|\b(?:the|a|an|of|and|or|from|than)\s*[.!?]*$",
    re.IGNORECASE,
)


def is_word_list(answer: str, *, like: str) -> bool:
    """Are these words without sentences, where a text `like` this one was expected?

    Either hardly any function words, or function words where English has none ("the
    of"): a bag of the right words shows that they were known, not that they were meant.
    """
    said = [word.lower() for word in _WORD.findall(answer)]
    bare = len(said) >= _LIST_FROM and _function_share(said) < _FEW
    return (bare and _function_share([word.lower() for word in _WORD.findall(like)]) >= _MANY) or (
        len(said) >= _LIST_FROM and _JUMBLED.search(answer) is not None
    )


def _function_share(words: Sequence[str]) -> float:
    return sum(word in wording.STOPWORDS for word in words) / len(words) if words else 0.0
