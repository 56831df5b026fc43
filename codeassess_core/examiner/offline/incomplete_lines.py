"""Finds the lines that are still being typed. Pure.

A candidate is asked at a pause, which may be in the middle of a word. Nothing is said of
what such a line does, because it will change soon.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterable, Iterator, Set
from typing import Final

from ...documents.lines import split_lines

_LAST: Final = re.compile(r"(\.?)([^\W\d]\w*)$")
_ATTRIBUTES: Final = frozenset(name for owner in (str, list, dict, set, math) for name in dir(owner))
_CONSTANTS: Final = frozenset({"True", "False", "None"})


def lines(code: str, numbers: Iterable[int], bound: Set[str]) -> Iterator[int]:
    """Those of the numbered lines that end in the beginning of a word: `retu`, `line.sp`, `return Fa`."""
    every = split_lines(code)
    for number in numbers:
        if number <= len(every) and _ends_in_a_beginning(every[number - 1].rstrip().rstrip("\\").rstrip(), bound):
            yield number


def _ends_in_a_beginning(line: str, bound: Set[str]) -> bool:
    found = _LAST.search(line)
    if found is None:
        return False
    dot, word = found.groups()
    known = _ATTRIBUTES if dot else bound | _CONSTANTS
    alone = line.strip() == word and word not in keyword.kwlist  # a name alone on its line does nothing
    begun = len(word) > 1 and word not in {*known, *keyword.kwlist} and any(name.startswith(word) for name in known)
    return alone or (begun and (not dot or word not in bound))
