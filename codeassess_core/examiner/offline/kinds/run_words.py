"""Calls and results of runs in words, and facts that explain a result."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from ....documents import python_text
from ....model import ExpectedPoint
from ...text import code_words, normalized
from ...text.tables import Words, alt
from .. import slot_making
from ..analysed_code import AnalysedCode
from ..example_runs import Run
from ..possible_question import listed, point
from ..syntax import extent, names

QUOTED: Final = 60  #: characters of a call, or of a result, that a question quotes
_LARGEST: Final = 999  #: larger whole numbers need a calculator
_MANY: Final = 5  #: lines of a path that are listed
A_RESULT: Final = "What it comes to: a value, or the name of the error"


def call_of(run: Run) -> str:
    """The call in backquotes; empty when it is too long to be quoted."""
    return f"`{run.call}`" if run.call and len(run.call) <= QUOTED and "`" not in run.call else ""


def value_words(result: str) -> Words:
    """How people may say a value, given as Python shows it."""
    try:
        value = python_text.literal(result)
    except (ValueError, SyntaxError):
        return (result.lower(),) if normalized.words(result) else ()
    if isinstance(value, float):
        return (f"{value:g}", f"{value:.1f}", f"{value:.2f}")
    if isinstance(value, list | tuple) and value:
        parts = [str(part) for part in value]
        return tuple(f"{joint.join(parts)}".lower() for joint in (", ", " ", " and "))
    said = code_words.literal_words(python_text.parse_expression(result)) or code_words.value_words(value)
    return said if any(normalized.words(term) for term in said) else ()


def error_words(error: str) -> Words:
    """How people may name an exception."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in error).strip()
    return error.lower(), spaced


def words_of(run: Run) -> Words:
    """How people may say the result of a run; empty when it is too long."""
    if run.error:
        return error_words(run.error)
    if slot_making.shows(run):
        shown = " ".join(run.printed.split())
        return (shown.lower(),) if len(shown) <= QUOTED and normalized.words(shown) else ()
    return value_words(run.result or "") if len(run.result or "") <= QUOTED else ()


def comes_to(run: Run, *, past: bool = False) -> str:
    """What a caller sees of a run, as a clause: "it returns `3`"."""
    if run.error:
        return f"it {'raised' if past else 'raises'} `{run.error}`"
    if slot_making.shows(run):
        return f"it {'printed' if past else 'prints'} `{' '.join(run.printed.split())}`".replace("``", "`")
    return f"it {'returned' if past else 'returns'} `{run.result}`"


def differ_in_words(one: Run, other: Run) -> bool:
    """Do two runs differ in what is said of them?"""
    return comes_to(one) != comes_to(other)


def is_open(words: Words, text: str) -> bool:
    """Does the text of a question not contain these words itself?"""
    asked = normalized.words(text)
    return bool(words) and not any(normalized.occurrences(term, asked) for term in words)


def is_plain(run: Run) -> bool:
    """Can a person work out the result: no number with many digits?"""
    return is_plain_value(run.result or "None")


def is_plain_value(text: str) -> bool:
    """The same for a value, given as Python shows it."""
    try:
        value = python_text.literal(text)
    except (ValueError, SyntaxError):
        return len(text) <= QUOTED
    if isinstance(value, float):
        return round(value, 2) == value
    return len(text) <= QUOTED and (not isinstance(value, int) or abs(value) <= _LARGEST)


def can_be_asked(run: Run, text: str) -> bool:
    """Is the result short, plain and not in the question?"""
    return bool(call_of(run)) and is_plain(run) and is_open(words_of(run), text) and "`" not in run.printed


def within(run: Run, node: ast.AST) -> bool:
    """Did the run end inside this node?"""
    return extent(node)[0] <= run.last <= extent(node)[1] if run.last else True


def changed(run: Run, analysed: AnalysedCode) -> list[int]:
    """The changed lines that a run went through."""
    return sorted(analysed.changed & {*run.lines, run.last})


