"""What a text about code claims, in a few dimensions in which one claim excludes another. Pure.

"It raises an error" and "it simply returns 0", "linear" and "O(1)", "True" and "False":
two people who say these of the same code do not mean the same, however many words they
share. The dimensions are those in which answers about programs go wrong; the words are
general English and the language of programming, taken from no set of questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from .offline import wording
from .offline.meaning import Words, alt

Claims = Mapping[str, frozenset[str]]  #: what is claimed, by its dimension

_ERROR: Final = "error"
_DIMENSIONS: Final[Mapping[str, Mapping[str, Words]]] = {
    # how time or memory grows
    "growth": {
        "constant": alt("constant | not depend | independent of | no matter how | not matter how"),
        "logarithmic": alt("logarithm | logarithmic | halve | half | halving"),
        "linear": alt("linear | linearly"),
        "quadratic": alt("quadratic | quadratically | n squared | four times | 4 times"),
        "exponential": alt("exponential | exponentially | double with every | doubles with each"),
    },
    # how it ends
    "ending": {
        _ERROR: alt("error | exception | crash | raise | fail | traceback | blow up"),
        "fine": alt("simply return | just return | just give | work fine | no problem"),
    },
    # no effect at all
    "effect": {
        "none": alt(
            "nothing change | nothing happen | nothing goes wrong | nothing is lost | nothing would be | nothing wrong"
            " | no difference | no effect | no influence | no change | makes no | exactly the same | precisely the same"
            " | unchanged | identical | matter of style | only for readability | not much"
        ),
    },
    "speed": {
        "faster": alt("faster | quicker | speed up | save time | less time"),
        "slower": alt("slower | more time | longer"),
    },
    "order": {
        "first": alt("first | earlier one | beginning | start | earliest"),
        "last": alt("last | later one | latest"),
    },
    "truth": {"true": ("true",), "false": ("false",)},
    "times": {
        "once": alt("once | one time | a single time | exactly one time | only one"),
        "again": alt("each call | every call | each time | every time | again | at every call | repeatedly | multiple"),
    },
    "sharing": {
        "shared": alt("same object | same list | share | shared | one list | single list | only one | same reference"),
        "apart": alt("own | separate | independent | fresh | private | of its own | copies | copy"),
    },
    "staying": {
        "stays": alt("stay | remain | keep | kept | still there | contained"),
        "goes": alt("remove | drop | lose | lost | skip | left out | missing | disappear | gone | ignore | throw away"),
    },
    "time": {"before": ("before",), "after": ("after", "afterwards", "when it runs")},
}
_OPPOSITE: Final = {
    ("ending", _ERROR): "fine",
    ("truth", "true"): "false",
    ("truth", "false"): "true",
    ("staying", "goes"): "stays",
    ("staying", "stays"): "goes",
    ("sharing", "shared"): "apart",
    ("sharing", "apart"): "shared",
    ("growth", "constant"): "grows",
}
"""What a denied claim says instead, where it says anything."""

_GROWTH = re.compile(r"\bO ?\(([^()]*(?:\([^()]*\))?[^()]*)\)")
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
_EXCEPTION = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Iteration)\b")
_EXCEPTION_NAME = re.compile(r"\w+(?:error|exception|warning|interrupt|iteration)")
_VALUE = re.compile(
    # every repetition is bounded: hostile text must not cost its square
    r"\[[^\[\]\n]{0,120}(?:\[[^\[\]\n]{0,120}\][^\[\]\n]{0,60}){0,20}\]|\([^(),\n]{0,60}(?:,[^(),\n]{0,60}){1,20}\)"
    r"|'[^'\n]{0,60}'|\"[^\"\n]{0,60}\""
    r"|(?<![\w.])-?\d{1,40}(?:\.\d{1,40})?(?=x?\b)(?![\w.]{0,40}[a-wyz\d])"
    r"|\b(?:None|True|False|null|NaN|undefined)\b",
    re.IGNORECASE,
)
_NO_VALUE = re.compile(rf"{_GROWTH.pattern}|\blines? \d+(?: ?(?:-|–|to|and) ?\d+)?", re.IGNORECASE)
_QUOTES = re.compile(r"[\s\"'`]")
_NUMBERS: Final = {
    name: str(n)
    for n, name in enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
}
_KINDS: Final = {"list": re.compile(r"[\[(].*"), "number": re.compile(r"-?\d+(?:\.\d+)?")}
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|\b[a-z]+[A-Z]\w*|\b[a-z]\w*_\w+")
_VAGUE: Final = frozenset({"time", "order", "effect"})
"""Dimensions in which nearly every text claims something: to agree in them shows nothing."""
_UNCALLED_FOR: Final = {"effect": (), "exception": ("ending",), "speed": ("growth",)}
"""Claims that count against an answer when the points have none of the kind, nor one of these."""
_GUESSES: Final = 5  #: values that nobody asked for, above which a right one among them is a guess
_SIDES: Final = 2  #: claims in one dimension, above which agreeing with one of them is a guess
_COUNTED = re.compile(r"\b(zero|two|three|four|five|six|seven|eight|nine|ten)\b", re.IGNORECASE)


def claims(text: str) -> Claims:
    """What the text claims, sentence by sentence; a denied claim is turned round or left out."""
    found: dict[str, set[str]] = {}
    for sentence in wording.sentences(text):
        for dimension, value in _claimed(sentence):
            found.setdefault(dimension, set()).add(value)
    return {dimension: frozenset(values) for dimension, values in found.items()}


def values(text: str) -> frozenset[str]:
    """The values that a text names, in one spelling: numbers, literals, lists, the names of exceptions."""
    plain = _COUNTED.sub(lambda found: _NUMBERS[found[0].lower()], _NO_VALUE.sub(" ", text))
    named = (_QUOTES.sub("", found).casefold() for found in _VALUE.findall(plain))
    return frozenset(value for value in (*named, *map(str.casefold, _EXCEPTION.findall(text))) if value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An answer beside the expected points, both without what the question and the code give away."""

    against: tuple[str, ...]  #: the dimensions in which the answer claims something else
    shared: tuple[str, ...]  #: claims, values and names that are in both
    missing: bool  #: the points name a result, and the answer does not


