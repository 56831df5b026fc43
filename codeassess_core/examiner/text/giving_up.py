"""Recognises a text that is no answer: empty, "I don't know", a dash. Pure."""

from __future__ import annotations

import re
from typing import Final

from .result_words import folded, words

_WORD: Final = re.compile(r"[^\W_](?:[\w'’/]*\w)?")


def gives_up(text: str) -> bool:
    """Is this no answer, in any of the known languages?"""
    said = list(map(folded, _WORD.findall(text)))
    known = words()
    while said and tuple(said) not in known.giving_up and said[0] in known.giving_up_around:
        said = said[1:]
    while said and tuple(said) not in known.giving_up and said[-1] in known.giving_up_around:
        said = said[:-1]
    return tuple(said) in known.giving_up or (not _WORD.search(text) and not re.search(r"[\[\](){}'\"]", text))
