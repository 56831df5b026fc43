"""The context of a value in an answer: the word that leads to it, its clause, whether it is denied or offered. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import IntEnum
from itertools import takewhile
from typing import Final

from .result_words import words
from .tokens import Kind, Token, phrase_at

_REACH: Final = 8  #: tokens before a value that are looked at
_EQUALS: Final = frozenset({"=", "==", "->", "=>", "→", "⇒", "≈"})


class Plain(IntEnum):
    """How plainly an answer states a value."""

    IN_PASSING = 0
    OF_A_NAME = 1
    BY_A_PART = 2  #: "the base case gives 1"
    AS_RESULT = 3


def as_call(text: str) -> str:
    """A call in normal form: without spaces, with single quotes."""
    return "".join(text.split()).replace('"', "'")


def goes_on(said: Sequence[Token], at: int) -> bool:
    """Does a clause go on here in which the value before it is the subject?"""
    if at >= len(said) or said[at].kind not in (Kind.WORD, Kind.OPERATOR, Kind.CODE, Kind.CALL):
        return False
    known, word = words(), said[at].word
    lists = ("and_", "or_", "after", "each", "reasons", "conditions", "so", "passive", "negators", "result_names")
    if known.has("being", word) and at + 1 < len(said):
        return not known.has("passive", said[at + 1].word)
    return not any(known.has(name, word) for name in lists)


def operand(said: Sequence[Token], at: int, end: int) -> bool:
    """Is it part of an expression or a comparison, and not its result?"""
    before, after = token_at(said, at - 1), token_at(said, end)
    if after is not None and after.kind is Kind.OPERATOR and not _alternatives(said, end) and not _dash(said, end):
        return True
    if before is None or before.kind is not Kind.OPERATOR or before.text in _EQUALS or before.text in "≈~":
        return False
    if _dash(said, at - 1):
        return False
    return not _alternatives(said, at - 1)


def _dash(said: Sequence[Token], at: int) -> bool:
    """Is this a dash between words, not a minus: "24 - the product of all"?"""
    around = [said[n] for n in (at - 1, at + 1) if 0 <= n < len(said)]
    return said[at].text in "-–" and any(t.kind is Kind.WORD and len(t.text) > 1 for t in around)


def _alternatives(said: Sequence[Token], at: int) -> bool:
    """Does "/" mean "or" here: "True/False", "3/4/5"?"""
    if said[at].text not in ("/", "|"):
        return False
    around = [said[n] for n in (at - 1, at + 1) if 0 <= n < len(said)]
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for t in around for v in t.values)
    more = any(token_at(said, n) is not None and said[n].text == said[at].text for n in (at - 2, at + 2) if n >= 0)
    return len(around) == 2 and all(t.kind is Kind.VALUE for t in around) and (more or not numbers)


def is_number_of(said: Sequence[Token], at: int, end: int, *, counting: bool) -> bool:
    """Is it the number of a line or a pass, or the count of something?"""
    known, before, after = words(), token_at(said, at - 1), token_at(said, end)
    if before is not None and known.has("placed", before.word):
        return True
    if after is None or after.kind is not Kind.WORD:
        return False
    if known.has("counted", after.word):
        return not counting
    return said[at].spoken and (said[at].text.casefold() in known.ones and end == at + 1) and goes_on(said, end)


def how_plain(said: Sequence[Token], at: int, end: int, *, calls: Collection[str]) -> tuple[Plain, str | None]:
    """How plainly the value is stated, and of which name (None: of another call than was asked about)."""
    known = words()
    whole_clause = at + 1 == end and said[at].spoken and " " in said[at].text and None in said[at].values
    if hedged(said, at, end) or _passive(said, end) or whole_clause:
        return Plain.AS_RESULT, ""
    if at and said[at - 1].text == ":" and _ends_or_explains(said, end):
        return Plain.AS_RESULT, ""
    place, concluded = _back_over_filling(said, at)
    before = token_at(said, place)
    if before is None or before.kind is Kind.END:
        return (Plain.AS_RESULT if _ends_or_explains(said, end) or concluded else Plain.IN_PASSING), ""
    if concluded and not known.has("yielding", before.word):
        return (Plain.AS_RESULT if _ends_or_explains(said, end) else Plain.IN_PASSING), ""
    if before.kind is Kind.WORD and known.has("yielding", before.word):
        return _said_of(said, place, calls, otherwise=Plain.AS_RESULT)
    if before.text in _EQUALS or (before.kind is Kind.WORD and known.has("being", before.word)):
        return _said_of(said, place, calls, otherwise=Plain.OF_A_NAME)
    return Plain.IN_PASSING, ""


def _back_over_filling(said: Sequence[Token], at: int) -> tuple[int, bool]:
    """The index of the word that leads to a value, and whether a concluding word ("so") is between them."""
    known, concluded, place = words(), False, at - 1
    while place >= 0 and at - place <= _REACH:
        token = said[place]
        if token.kind is Kind.WORD and known.has("so", token.word):
            concluded = True
        leads = known.has("yielding", token.word) or known.has("being", token.word)
        opens = known.has("opening", token.word) and _only_opening(said, place)
        fills = token.kind is Kind.WORD and known.has("filling", token.word) and not leads
        marks = token.text in (":", "≈", "~") or (token.text in (",", "(") and _only_opening(said, place))
        marks = marks or (token.text == "," and known.has("describing", said[place - 1].word))  # "a list, [1, 2]"
        if not (fills or opens or marks or led_by(said, place + 1, known.about)):
            break
        place -= 1
    return place, concluded


def _only_opening(said: Sequence[Token], at: int) -> bool:
    """Are all words of the sentence up to here such as come before an answer: "I think that"?"""
    known = words()
    start = max((n for n in range(at) if said[n].kind is Kind.END), default=-1) + 1
    return all(
        known.has("opening", token.word) or known.has("filling", token.word) or token.text in (",", ":", "(")
        for token in said[start : at + 1]
    )


def _said_of(said: Sequence[Token], verb: int, calls: Collection[str], *, otherwise: Plain) -> tuple[Plain, str | None]:
    """What the verb or "=" makes a statement about: a call that was asked about, the result, or a name."""
    known, begin = words(), _clause(said, verb)
    callees = {call.partition("(")[0] for call in calls}
    for n in range(verb - 1, begin - 1, -1):
        token = said[n]
        if token.kind is Kind.CALL and not _in_expression(said, n):
            asked = as_call(token.text) in calls or not calls
            return (Plain.AS_RESULT, "") if asked else (Plain.IN_PASSING, None)
        if token.kind is Kind.WORD and any(known.has(name, token.word) for name in ("pronouns", "yielding")):
            return Plain.AS_RESULT, ""
        if token.text in callees:
            return Plain.AS_RESULT, ""
        if otherwise is Plain.OF_A_NAME and _is_subject(said, n, verb):
            return Plain.OF_A_NAME, token.text
    subject = [t for t in said[begin:verb] if t.kind in (Kind.WORD, Kind.CODE) and not _small(t)]
    if otherwise is Plain.OF_A_NAME:
        return (Plain.AS_RESULT if begin == verb else otherwise), ""
    return (Plain.BY_A_PART if subject else Plain.AS_RESULT), ""


def _clause(said: Sequence[Token], verb: int) -> int:
    """The index at which the clause of a verb begins."""
    known = words()
    for n in range(verb - 1, -1, -1):
        token = said[n]
        if token.kind is Kind.END or (
            token.kind is Kind.WORD and len(token.text) > 1 and known.has("breaks", token.word)
        ):
            return n + 1
    return 0


def _in_expression(said: Sequence[Token], at: int) -> bool:
    """Is a call part of an expression: "4 * fact(3)"?"""
    around = [said[n] for n in (at - 1, at + 1) if 0 <= n < len(said)]
    return any(t.kind is Kind.OPERATOR and t.text not in _EQUALS for t in around)


def _is_subject(said: Sequence[Token], at: int, verb: int) -> bool:
    """Is this the name before "=" or "is"? No, if an expression is between them."""
    token = said[at]
    between = said[at + 1 : verb]
    if token.kind not in (Kind.WORD, Kind.CODE) or any(t.kind in (Kind.VALUE, Kind.CALL) for t in between):
        return False
    return not _in_expression(said, at) and (token.kind is Kind.CODE or _names(token))


def _small(token: Token) -> bool:
    known = words()
    return any(
        known.has(name, token.word) for name in ("filling", "opening", "after", "so", "and_", "being", "reasons")
    )


def _names(token: Token) -> bool:
    """May this be a name of the code? A single letter may, whatever it means in some language."""
    known = words()
    if len(token.text) == 1 and token.text not in "aI":
        return True
    return not any(known.has(name, token.word) for name in ("filling", "opening", "being", "yielding", "after", "and_"))


def _passive(said: Sequence[Token], end: int) -> bool:
    """Does the text go on with "is returned" or "is the result"?"""
    known = words()
    rest = [token.word for token in takewhile(lambda t: t.kind is Kind.WORD, said[end : end + 5])]
    if rest and known.has("passive", rest[0]) and not known.has("yielding", rest[0]):
        return True
    if rest[1:] and known.has("yielding", rest[0]) and known.has("passive", rest[1]):
        return True  # "24 comes out"
    if not rest or not known.has("being", rest[0]):
        return rest[:1] == ["se"] or (bool(rest) and known.has("passive", rest[0]))
    after = [word for word in rest[1:] if not known.has("filling", word)]
    if rest[1:] and known.has("passive", rest[1]):
        return True
    return bool(after) and (known.has("passive", after[0]) or known.has("result_names", after[0]))


def _ends_or_explains(said: Sequence[Token], end: int) -> bool:
    """Does the sentence end after the value, or go on with a reason or a new clause?"""
    after = token_at(said, end)
    if after is None or after.kind in (Kind.END, Kind.MARK, Kind.VALUE) or _dash(said, end):
        return True
    known = words()
    lists = ("reasons", "conditions", "so", "and_", "or_", "each", "filling", "opening", "breaks", "negators")
    return not known.has("being", after.word) and any(known.has(name, after.word) for name in lists)


def hedged(said: Sequence[Token], at: int, end: int) -> bool:
    """Is it one of several offered values: after "or", "maybe" or "else", or before "if"?"""
    known = words()
    before = [said[n] for n in range(at - 1, max(-1, at - 4), -1)]
    for token in before:
        if known.has("or_", token.word) or token.text in ("/", "|"):
            return True
        if not (known.has("filling", token.word) or known.has("yielding", token.word) or token.text == ","):
            break
    after = token_at(said, end)
    if after is None:
        return False
    joined = bool(before) and (known.has("and_", before[0].word) or before[0].text == ",")
    return after.text in ("/", "|") or known.has("or_", after.word) or (joined and known.has("conditions", after.word))


def denied(said: Sequence[Token], at: int, end: int) -> bool:
    """Is it denied or taken away: "not 3", "instead of 3"?"""
    known = words()
    nothing = all(value is None for value in said[at].values) and said[at].spoken
    if led_by(said, at, known.denying):
        return True
    for n in range(at - 1, max(-1, at - 1 - _REACH), -1):
        token = said[n]
        if token.kind is Kind.END or token.text in (",", ":") or known.has("breaks", token.word):
            return False
        if known.has("negators", token.word) and not nothing:
            return True
        if size := phrase_at(said, n, known.denying):
            return n + size <= at
    return False


def of_unchanged(said: Sequence[Token], start: int, end: int) -> bool:
    """Is the value between these characters that of the code before a change: "as it stands, it returns 3"?

    The phrase is before the value in the sentence, with no other value between, or directly after it.
    """
    known = words().unchanged
    first = next(n for n, token in enumerate(said) if token.start == start)
    for n in range(first - 1, -1, -1):
        if said[n].kind in (Kind.END, Kind.VALUE):
            break
        if phrase_at(said, n, known):
            return True
    after = next((n for n, token in enumerate(said) if token.start >= end), len(said))
    size = phrase_at(said, after, known)
    behind = token_at(said, after + size)
    return size > 0 and (behind is None or behind.kind in (Kind.END, Kind.MARK))


def led_by(said: Sequence[Token], at: int, phrases: Collection[tuple[str, ...]]) -> bool:
    """Is one of these phrases directly before, except for filling words?"""
    place = at
    for _ in range(4):
        if any(place >= size and phrase_at(said, place - size, phrases) == size for size in (3, 2, 1)):
            return True
        before = token_at(said, place - 1)
        if before is None or not words().has("filling", before.word):
            return False
        place -= 1
    return False


def token_at(said: Sequence[Token], at: int) -> Token | None:
    return said[at] if 0 <= at < len(said) else None
