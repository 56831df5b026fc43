"""Questions from the text of the lines alone: for code that no parser reads, and for other languages.

Regular expressions find calls, conditions, loops, assignments, results and literals;
the questions are plainer than those from the tree, but as specific.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ...model import ExpectedPoint
from ...ports import QuestionBrief
from . import meaning
from .scene import Sketch, changed_lines, point

_MAX_LINES: Final = 40  #: lines that are looked at
_KEYWORDS: Final = frozenset(
    """and as assert async await break case catch class const continue def del do elif else enum except export extends
    false final finally float fn for from func function global if implements import in int interface is lambda let
    loop match mut new nil none nonlocal not null or package pass print private protected public raise return self
    static string struct super switch then this throw true try type undefined use using val var void when where while
    with yield bool boolean char double long str select order by group having limit on""".split()
)
_COMMENT = re.compile(r"^\s*(?:#|//|--\s|/\*|\*|<!--)")
_STRINGS = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_NAME = re.compile(r"[^\W\d]\w*")

_CONSEQUENCE = ("then", "so", "otherwise", "else", "return", "run", "skip", "because", "execute", "branch", "result")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a line looks like, and the question about it; `{0}` is the first group, `{line}` the line number."""

    kind: str
    shape: re.Pattern[str]
    question: str
    expected: tuple[ExpectedPoint, ...]
    depth: int = 2


def _pattern(kind: str, shape: str, question: str, *expected: ExpectedPoint, depth: int = 2) -> Pattern:
    return Pattern(kind, re.compile(shape), question, expected, depth)


PATTERNS: Final = (
    _pattern(
        "text_condition",
        r"^\s*(?:\}\s*)?(?:if|elif|else\s+if|elseif|when|case)\b\W*([^\W\d]\w*)",
        "For which input is the condition with `{0}` on line {line} meant to be true, and what should happen then?",
        point("It names an input or a comparison that makes it true.", ("when", "if", "greater", "less", "equal", "true", "value", "input", "more", "not", "is")),
        point("It says what happens then.", _CONSEQUENCE),
    ),
    _pattern(
        "text_loop",
        r"^\s*(?:for|foreach|while|until|loop)\b\W*(?:(?:let|var|const|int|auto)\s+)?([^\W\d]\w*)",
        "What becomes of `{0}` from one pass of the loop on line {line} to the next, and what ends the loop?",
        point("It says how the value changes with each pass.", ("each", "every", "next", "increase", "increment", "element", "plus", "add", "one", "1", "decrease", "item")),
        point("It says what ends the loop.", (*meaning.STOPS, "until", "last", "all", "reach", "false", "no more")),
    ),
    _pattern(
        "text_result",
        r"^\s*(?:return|yield)\b[^\n]*?([^\W\d]\w*)",
        "What should a caller get from line {line}, and what does `{0}` contribute to it?",
        point("It says what is handed back.", ("value", "result", "number", "string", "list", "true", "false", "text", "sum", "object", "back", "integer", "boolean")),
        point("It says what that depends on.", ("because", "depend", "if", "when", "input", "parameter", "argument", "from", "since", "each")),
    ),
    _pattern(
        "text_call",
        r"\b([^\W\d]\w*)\s*\(",
        "What goes into the call of `{0}` on line {line}, and what do you do with what comes out?",
        point("It says what is passed in.", ("argument", "pass", "take", "input", "parameter", "receive", "value", "number", "string", "list", "text")),
        point("It says what comes out, or is done, and how that is used.", ("return", "result", "give", "print", "store", "compute", "convert", "check", "show", "output", "create")),
    ),
    _pattern(
        "text_assignment",
        r"^\s*(?:(?:let|var|const|int|float|double|auto|string|final|val|mut)\s+)*([^\W\d]\w*)\s*(?:[-+*/%]|//)?=(?!=)",
        "What does `{0}` hold after line {line}, and where do you need that later?",
        point("It says what the value is.", ("value", "number", "string", "list", "sum", "result", "text", "total", "count", "store", "hold", "empty", "zero", "0")),
        point("It says where it is used.", ("later", "then", "used", "line", "return", "loop", "condition", "need", "after", "print", "next")),
    ),
    _pattern(
        "text_definition",
        r"^\s*(?:[\w<>]+\s+)*?(?:def|function|func|fn|class|struct|interface)\s+([^\W\d]\w*)",
        "Which input should `{0}` from line {line} be able to take, and what is it to make of it?",
        point("It describes the input.", ("number", "string", "list", "text", "integer", "parameter", "argument", "takes", "input", "array", "value")),
        point("It describes the result or effect.", ("return", "give", "compute", "print", "result", "check", "find", "show", "calculate", "true", "false")),
    ),
    _pattern(
        "text_name",
        r"([^\W\d]\w+)",
        "What does `{0}` on line {line} stand for, and what would go wrong without it?",
        point("It says what the name stands for.", ("value", "number", "list", "text", "function", "input", "stand", "holds", "name", "string", "variable", "result")),
        point("It says what depends on it.", (*meaning.ERROR, "without", "because", "need", "missing", "not", "wrong", "depend")),
        depth=1,
    ),
    _pattern(
        "text_literal",
        r"(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])",
        "Why is it {0} on line {line}, and what would another value change?",
        point("It gives the reason for the value.", ("because", "since", "stand", "mean", "number of", "start", "limit", "first", "task", "so that")),
        point("It says what would be different.", ("different", "would", "change", "wrong", "instead", "more", "less", "fewer", "result", *meaning.ERROR)),
        depth=1,
    ),
)  # fmt: skip


