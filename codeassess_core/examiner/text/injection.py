"""Detects text that gives instructions to an examiner (prompt injection). Pure.

The patterns are in `injection.toml`, the only list of them in the project.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from ...documents.lines import unified
from ...model import Flag
from .decoded import readings
from .fencing import ROLE_TOKEN, UNSEEN
from .tables import Table, read_table

FLAG: Final = Flag.INSTRUCTIONS.value
"""The flag of an evaluation whose answer or code gives instructions to an examiner."""


class _Patterns(Table):
    demands: list[str]  #: matched in answers and anywhere in code
    orders: list[str]  #: matched in answers, and in code outside one-line strings
    in_answers: list[str]  #: matched in answers only


class _Injection(Table):
    parts: Mapping[str, str]  #: what `<NAME>` in a pattern stands for
    patterns: _Patterns


_TABLE: Final = read_table(_Injection, "text", "injection.toml")


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all. A space also matches the end of a line: comments and answers are wrapped."""
    joined = "|".join(patterns)
    for name, part in _TABLE.parts.items():
        joined = joined.replace(f"<{name}>", part)
    return re.compile(joined.replace(" ", r"[ \n]"))


_DEMAND: Final = _any_of(_TABLE.patterns.demands)
_ORDER: Final = _any_of(_TABLE.patterns.orders)
_IN_ANSWER: Final = _any_of(_TABLE.patterns.in_answers)

_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0020-\U000e007f]|(?:\\w[\u200b\u2060\ufeff]){3}")
"""Characters that only hide text: bidirectional overrides, tag characters, invisible ones between letters."""

_COMMENT_MARK = re.compile(r"\n[ \t]*(?:#+|//+|\*+|--|;+|%)[ \t]*")
_BLANK = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")
_WHOLE_STRING = re.compile(r"\"{3}|'{3}|\"[^\"]*\"|(?<!\w)'[^']*'|`[^`]*`")
_LONGEST_LINE: Final = 500
_OPEN_QUOTE = re.compile(r"[\"`]|(?<!\w)'")


def speaks_to_examiner(answer: str, code: str = "") -> bool:
    """Does the answer or the code tell an examiner what to do, or hide text?

    The patterns prove nothing. A false alarm costs one look by a person; text that evades
    them still meets the fence, the scoring and the second look.
    """
    if ROLE_TOKEN.search(answer) or _HIDDEN.search(answer) or _HIDDEN.search(code):
        return True
    said, program = _folded(answer), _folded(code)
    if _ORDER.search(said) or _DEMAND.search(said) or _IN_ANSWER.search(said) or _DEMAND.search(program):
        return True
    if any(not _in_string(program, order.start()) for order in _ORDER.finditer(program)):
        return True
    return any(_ORDER.search(text) or _DEMAND.search(text) for text in map(_folded, readings(f"{answer}\n{code}")))


def _folded(text: str) -> str:
    """The form that is matched: NFKC, lower case, nothing invisible, the lines of a comment joined."""
    text = unicodedata.normalize("NFKC", unified(text)).casefold()
    text = UNSEEN.sub("", text).replace("\u200c", "").replace("\u200d", "")
    return _BLANK.sub(" ", _BLANK_LINES.sub("\n", _COMMENT_MARK.sub(" ", text)))


def _in_string(text: str, at: int) -> bool:
    """Is `at` inside a string that began on the same line? A docstring counts as a comment, not as a string."""
    start = max(
        text.rfind("\n", 0, at) + 1, at - _LONGEST_LINE
    )  # bounded: otherwise one hostile line costs quadratic time
    before = text[start:at]
    return bool(_OPEN_QUOTE.search(_WHOLE_STRING.sub("", before)))
