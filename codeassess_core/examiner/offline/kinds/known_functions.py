"""Questions about well-known functions: what they do with the odd input.

Data: one row for each call worth a question; to add a call, add a row. In a question
`{call}` stands for the quoted call, `{line}` for its line.
"""

from __future__ import annotations

from typing import Final

from ..meaning import alt
from ..sketch import point
from .known import KnownCall, of_one, of_one_value

FUNCTIONS: Final = (
    KnownCall.of(
        "int",
        "What does {call} on line {line} do with an input such as 3.9, and with the text 'abc'?",
        point(
            "The part behind the dot is cut off (3), not rounded.",
            alt("cut | truncate | 3 | drop | floor | round down | remove | whole part | not round"),
        ),
        point("A text that is no number raises `ValueError`.", alt("valueerror | error | exception | crash | fail")),
        suits=of_one_value,
    ),
    KnownCall.of(
        "float",
        "For which arguments does {call} on line {line} fail, and how does its result differ from an int?",
        point(
            "A text that is no number raises `ValueError`.",
            alt("valueerror | text | letters | string | not a number | not numeric | words"),
        ),
        point(
            "The result is a number with a fraction part, such as 3.0.",
            alt("decimal | fraction | point | 3.0 | 1.0 | 2.0 | comma | floating"),
        ),
        suits=of_one_value,
    ),
    KnownCall.of(
        "round",
        "What does {call} on line {line} give when its argument lies exactly between two whole numbers, such as 2.5?",
        point("2: Python rounds a half to the even neighbour.", alt("2 | two | even | banker")),
        point(
            "Not always up, as taught in school.",
            alt("not always up | not up | half to even | nearest even | down | banker | even"),
        ),
        suits=of_one,
    ),
    KnownCall.of(
        "input",
        "Of which type is the result of {call} on line {line}, and what follows from that when "
        "it is used in a calculation?",
        point("It is always a string.", alt("string | str | text")),
        point(
            "It has to be converted first, or the calculation fails or joins texts.",
            alt("convert | int | float | error | concatenate | cast | typeerror"),
        ),
    ),
    KnownCall.of(
        "len",
        "For which objects does {call} on line {line} fail, and what does it give for an empty one?",
        point(
            "It fails for objects without a length, such as numbers.",
            alt("number | integer | int | none | float | typeerror"),
        ),
        point("It gives 0 for an empty one.", ("0", "zero")),
        suits=of_one_value,
    ),
    KnownCall.of(
        "type",
        "How does {call} on line {line} judge a value like True or an object of a subclass, and "
        "what would isinstance say?",
        point(
            "`type` gives the exact class only, so `True` is bool, not int.",
            alt("exact | bool | only | not subclass | different | not int"),
        ),
        point(
            "isinstance accepts subclasses, too.",
            alt("subclass | inherit | accept | parent | also | include | derived"),
        ),
        suits=of_one,
    ),
    KnownCall.of(
        "str",
        "After {call} on line {line}, what does adding two such values with + do, and why?",
        point(
            "It joins the texts instead of adding numbers.",
            alt("join | concatenate | concat | put together | next to | behind | append | glue | stick"),
        ),
        point(
            "The value is now text, no longer a number.",
            alt("text | string | character | not a number | no longer a number | digits"),
        ),
        suits=of_one_value,
    ),
    KnownCall.of(
        "set",
        "Which information of its argument is lost by {call} on line {line}?",
        point(
            "Duplicates are dropped.", alt("duplicate | duplicates | repeat | twice | multiple | unique | how often")
        ),
        point("The order is lost.", alt("order | sequence | position | index")),
        suits=of_one,
    ),
    KnownCall.of(
        "sorted",
        "What does {call} on line {line} do to the object that it sorts, and what does it give?",
        point(
            "It leaves the original as it is.",
            alt("unchanged | original | not change | leave | stays | not modify | nothing"),
        ),
        point("It gives a new sorted list.", alt("new list | list | copy")),
    ),
    KnownCall.of(
        "zip",
        "What does {call} on line {line} do when its inputs differ in length?",
        point("It stops with the shortest.", alt("shortest | shorter | stop | fewer | smallest")),
        point(
            "What is left of the longer ones is dropped silently.",
            alt("drop | ignore | lost | left | rest | silent | silently | cut | skip"),
        ),
    ),
    KnownCall.of(
        "max",
        "What does {call} on line {line} do with nothing to choose from, and with equal candidates?",
        point("An empty input raises `ValueError`.", alt("valueerror | error | exception | crash | fail")),
        point("Of equal candidates it takes the first.", alt("first | either | same | one of | any | not matter")),
        suits=of_one,
    ),
    KnownCall.of(
        "min",
        "What does {call} on line {line} do with nothing to choose from, and with equal candidates?",
        point("An empty input raises `ValueError`.", alt("valueerror | error | exception | crash | fail")),
        point("Of equal candidates it takes the first.", alt("first | either | same | one of | any | not matter")),
        suits=of_one,
    ),
    KnownCall.of(
        "sum",
        "What does {call} on line {line} give for an empty input, and what if an element is a string?",
        point("It gives 0 for an empty input.", ("0", "zero")),
        point("A string raises `TypeError`.", alt("typeerror | error | exception | fail | crash")),
        suits=of_one,
    ),
    KnownCall.of(
        "open",
        "Which things can go wrong at {call} on line {line}, and when is the file closed again?",
        point(
            "The file may be missing or not readable.",
            alt("missing | not exist | filenotfounderror | permission | wrong path | not found | encoding"),
        ),
        point(
            "It is closed at the end of a `with` block or by `close`.",
            alt("with | close() | context manager | end of the block | never | end | garbage"),
        ),
    ),
    KnownCall.of(
        "eval",
        "What could someone make the program do through {call} on line {line}, and how?",
        point(
            "Any code that is passed in is run.",
            alt("any code | arbitrary | run | execute | delete | harm | malicious | dangerous | inject"),
        ),
    ),
    KnownCall.of(
        "enumerate",
        "Which two things does {call} on line {line} give in each pass, and where does the counting start?",
        point("The index and the element.", alt("index | position | counter | number")),
        point("It starts at 0 unless told otherwise.", alt("0 | zero | start")),
    ),
    KnownCall.of(
        "sqrt",
        "For which numbers does {call} on line {line} fail, and of which type is its result?",
        point(
            "For negative numbers: `ValueError`.",
            alt("negative | below 0 | less than 0 | below zero | less than zero | minus | smaller than 0"),
        ),
        point("The result is a float.", alt("float | decimal | floating")),
    ),
    KnownCall.of(
        "randint",
        "Which values can {call} on line {line} give, and how would you make a run repeatable?",
        point(
            "It names the two ends and whether they are included.",
            alt("include | inclusive | included | exclusive | both | from | between"),
        ),
        point("By setting a seed.", ("seed",)),
    ),
)
