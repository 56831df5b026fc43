"""Finds text that is no answer: words without sentences, values in a row, several outcomes at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from . import normalized
from .contexts import Plain
from .result_words import words
from .statements import statements
from .tokens import Kind, Token, tokens

_ROW_FROM: Final = 4  #: values that make a row, at least
_ROW_SHARE: Final = 0.6  #: share of values among the tokens from which a text is a row
_SIDES: Final = 2  #: outcomes that are offered together, at least
_ABOUT_ITSELF: Final = re.compile(
    r"\s*(?:the|this|my|a good) (?:answer|response) (?:says|names|gives|describes|explains|compares"
    r"|mentions|states|covers)\b"
    r"|\s*it (?:says|names|explains|describes|mentions|states|compares) (?:what|how|why|which|where|when|whether)\b",
    re.IGNORECASE,
)

_FEW: Final = 0.1  #: a text with a smaller share of function words is a list of words
_MANY: Final = 0.25  #: a text with at least this share of function words is prose
_LIST_FROM: Final = 5  #: words that a list has at least
_WORD = re.compile(r"[a-z][a-z']*", re.IGNORECASE)
_AFTER_ARTICLE = "of|to|in|on|at|with|from|by|for|and|or|but|is|are|be|was|than|that|which|because|if|into|the|an"
_JUMBLED = re.compile(
    rf"\b(?:the|a|an)\s+(?:{_AFTER_ARTICLE})\b"
    r"|\b(?:of|with|from|into|at)\s+(?:of|to|with|is|are|and|or|be|but|because|if)\b"
    r"|\b(?:the|a|an|of|and|or|from|than)\s*[.!?]*$",
    re.IGNORECASE,
)


def is_word_list(answer: str, *, like: str) -> bool:
    """Is this a list of words, where a text `like` the other one was expected?

    It has hardly any function words, or function words in an order that English does not have
    ("the of"). A list of the right words shows that they are known, not what is meant.
    """
    said = [word.lower() for word in _WORD.findall(answer)]
    bare = len(said) >= _LIST_FROM and _function_share(said) < _FEW
    return (bare and _function_share([word.lower() for word in _WORD.findall(like)]) >= _MANY) or (
        len(said) >= _LIST_FROM and _JUMBLED.search(answer) is not None
    )


def _function_share(words: Sequence[str]) -> float:
    return sum(word in normalized.STOPWORDS for word in words) / len(words) if words else 0.0


def speaks_of_itself(sentence: str) -> bool:
    """Does the sentence describe the answer ("It says what the loop does") instead of the code?"""
    return _ABOUT_ITSELF.match(sentence) is not None


def says_nothing(answer: str, *, like: str) -> bool:
    """Words without sentences, values in a row, or several outcomes at once: the text commits to nothing."""
    said = tokens(answer)
    return is_word_list(answer, like=like) or _is_row(said) or _offers_all(said)


def _is_row(said: Sequence[Token]) -> bool:
    telling = [token for token in said if token.kind not in (Kind.MARK, Kind.END, Kind.OPERATOR)]
    values = sum(token.kind is Kind.VALUE for token in telling)
    return values >= _ROW_FROM and values >= _ROW_SHARE * len(telling)


def _offers_all(said: Sequence[Token]) -> bool:
    """Like "Either True or False, maybe an error"."""
    known = words()
    ors = sum(known.has("or_", token.word) for token in said)
    if ors < _SIDES:
        return False
    found = statements(said, calls=(), counting=False)
    offered = {repr(s.values) for s in found if s.hedged and s.plain is Plain.AS_RESULT}
    errors = any(token.word in {"error", "exception", "crash", "crashes"} for token in said)
    return len(offered) + errors >= _SIDES