def compare(answer: str, expected: str, *, given: str) -> Comparison:
    """Compare the claims, the values and the names of an answer with those of the expected points.

    `given` is the question with the code: what stands there shows nothing when it is said again.
    """
    said, wanted = claims(answer), claims(expected)
    known, results = values(given), values(expected) - values(given)
    stated = values(answer)
    guessed = len(stated - known - results) > _GUESSES
    hit = frozenset[str]() if guessed else stated & results
    meant = {} if guessed else {d: found for d, found in said.items() if len(found) <= _SIDES}
    agreed = (d for d in meant.keys() & wanted.keys() - _VAGUE if meant[d] & wanted[d])
    names = (_names(expected) - _names(given)) & _names(answer)
    return Comparison(
        against=tuple(sorted({*_excluded(said, wanted), *_other_results(stated - known, results, stated)})),
        shared=tuple(sorted({*agreed, *hit, *names})),
        missing=_missing(results, hit, any_error=_ERROR in said.get("ending", ())),
    )


def _missing(results: frozenset[str], hit: frozenset[str], *, any_error: bool) -> bool:
    """Is none of the results stated? Who says that there is an error need not know its name."""
    errors = frozenset(filter(_EXCEPTION_NAME.fullmatch, results)) if any_error else frozenset()
    return bool(results - errors) and not hit


def _excluded(said: Claims, wanted: Claims) -> Iterator[str]:
    yield from (d for d in said.keys() & wanted.keys() if not said[d] & wanted[d])
    yield from (d for d, allowed in _UNCALLED_FOR.items() if d in said and not wanted.keys() & {d, *allowed})


def _other_results(stated: frozenset[str], results: frozenset[str], all_stated: frozenset[str]) -> Iterator[str]:
    """The kinds of value of which the answer names some, and none that was expected."""
    for kind, form in _KINDS.items():
        wanted = frozenset(filter(form.fullmatch, results))
        if wanted and any(map(form.fullmatch, stated)) and not wanted & all_stated:
            yield kind


def _names(text: str) -> frozenset[str]:
    """Names that only code has, in one spelling."""
    return frozenset(map(str.casefold, _NAME.findall(text)))


def _claimed(sentence: str) -> Iterator[tuple[str, str]]:
    for found in _GROWTH.findall(sentence):
        order = "".join(found.split()).lower()
        yield "growth", _ORDERS.get(order, order)
    for name in _EXCEPTION.findall(sentence):
        if not name.endswith("Warning"):
            yield "exception", name
            yield "ending", _ERROR
    stems = wording.words(sentence)
    for dimension, choices in _DIMENSIONS.items():
        for value, terms in choices.items():
            yield from ((dimension, one) for one in _read(stems, dimension, value, terms))


def _read(stems: tuple[str, ...], dimension: str, value: str, terms: Words) -> Iterator[str]:
    for term in terms:
        for at in wording.occurrences(term, stems):
            if not wording.denied(term, stems, at):
                yield value
            elif (opposite := _OPPOSITE.get((dimension, value))) is not None:
                yield opposite
