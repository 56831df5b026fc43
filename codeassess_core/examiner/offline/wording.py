"""Free text as a sequence of comparable words: sentences, light stems, negation.

Deliberately small. It serves to recognise an expected idea in an answer of a few
sentences, not to understand language; `coverage` says how it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

_TOKEN = re.compile(
    r"(?<![\w)\]])-\d+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d]\w*|[<>=!]=|//|\*\*|[-+*/%<>=]|\[\]|\{\}|''|\"\"|[,;:()]"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_CONTRACTION = re.compile(r"\b(do|does|did|is|are|was|were|has|have|would|could|should|wo|ca|must)n['’]?t\b")
_FUZZY_FROM = 6  #: letters from which one wrong, missing or swapped letter is forgiven, but not the first
_MAX_GAP = 2  #: words that may stand between two words of a phrase


def bag(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


NEGATORS: Final = frozenset({"not", "no", "never", "without", "neither", "nor", "instead", "rather"})
_CLAUSE_BREAKS: Final = bag(
    ", ; : ( ) but because so then since although though while and when if otherwise else therefore"
)
NEGATION_REACH: Final = 4  #: words of the same clause in which a negator is looked for before a term

STOPWORDS: Final = bag(
    "a about after all also an and any are as at be because been before being but by can could did do does "
    "done each for from get gets had has have he her here his how i if in into is it its just like line lines "
    "make makes may me might more my no not now of on one only or other our out over same she should so some "
    "such than that the their them then there they thing things this those to too up us use used uses using "
    "value values very was we were what when where which while who why will with would you your"
)

_IRREGULAR: Final = {
    "ran": "run",
    "gave": "give",
    "given": "give",
    "went": "go",
    "threw": "throw",
    "thrown": "throw",
    "kept": "keep",
    "held": "hold",
    "took": "take",
    "taken": "take",
    "began": "begin",
    "grew": "grow",
    "lost": "lose",
    "shown": "show",
    "built": "build",
    "caught": "catch",
    "dropped": "drop",
}


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each verbatim; a line break ends one too, a dot inside `a.b` or `3.5` does not."""
    return tuple(part.strip() for part in _SENTENCE_END.split(text) if part.strip())


def words(text: str) -> tuple[str, ...]:
    """The stems of a text in order: words, names, numbers and operators, lower case, contractions resolved."""
    return tuple(stem(token) for token in _TOKEN.findall(_plain(text)))


def content(stems: Iterable[str]) -> tuple[str, ...]:
    """The stems that carry meaning: no stopwords, no punctuation."""
    return tuple(s for s in stems if s not in _STOP_STEMS and (s[0].isalnum() or s[0] in "_-") and s != "-")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A light stem: plural, -ing, -ed, -ion, -ly and a final e or y are folded; names and numbers stay."""
    word = _IRREGULAR.get(word, word)
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for suffix in ("ing", "ed", "ly"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = _undoubled(word[: -len(suffix)])
            break
    if word.endswith(("tion", "sion")) and len(word) > 6:
        word = word[:-3]
    if word.endswith("y") and len(word) > 3:
        return word[:-1] + "i"
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def locate(term: str, stems: Sequence[str]) -> int | None:
    """Where the term starts in the stems; None when it does not occur. A phrase may be loosened by two words."""
    wanted = _term(term)
    for start in range(len(stems)):
        if wanted and _follows(wanted, stems, start):
            return start
    return None


def occurrences(term: str, stems: Sequence[str]) -> tuple[int, ...]:
    """Every place where the term starts."""
    wanted = _term(term)
    return tuple(at for at in range(len(stems)) if wanted and _follows(wanted, stems, at))


def denied(
    term: str, stems: Sequence[str], at: int, *, negators: Set[str] = NEGATORS, breaks: Set[str] = _CLAUSE_BREAKS
) -> bool:
    """Is the term at this place negated in its clause? A term that says "not" itself is never denied."""
    if negators & set(_term(term)):
        return False
    for back in range(at - 1, max(-1, at - 1 - NEGATION_REACH), -1):
        if stems[back] in breaks:
            return False
        if stems[back] in negators:
            return stems[back + 1] not in _ONLY  # "not only" affirms
    return False


def _plain(text: str) -> str:
    lower = text.lower().replace("cannot", "can not")
    return _CONTRACTION.sub(lambda m: f"{_WHOLE.get(m[1], m[1])} not", lower)


_ONLY: Final = frozenset(("onli", "just", "nur", "solo", "seulement"))
_WHOLE: Final = {"wo": "will", "ca": "can"}


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls" else word


@lru_cache(maxsize=8192)
def _term(term: str) -> tuple[str, ...]:
    return words(term)


def _follows(wanted: Sequence[str], stems: Sequence[str], start: int) -> bool:
    if not _same(wanted[0], stems[start]):
        return False
    at = start
    for word in wanted[1:]:
        window = range(at + 1, min(len(stems), at + 2 + _MAX_GAP))
        found = next((i for i in window if _same(word, stems[i])), None)
        if found is None or any(stems[i] in _CLAUSE_BREAKS for i in range(at + 1, found)):
            return False
        at = found
    return True


def _same(wanted: str, found: str) -> bool:
    if wanted == found:
        return True
    alike = wanted[0] == found[0] and min(len(wanted), len(found)) >= _FUZZY_FROM
    return alike and wanted.isalpha() and OSA.distance(wanted, found, score_cutoff=1) <= 1


_STOP_STEMS: Final = frozenset(stem(word) for word in STOPWORDS)
