"""Other readings of a text that a model may see in it: decoded, reversed, with letters replaced. Pure.

Models read base64, rot13, mirrored and spelt-out text well enough to follow an instruction
in it. So instructions (`injection`) are looked for in these readings too.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from typing import Final

_LONGEST: Final = 40_000  #: characters; of longer text no readings are made, only the text itself is read
_RUNS: Final = 20  #: encoded parts that are decoded at most
_ENCODED = re.compile(r"(?<![\w+/=])[A-Za-z0-9+/]{24,4000}={0,2}(?![\w+/=])")
_SPELT = re.compile(r"(?<![^\W_])(?:[^\W_] ){2,}[^\W_](?![^\W_])")
_WORD = re.compile(r"\w+")
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_LIKE_LATIN = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_HYPHENED = re.compile(r"(?<=[a-z])-(?=[a-z])", re.IGNORECASE)
_LOOK_ALIKES: Final = str.maketrans("аеорсухіјѕԁһкмтвнΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονρ", "aeopcyxijsdhkmtbhABEZHIKMNOPTYXaovp")
_LEET: Final = str.maketrans("0134578@$", "oieastbas")


def readings(text: str) -> Iterator[str]:
    """The other readings of a text, without the text itself."""
    if len(text) > _LONGEST:
        return
    yield codecs.decode(text, "rot13")
    yield text[::-1]
    if (latin := _WORD.sub(_latin, text)) != text:
        yield latin
    if _SPELT.search(text):
        yield _SPELT.sub(lambda found: found[0].replace(" ", ""), text.replace("  ", " , ")).replace(" , ", " ")
    if _HYPHENED.search(text):
        yield _HYPHENED.sub("", text)
    yield from _decoded(text)


def _latin(word: re.Match[str]) -> str:
    """A word of mixed scripts in Latin letters; a word with digits between its letters with letters instead."""
    text = word[0]
    if not _LATIN.search(text):
        return text
    if _LIKE_LATIN.search(text):
        return text.translate(_LOOK_ALIKES)
    return text.translate(_LEET) if any(c.isdigit() for c in text) else text


def _decoded(text: str) -> Iterator[str]:
    for run in _ENCODED.findall(text)[:_RUNS]:
        plain = (_plain(run, decode) for decode in (base64.b64decode, bytes.fromhex))
        yield from (found for found in plain if found is not None)


def _plain(run: str, decode: Callable[[str], bytes]) -> str | None:
    """The text that is encoded so; None when it is none."""
    try:
        plain = decode(run).decode()
    except (binascii.Error, ValueError):
        return None
    return plain if plain.isprintable() else None
