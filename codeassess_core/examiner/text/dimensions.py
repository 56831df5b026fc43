"""The dimensions in which answers about programs go wrong, and the words for them in each language.

Within a dimension one claim excludes another. The words are general English and those of
programming; they are not taken from any set of questions. They are the table `claims` of the
files in `languages/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from . import normalized
from .language_files import ClaimTable, language_files
from .tables import Words

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
"""What a denied claim says instead; a denied claim that is not here says nothing."""

_PUNCTUATION: Final = (",", ";", ":", "(", ")")


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageTable:
    """The words of one language with which claims are read."""

    dimensions: Mapping[str, Mapping[str, Words]]
    negators: frozenset[str]  #: stems that deny what follows them in their clause
    late_negators: frozenset[str]  #: negators that also deny a verb before them ("ändert sich nicht")
    removers: frozenset[str]  #: stems that take away what follows them in their clause ("removes the line break")
    breaks: frozenset[str]  #: stems that begin a clause
    yielding: frozenset[str]  #: stems by which a clause speaks of a result
    numbers: Mapping[str, str]  #: digits by the words for them, without words that mean something else too
    results: Mapping[str, Words]  #: words for a value that are no literal of it
    words: frozenset[str]  #: all these words and the commonest ones, by which the language is recognised


def languages() -> tuple[str, ...]:
    """The languages in which claims can be read."""
    return tuple(name for name, file in language_files().items() if file.claims)


@lru_cache(maxsize=16)
def table_of(language: str) -> LanguageTable:
    """The table of one of the `languages`."""
    file = language_files()[language]
    claims = file.claims
    assert claims is not None
    return LanguageTable(
        dimensions=claims.dimensions,
        negators=_stems(claims.negators),
        late_negators=_stems(claims.late_negators),
        removers=_stems(term for term in claims.dimensions["staying"]["goes"] if " " not in term),
        breaks=_stems([*claims.breaks, *_PUNCTUATION]),
        yielding=_stems(claims.yielding),
        numbers={name: str(n) for n, name in enumerate(claims.numbers) if name != "-"},
        results=claims.values,
        words=frozenset((*file.commonest, *_words(claims))),
    )


def _words(claims: ClaimTable) -> Iterator[str]:
    """Every word of a table, in lower case."""
    return (word.casefold() for term in _terms(claims.model_dump()) for word in term.split())


def _terms(part: Mapping[str, Any] | Iterable[str]) -> Iterator[str]:
    if isinstance(part, Mapping):
        for inner in part.values():
            yield from _terms(inner)
    else:
        yield from part


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(normalized.stem, words))
