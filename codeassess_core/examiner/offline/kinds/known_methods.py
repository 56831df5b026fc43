"""Questions about well-known methods: what they change, and what they leave alone.

Data: one row for each call worth a question; to add a call, add a row. In a question
`{call}` stands for the quoted call, `{line}` for its line.
"""

from __future__ import annotations

from typing import Final

from .. import meaning
from ..meaning import alt
from ..sketch import point
from .known import KnownCall, of_some

NEW_OBJECT: Final = point(
    "It gives a new object; the original stays as it is unless it is assigned.",
    alt("new | copy | original | unchanged | not change | assign | not modify | stays the same"),
)

METHODS: Final = (
    KnownCall.of(
        "sort",
        "What does {call} on line {line} do to the list, and what is the value of the call itself?",
        point(
            "It sorts the list in place.",
            alt("in place | itself | reorder | rearrange | original | change | same list | order"),
        ),
        point("Its value is `None`.", meaning.NOTHING),
    ),
    KnownCall.of(
        "split",
        "What does {call} on line {line} give for an empty text, and for a text without the separator?",
        point("A list of strings in any case.", ("list",)),
        point(
            "Without the separator, the list has the whole text as its one element.",
            alt("whole | one element | single | entire | 1 element | itself | unchanged | one item"),
        ),
        suits=of_some,
    ),
    KnownCall.of(
        "strip",
        "What exactly does {call} on line {line} remove, and what does it leave?",
        point(
            "It removes the characters at both ends.",
            alt("both ends | beginning and end | start and end | ends | leading | trailing | around"),
        ),
        point("What stands inside the text stays.", alt("inside | middle | between | inner | within")),
    ),
    KnownCall.of(
        "replace",
        "What does {call} on line {line} change, and what becomes of the object that it is called on?",
        point("It replaces every occurrence.", alt("every | all | each")),
        NEW_OBJECT,
    ),
    KnownCall.of(
        "join",
        "What must the elements be for {call} on line {line} to work, and where does the separator appear?",
        point("All elements must be strings.", alt("string | strings | str | text")),
        point(
            "The separator stands between elements only, not at the ends.",
            alt("between | not at the end | in the middle | not after the last"),
        ),
    ),
    KnownCall.of(
        "index",
        "What does {call} on line {line} do when there are several matches, and when there is none?",
        point("It gives the first match.", alt("first | lowest | earliest | leftmost")),
        point("Without a match it raises `ValueError`.", alt("valueerror | error | exception | crash | fail")),
    ),
    KnownCall.of(
        "find",
        "What does {call} on line {line} give when there is no match, and why does that need care?",
        point("It gives -1.", alt("-1 | minus one | minus 1 | negative")),
        point("-1 is a valid index and counts as true.", alt("valid | last | true | truthy | index | wrong | check")),
    ),
    KnownCall.of(
        "merge",
        "What happens in {call} on line {line} to rows that have no partner in the other table?",
        point(
            "With the default inner join they are dropped; `how` changes that.",
            alt("drop | inner | lost | disappear | left out | removed | excluded | nan | how"),
        ),
        point(
            "Several partners multiply the rows.",
            alt("multiply | duplicate | several | more rows | many | repeated | left | outer | only matching | both"),
            weight=0.5,
        ),
    ),
    KnownCall.of(
        "groupby",
        "What does one row of the result stand for after {call} on line {line}, and what happens "
        "to rows with a missing key?",
        point(
            "One row for each distinct value of the key.",
            alt(
                "each distinct | each unique | one per | per group | each group | each value | unique | "
                "distinct | every group | each category | group"
            ),
        ),
        point(
            "Rows with a missing key are left out by default.",
            alt("drop | ignore | left out | exclude | excluded | lost | dropna | nan"),
        ),
    ),
    KnownCall.of(
        "dropna",
        "Which rows or columns does {call} on line {line} remove, and what could that do to the result?",
        point(
            "Every row that has a missing value, unless `axis`, `how` or `subset` say otherwise.",
            alt("missing | nan | any | every row | null | empty"),
        ),
        point(
            "Data is lost, which may bias what is computed later.",
            alt("lose | lost | fewer | bias | smaller | less data | skew | distort | average | mean"),
        ),
    ),
    KnownCall.of(
        "fillna",
        "How does {call} on line {line} influence a mean that is computed afterwards, and what "
        "does it do to the object itself?",
        point(
            "The filled values count, so the mean moves.",
            alt("mean | average | shift | lower | higher | pull | count | bias | toward | distort"),
        ),
        NEW_OBJECT,
    ),
    KnownCall.of(
        "apply",
        "With what is the function in {call} on line {line} called, and how often?",
        point(
            "With each element of a column, or each column or row of a table.",
            alt("each | every | row | column | element | value | cell"),
        ),
        point(
            "Once for each of them, in Python, which is slow for many.",
            alt("once | one by one | slow | number of | as often | per row | as many | vectorized | vectorised"),
        ),
    ),
    KnownCall.of(
        "sort_values",
        "What order does {call} on line {line} give, and what becomes of the object that it is called on?",
        point(
            "Ascending unless `ascending=False` is given.",
            alt("ascending | descending | smallest | largest | increasing | decreasing"),
        ),
        NEW_OBJECT,
    ),
    KnownCall.of(
        "drop",
        "What is gone after {call} on line {line}, and from which object?",
        point("The named rows or columns; `axis` or `columns` decides which.", alt("row | column | axis | label")),
        NEW_OBJECT,
    ),
    KnownCall.of(
        "read_csv",
        "Which assumptions about the file does {call} on line {line} make, and how would you notice that one is wrong?",
        point(
            "Separator, header line, encoding, types or decimal signs.",
            alt("separator | comma | header | encoding | column name | decimal | type | delimiter | path"),
        ),
        point(
            "By looking at the shape, the types or the first rows.",
            alt("shape | head | dtypes | info | first rows | error | nan | print | columns | describe"),
        ),
    ),
    KnownCall.of(
        "mean",
        "What does {call} on line {line} do with missing values, and what with outliers?",
        point(
            "pandas leaves missing values out; numpy gives nan.",
            alt("skip | ignore | left out | nan | exclude | skipna | not count"),
        ),
        point(
            "Outliers pull it strongly; the median does not move so much.",
            alt("pull | median | strong | sensitive | influence | distort | skew | affect | shift"),
        ),
    ),
    KnownCall.of(
        "reshape",
        "Which shapes may the array have before {call} on line {line}, and in which order are its values laid out?",
        point(
            "The number of values must fit, or `ValueError` is raised.",
            alt("number of | same size | same number | product | fit | valueerror | total | divisible | match"),
        ),
        point("Row by row (C order).", alt("row by row | row | c order | row-major | last axis")),
    ),
    KnownCall.of(
        "copy",
        "What does {call} on line {line} protect from, and what not?",
        point(
            "Changes to the copy leave the original alone.",
            alt("original | independent | separate | not change | not affect"),
        ),
        point(
            "Nested objects are still shared (it is shallow).",
            alt("nested | shallow | deep | deepcopy | inner | inside"),
        ),
    ),
)
