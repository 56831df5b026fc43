"""Finds what a text claims about code, in a few dimensions in which one claim excludes another. Pure.

"It raises an error" and "it simply returns 0", "linear" and "O(1)", "True" and "False":
whoever says one of these does not mean the other, however many words the texts share.
Each language has a table of words (`dimensions`), so the answer and the expected points
may be in different languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from . import normalized, results
from .dimensions import ERROR, OPPOSITE, LanguageTable, languages, table_of
from .language import language_of
from .sentences import sentences

Claims = Mapping[str, frozenset[str]]  #: the claims by their dimension

ENGLISH: Final = "en"
_ORDERS: Final = {
    "1": "constant",
    "logn": "logarithmic",
    "n": "linear",
    "m": "linear",
    "nlogn": "n log n",
    "n^2": "quadratic",
    "n²": "quadratic",
    "n2": "quadratic",
    "n**2": "quadratic",
    "n*n": "quadratic",
    "2^n": "exponential",
    "2**n": "exponential",
}
_VAGUE: Final = frozenset({"order", "effect"})
"""Dimensions in which nearly every text claims something; agreement in them is no evidence."""
_UNCALLED_FOR: Final = {"effect": ("original",), "exception": ("ending",), "speed": ("growth",)}
"""Claims that count against an answer when the points have no claim in this dimension or in one of the listed ones."""
_GUESSES: Final = 5  #: with more values that were not expected, a right one among them is a guess
_SIDES: Final = 2  #: with so many claims in a dimension that were not expected, agreement with another one is a guess
_COMPARED: Final = frozenset({"growth", "exception"})
"""Dimensions in which people compare. In the others, an answer that says both sides says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An answer compared with the expected points, without what the question and the code already say."""

    against: tuple[str, ...]  #: the dimensions in which the answer claims something else
    shared: tuple[str, ...]  #: claims, values and names that both have
    missing: bool  #: a point names a result or a piece of code, and the answer does not
    silent: bool  #: the points name results, and the answer names none of them


@lru_cache(maxsize=64)
def language(text: str) -> str:
    """The language in which claims are looked for: the one with most of the words; English in doubt."""
    said = results.words(text)
    return max((ENGLISH, *languages()), key=lambda name: len(said & table_of(name).words))


def unreadable(text: str) -> bool:
    """Is this clearly in a language without a table of words?"""
    told = language_of(text, hits=2)
    return told is not None and told not in languages()


def claims(text: str) -> Claims:
    """The claims of the text, sentence by sentence; a denied claim becomes its opposite or is left out."""
    spoken = table_of(language(text))
    found: dict[str, set[str]] = {}
    for sentence in sentences(text):
        for dimension, value in _claimed(sentence, spoken):
            found.setdefault(dimension, set()).add(value)
    return {dimension: frozenset(values) for dimension, values in found.items()}


def compare(answer: str, expected: str, *, question: str, code: str) -> Comparison:
    """Compare the claims, the values and the names of an answer with those of the expected points.

    What is in the question or in the code is no evidence when the answer repeats it.
    """
    given = f"{question}\n{code}"
    said, wanted, asked = claims(answer), claims(expected), claims(question)
    stated, expects, known = map(_values, (answer, expected, given))
    named = expects.named - known.named
    hit = (stated.named | stated.described) & named | results.errors_spelt_out(named, answer)
    described = _same_outcome(answer, expected) - _values(question).named
    described |= (stated.named | stated.described) & expects.described - known.named - known.described
    agreed = {
        d
        for d in said.keys() & wanted.keys() - _VAGUE
        if said[d] & wanted[d] - asked.get(d, frozenset())
        and len(said[d] - wanted[d]) < (_SIDES if d in _COMPARED else 1)
    }
    if len(stated.named - known.named - named) > _GUESSES:
        hit, described, agreed = frozenset(), frozenset(), set()
    told = named - results.in_passing(expected, table_of(language(expected)))
    return Comparison(
        against=tuple(sorted({*_excluded(said, wanted, asked), *_other_results(stated, known.named, named)})),
        shared=tuple(sorted({*agreed, *hit, *described, *_shared_names(answer, expected, given)})),
        missing=any(_missing(_values(point).named & told, hit, said) for point in sentences(expected))
        or _other_names(answer, expected, given),
        silent=_missing(told, hit, said),
    )


@dataclass(frozen=True, slots=True)
class _Values:
    named: frozenset[str]
    described: frozenset[str]


def _values(text: str) -> _Values:
    spoken = table_of(language(text))
    return _Values(results.values(text, spoken), results.described(text, spoken))


def _same_outcome(answer: str, expected: str) -> frozenset[str]:
    """Values that both texts give as result. They count even when the code has them: the right one was chosen."""
    stated, out = _values(answer).named, results.outcome(answer, table_of(language(answer)))
    spoken = table_of(language(expected))
    points = (results.values(point, spoken) for point in sentences(expected) if results.outcome(point, spoken))
    return frozenset(value for wanted in points if wanted <= stated and wanted & out for value in wanted)


def _missing(named: frozenset[str], hit: frozenset[str], said: Claims) -> bool:
    """Is none of the results of a point stated? An answer that speaks of an error need not name the exception."""
    errors = results.errors_among(named) if ERROR in said.get("ending", ()) else frozenset()
    return bool(named - errors) and not hit & named


def _excluded(said: Claims, wanted: Claims, asked: Claims) -> Iterator[str]:
    """The dimensions in which the answer claims something else, or something that was not expected at all."""
    for d in said.keys() & wanted.keys():
        repeated = asked.get(d, frozenset()) if d in _VAGUE else frozenset()
        if said[d] - repeated and not said[d] & wanted[d]:
            yield d
    yield from (d for d, allowed in _UNCALLED_FOR.items() if d in said and not wanted.keys() & {d, *allowed})


def _other_results(stated: _Values, known: frozenset[str], wanted: frozenset[str]) -> Iterator[str]:
    """The kinds of value of which the answer names some, but none of the expected ones."""
    for kind, form in results.KINDS.items():
        right = frozenset(filter(form.fullmatch, wanted))
        other = any(map(form.fullmatch, stated.named - known - wanted))
        if right and other and not right & (stated.named | stated.described):
            yield kind


def _shared_names(answer: str, expected: str, given: str) -> frozenset[str]:
    """Names and pieces of code in both texts; one text may have as plain word what the other has as code."""
    plain = results.names(expected) & results.names(answer)
    used = (results.used(expected) & results.words(answer)) | (results.used(answer) & results.words(expected))
    stated, known = ("".join(text.split()) for text in (answer, given))
    pieces = {piece for piece in results.fragments(expected) if piece in stated and piece not in known}
    return (plain | used) - results.names(given) - results.words(given) | pieces


def _other_names(answer: str, expected: str, given: str) -> bool:
    """Does the answer name other pieces of code than the points, where both name new ones?"""
    known = results.names(given) | results.used(given) | results.words(given)
    wanted = (results.names(expected) | results.used(expected)) - known
    named = (results.names(answer) | results.used(answer)) - known
    return bool(wanted and named) and not wanted & (named | results.words(answer))


def _claimed(sentence: str, spoken: LanguageTable) -> Iterator[tuple[str, str]]:
    for found in results.COST.findall(sentence):
        order = "".join(found.split()).lower()
        yield "growth", _ORDERS.get(order, order)
    for one, how, other in results.SPOKEN_COST.findall(sentence):
        yield "growth", f"{one}{'*' if how == 'times' else '+'}{other}"
    for name in (name for name in results.EXCEPTION.findall(sentence) if not name.endswith("Warning")):
        yield "exception", name
        yield "ending", ERROR
    stems = normalized.words(sentence)
    for claim, term in _terms(spoken):
        yield from ((claim[0], value) for value in _read(stems, claim, term, spoken))


def _terms(spoken: LanguageTable) -> Iterator[tuple[tuple[str, str], str]]:
    """Each claim (dimension and value) with each term that makes it."""
    for dimension, choices in spoken.dimensions.items():
        for value, terms in choices.items():
            yield from (((dimension, value), term) for term in terms)


def _read(stems: Sequence[str], claim: tuple[str, str], term: str, spoken: LanguageTable) -> Iterator[str]:
    for at in normalized.occurrences(term, stems):
        if not _denied(term, stems, at, spoken):
            yield claim[1]
        elif claim in OPPOSITE:
            yield OPPOSITE[claim]


def _denied(term: str, stems: Sequence[str], at: int, spoken: LanguageTable) -> bool:
    if normalized.denied(term, stems, at, negators=spoken.negators, breaks=spoken.breaks):
        return True
    if not spoken.late_negators or term[0].isupper() or spoken.negators & set(normalized.words(term)):
        return False
    for stem in stems[at + 1 : at + 1 + normalized.NEGATION_REACH]:
        if stem in spoken.breaks:
            return False
        if stem in spoken.late_negators:
            return True
    return False
