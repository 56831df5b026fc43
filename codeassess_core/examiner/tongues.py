"""Which natural language a text is in, as far as its script and its commonest words tell. Pure.

It serves to notice a question in another language than the task's, and an answer in one that
no rule can read. In doubt it says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

_FEWEST: Final = 6  #: words below which nothing is said
_CLEAR: Final = 0.15  #: share of a language's commonest words that makes it that language
_PART: Final = 0.25  #: share of the letters that makes it the language of a script; names of code stand beside them
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
_LISTS: Final = {
    "en": "the a an of and to is in that it what why how does when which you your this with for from on be or not "
    "so because there then at by as if would they them its isn doesn don just only",
    "de": "der die das und ist nicht ein eine wenn was warum wie wird werden auf mit dem den von für zu sich "
    "im am man muss kann es sie nur auch dann weil keine kein keinen bei durch sind hat jede jeder immer dass einen "
    "da ja nein gar zur zum nach aber oder genau",
    "fr": "le la les des et est un une que quoi pourquoi comment quand dans pour avec sur ce cette du au qui "
    "elle il on ne pas donc car puisque ça se sa son toute toutes tout dès jamais aucun aucune parce si dedans",
    "es": "el la los las y es un una que qué por cómo cuando en para con del se lo su al "
    "porque no hay son ya si pero nada cada siempre nunca ningún ninguna solo está da puede",
    "it": "il lo la gli è un una che perché come quando nel con della del si cosa di non sono quindi viene",
    "pt": "os as é um uma que por como quando em para com do se da no na não porque então ao",
    "nl": "de het een en is niet van wat waarom hoe wanneer op met voor dat die te want dan wordt geen omdat er",
    "fi": "on ja ei se että mitä miksi miten kun jos tämä olisi mikä rivillä koska niin vain ovat",
    "sv": "och är en ett att det som vad varför hur när på med för inte av den blir eftersom då",
    "pl": "jest nie na się że to jak dlaczego co kiedy dla do po bo więc gdy są",
    "tr": "bir ve bu ne için neden nasıl ile olarak çünkü değil da de olur eğer",
    "vi": "là và của một không này trong cho khi với được các vì nếu sẽ có",
    "id": "yang dan di adalah tidak ini itu untuk dengan karena jika akan dari pada",
}
COMMONEST: Final = {name: frozenset(words.split()) for name, words in _LISTS.items()}
"""The commonest words of each language."""


def language_of(text: str, *, hits: int = 1) -> str | None:
    """`en`, `de`, … or the name of a script, such as `CJK`; None when it cannot be told, by this many common words."""
    prose = _CODE.sub(" ", text)
    words = [word.casefold() for word in _WORD.findall(prose)]
    script = _script([letter for word in words if len(word) > 1 for letter in word])  # "Θ(n)" is no Greek
    if script is not None:
        return script
    if len(words) < _FEWEST:
        return None
    found = Counter({name: sum(word in known for word in words) for name, known in COMMONEST.items()})
    (best, most), (_, second) = found.most_common(2)
    return best if most >= max(hits, _CLEAR * len(words)) and most > second else None


def _script(letters: list[str]) -> str | None:
    if not letters:
        return None
    names = [unicodedata.name(c, "") for c in letters]
    counts = Counter({script: sum(name.startswith(script) for name in names) for script in _SCRIPTS})
    (best, most) = counts.most_common(1)[0]
    return best if most > _PART * len(letters) else None
