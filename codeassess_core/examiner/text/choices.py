"""Reads which option an answer chooses. Pure.

An option is chosen by its text, by its letter or number ("option B", "2"), or by its place
("the second one").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ...answers.slots import Reading, Stated
from ...model import Slot
from .result_words import words
from .tokens import Kind, Token, phrase_at, tokens

_BACK: Final = 6  #: tokens in which a denial is looked for
_TIMES: Final = 8  #: occurrences of one option that are looked at
_EARLY: Final = 24  #: a letter or number alone is a choice only within so many tokens
_LOOKED_AT: Final = 120  #: characters before an option in which a denial is looked for
_QUOTE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    option: int
    denied: bool
    at: int  #: index of a character


def read_choice(slot: Slot, text: str, *, sent: bool) -> Reading:
    """The option that `text` chooses."""
    texts = [option.text for option in slot.options]
    exact = [n for n, option in enumerate(texts) if _bare(option) == _bare(text)]
    if exact:
        return _clearly(texts[exact[0]], text)
    found = list(_by_text(texts, text))
    rest = _blanked(texts, text)
    found += _by_sign(texts, tokens(rest), alone=not found)
    found += _by_count(texts, text) if not found else []
    told = list(dict.fromkeys(choice.option for choice in found if not choice.denied))
    quote = text[:_QUOTE]
    if len(told) == 1:
        return _clearly(texts[told[0]], text)
    if told or _all_of_them(text):
        return Reading(state=Stated.CONTRADICTORY, quote=quote)
    if found:
        return _left_over(texts, found, quote)
    unknown = re.fullmatch(r"\W*(?:\w+ )?(?:[A-Z]|\d{1,2})\W*", text, re.IGNORECASE)
    return Reading(state=Stated.NOT_AT_ALL if unknown or _beside(text) else Stated.UNREADABLY, quote=quote)


def _clearly(option: str, text: str) -> Reading:
    """The option, quoted with the words of the answer that name it, or else the whole answer."""
    spans = [text[start:end] for _, start, end in _spans([option], text)]
    return Reading(state=Stated.CLEARLY, value=option, quote=spans[0] if spans else text.strip()[:_QUOTE])


def _left_over(texts: Sequence[str], denied: Sequence[_Choice], quote: str) -> Reading:
    """An answer that denies all options except one may mean that one; a person decides."""
    left = set(range(len(texts))) - {choice.option for choice in denied}
    return Reading(state=Stated.UNREADABLY if len(left) == 1 else Stated.NOT_AT_ALL, quote=quote)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+|[^\w\s.,;:!?'\"`]", text.casefold()))


def _spans(texts: Sequence[str], text: str) -> Iterator[tuple[int, int, int]]:
    """Where the texts of options are, the longest first: (option, start, end) in the case-folded text."""
    taken: list[tuple[int, int]] = []
    folded = text.casefold()
    longest_first = sorted(enumerate(texts), key=lambda one: -len(one[1]))
    for n, (begin, end) in ((n, span) for n, option in longest_first for span in _occurrences(option, folded)):
        if not any(start < end and begin < stop for start, stop in taken):
            taken.append((begin, end))
            yield n, begin, end


def _occurrences(option: str, folded: str) -> Iterator[tuple[int, int]]:
    """Where the text of one option is, in any of its shapes."""
    bare = option.casefold().strip(" .")
    if not bare:
        return
    shapes = "|".join(map(re.escape, _shapes(bare)))
    for found in islice(re.finditer(rf"(?<!\w)(?:{shapes})(?!\w)", folded), _TIMES):
        yield found.span()


def _shapes(option: str) -> Sequence[str]:
    """The ways to write an option, the longest first: "it does not hold" also without "it", or with "doesn't"."""
    bare = option.removeprefix("it ")
    said = {bare, bare.replace(" not ", "n't ", 1), bare.replace(" not ", "n’t ", 1)} if bare != option else set()
    return sorted({option, *said}, key=len, reverse=True)


def _by_text(texts: Sequence[str], text: str) -> Iterator[_Choice]:
    """Options whose text is in the answer, without options of one or two characters."""
    for n, start, _ in _spans(texts, text):
        if len(texts[n].strip(" .")) > 2 or texts[n].casefold().strip() in ("no",):
            yield _Choice(option=n, denied=_denied_before(text[:start]), at=start)


def _blanked(texts: Sequence[str], text: str) -> str:
    """The answer with spaces in place of the options that it contains."""
    for n, start, end in _spans(texts, text):
        if len(texts[n].strip(" .")) > 2:
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def _denied_before(before: str) -> bool:
    said = tokens(before[-_LOOKED_AT:])
    known = words()
    for token in reversed(said[-_BACK:]):
        if token.kind is Kind.END or token.text in (",", ":") or known.has("breaks", token.word):
            return False
        if known.has("negators", token.word):
            return True
    return any(phrase_at(said, n, known.denying) for n in range(max(0, len(said) - 3), len(said)))


def _by_sign(texts: Sequence[str], said: Sequence[Token], *, alone: bool) -> Iterator[_Choice]:
    """Options that are chosen by letter, number or place."""
    for n, token in enumerate(said):
        option = None if _is_article(said, n) else _signed(texts, said, n, alone=alone)
        if option is not None and -len(texts) <= option < len(texts):
            yield _Choice(option=option % len(texts), denied=_denied(said, n), at=token.start)


def _is_article(said: Sequence[Token], n: int) -> bool:
    """Is this the article "one" in a reason, after a number in digits: "3, one for each element"?"""
    known = words()
    digits = any(t.kind is Kind.VALUE and not t.spoken for t in said[:n])
    offered = n > 0 and known.has("or_", said[n - 1].word)
    return said[n].spoken and said[n].word in known.ones and digits and not offered


def _signed(texts: Sequence[str], said: Sequence[Token], n: int, *, alone: bool) -> int | None:
    token, known = said[n], words()
    named = n > 0 and said[n - 1].word in known.option
    if token.kind is Kind.WORD and len(token.text) == 1 and token.text.isalpha():
        plain = token.text.isupper() or named or len(said) <= 3
        fits = named or ((alone or n == 0) and _stands_alone(said, n))
        return ord(token.word) - ord("a") if plain and fits and token.text.isascii() else None
    if token.kind is Kind.VALUE and isinstance(token.values[0] if token.values else None, int):
        value = token.values[0]
        if n and token.spoken and said[n - 1].word in known.ordinals:
            return None  # "the second one"
        by_text = [k for k, option in enumerate(texts) if option.strip(" .") == str(value)]
        if by_text:
            return by_text[0] if alone else None
        number = int(str(value)) if not isinstance(value, bool) else 0
        return number - 1 if number > 0 and (named or (alone and _stands_alone(said, n))) else None
    if token.word in known.ordinals and (alone or named):
        place = known.ordinals[token.word]
        return place - 1 if place > 0 else -1
    return None


def _stands_alone(said: Sequence[Token], n: int) -> bool:
    """Is this letter or number not part of a sentence: at an end, in brackets, or after "it's"?"""
    if n > _EARLY:
        return False
    known = words()
    after = said[n + 1] if n + 1 < len(said) else None
    lists = ("reasons", "conditions", "breaks", "and_", "or_", "being", "so")
    free = after is None or after.kind in (Kind.END, Kind.MARK) or any(known.has(name, after.word) for name in lists)
    before = said[:n]
    fills = ("filling", "opening", "being", "and_", "or_", "negators", "breaks")
    small = all(
        t.kind in (Kind.END, Kind.MARK)
        or any(known.has(name, t.word) for name in fills)
        or t.word in known.option
        or len(t.text) == 1
        for t in before
    )
    return free and small


def _by_count(texts: Sequence[str], text: str) -> Iterator[_Choice]:
    """ "twice" for the option 2."""
    said, options = tokens(text), [option.strip(" .") for option in texts]
    for n, token in enumerate(said):
        option = next((options.index(count) for count in _counts_at(said, n) if count in options), None)
        if option is not None:
            yield _Choice(option=option, denied=_denied(said, n), at=token.start)


def _counts_at(said: Sequence[Token], n: int) -> Iterator[str]:
    """The counts that phrases which begin here mean, of the longest phrase first."""
    for size in (3, 2, 1):
        phrase = tuple(t.text.casefold() for t in said[n : n + size])
        value = words().counts.get(phrase) if len(phrase) == size else None
        if value is not None:
            yield str(value)


def _denied(said: Sequence[Token], at: int) -> bool:
    known = words()
    for n in range(at - 1, max(-1, at - 1 - _BACK), -1):
        token = said[n]
        if token.kind is Kind.END or token.text in (",", ":") or known.has("breaks", token.word):
            return False
        if known.has("negators", token.word) or phrase_at(said, n, known.denying):
            return True
    return False


def _all_of_them(text: str) -> bool:
    return bool(words().all_options & {token.word for token in tokens(text)[:3]})


def _beside(text: str) -> bool:
    """Is the text too short to mean an option?"""
    return len(tokens(text)) < 2
