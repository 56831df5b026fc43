"""What a text about code claims, in a few dimensions in which one claim excludes another. Pure.

"It raises an error" and "it simply returns 0", "linear" and "O(1)", "True" and "False":
two people who say these of the same code do not mean the same, however many words they
share. The words stand in one table a language (`dimensions`), so that an answer and the
expected points may be in different ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from . import results
from .dimensions import ERROR, OPPOSITE, Tongue, languages, tongue
from .offline import wording
from .tongues import language_of

Claims = Mapping[str, frozenset[str]]  #: what is claimed, by its dimension

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
"""Dimensions in which nearly every text claims something: to agree in them shows nothing."""
_UNCALLED_FOR: Final = {"effect": ("original",), "exception": ("ending",), "speed": ("growth",)}
"""Claims that count against an answer when the points have none of the kind, nor one of these."""
_GUESSES: Final = 5  #: values that nobody asked for, above which a right one among them is a guess
_SIDES: Final = 2  #: claims in a dimension that nobody asked for, from which agreeing with another is a guess
_COMPARED: Final = frozenset({"growth", "exception"})
"""Dimensions in which people compare; in the others, who says both sides has said nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An answer beside the expected points, both without what the question and the code give away."""

    against: tuple[str, ...]  #: the dimensions in which the answer claims something else
    shared: tuple[str, ...]  #: claims, values and names that are in both
    missing: bool  #: the points name a result, and the answer does not


@lru_cache(maxsize=64)
def language(text: str) -> str:
    """The language in which claims are looked for: the one that has most of the words; English in doubt."""
    said = results.words(text)
    return max((ENGLISH, *languages()), key=lambda name: len(said & tongue(name).words))


def unreadable(text: str) -> bool:
    """Is this clearly in a language for which there are no words?"""
    told = language_of(text, hits=2)
    return told is not None and told not in languages()


def claims(text: str) -> Claims:
    """What the text claims, sentence by sentence; a denied claim is turned round or left out."""
    spoken = tongue(language(text))
    found: dict[str, set[str]] = {}
    for sentence in wording.sentences(text):
        for dimension, value in _claimed(sentence, spoken):
            found.setdefault(dimension, set()).add(value)
    return {dimension: frozenset(values) for dimension, values in found.items()}


def compare(answer: str, expected: str, *, question: str, code: str) -> Comparison:
    """Compare the claims, the values and the names of an answer with those of the expected points.

    What stands in the question or in the code shows nothing when it is said again.
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
    return Comparison(
        against=tuple(sorted({*_excluded(said, wanted, asked), *_other_results(stated, known.named, named)})),
        shared=tuple(sorted({*agreed, *hit, *described, *_shared_names(answer, expected, given)})),
        missing=_missing(
            named - results.in_passing(expected, tongue(language(expected))),
            hit,
            any_error=ERROR in said.get("ending", ()),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Values:
    named: frozenset[str]
    described: frozenset[str]


def _values(text: str) -> _Values:
    spoken = tongue(language(text))
    return _Values(results.values(text, spoken), results.described(text, spoken))


def _same_outcome(answer: str, expected: str) -> frozenset[str]:
    """What both say comes out, though the code may have it too: the right one of its values tells something."""
    stated, out = _values(answer).named, results.outcome(answer, tongue(language(answer)))
    spoken = tongue(language(expected))
    points = (results.values(point, spoken) for point in wording.sentences(expected) if results.outcome(point, spoken))
    return frozenset(value for wanted in points if wanted <= stated and wanted & out for value in wanted)


def _missing(named: frozenset[str], hit: frozenset[str], *, any_error: bool) -> bool:
    """Is none of the results stated? Who says that there is an error need not know its name."""
    errors = results.errors_among(named) if any_error else frozenset()
    return bool(named - errors) and not hit


def _excluded(said: Claims, wanted: Claims, asked: Claims) -> Iterator[str]:
    """The dimensions in which something else is claimed, or something that was not called for."""
    for d in said.keys() & wanted.keys():
        repeated = asked.get(d, frozenset()) if d in _VAGUE else frozenset()
        if said[d] - repeated and not said[d] & wanted[d]:
            yield d
    yield from (d for d, allowed in _UNCALLED_FOR.items() if d in said and not wanted.keys() & {d, *allowed})


def _other_results(stated: _Values, known: frozenset[str], wanted: frozenset[str]) -> Iterator[str]:
    """The kinds of value of which the answer names some, and none that was expected."""
    for kind, form in results.KINDS.items():
        right = frozenset(filter(form.fullmatch, wanted))
        other = any(map(form.fullmatch, stated.named - known - wanted))
        if right and other and not right & (stated.named | stated.described):
            yield kind


def _shared_names(answer: str, expected: str, given: str) -> frozenset[str]:
    """Names and pieces of code that are in both; one may write as a plain word what the other uses as code."""
    plain = results.names(expected) & results.names(answer)
    used = (results.used(expected) & results.words(answer)) | (results.used(answer) & results.words(expected))
    stated, known = ("".join(text.split()) for text in (answer, given))
    pieces = {piece for piece in results.fragments(expected) if piece in stated and piece not in known}
    return (plain | used) - results.names(given) - results.words(given) | pieces


def _claimed(sentence: str, spoken: Tongue) -> Iterator[tuple[str, str]]:
    for found in results.COST.findall(sentence):
        order = "".join(found.split()).lower()
        yield "growth", _ORDERS.get(order, order)
    for one, how, other in results.SPOKEN_COST.findall(sentence):
        yield "growth", f"{one}{'*' if how == 'times' else '+'}{other}"
    for name in results.EXCEPTION.findall(sentence):
        if not name.endswith("Warning"):
            yield "exception", name
            yield "ending", ERROR
    stems = wording.words(sentence)
    for dimension, choices in spoken.dimensions.items():
        for value, terms in choices.items():
            for term in terms:
                yield from ((dimension, one) for one in _read(stems, (dimension, value), term, spoken))


def _read(stems: Sequence[str], claim: tuple[str, str], term: str, spoken: Tongue) -> Iterator[str]:
    for at in wording.occurrences(term, stems):
        if not _denied(term, stems, at, spoken):
            yield claim[1]
        elif claim in OPPOSITE:
            yield OPPOSITE[claim]


def _denied(term: str, stems: Sequence[str], at: int, spoken: Tongue) -> bool:
    if wording.denied(term, stems, at, negators=spoken.negators, breaks=spoken.breaks):
        return True
    if not spoken.late_negators or term[0].isupper() or spoken.negators & set(wording.words(term)):
        return False
    for stem in stems[at + 1 : at + 1 + wording.NEGATION_REACH]:
        if stem in spoken.breaks:
            return False
        if stem in spoken.late_negators:
            return True
    return False
