"""The words by which people state a result, of all languages together.

An answer is often too short to tell its language ("3, weil …", "línea 5"), so the tables
`results` of all files in `languages/` are put together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, Final

from .language_files import ResultTable, language_files
from .tables import word_set

Phrase = tuple[str, ...]  #: lower-case words that follow each other

_SETS: Final = word_set(
    "yielding printing raising passive being pronouns result_names filling opening reasons conditions so after each "
    "or_ and_ negators denied_after counted placed breaks describing minus"
)
_PHRASES: Final = ("inexact", "about", "denying", "others", "unchanged", "times_asked")
_ELIDED: Final = re.compile(r"^(?:l|d|j|n|s|m|t|c|qu)['’](?=\w{2})")
_NEGATED: Final = re.compile(r"\w+n['’]t|cannot|can['’]t")
_EMPTY: Final[Mapping[str, Any]] = {"list": [], "tuple": (), "dict": {}, "set": frozenset(), "str": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultWords:
    """The words that are needed to find a result in a text."""

    sets: Mapping[str, frozenset[str]]  #: single words by their set; `ResultTable` says what each set means
    inexact: frozenset[Phrase]  #: phrases that make a number a bound: "at least"
    about: frozenset[Phrase]  #: phrases that make a number a rounded one
    denying: frozenset[Phrase]  #: phrases that take away the value after them: "instead of"
    others: frozenset[Phrase]  #: phrases about another case: "otherwise"
    unchanged: frozenset[Phrase]  #: phrases about the code before a change: "as it stands"
    times_asked: frozenset[Phrase]  #: phrases of a question for a count: "how often"
    values: Mapping[Phrase, tuple[object, ...]]  #: values in words; two where languages differ
    ones: frozenset[str]  #: words for 1, which are articles too
    counts: Mapping[Phrase, int]  #: "twice"
    exceptions: Mapping[Phrase, str]  #: names of exceptions in words
    errors: frozenset[Phrase]  #: phrases for an error without its name
    no_error: frozenset[Phrase]
    line: frozenset[str]  #: "line"
    to: frozenset[str]  #: "5 to 7"
    by_words: frozenset[Phrase]  #: a line that is described
    line_ordinals: Mapping[str, int]
    option: frozenset[str]
    ordinals: Mapping[str, int]  #: "second"; -1 for the last
    all_options: frozenset[str]
    giving_up: frozenset[Phrase]  #: no answer: "no idea"
    giving_up_around: frozenset[str]  #: words that may be before or after such a phrase

    def has(self, name: str, word: str) -> bool:
        """Is `word` in the set `name`?"""
        return word in self.sets[name]


@lru_cache(maxsize=8192)
def folded(word: str) -> str:
    """A word as it is compared: in lower case, without an elided article ("l'option"); "doesn't" becomes "not"."""
    lower = _ELIDED.sub("", word.casefold())
    return "not" if _NEGATED.fullmatch(lower) else lower


@lru_cache(maxsize=1)
def words() -> ResultWords:
    """The tables of all languages together."""
    tables = tuple(file.results for file in language_files().values() if file.results)
    phrases, single = partial(_all_phrases, tables), partial(_all_words, tables)
    return ResultWords(
        sets={name: single(attrgetter(name)) for name in _SETS},
        **{name: phrases(attrgetter(name)) for name in _PHRASES},
        values=_values(tables),
        ones=frozenset(table.numbers[1] for table in tables),
        counts={_phrase(term): int(n) for table in tables for n, terms in table.counts.items() for term in terms},
        exceptions=_exceptions(tables),
        errors=phrases(lambda table: table.exceptions["any"]),
        no_error=phrases(lambda table: table.exceptions["none"]),
        line=single(lambda table: table.lines.line),
        to=single(lambda table: table.lines.to),
        by_words=phrases(lambda table: table.lines.by_words),
        line_ordinals={word: n for table in tables for n, word in enumerate(table.lines.first, 1)},
        option=single(lambda table: table.choices.option),
        ordinals=_ordinals(tables),
        all_options=single(lambda table: table.choices.all),
        giving_up=phrases(lambda table: table.giving_up.phrases),
        giving_up_around=single(lambda table: table.giving_up.around),
    )


def _all_phrases(tables: Iterable[ResultTable], of: Callable[[ResultTable], Iterable[str]]) -> frozenset[Phrase]:
    return frozenset(_phrase(term) for table in tables for term in of(table))


def _all_words(tables: Iterable[ResultTable], of: Callable[[ResultTable], Iterable[str]]) -> frozenset[str]:
    return frozenset(folded(word) for table in tables for word in of(table))


def _phrase(term: str) -> Phrase:
    return tuple(map(folded, term.split()))


def _exceptions(tables: Iterable[ResultTable]) -> Mapping[Phrase, str]:
    """The names of exceptions by the words for them."""
    named = ((name, terms) for table in tables for name, terms in table.exceptions.items() if name[0].isupper())
    return {_phrase(term): name for name, terms in named for term in terms}


def _values(tables: Iterable[ResultTable]) -> Mapping[Phrase, tuple[object, ...]]:
    """What each phrase may mean: two values where languages differ."""
    found: dict[Phrase, list[object]] = {}
    meanings = (meaning for table in tables for meaning in _meanings(table))
    for value, terms in meanings:
        for phrase in dict.fromkeys(map(_phrase, terms)):
            found.setdefault(phrase, []).append(value)
    return {phrase: tuple(values) for phrase, values in found.items()}


def _meanings(table: ResultTable) -> Iterator[tuple[object, Iterable[str]]]:
    """Each value with the terms for it."""
    yield True, table.true
    yield False, table.false
    yield None, table.none
    yield float("inf"), table.infinity
    yield from ((value, (term,)) for term, value in table.large.items())
    yield from ((n, (word,)) for n, word in enumerate(table.numbers) if word != "-")
    yield from ((_EMPTY[kind], terms) for kind, terms in table.empty.items())


def _ordinals(tables: Iterable[ResultTable]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for table in tables:
        found |= {word: n for n, word in enumerate(table.choices.ordinal, 1)}
        found |= dict.fromkeys(table.choices.last, -1)
    return found
