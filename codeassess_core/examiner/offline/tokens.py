"""Questions from the text of the lines alone: for code that no parser reads, and for other languages.

Regular expressions find calls, conditions, loops, assignments, results and literals;
the questions are plainer than those from the tree, but as specific.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ...model import ExpectedPoint
from ...ports import QuestionBrief
from . import meaning
from .meaning import alt
from .scene import changed_lines
from .sketch import Sketch, point
from .wording import bag

_QUOTED: Final = 60  #: characters of a line that a question quotes
_KEYWORDS: Final = bag(
    "and as assert async await break case catch class const continue def del do elif else enum except export "
    "extends false final finally float fn for from func function global if implements import in int interface "
    "is lambda let loop match mut new nil none nonlocal not null or package pass print private protected "
    "public raise return self static string struct super switch then this throw true try type undefined use "
    "using val var void when where while with yield bool boolean char double long str select order by group "
    "having limit on"
)
_COMMENT = re.compile(r"^\s*(?:#|//|--\s|/\*|\*|<!--)")
_STRINGS = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")

_CONSEQUENCE = alt("then | so | otherwise | else | return | run | skip | because | execute | branch | result")


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


DEFINITION: Final = _pattern(
    "text_definition",
    r"^\s*(?:[\w<>]+\s+)*?(?:(?:def|function|func|fn|class|struct|interface)\s+|[\w<>*&]+\s+(?=\w+\s*\([^;]*\)\s*\{\s*$))"
    r"([^\W\d]\w*)",
    "Which input should `{0}` from line {line} be able to take, and what is it to make of it?",
    point(
        "It describes the input.",
        alt("number | string | list | text | integer | parameter | argument | takes | input | array | value"),
    ),
    point(
        "It describes the result or effect.",
        alt("return | give | compute | print | result | check | find | show | calculate | true | false"),
    ),
)
PATTERNS: Final = (
    _pattern(
        "text_condition",
        r"^\s*(?:\}\s*)?(?:if|elif|else\s+if|elseif|when|case)\b\W*([^\W\d]\w*)",
        "For which input is the condition with `{0}` on line {line} meant to be true, and what should happen then?",
        point(
            "It names an input or a comparison that makes it true.",
            alt("when | if | greater | less | equal | true | value | input | more | less"),
        ),
        point("It says what happens then.", _CONSEQUENCE),
    ),
    _pattern(
        "text_loop",
        r"^\s*(?:for|foreach|while|until|loop)\b\W*(?:(?:let|var|const|int|auto)\s+)?([^\W\d]\w*)",
        "What becomes of `{0}` from one pass of the loop on line {line} to the next, and what ends the loop?",
        point(
            "It says how the value changes with each pass.",
            alt("each | every | next | increase | increment | element | plus | add | one | 1 | decrease | item"),
        ),
        point("It says what ends the loop.", meaning.STOPS + alt("until | last | all | reach | false | no more")),
    ),
    _pattern(
        "text_result",
        r"^\s*(?:return|yield)\b[^\n]*?([^\W\d]\w*)",
        "What should a caller get from line {line}, and what does `{0}` contribute to it?",
        point(
            "It says what is handed back.",
            alt(
                "value | result | number | string | list | true | false | text | sum | object | back | "
                "integer | boolean"
            ),
        ),
        point(
            "It says what that depends on.",
            alt("because | depend | if | when | input | parameter | argument | since | each"),
        ),
    ),
    _pattern(
        "text_call",
        r"(?<!def )(?<!func )(?<!function )(?<!fn )(?<!class )\b([^\W\d]\w*)\s*\(",
        "What goes into the call of `{0}` on line {line}, and what do you do with what comes out?",
        point(
            "It says what is passed in.",
            alt("argument | pass | take | input | parameter | receive | value | number | string | list | text"),
        ),
        point(
            "It says what comes out, or is done, and how that is used.",
            alt("return | result | give | print | store | compute | convert | check | show | output | create"),
        ),
    ),
    _pattern(
        "text_assignment",
        r"^\s*(?:(?:let|var|const|int|float|double|auto|string|final|val|mut)\s+)*([^\W\d]\w*)\s*(?:[-+*/%]|//)?=(?!=)",
        "What does `{0}` hold after line {line}, and where do you need that later?",
        point(
            "It says what the value is.",
            alt(
                "value | number | string | list | sum | result | text | total | count | store | hold | empty | zero | 0"
            ),
        ),
        point(
            "It says where it is used.",
            alt("later | then | used | line | return | loop | condition | need | after | print | next"),
        ),
    ),
    _pattern(
        "text_name",
        r"([^\W\d]\w+)",
        "What does `{0}` on line {line} stand for, and what would go wrong without it?",
        point(
            "It says what the name stands for.",
            alt("value | number | list | text | function | input | stand | holds | name | string | variable | result"),
        ),
        point(
            "It says what depends on it.",
            meaning.ERROR + alt("without | because | need | missing | wrong | depend"),
        ),
        depth=1,
    ),
    _pattern(
        "text_literal",
        r"(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])",
        "Why is it {0} on line {line}, and what would another value change?",
        point(
            "It gives the reason for the value.",
            alt("because | since | stand | mean | number of | start | limit | first | task | so that"),
        ),
        point(
            "It says what would be different.",
            alt("different | would | change | wrong | instead | more | less | fewer | result") + meaning.ERROR,
        ),
        depth=1,
    ),
)


def sketches(brief: QuestionBrief) -> Iterator[Sketch]:
    """Questions about the changed lines of any text, then about what the region says as a whole."""
    lines = brief.code.splitlines()
    for number in sorted(changed_lines(brief)):
        line = lines[number - 1]
        if _COMMENT.match(line):
            continue
        bare = _STRINGS.sub("''", line)
        fitting = (DEFINITION,) if DEFINITION.shape.search(bare) else PATTERNS
        for pattern in fitting:
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


def whole_line(brief: QuestionBrief, *, comments: bool = False) -> Iterator[Sketch]:
    """The last resort: what is this line for? There are some for every line with a word in it."""
    lines = brief.code.splitlines()
    for number in sorted(changed_lines(brief)):
        line = lines[number - 1].strip().rstrip("\\")
        quote = f" (`{line}`)" if len(line) <= _QUOTED and "`" not in line else ""
        for question, points in (
            _LINE_QUESTIONS if _says_something(line) and (comments or not _COMMENT.match(line)) else ()
        ):
            text = question.format(line=number, quote=quote)
            yield Sketch(kind="line", text=text, start_line=number, end_line=number, expected=points, depth=0)


def _says_something(line: str) -> bool:
    return any(word.lower() not in _KEYWORDS for word in re.findall(r"\w+", line))


_REASON = point(
    "It gives a reason or a consequence.",
    alt("because | so that | otherwise | without | since | then | would") + meaning.ERROR,
)
_DOES = point(
    "It says what the line does or is for.",
    alt(
        "value | return | check | print | store | call | define | compute | loop | text | "
        "comment | import | result | input"
    ),
)
_LINE_QUESTIONS: Final = (
    ("What is line {line}{quote} meant to do, step by step?", (_DOES, _REASON)),
    (
        "Which part of the program depends on line {line}{quote}, and how would you notice if it were missing?",
        (
            point(
                "It names what comes after it.",
                alt(
                    "return | loop | call | function | condition | result | print | caller | next | later | "
                    "rest | everything"
                ),
            ),
            point(
                "It says what would be seen.",
                (*meaning.ERROR, *alt("wrong | none | nothing | different | empty | not work | output")),
            ),
        ),
    ),
    (
        "How would you test that line {line}{quote} does what it should?",
        (
            point(
                "It names an input.",
                alt("input | example | for instance | with | call | pass | give | try | when | if"),
            ),
            point(
                "It says what should come out.",
                alt("expect | return | result | output | equal | get | print | assert | compare | come out"),
            ),
        ),
    ),
)
