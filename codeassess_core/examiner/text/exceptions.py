"""Reads which exception an answer names for a slot. Pure.

The class must be named: "it crashes" says only that something goes wrong.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import concat
from typing import Final

from ...answers.slots import Reading, Stated
from ...model import Slot
from .contexts import Plain, of_unchanged
from .result_words import Phrase, folded, words
from .statements import statements
from .tokens import Kind, Token, phrase_at, tokens
from .values import calls_of

_CLASS: Final = re.compile(
    r"(?:[^\W\d]\w*\.)*(\w*(?:error|exception|warning|interrupt|iteration|exit))s?", re.IGNORECASE
)
_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_VAGUE: Final = frozenset({"error", "exception", "baseexception", "warning", "errors", "exceptions"})
_PARENTS: Final = frozenset({"LookupError", "ArithmeticError", "Exception", "BaseException"})
_LONGEST: Final = 5  #: words of the longest name of an exception
_QUOTE: Final = 200
_NEAR: Final = 25  #: characters before and after a value in which its verb is looked for
_BACK: Final = 8  #: tokens in which a denial is looked for


def _builtin() -> Iterator[str]:
    for name, value in vars(builtins).items():
        if isinstance(value, type) and issubclass(value, BaseException) and name.casefold() not in _VAGUE:
            yield name


_NAMES: Final = {tuple(_CAPITAL.sub(" ", name).casefold().split()): name for name in _builtin()}
_ONE_WORD: Final = {"".join(words_): name for words_, name in _NAMES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    name: str
    at: int
    size: int
    denied: bool
    aside: bool  #: in brackets, or in the reason for another exception
    spelt: bool  #: as the name of the class, not in other words


def read_exception(slot: Slot, text: str, *, question: str) -> Reading:
    """The exception that `text` says is raised."""
    said = tokens(text)
    named = tuple(_named(said))
    told = [one for one in named if not one.denied]
    if any(one.spelt for one in told):
        told = [one for one in told if one.spelt]
    told = [one for one in told if not one.aside] or told
    quote = text[:_QUOTE]
    classes = list(dict.fromkeys(one.name.casefold() for one in told))
    if len(classes) > 1:
        return Reading(state=Stated.CONTRADICTORY, quote=quote)
    if classes:
        if _value_offered(said, question):
            return Reading(state=Stated.CONTRADICTORY, quote=quote)
        return _clearly(slot, told[0], said, text)
    if named or _no_error(said):
        return Reading(state=Stated.NOT_AT_ALL, quote=quote)
    return _of_rest(said, question, quote)


def _clearly(slot: Slot, one: _Named, said: Sequence[Token], text: str) -> Reading:
    quote = text[said[one.at].start : said[one.at + one.size - 1].end]
    parent = getattr(builtins, one.name, None)
    wanted = [getattr(builtins, name, None) for name in slot.accepted]
    above = one.name in _PARENTS and any(
        isinstance(w, type) and isinstance(parent, type) and issubclass(w, parent) and w is not parent for w in wanted
    )
    return Reading(state=Stated.UNREADABLY if above else Stated.CLEARLY, value=one.name, quote=quote)


def _of_rest(said: Sequence[Token], question: str, quote: str) -> Reading:
    """No class is named: then a value, an error without its name, or nothing."""
    known = words()
    found = statements(said, calls=calls_of(question), counting=False)
    results = [s for s in found if s.plain is Plain.AS_RESULT and not s.denied]
    vague = any(
        phrase_at(said, n, known.errors) or t.word in _VAGUE for n, t in enumerate(said) if not _denied(said, n)
    )
    if results and vague:
        return Reading(state=Stated.CONTRADICTORY, quote=quote)
    if vague and not known.sets["or_"] & {t.word for t in said}:
        return Reading(state=Stated.UNREADABLY, quote=quote)
    return Reading(state=Stated.CONTRADICTORY if vague else Stated.NOT_AT_ALL, quote=quote)


def _named(said: Sequence[Token]) -> Iterator[_Named]:
    at = 0
    while at < len(said):
        name, size, spelt = _name_at(said, at)
        if name:
            denied = _denied(said, at) or _denied_after(said, at + size)
            yield _Named(name=name, at=at, size=size, denied=denied, aside=_aside(said, at), spelt=spelt)
        at += size or 1


def _name_at(said: Sequence[Token], at: int) -> tuple[str, int, bool]:
    """The exception that is named here, its number of tokens, and whether it is the name of the class."""
    token = said[at]
    if token.kind in (Kind.WORD, Kind.CODE, Kind.CALL):
        found = _CLASS.fullmatch(token.text.partition("(")[0].replace("-", "").strip("`"))
        name = found[1].casefold() if found else ""
        if found and name not in _VAGUE:
            return _ONE_WORD.get(name, found[1]), 1, True
    known: tuple[tuple[Mapping[Phrase, str], bool], ...] = ((_NAMES, True), (words().exceptions, False))
    said_here = _said(said[at : at + _LONGEST])
    for phrases, spelt in known:
        size = next((size for size in range(len(said_here), 0, -1) if said_here[:size] in phrases), 0)
        if size:
            return phrases[said_here[:size]], size, spelt
    return "", 0, False


def _said(part: Sequence[Token]) -> Phrase:
    """The words in lower case. Values written as words ("zero", "none") are words here too."""
    texts = (folded(token.text) for token in part)
    return tuple(text.removesuffix("s") if text.endswith("errors") else text for text in texts)


def _denied(said: Sequence[Token], at: int) -> bool:
    known = words()
    for n in range(at - 1, max(-1, at - 1 - _BACK), -1):
        token = said[n]
        if token.kind is Kind.END or token.text in (",", ":") or known.has("breaks", token.word):
            return False
        if known.has("negators", token.word) or (token.kind is Kind.VALUE and token.spoken and None in token.values):
            return True
        if size := phrase_at(said, n, known.denying):
            return n + size <= at
        if phrase_at(said, n, known.inexact) and token.word in ("between",):
            return False
    return False


def _denied_after(said: Sequence[Token], at: int) -> bool:
    known = words()
    for token in said[at : at + 4]:
        if token.kind is not Kind.WORD or known.has("breaks", token.word) or known.has("reasons", token.word):
            return False
        if known.has("denied_after", token.word):
            return True
    return False


def _aside(said: Sequence[Token], at: int) -> bool:
    known, depth, reason = words(), 0, False
    for n, token in enumerate(said[:at]):
        depth += (token.text == "(") - (token.text == ")") if token.kind is Kind.MARK else 0
        if token.kind is Kind.END or known.has("so", token.word):
            reason = False
        elif known.has("reasons", token.word) and n and said[n - 1].kind is not Kind.END:
            reason = True
    return depth > 0 or reason


def _value_offered(said: Sequence[Token], question: str) -> bool:
    """Is a value offered as result in addition to the exception?"""
    found = statements(said, calls=calls_of(question), counting=False)
    offered = [s for s in found if s.plain is Plain.AS_RESULT and not s.denied and any(v is not None for v in s.values)]
    known = words()
    for one in offered:
        if of_unchanged(said, one.start, one.end):
            continue
        near = [t.word for t in said if one.start - _NEAR < t.start < one.end + _NEAR]
        given = any(known.has("yielding", word) or known.has("passive", word) for word in near)
        if one.hedged or (given and not any(known.has("printing", word) for word in near)):
            return True
    return False


def _no_error(said: Sequence[Token]) -> bool:
    """Does the text say that nothing goes wrong?"""
    spoken = [(".",) if token.kind is Kind.END else tuple(token.word.split()) for token in said]
    phrases = (phrase for n in range(len(spoken)) for phrase in accumulate(spoken[n : n + 5], concat))
    return any(phrase in words().no_error for phrase in phrases)
