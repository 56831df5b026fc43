"""Detects the natural language of a text by its script and its commonest words. Pure.

It finds a question in another language than the task's, and an answer in a language that no
rule can read. In doubt the result is None.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from .language_files import language_files

_FEWEST: Final = 6  #: words; a shorter text has no language
_CLEAR: Final = 0.15  #: share of a language's commonest words that makes it that language
_PART: Final = 0.25  #: share of the letters in a script from which it is the language; names of code are Latin
_WORD = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"`[^`]*`")
_SCRIPTS: Final = (
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
    "CYRILLIC",
    "GREEK",
    "ARABIC",
    "HEBREW",
    "DEVANAGARI",
    "THAI",
)


def language_of(text: str, *, hits: int = 1) -> str | None:
    """`en`, `de`, … or the name of a script, such as `CJK`; None when it cannot be told, by this many common words."""
    prose = _CODE.sub(" ", text)
    words = [word.casefold() for word in _WORD.findall(prose)]
    script = _script([letter for word in words if len(word) > 1 for letter in word])  # "Θ(n)" is no Greek
    if script is not None:
        return script
    if len(words) < _FEWEST:
        return None
    found = Counter({name: sum(word in known for word in words) for name, known in _commonest().items()})
    (best, most), (_, second) = found.most_common(2)
    return best if most >= max(hits, _CLEAR * len(words)) and most > second else None


@lru_cache(maxsize=1)
def _commonest() -> Mapping[str, frozenset[str]]:
    """The commonest words of each language."""
    return {name: frozenset(file.commonest) for name, file in language_files().items()}


def _script(letters: list[str]) -> str | None:
    if not letters:
        return None
    names = [unicodedata.name(c, "") for c in letters]
    counts = Counter({script: sum(name.startswith(script) for name in names) for script in _SCRIPTS})
    (best, most) = counts.most_common(1)[0]
    return best if most > _PART * len(letters) else None