def sketches(brief: QuestionBrief) -> Iterator[Sketch]:
    """Questions about the changed lines of any text, then about what the region says as a whole."""
    lines = brief.code.splitlines()
    for number in sorted(changed_lines(brief))[:_MAX_LINES]:
        line = lines[number - 1]
        if _COMMENT.match(line):
            continue
        bare = _STRINGS.sub("''", line)
        for pattern in PATTERNS:
            yield from _asked(pattern, bare, number)


def _asked(pattern: Pattern, line: str, number: int) -> Iterator[Sketch]:
    for found in dict.fromkeys(pattern.shape.findall(line)):
        if found.lower() in _KEYWORDS:
            continue
        text = pattern.question.format(found, line=number)
        yield Sketch(
            kind=pattern.kind,
            text=text,
            start_line=number,
            end_line=number,
            expected=pattern.expected,
            depth=pattern.depth,
        )


def whole_line(brief: QuestionBrief) -> Iterator[Sketch]:
    """The last resort: what is this line for? There is one for every line that is not blank."""
    lines = brief.code.splitlines()
    for number in sorted(changed_lines(brief))[:_MAX_LINES]:
        line = lines[number - 1].strip()
        for question in _LINE_QUESTIONS:
            quote = f" (`{line}`)" if 0 < len(line) <= 60 and "`" not in line else ""
            if line:
                text = question.format(line=number, quote=quote)
                yield Sketch(kind="line", text=text, start_line=number, end_line=number, expected=_LINE_POINTS, depth=0)


_LINE_QUESTIONS: Final = (
    "What is line {line}{quote} meant to do, step by step?",
    "Which part of the program depends on line {line}{quote}, and how would you notice if it were missing?",
    "How would you test that line {line}{quote} does what it should?",
    "What would a reader new to your code most likely misunderstand about line {line}{quote}?",
    "Which other way of writing line {line}{quote} did you consider, and what speaks for this one?",
)
_LINE_POINTS: Final = (
    point("It says what the line does or is for.", ("value", "return", "check", "print", "store", "call", "define", "compute", "loop", "text", "comment", "import", "result", "input")),
    point("It gives a reason or a consequence.", ("because", "so that", "otherwise", "without", "since", "then", "would", *meaning.ERROR)),
)  # fmt: skip

Source = Callable[[QuestionBrief], Iterator[Sketch]]
