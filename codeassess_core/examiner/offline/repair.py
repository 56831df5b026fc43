"""Python that does not parse, made parseable without moving a line.

About a third of the states of real students' programs do not parse. Line numbers
must stay true, so nothing is deleted: a hopeless line becomes `pass` at its
indentation, an empty block gets a `pass` on its header's line. What is left over is
compared with the original text before anything is quoted (`choice`).
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MAX_PARSED: Final = 200_000  #: characters; a larger document is read at the token level
MAX_REPAIRS: Final = 8  #: lines that may be blanked, and so parses that are paid for

_MAGIC = re.compile(r"^\s*(?:%%?\w|!|\?\w|[\w.]+\?{1,2}\s*$)")
_CONDITION = re.compile(r"\s*(?:el)?(?:if|while)\b")
_OPENS_BLOCK = re.compile(r":\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree and the lines that it was read from; `blanked` are the numbers of lines that were given up."""

    tree: ast.Module
    lines: tuple[str, ...]
    blanked: frozenset[int]
    is_whole: bool  #: was every line read as it stands?


@dataclass(frozen=True, slots=True)
class Problem:
    """Where a parser stumbles first, and what it says."""

    line: int
    says: str


def problem(code: str) -> Problem | None:
    """What keeps Python from reading the code; None when nothing does, or nothing worth naming."""
    if len(code) > MAX_PARSED or any(_read(variant, frozenset()) for variant in _variants(code)):
        return None
    try:
        _tree(_first_variant(code))
    except SyntaxError as found:
        last = len(code.splitlines())
        return Problem(min(max(found.lineno or 1, 1), last), found.msg)
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


def parse(code: str, previous: str) -> Parsed | None:
    """The tree of `code`: as it is, else repaired, else of the lines that `previous` shares; None if hopeless."""
    if len(code) > MAX_PARSED:
        return None
    for variant in _variants(code):
        parsed = _read(variant, frozenset())
        if parsed is not None:
            return parsed
    return _blanking(_first_variant(code)) or _borrowed(code, previous)


def _variants(code: str) -> Iterator[str]:
    """The gentle repairs: line ends, notebook magics, a stray final backslash, tabs of four or eight columns."""
    yield code
    gentle = _first_variant(code)
    yield gentle
    for width in (4, 8):
        yield "\n".join(_expanded(line, width) for line in gentle.split("\n"))


def _first_variant(code: str) -> str:
    lines = re.split(r"\r\n|\r|\n", code.replace("\0", " "))
    kept = ["" if _MAGIC.match(line) else line for line in lines]
    return "\n".join(kept).rstrip().rstrip("\\")


def _expanded(line: str, width: int) -> str:
    margin = line[: len(line) - len(line.lstrip())]
    return margin.expandtabs(width) + line.lstrip()


def _read(text: str, blanked: frozenset[int]) -> Parsed | None:
    try:
        return Parsed(_tree(text), tuple(text.split("\n")), blanked, is_whole=not blanked)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in a candidate's string is not our warning
        return ast.parse(text)


def _blanking(code: str) -> Parsed | None:
    """Mend the line at which the parser stumbles, again and again, gently at first."""
    lines = [_expanded(line, 4) for line in code.split("\n")]
    tried: set[int] = set()
    for _ in range(MAX_REPAIRS):
        try:
            tree = _tree("\n".join(lines))
            return Parsed(tree, tuple(lines), _given_up(code.split("\n"), lines), is_whole=False)
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
    """Put ` pass` behind the header whose block is missing."""
    header = re.search(r"on line (\d+)", problem.msg)
    at = int(header[1]) - 1 if header else -1
    if not 0 <= at < len(lines) or not _OPENS_BLOCK.search(lines[at]):
        return _blank(lines, problem, tried)
    lines[at] = _OPENS_BLOCK.sub(": pass", lines[at])
    return at


def _dedent(lines: list[str], problem: SyntaxError, tried: set[int]) -> int | None:
    """Move a wrongly indented line to the indentation of the line before it; if it was tried, blank it."""
    at = _position(lines, problem)
    before = next((line for line in reversed(lines[:at]) if line.strip()), "")
    if at in tried or not before:
        return _blank(lines, problem, tried)
    lines[at] = _margin(before) + (" " * 4 if _OPENS_BLOCK.search(before) else "") + lines[at].strip()
    return at


def _blank(lines: list[str], problem: SyntaxError, tried: set[int]) -> int | None:
    """Replace the offending line; when it was blanked already, the nearest line of code before it."""
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
    """The tree of the previous state, when it shares lines with the present one at the same numbers."""
    parsed = _read(_first_variant(previous), frozenset()) if len(previous) <= MAX_PARSED else None
    if parsed is None:
        return None
    now = code.split("\n")
    changed = {n for n, line in enumerate(parsed.lines, 1) if n > len(now) or now[n - 1].split() != line.split()}
    shared = any(line.strip() for n, line in enumerate(parsed.lines, 1) if n not in changed)
    return Parsed(parsed.tree, parsed.lines, frozenset(changed), is_whole=False) if shared else None
