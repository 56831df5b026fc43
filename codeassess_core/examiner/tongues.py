"""Which natural language a text is in, as far as its script and its commonest words tell. Pure.

It serves to notice a question in another language than the task's. In doubt it says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

_FEWEST: Final = 6  #: words below which nothing is said
_CLEAR: Final = 0.15  #: share of a language's commonest words that makes it that language
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
_COMMONEST: Final = {
    "en": "the a an of and to is in that it what why how does when which you your this with for from on be or not",
    "de": "der die das und ist nicht ein eine wenn was warum wie wird werden auf mit dem den von für zu sich",
    "fr": "le la les des et est un une que quoi pourquoi comment quand dans pour avec sur ce cette du au qui",
    "es": "el la los las y es un una que qué por cómo cuando en para con del se lo su al",
    "it": "il lo la gli e è un una che perché come quando nel per con della del si cosa di",
    "pt": "o a os as e é um uma que por como quando em para com do da se no na não",
    "nl": "de het een en is niet van wat waarom hoe wanneer op met voor dat die te",
    "fi": "on ja ei se että mitä miksi miten kun jos tämä olisi mikä rivillä",
    "sv": "och är en ett att det som vad varför hur när på med för inte",
}
_INDEX: Final = {name: frozenset(words.split()) for name, words in _COMMONEST.items()}


def language_of(text: str) -> str | None:
    """`en`, `de`, … or the name of a script, such as `CJK`; None when it cannot be told."""
    prose = _CODE.sub(" ", text)
    letters = [c for c in prose if c.isalpha()]
    script = _script(letters)
    if script is not None:
        return script
    words = [word.casefold() for word in _WORD.findall(prose)]
    if len(words) < _FEWEST:
        return None
    hits = Counter({name: sum(word in known for word in words) for name, known in _INDEX.items()})
    (best, most), (_, second) = hits.most_common(2)
    return best if most >= _CLEAR * len(words) and most > second else None


def _script(letters: list[str]) -> str | None:
    if not letters:
        return None
    names = [unicodedata.name(c, "") for c in letters]
    counts = Counter({script: sum(name.startswith(script) for name in names) for script in _SCRIPTS})
    (best, most) = counts.most_common(1)[0]
    return best if most > len(letters) / 2 else None
