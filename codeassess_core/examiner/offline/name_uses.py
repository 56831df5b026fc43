"""Questions from the text of the lines alone, for code that does not parse and for other languages.

Without a syntax tree one can still tell where a name occurs: outside of strings and
comments, as a whole word. This is true in every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...documents.lines import split_lines
from ...ports import QuestionBrief
from ..text.tables import Table, WordList, read_table
from . import slot_making
from .analysed_code import changed_lines
from .possible_question import PossibleQuestion, point, span


class _NameUses(Table):
    not_names: WordList


_QUOTED: Final = 48  #: characters of a line that an expected point quotes
_MOST_USES: Final = 4  #: lines that an answer has to name
_MOST_LINES: Final = 2_000  #: lines of a document that are looked at
_NOT_NAMES: Final = frozenset(read_table(_NameUses, "offline", "name_uses.toml").not_names)
_COMMENT: Final = re.compile(r"(?:#|//|--\s|/\*|<!--).*$|^\s*\*.*$")
_STRINGS: Final = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`")
_NAME: Final = re.compile(r"(?<![\w.])[^\W\d]\w*")
_MANY_LINED: Final = re.compile(r"\"\"\"|'''|/\*|`")
"""A string or comment over several lines may begin here: then it is not known which words are code."""


def possible_questions(brief: QuestionBrief) -> Iterator[PossibleQuestion]:
    """Questions about the names on the changed lines: on which other lines are they?"""
    lines = split_lines(brief.code)
    if len(lines) > _MOST_LINES or _MANY_LINED.search(brief.code):
        return
    bare = [_bare(line) for line in lines]
    for number in sorted(changed_lines(brief)):
        found = dict.fromkeys(_NAME.findall(bare[number - 1]))
        for name in (name for name in found if name.lower() not in _NOT_NAMES):
            yield from _about(name, number, bare, lines)


def _bare(line: str) -> str:
    """A line with spaces in place of strings and comments."""
    return _COMMENT.sub("", _STRINGS.sub(lambda found: " " * len(found[0]), line))


def _about(name: str, number: int, bare: list[str], lines: list[str]) -> Iterator[PossibleQuestion]:
    shape = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    others = [n for n, line in enumerate(bare, 1) if n != number and shape.search(line)]
    if not 1 <= len(others) <= _MOST_USES:
        return
    last = others[-1]
    if len(others) == 1:
        text = f"On which other line does `{name}` from line {number} stand, and what does that line do with it?"
    else:
        text = f"On which other lines does `{name}` from line {number} stand, and what does line {last} do with it?"
    quote = lines[last - 1].strip()
    shown = f": `{quote}`" if len(quote) <= _QUOTED and "`" not in quote else ""
    words = tuple(word.lower() for word in _NAME.findall(bare[last - 1]) if word != name)
    fact = point(f"`{name}` stands on {span(last, last)} again{shown}.", (f"line {last}", *words))
    yield PossibleQuestion(
        kind="text_uses",
        text=text,
        start_line=number,
        end_line=number,
        expected=(fact,),
        depth=1,
        slots=(slot_making.lines(others, f"The other lines with {name}"),),
    )
