"""Makes Python code parse that does not, without moving a line.

About a third of the states of real students' programs do not parse. Line numbers must stay
right, so nothing is deleted: a line that cannot be repaired becomes `pass` at its
indentation, and an empty block gets a `pass` on the line of its header. Whatever is
quoted later is compared with the original text first.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ...documents import python_text
from ...documents.lines import editor_lines, split_lines

MAX_PARSED: Final = 100_000
"""Characters, about 2,500 lines; larger documents are not parsed. At this size hostile code takes 3 s."""
MAX_REPAIRS: Final = 8  #: lines that may be blanked, and so attempts to parse

_MAGIC = re.compile(r"^\s*(?:%%?\w|!|\?\w|[\w.]+\?{1,2}\s*$)")
_CONDITION = re.compile(r"\s*(?:el)?(?:if|while)\b")
_OPENS_BLOCK = re.compile(r":\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree and the lines that it was parsed from; `blanked` are the numbers of lines that were left out."""

    tree: ast.Module
    lines: tuple[str, ...]
    blanked: frozenset[int]
    is_whole: bool  #: were all lines parsed as typed?


@dataclass(frozen=True, slots=True)
class Problem:
    """Where the parser first fails, and its message."""

    line: int
    says: str


def problem(code: str) -> Problem | None:
    """What keeps Python from parsing the code; None when nothing does, or nothing that helps to know."""
    if len(code) > MAX_PARSED or any(_read(variant, frozenset()) for variant in _variants(code)):
        return None
    try:
        _tree(_first_variant(code))
    except SyntaxError as found:
        last = len(split_lines(code))
        return Problem(min(max(found.lineno or 1, 1), last), found.msg)
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


def parse(code: str, previous: str) -> Parsed | None:
    """The tree of `code`: as typed, or repaired, or of the lines that `previous` shares; None when all fail."""
    if len(code) > MAX_PARSED:
        return None
    for variant in _variants(code):
        parsed = _read(variant, frozenset())
        if parsed is not None:
            return parsed
    return _blanking(_first_variant(code)) or _borrowed(code, previous)


def _variants(code: str) -> Iterator[str]:
    """Small repairs: line ends, notebook magics, a stray final backslash, tabs of four or eight columns."""
    yield code
    gentle = _first_variant(code)
    yield gentle
    for width in (4, 8):
        yield "\n".join(_expanded(line, width) for line in editor_lines(gentle))


def _first_variant(code: str) -> str:
    lines = editor_lines(code.replace("\0", " "))
    kept = ["" if _MAGIC.match(line) else line for line in lines]
    return "\n".join(kept).rstrip().rstrip("\\")


def _expanded(line: str, width: int) -> str:
    margin = line[: len(line) - len(line.lstrip())]
    return margin.expandtabs(width) + line.lstrip()


def _read(text: str, blanked: frozenset[int]) -> Parsed | None:
    try:
        return Parsed(_tree(text), tuple(editor_lines(text)), blanked, is_whole=not blanked)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _tree(text: str) -> ast.Module:
    return python_text.parse(text)


def _blanking(code: str) -> Parsed | None:
    """Repair the line at which the parser fails, again and again; small repairs are tried first."""
    lines = [_expanded(line, 4) for line in editor_lines(code)]
    tried: set[int] = set()
    for _ in range(MAX_REPAIRS):
        try:
            tree = _tree("\n".join(lines))
            return Parsed(tree, tuple(lines), _given_up(editor_lines(code), lines), is_whole=False)
        except SyntaxError as problem:
            at = _mender(problem)(lines, problem, tried)
        except (ValueError, RecursionError, MemoryError):
            return None
        if at is None:
            return None
        tried.add(at)
    return None


def _given_up(before: Sequence[str], after: Sequence[str]) -> frozenset[int]:
    pairs = enumerate(zip(before, after, strict=True), 1)
    return frozenset(n for n, (old, new) in pairs if new.strip() == "pass" != old.strip())


_Mender = Callable[[list[str], SyntaxError, set[int]], int | None]


def _mender(problem: SyntaxError) -> _Mender:
    if "expected ':'" in problem.msg or "Maybe you meant '=='" in problem.msg:
        return _complete
    if "expected an indented block" in problem.msg:
        return _fill_block
    return _dedent if isinstance(problem, IndentationError) else _blank


def _complete(lines: list[str], problem: SyntaxError, tried: set[int]) -> int | None:
    """Add the colon of a header, or the second `=` of a comparison, where the parser says so."""
    at = _position(lines, problem)
    if at in tried:
        return _blank(lines, problem, tried)
    if "':'" in problem.msg and "==" not in problem.msg:
        lines[at] = lines[at].rstrip() + ":"
    elif not _CONDITION.match(lines[at]):
        return _blank(lines, problem, tried)
    else:
        lines[at] = re.sub(r"(?<![=!<>])=(?!=)", "==", lines[at])
    return at


def _fill_block(lines: list[str], problem: SyntaxError, tried: set[int]) -> int | None:
    """Add ` pass` after the header whose block is missing."""
    header = re.search(r"on line (\d+)", problem.msg)
    at = int(header[1]) - 1 if header else -1
    if not 0 <= at < len(lines) or not _OPENS_BLOCK.search(lines[at]):
        return _blank(lines, problem, tried)
    lines[at] = _OPENS_BLOCK.sub(": pass", lines[at])
    return at


def _dedent(lines: list[str], problem: SyntaxError, tried: set[int]) -> int | None:
    """Move a wrongly indented line to the indentation of the line before it; if that was tried, blank it."""
    at = _position(lines, problem)
    before = next((line for line in reversed(lines[:at]) if line.strip()), "")
    if at in tried or not before:
        return _blank(lines, problem, tried)
    lines[at] = _margin(before) + (" " * 4 if _OPENS_BLOCK.search(before) else "") + lines[at].strip()
    return at


def _blank(lines: list[str], problem: SyntaxError, tried: set[int]) -> int | None:
    """Replace the line at which the parser fails; if it is blanked already, the nearest line of code before it."""
    at = _position(lines, problem)
    while at >= 0 and (not lines[at].strip() or lines[at].strip() == "pass"):
        at -= 1
    if at < 0:
        return None
    lines[at] = _margin(lines[at]) + "pass"
    return at


def _position(lines: list[str], problem: SyntaxError) -> int:
    return min(max((problem.lineno or 1) - 1, 0), len(lines) - 1)


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _borrowed(code: str, previous: str) -> Parsed | None:
    """The tree of the previous state, when it has lines in common with the present one at the same numbers."""
    parsed = _read(_first_variant(previous), frozenset()) if len(previous) <= MAX_PARSED else None
    if parsed is None:
        return None
    now = editor_lines(code)
    changed = {n for n, line in enumerate(parsed.lines, 1) if n > len(now) or now[n - 1].split() != line.split()}
    shared = any(line.strip() for n, line in enumerate(parsed.lines, 1) if n not in changed)
    return Parsed(parsed.tree, parsed.lines, frozenset(changed), is_whole=False) if shared else None
