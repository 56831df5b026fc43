"""Reads which value an answer states for a slot. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ...answers.slots import Reading, Stated
from ...model import Slot
from .contexts import Plain, as_call, of_unchanged
from .fitting import Fit, differ, fit_of, is_row, last_of, plainly, right_answer, string_wanted, takes_rows, whole
from .giving_up import gives_up
from .literals import literal
from .result_words import words
from .statements import Statement, statements
from .tokens import Kind, Token, phrase_at, tokens

_CALL: Final = re.compile(r"[^\W\d][\w.]*\((?:[^()`]|\([^()]*\))*\)")
_TICKED: Final = re.compile(r"`([^`]+)`")
_SHORTEST: Final = 2  #: characters of a string that is recognised without quotation marks
_DESCRIBED: Final = 5  #: a description begins within so many tokens
_QUOTE: Final = 200


def read_value(slot: Slot, text: str, *, question: str) -> Reading:
    """What `text` states for a slot of a value."""
    bare = text.strip()
    if (right := whole(slot, bare)) is not None:
        return Reading(state=Stated.CLEARLY, value=right, quote=bare[:_QUOTE])
    if gives_up(bare):
        return Reading(state=Stated.NOT_AT_ALL)
    unwrapped = _unwrapped(slot, bare).lstrip("> ")
    known = _known_strings(slot, question)
    said = tokens(unwrapped, known=known)
    found = statements(said, calls=calls_of(question), counting=_counts(question))
    told = [s for s in found if not s.denied]
    results = [s for s in told if s.plain is Plain.AS_RESULT] or [s for s in told if s.plain is Plain.BY_A_PART]
    if results:
        return _of_results(slot, results, said, unwrapped)
    named = [s for s in told if s.plain is Plain.OF_A_NAME]
    if named:
        return _of_name(slot, named, question, unwrapped)
    return _of_rest(slot, found, said, unwrapped)


def read_unchanged(slot: Slot, text: str, *, question: str) -> Reading | None:
    """What `text` states of the code before a change ("as it stands, it returns 3"); None when it says nothing."""
    said = tokens(text.strip(), known=_known_strings(slot, question))
    found = statements(said, calls=calls_of(question), counting=_counts(question))
    told = [s for s in found if not s.denied and of_unchanged(said, s.start, s.end)]
    if not told:
        return None
    return Reading(state=Stated.CONTRADICTORY) if differ(told) else _clearly(slot, told[0], text.strip())


def _of_results(slot: Slot, results: Sequence[Statement], said: Sequence[Token], text: str) -> Reading:
    """One result, or several that contradict each other."""
    here = [s for s in results if not (_of_another_case(said, s) or of_unchanged(said, s.start, s.end))]
    if not here and (name := error_named(said)):
        return Reading(state=Stated.CLEARLY, value=name, quote=text[:_QUOTE])
    here = here or list(results)
    fits = [fit_of(slot, s) for s in here]
    first, quote = here[0], text[results[0].start : results[-1].end][:_QUOTE]
    a_row = is_row(first) and fits[0] is Fit.WRONG and not takes_rows(slot)
    several = differ(here) and any(fit is not Fit.RIGHT for fit in fits)  # each of them may be right
    if first.inexact or several or a_row or _error_offered(said):
        return Reading(state=Stated.CONTRADICTORY, quote=quote)
    return _clearly(slot, first, text)


def _clearly(slot: Slot, one: Statement, text: str) -> Reading:
    """The value of a statement; unreadable when it is not clear what is meant."""
    fit, quote = fit_of(slot, one), text[one.start : one.end][:_QUOTE]
    if fit is Fit.UNCLEAR:
        return Reading(state=Stated.UNREADABLY, quote=quote)
    value = right_answer(slot, one) if fit is Fit.RIGHT else plainly(one)
    return Reading(state=Stated.CLEARLY, value=value, quote=quote)


def _of_name(slot: Slot, named: Sequence[Statement], question: str, text: str) -> Reading:
    """The value of a name counts when the question asks about the name; the last of several values is the final one."""
    asked = {name.strip() for name in _TICKED.findall(question)}
    about = [s for s in named if not s.name or s.name.strip("`") in asked]
    if about:
        last = about[-1]
        return _clearly(slot, last if fit_of(slot, last) is Fit.RIGHT else replace(last, values=last_of(last)), text)
    ends = [replace(s, values=last_of(s)) for s in named]
    right = any(fit_of(slot, s) is not Fit.WRONG for s in ends) and not differ(ends)
    quote = text[named[-1].start : named[-1].end][:_QUOTE]
    return Reading(state=Stated.UNREADABLY if right else Stated.NOT_AT_ALL, quote=quote)


def _of_rest(slot: Slot, found: Sequence[Statement], said: Sequence[Token], text: str) -> Reading:
    """Nothing is stated as a result: something is there that cannot be read, or nothing at all."""
    denied = [s for s in found if s.denied]
    passing = [s for s in found if not s.denied and any(v is not None for v in s.values)]
    if (name := error_named(said)) and not passing:
        return Reading(state=Stated.CLEARLY, value=name, quote=text[:_QUOTE])
    if not found and string_wanted(slot):
        return _unquoted(slot, said, text)
    state = _state_of(slot, denied, passing, describes=_describes(said))
    return Reading(state=state, quote=text[:_QUOTE] if found or state is Stated.UNREADABLY else "")


def _state_of(slot: Slot, denied: Sequence[Statement], passing: Sequence[Statement], *, describes: bool) -> Stated:
    if denied:  # an answer that denies one truth value may mean the other
        wrong = all(fit_of(slot, s) is Fit.WRONG for s in denied)
        meant = all(isinstance(s.values[0], bool) for s in denied) or (describes and not passing)
        return Stated.UNREADABLY if wrong and meant else Stated.NOT_AT_ALL
    if len(passing) > 1:
        return Stated.CONTRADICTORY
    if passing and fit_of(slot, passing[0]) is not Fit.WRONG and not passing[0].inexact:
        return Stated.UNREADABLY
    return Stated.UNREADABLY if describes else Stated.NOT_AT_ALL


def _unwrapped(slot: Slot, text: str) -> str:
    """The text without quotation marks around all of it, when no string is wanted."""
    if string_wanted(slot):
        return text
    wrapped = (
        len(text) > 2
        and text[0] in "\"“'"
        and text[-1] in "\"”'"
        and len(text[1:-1].split()) > 1
        and not text[1:-1].count(text[0])
    )
    return text[1:-1] if wrapped else text


def _known_strings(slot: Slot, question: str) -> set[str]:
    """Strings that are values even without quotation marks: those of the right answers and of the question."""
    meant = [literal(accepted) for accepted in slot.accepted]
    wanted = {m.strip() for m in meant if isinstance(m, str)}
    if wanted:
        wanted |= {found for found in re.findall(r"'([^'`\n]{2,60})'", question) if found.strip() == found}
    known = words()
    return {
        text
        for text in wanted
        if len(text) >= _SHORTEST and not any(text.casefold() in found for found in known.sets.values())
    }


def _unquoted(slot: Slot, said: Sequence[Token], text: str) -> Reading:
    """A string without quotation marks: one word, or a longer text that shares a word with the right answer."""
    known = words()
    place = max((n for n, t in enumerate(said) if known.has("yielding", t.word)), default=-1)
    rest = [t for t in said[place + 1 :] if t.kind is not Kind.END]
    if any(known.has("negators", t.word) for t in rest) or not said:
        return Reading(state=Stated.NOT_AT_ALL)
    wanted = {w.casefold() for a in slot.accepted for w in re.findall(r"\w{3,}", str(literal(a)))}
    shares = any(t.word in wanted for t in rest)
    if len(rest) == 1 or shares:
        return Reading(state=Stated.CLEARLY, value=" ".join(t.text for t in rest), quote=text[:_QUOTE])
    return Reading(state=Stated.UNREADABLY, quote=text[:_QUOTE])


def _describes(said: Sequence[Token]) -> bool:
    """Does the text describe a result without a value: "it returns the sum", "a list of numbers", `2 + 1`?"""
    known = words()
    for n, token in enumerate(said):
        denied = any(known.has("negators", t.word) for t in said[max(0, n - 2) : n])
        if token.kind is Kind.WORD and known.has("yielding", token.word) and not denied:
            return True
    if any(t.kind is Kind.OPERATOR for t in said) and any(t.kind is Kind.VALUE for t in said):
        return True
    return any(known.has("describing", token.word) for token in said[:_DESCRIBED])


def error_named(said: Sequence[Token]) -> str:
    """The first exception that is named; empty when there is none."""
    return next((token.text for token in said if _names_error(token)), "")


def _names_error(token: Token) -> bool:
    return token.kind is Kind.WORD and re.fullmatch(r"\w+(?:Error|Exception)", token.text) is not None


def _error_offered(said: Sequence[Token]) -> bool:
    """Is an error offered as an alternative to the value: "or an error", "maybe it crashes"?"""
    known = words().errors
    errors = (n for n, token in enumerate(said) if _names_error(token) or phrase_at(said, n, known))
    return any(_is_alternative(said, n) for n in errors)


def _is_alternative(said: Sequence[Token], at: int) -> bool:
    """Is "or" shortly before, in the same sentence, without "not" between?"""
    known = words()
    for token in reversed(said[max(0, at - 5) : at]):
        if token.kind is Kind.END or known.has("negators", token.word):
            return False
        if known.has("or_", token.word):
            return True
    return False


def _of_another_case(said: Sequence[Token], one: Statement) -> bool:
    """Is the value after "otherwise", and a condition or a reason before it?"""
    at = next(n for n, token in enumerate(said) if token.start == one.start)
    return any(phrase_at(said, n, words().others) for n in range(max(0, at - 4), at)) and any(
        words().has("conditions", t.word) or words().has("reasons", t.word) for t in said[:at]
    )


def calls_of(question: str) -> frozenset[str]:
    return frozenset(map(as_call, _CALL.findall(question)))


def _counts(question: str) -> bool:
    return any(" ".join(phrase) in question.casefold() for phrase in words().times_asked)
