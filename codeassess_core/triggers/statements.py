"""The statements of a text that are worth a question, by line.

White space, blank lines, comments, docstrings and imports are not worth one. Python is read by
`tokenize`, which accepts unfinished code; from where it fails, and in other languages,
each line is read by itself. Text that cannot be read well counts as code: one question too
many is better than a candidate who is never asked.
"""

from __future__ import annotations

import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice
from typing import Final, NamedTuple

from ..documents.lines import editor_lines, ends_in
from .lines import Middle

MAX_TOKENS: Final = 1_200
"""Tokens that are read, about 160 lines of ordinary code; the rest is read line by line."""

MAX_READ: Final = 6_000
"""Characters; longer text is not tokenized at all."""


class Statement(NamedTuple):
    """One statement, lines from 1, both ends included. Statements with equal `words` do the same."""

    start: int
    end: int
    words: tuple[str, ...]


def changed_statements(
    before: str, after: str, part: Middle, language: str
) -> tuple[Iterator[Statement], Iterator[Statement]]:
    """The statements of both texts around the change; elsewhere the texts are equal."""
    window = _window(before, after, part) if is_python(language) else None
    if window is None:
        inside = _in_block_comment(after, part.head)
        first = part.first + 1
        return _by_lines(part.before, first, language, inside), _by_lines(part.after, first, language, inside)
    start, tail = window
    first = ends_in(after, 0, start) + 1
    return _by_tokens(before[start : len(before) - tail], first), _by_tokens(after[start : len(after) - tail], first)


def count_changed(before: str, after: str, part: Middle, language: str) -> int:
    """The number of changed statements: inserted or removed ones, whichever are more. Moved ones do not count."""
    old, new = (Counter(s.words for s in side) for side in changed_statements(before, after, part, language))
    return max((old - new).total(), (new - old).total())


def statements(text: str, first: int, language: str) -> Iterator[Statement]:
    """The statements of a text whose first line has the number `first`."""
    if is_python(language) and len(text) <= MAX_READ:
        return _by_tokens(text, first)
    return _by_lines(editor_lines(text), first, language)


def is_python(language: str) -> bool:
    """Is this the name of Python in some editor?"""
    return language.lower() in {"python", "python3", "ipython", "ipython3", "py"}


# Python, by tokens

_LAYOUT: Final = {tokenize.COMMENT, tokenize.NL}
_DEPTH: Final = {tokenize.INDENT: 1, tokenize.DEDENT: -1}


def _by_tokens(text: str, first: int) -> Iterator[Statement]:
    held: list[tokenize.TokenInfo] = []
    depth = read = 0
    for token in _tokens(text):
        if token.type == tokenize.NEWLINE:
            read = token.start[0]
            yield from _worth_asking(held, depth, first)
            held = []
        elif token.type in _DEPTH:
            depth += _DEPTH[token.type]
        elif token.type not in _LAYOUT:
            held.append(token)
    # lines without a whole statement: blank lines and comments, unless the code is broken or long
    yield from _by_lines(editor_lines(text)[read:], first + read, "python")


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens up to where the code is broken, if it is, and at most MAX_TOKENS."""
    try:
        yield from islice(tokenize.generate_tokens(StringIO(text).readline), MAX_TOKENS)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return


def _worth_asking(tokens: Sequence[tokenize.TokenInfo], depth: int, first: int) -> Iterator[Statement]:
    words = tuple(token.string for token in tokens)
    docstring = all(token.type == tokenize.STRING for token in tokens)
    imports = words[:1] in {("import",), ("from",)} and ";" not in words
    if not docstring and not imports:
        yield Statement(first + tokens[0].start[0] - 1, first + tokens[-1].end[0] - 1, (str(depth), *words))


_TOP: Final = ("\ndef ", "\nclass ", "\nasync def ", "\n@")


def _window(before: str, after: str, part: Middle) -> tuple[int, int] | None:
    """Where to read: from the top-level definition in which the change begins to the next one after its end.

    Returns the first character and the number of characters left out at the end, both equal in
    both texts; None when more than MAX_READ are left. (A docstring with such a line at the
    margin misleads this: then there is one question too many, or one too late.)
    """
    start = max(after.rfind(mark, max(0, part.head - MAX_READ), part.head) for mark in _TOP) + 1
    behind = len(after) - part.tail
    ends = [end for mark in _TOP if (end := after.find(mark, max(0, behind - 1), behind + MAX_READ)) >= 0]
    end = min(ends) + 1 if ends else len(after)
    longest = max(end, end - len(after) + len(before)) - start
    return (start, len(after) - end) if longest <= MAX_READ else None


# any language, by lines

_HASH: Final = frozenset({"r", "ruby", "perl", "shellscript", "bash", "shell", "sh", "julia", "yaml", "makefile"})
_DASH: Final = frozenset({"sql", "lua", "haskell", "ada", "elm", "vhdl"})
_WEB: Final = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact", "php", "css", "scss"})
_JVM: Final = frozenset({"java", "kotlin", "scala", "groovy"})
_SLASH: Final = _WEB | _JVM | {"c", "c++", "cpp", "csharp", "objective-c", "go", "rust", "swift", "zig", "dart"}
_BLOCK: Final = "/*"
_IMPORT: Final = re.compile(
    r"""(?:import\b(?!\s*\()|from\s+\S+\s+import\b|\#\s*include\b|use\s[^()]*;$|using\s[^()=]*;$)"""
)


def _comment_marks(language: str) -> tuple[str, ...]:
    name = language.lower()
    if is_python(name) or name in _HASH:
        return ("#",)
    if name in _DASH:
        return ("--", _BLOCK)
    return ("//", _BLOCK) if name in _SLASH else ("#", "//", "--", _BLOCK)


def _by_lines(lines: Sequence[str], first: int, language: str, inside: bool = False) -> Iterator[Statement]:
    marks, python = _comment_marks(language), is_python(language)
    for number, line in enumerate(lines, first):
        text = line.strip()
        if _BLOCK in marks:
            text, inside = _without_block(text, inside)
        if text and not text.startswith(marks) and not _IMPORT.match(text):
            # indentation has a meaning in Python; in other languages only the words count
            margin = line[: len(line) - len(line.lstrip())] if python else ""
            yield Statement(number, number, (margin, "".join(text.split())))


def _without_block(text: str, inside: bool) -> tuple[str, bool]:
    """The line without a block comment in which or with which it begins, and whether the next line is inside one."""
    if not inside and not text.startswith(_BLOCK):
        return text, False
    _, closed, rest = text[0 if inside else len(_BLOCK) :].partition("*/")
    return rest.strip(), not closed


def _in_block_comment(text: str, end: int) -> bool:
    """Is a block comment open there? Only one that begins its line is found, because "/*" may be in any string."""
    opened = text.rfind(_BLOCK, 0, end)
    if opened < 0 or text.find("*/", opened + len(_BLOCK), end) >= 0:
        return False
    return not text[text.rfind("\n", 0, opened) + 1 : opened].strip()
