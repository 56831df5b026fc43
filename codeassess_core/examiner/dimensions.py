"""The dimensions in which answers about programs go wrong, and the words for them: one table a language.

Within a dimension one claim excludes another. The words are general, and the language of
programming; they are taken from no set of questions. A file in `languages/` is all that
makes a language known, if `tongues` knows its commonest words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from .offline import wording
from .offline.meaning import Words, alt
from .tongues import COMMONEST

ERROR: Final = "error"

OPPOSITE: Final = {
    ("ending", ERROR): "fine",
    ("truth", "true"): "false",
    ("truth", "false"): "true",
    ("staying", "goes"): "stays",
    ("staying", "stays"): "goes",
    ("sharing", "shared"): "apart",
    ("sharing", "apart"): "shared",
    ("growth", "constant"): "grows",
    ("original", "changed"): "kept",
    ("limit", "included"): "excluded",
    ("together", "all"): "one",
}
"""What a denied claim says instead, where it says anything."""

_FOLDER: Final = "languages"
_PUNCTUATION: Final = (",", ";", ":", "(", ")")
_OTHER: Final = frozenset({"negators", "late_negators", "breaks", "yielding", "numbers", "results"})
"""What a file has besides its dimensions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """What has to be known of a language to read claims in it."""

    dimensions: Mapping[str, Mapping[str, Words]]
    negators: frozenset[str]  #: stems that deny what follows them in their clause
    late_negators: frozenset[str]  #: those that also deny a verb before them ("ändert sich nicht")
    removers: frozenset[str]  #: stems that take away what follows them in their clause ("removes the line break")
    breaks: frozenset[str]  #: stems that begin a clause
    yielding: frozenset[str]  #: stems by which a clause speaks of a result
    numbers: Mapping[str, str]  #: digits by the words for them, but for those that mean something else too
    results: Mapping[str, Words]  #: ways to say a value that are no literal of it
    words: frozenset[str]  #: the words of all these and the commonest ones, by which the language is known


def languages() -> tuple[str, ...]:
    """The languages in which claims can be read."""
    folder = resources.files(__package__).joinpath(_FOLDER)
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


@lru_cache(maxsize=16)
def tongue(language: str) -> Tongue:
    """The table of one of the `languages`."""
    read = tomllib.loads(resources.files(__package__).joinpath(_FOLDER, f"{language}.toml").read_text("utf-8"))
    return Tongue(
        dimensions={name: _terms(table) for name, table in read.items() if name not in _OTHER},
        negators=_stems(read["negators"].split()),
        late_negators=_stems(read.get("late_negators", "").split()),
        removers=_stems(term for term in alt(read["staying"]["goes"]) if " " not in term),
        breaks=_stems([*read["breaks"].split(), *_PUNCTUATION]),
        yielding=_stems(read["yielding"].split()),
        numbers={name: str(n) for n, name in enumerate(read["numbers"].split()) if name != "-"},
        results=_terms(read["results"]),
        words=COMMONEST[language] | frozenset(_words(read)),
    )


def _terms(table: Mapping[str, Any]) -> Mapping[str, Words]:
    return {name: alt(words) for name, words in table.items()}


def _words(read: Mapping[str, Any]) -> Iterator[str]:
    for part in read.values():
        yield from _words(part) if isinstance(part, dict) else map(str.casefold, part.replace("|", " ").split())


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(wording.stem, words))