def path_lines(run: Run, node: ast.AST) -> tuple[int, int]:
    """The lines of a function from its header to the last one that a run went through."""
    start, end = extent(node)
    return start, max((n for n in (*run.lines, run.last) if start <= n <= end), default=start)


def statement_at(line: int, within_: ast.AST) -> ast.stmt | None:
    """The innermost statement that begins on a line."""
    found = [n for n in ast.walk(within_) if isinstance(n, ast.stmt) and n.lineno == line]
    return found[-1] if found else None


def why(run: Run, node: ast.FunctionDef, analysed: AnalysedCode) -> tuple[ExpectedPoint, ...]:
    """Facts that explain a result: where the run ended, which condition led there, which lines it took."""
    return (*_ending(run, node, analysed), *_steps(run, node))


def _may_end_late(node: ast.AST) -> bool:
    """Can something run after a `return`, as in `finally` and at the end of `with`?"""
    later = (ast.With, ast.AsyncWith)
    return any(isinstance(n, later) or (isinstance(n, ast.Try) and n.finalbody) for n in ast.walk(node))


def _ending(run: Run, node: ast.FunctionDef, analysed: AnalysedCode) -> Iterator[ExpectedPoint]:
    if not run.last and (run.result != "None" or _may_end_late(node)):
        return  # a `finally` ran after the `return`: it is not known which `return` it was
    if not run.last:
        yield point("No `return` is reached: it runs to its end.", alt("no return | not reach | end | without return"))
        return
    statement = statement_at(run.last, node)
    if statement is None:
        return
    said = (f"line {run.last}", *code_words.spoken(_head(statement)))
    if run.error:
        yield point(f"Line {run.last} fails: {run.why}.", (*_told(run.why), *said))
    else:
        yield point(f"Line {run.last} ends it, `{_source(statement, analysed)}`.", said)
    yield from _led_by(statement, analysed)


def _source(statement: ast.stmt, analysed: AnalysedCode) -> str:
    text = analysed.source(statement)
    return text if text and "`" not in text else "return"


def _led_by(statement: ast.stmt, analysed: AnalysedCode) -> Iterator[ExpectedPoint]:
    """The innermost condition around a statement, and whether it held."""
    inner: ast.AST = statement
    for around in analysed.above(statement):
        if isinstance(around, ast.FunctionDef | ast.For | ast.While):
            return
        if isinstance(around, ast.If) and inner is not around.test and analysed.quote(around.test):
            holds = "holds" if inner in around.body else "does not hold"
            words = (f"line {around.lineno}", *code_words.spoken(around.test))
            yield point(f"The condition on line {around.lineno}, {analysed.quote(around.test)}, {holds}.", words)
            return
        inner = around


def _steps(run: Run, node: ast.FunctionDef) -> Iterator[ExpectedPoint]:
    start, end = extent(node)
    numbers = sorted(n for n in run.lines if start < n <= end)
    if not 1 < len(numbers) <= _MANY:
        return
    heads = [_head(s) for n in numbers if (s := statement_at(n, node)) is not None]
    words = tuple(word for head in heads for word in code_words.spoken(head))
    yield point(f"It goes through {listed(numbers)}.", (*words, *(f"line {n}" for n in numbers)))


def _head(statement: ast.stmt) -> ast.AST:
    match statement:
        case ast.If(test=head) | ast.While(test=head) | ast.For(iter=head):
            return head
    return statement


def _told(why_: str) -> Words:
    """The content words of Python's message about a failure."""
    return tuple(w for w in normalized.content(normalized.words(why_)) if w.isalnum())


def reason(run: Run, node: ast.FunctionDef) -> ExpectedPoint:
    """Why a run fails, by Python's message."""
    there = [n for n in ast.walk(node) if isinstance(n, ast.stmt) and n.lineno == run.last]
    said = [w for n in there for w in code_words.words_for(n)]
    known = (*_told(run.why), *said, *(name.lower() for n in there for name in names(n)))
    return point(f"Line {run.last} fails: {run.why or run.error}.", known)
