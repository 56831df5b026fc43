"""Questions about well-known calls: what they do with the odd input, and what they leave alone.

`KNOWN` is data: one row for each call worth a question. To add a call, add a row.
In a question `{call}` stands for the quoted call, `{line}` for its line.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ....model import ExpectedPoint
from .. import meaning
from ..scene import Idea, Scene, point


@dataclass(frozen=True, slots=True)
class KnownCall:
    """A call by its last name; `method`: only as `x.name(…)`, else only as `name(…)`; None: both."""

    name: str
    method: bool | None
    question: str
    expected: tuple[ExpectedPoint, ...]


_NEW_OBJECT = point(
    "It gives a new object; the original stays as it is unless it is assigned.",
    ("new", "copy", "original", "unchanged", "not change", "assign", "not modify", "stays the same"),
)

KNOWN: Final = (
    KnownCall("int", False, "What does {call} on line {line} do with an input such as 3.9, and with the text 'abc'?", (
        point("The part behind the dot is cut off (3), not rounded.", ("cut", "truncate", "3", "drop", "floor", "round down", "remove", "whole part", "not round")),
        point("A text that is no number raises `ValueError`.", ("valueerror", "error", "exception", "crash", "fail")),
    )),
    KnownCall("float", False, "For which arguments does {call} on line {line} fail, and how does its result differ from an `int`?", (
        point("A text that is no number raises `ValueError`.", ("valueerror", "text", "letters", "string", "not a number", "not numeric", "words")),
        point("The result is a number with a fraction part, such as 3.0.", ("decimal", "fraction", "point", "3.0", "1.0", "2.0", "comma", "floating")),
    )),
    KnownCall("round", False, "What does {call} on line {line} give when its argument lies exactly between two whole numbers, such as 2.5?", (
        point("2: Python rounds a half to the even neighbour.", ("2", "two", "even", "banker")),
        point("Not always up, as taught in school.", ("not always up", "not up", "half to even", "nearest even", "down", "banker", "even")),
    )),
    KnownCall("input", False, "Of which type is the result of {call} on line {line}, and what follows from that when it is used in a calculation?", (
        point("It is always a string.", ("string", "str", "text")),
        point("It has to be converted first, or the calculation fails or joins texts.", ("convert", "int", "float", "error", "concatenate", "cast", "typeerror")),
    )),
    KnownCall("print", False, "What is the difference, for the code around it, between {call} on line {line} and handing the same value over with `return`?", (
        point("Printing only shows text on the screen.", ("show", "screen", "display", "console", "output", "see")),
        point("Other code cannot use a printed value; the call's result is `None`.", ("none", "use later", "caller", "store", "not use", "other code", "reuse", "save", "variable", "further")),
    )),
    KnownCall("len", False, "For which objects does {call} on line {line} fail, and what does it give for an empty one?", (
        point("It fails for objects without a length, such as numbers.", ("number", "integer", "int", "none", "float", "typeerror")),
        point("It gives 0 for an empty one.", ("0", "zero")),
    )),
    KnownCall("type", False, "How does {call} on line {line} judge a value like True or an object of a subclass, and what would `isinstance` say?", (
        point("`type` gives the exact class only, so `True` is bool, not int.", ("exact", "bool", "only", "not subclass", "different", "not int")),
        point("`isinstance` accepts subclasses, too.", ("subclass", "inherit", "accept", "parent", "also", "include", "derived")),
    )),
    KnownCall("str", False, "After {call} on line {line}, what does adding two such values with + do, and why?", (
        point("It joins the texts instead of adding numbers.", ("join", "concatenate", "concat", "put together", "next to", "behind", "append", "glue", "stick")),
        point("The value is now text, no longer a number.", ("text", "string", "character", "not a number", "no longer a number", "digits")),
    )),
    KnownCall("set", False, "Which information of its argument is lost by {call} on line {line}?", (
        point("Duplicates are dropped.", ("duplicate", "duplicates", "repeat", "twice", "multiple", "unique", "how often")),
        point("The order is lost.", ("order", "sequence", "position", "index")),
    )),
    KnownCall("sorted", False, "What does {call} on line {line} do to the object that it sorts, and what does it give?", (
        point("It leaves the original as it is.", ("unchanged", "original", "not change", "leave", "stays", "not modify", "nothing")),
        point("It gives a new sorted list.", ("new list", "list", "copy")),
    )),
    KnownCall("zip", False, "What does {call} on line {line} do when its inputs differ in length?", (
        point("It stops with the shortest.", ("shortest", "shorter", "stop", "fewer", "smallest")),
        point("What is left of the longer ones is dropped silently.", ("drop", "ignore", "lost", "left", "rest", "silent", "silently", "cut", "skip")),
    )),
    KnownCall("max", False, "What does {call} on line {line} do with nothing to choose from, and with equal candidates?", (
        point("An empty input raises `ValueError`.", ("valueerror", "error", "exception", "crash", "fail")),
        point("Of equal candidates it takes the first.", ("first", "either", "same", "one of", "any", "not matter")),
    )),
    KnownCall("min", False, "What does {call} on line {line} do with nothing to choose from, and with equal candidates?", (
        point("An empty input raises `ValueError`.", ("valueerror", "error", "exception", "crash", "fail")),
        point("Of equal candidates it takes the first.", ("first", "either", "same", "one of", "any", "not matter")),
    )),
    KnownCall("sum", False, "What does {call} on line {line} give for an empty input, and what if an element is a string?", (
        point("It gives 0 for an empty input.", ("0", "zero")),
        point("A string raises `TypeError`.", ("typeerror", "error", "exception", "fail", "crash")),
    )),
    KnownCall("open", False, "Which things can go wrong at {call} on line {line}, and when is the file closed again?", (
        point("The file may be missing or not readable.", ("missing", "not exist", "filenotfounderror", "permission", "wrong path", "not found", "encoding")),
        point("It is closed at the end of a `with` block or by `close`.", ("with", "close()", "context manager", "end of the block", "never", "end", "garbage")),
    )),
    KnownCall("eval", False, "What could someone make the program do through {call} on line {line}, and how?", (
        point("Any code that is passed in is run.", ("any code", "arbitrary", "run", "execute", "delete", "harm", "malicious", "dangerous", "inject")),
    )),
    KnownCall("enumerate", False, "Which two things does {call} on line {line} give in each pass, and where does the counting start?", (
        point("The index and the element.", ("index", "position", "counter", "number")),
        point("It starts at 0 unless told otherwise.", ("0", "zero", "start")),
    )),
    KnownCall("sqrt", None, "For which numbers does {call} on line {line} fail, and of which type is its result?", (
        point("For negative numbers: `ValueError`.", ("negative", "below 0", "less than 0", "below zero", "less than zero", "minus", "smaller than 0")),
        point("The result is a float.", ("float", "decimal", "floating")),
    )),
    KnownCall("sort", True, "What does {call} on line {line} do to the list, and what is the value of the call itself?", (
        point("It sorts the list in place.", ("in place", "itself", "reorder", "rearrange", "original", "change", "same list", "order")),
        point("Its value is `None`.", meaning.NOTHING),
    )),
    KnownCall("split", True, "What does {call} on line {line} give for an empty text, and for a text without the separator?", (
        point("A list of strings in any case.", ("list",)),
        point("Without the separator, the list has the whole text as its one element.", ("whole", "one element", "single", "entire", "1 element", "itself", "unchanged", "one item")),
    )),
    KnownCall("strip", True, "What exactly does {call} on line {line} remove, and what does it leave?", (
        point("It removes the characters at both ends.", ("both ends", "beginning and end", "start and end", "ends", "leading", "trailing", "around")),
        point("What stands inside the text stays.", ("inside", "middle", "between", "inner", "within")),
    )),
    KnownCall("replace", True, "What does {call} on line {line} change, and what becomes of the object that it is called on?", (
        point("It replaces every occurrence.", ("every", "all", "each")),
        _NEW_OBJECT,
    )),
    KnownCall("join", True, "What must the elements be for {call} on line {line} to work, and where does the separator appear?", (
        point("All elements must be strings.", ("string", "strings", "str", "text")),
        point("The separator stands between elements only, not at the ends.", ("between", "not at the end", "in the middle", "not after the last")),
    )),
    KnownCall("index", True, "What does {call} on line {line} do when there are several matches, and when there is none?", (
        point("It gives the first match.", ("first", "lowest", "earliest", "leftmost")),
        point("Without a match it raises `ValueError`.", ("valueerror", "error", "exception", "crash", "fail")),
    )),
    KnownCall("find", True, "What does {call} on line {line} give when there is no match, and why does that need care?", (
        point("It gives -1.", ("-1", "minus one", "minus 1", "negative")),
        point("-1 is a valid index and counts as true.", ("valid", "last", "true", "truthy", "index", "wrong", "check")),
    )),
    KnownCall("merge", True, "What happens in {call} on line {line} to rows that have no partner in the other table?", (
        point("With the default inner join they are dropped; `how` changes that.", ("drop", "inner", "lost", "disappear", "left out", "removed", "excluded", "nan", "how")),
        point("Several partners multiply the rows.", ("multiply", "duplicate", "several", "more rows", "many", "repeated", "left", "outer", "only matching", "both"), weight=0.5),
    )),
    KnownCall("groupby", True, "What does one row of the result stand for after {call} on line {line}, and what happens to rows with a missing key?", (
        point("One row for each distinct value of the key.", ("each distinct", "each unique", "one per", "per group", "each group", "each value", "unique", "distinct", "every group", "each category", "group")),
        point("Rows with a missing key are left out by default.", ("drop", "ignore", "left out", "exclude", "excluded", "lost", "dropna", "nan")),
    )),
    KnownCall("dropna", True, "Which rows or columns does {call} on line {line} remove, and what could that do to the result?", (
        point("Every row that has a missing value, unless `axis`, `how` or `subset` say otherwise.", ("missing", "nan", "any", "every row", "null", "empty")),
        point("Data is lost, which may bias what is computed later.", ("lose", "lost", "fewer", "bias", "smaller", "less data", "skew", "distort", "average", "mean")),
    )),
    KnownCall("fillna", True, "How does {call} on line {line} influence a mean that is computed afterwards, and what does it do to the object itself?", (
        point("The filled values count, so the mean moves.", ("mean", "average", "shift", "lower", "higher", "pull", "count", "bias", "toward", "distort")),
        _NEW_OBJECT,
    )),
    KnownCall("apply", True, "With what is the function in {call} on line {line} called, and how often?", (
        point("With each element of a column, or each column or row of a table.", ("each", "every", "row", "column", "element", "value", "cell")),
        point("Once for each of them, in Python, which is slow for many.", ("once", "one by one", "slow", "number of", "as often", "per row", "as many", "vectorized", "vectorised")),
    )),
    KnownCall("sort_values", True, "What order does {call} on line {line} give, and what becomes of the object that it is called on?", (
        point("Ascending unless `ascending=False` is given.", ("ascending", "descending", "smallest", "largest", "increasing", "decreasing")),
        _NEW_OBJECT,
    )),
    KnownCall("drop", True, "What is gone after {call} on line {line}, and from which object?", (
        point("The named rows or columns; `axis` or `columns` decides which.", ("row", "column", "axis", "label")),
        _NEW_OBJECT,
    )),
    KnownCall("read_csv", True, "Which assumptions about the file does {call} on line {line} make, and how would you notice that one is wrong?", (
        point("Separator, header line, encoding, types or decimal signs.", ("separator", "comma", "header", "encoding", "column name", "decimal", "type", "delimiter", "path")),
        point("By looking at the shape, the types or the first rows.", ("shape", "head", "dtypes", "info", "first rows", "error", "nan", "print", "columns", "describe")),
    )),
    KnownCall("mean", True, "What does {call} on line {line} do with missing values, and what with outliers?", (
        point("pandas leaves missing values out; numpy gives nan.", ("skip", "ignore", "left out", "nan", "exclude", "skipna", "not count")),
        point("Outliers pull it strongly; the median does not move so much.", ("pull", "median", "strong", "sensitive", "influence", "distort", "skew", "affect", "shift")),
    )),
    KnownCall("reshape", True, "Which shapes may the array have before {call} on line {line}, and in which order are its values laid out?", (
        point("The number of values must fit, or `ValueError` is raised.", ("number of", "same size", "same number", "product", "fit", "valueerror", "total", "divisible", "match")),
        point("Row by row (C order).", ("row by row", "row", "c order", "row-major", "last axis")),
    )),
    KnownCall("randint", None, "Which values can {call} on line {line} give, and how would you make a run repeatable?", (
        point("It names the two ends and whether they are included.", ("include", "inclusive", "included", "exclusive", "both", "from", "between")),
        point("By setting a seed.", ("seed",)),
    )),
    KnownCall("copy", True, "What does {call} on line {line} protect from, and what not?", (
        point("Changes to the copy leave the original alone.", ("original", "independent", "separate", "not change", "not affect")),
        point("Nested objects are still shared (it is shallow).", ("nested", "shallow", "deep", "deepcopy", "inner", "inside")),
    )),
)  # fmt: skip

_BY_NAME: Final = {row.name: row for row in KNOWN}


def known_call(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    """A call that has a row in `KNOWN`."""
    match node.func:
        case ast.Name(id=name):
            method = False
        case ast.Attribute(attr=name):
            method = True
        case _:
            return
    row, quote = _BY_NAME.get(name), scene.quote(node) or (f"`{name}`" if scene.source(node.func) else "")
    if row is None or row.method not in (None, method) or not quote or not method and not _plain(name, scene):
        return
    text = row.question.format(call=quote, line=node.lineno)
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=row.expected)


def _plain(name: str, scene: Scene) -> bool:
    """Is this the built-in, not a function of the candidate's own?"""
    return not any(isinstance(n, ast.FunctionDef) and n.name == name for n in scene.tree.body)


def own_call(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    """A call of a function that the document defines: what goes in, what comes out?"""
    if not isinstance(node.func, ast.Name):
        return
    name = node.func.id
    target = next((n for n in scene.tree.body if isinstance(n, ast.FunctionDef) and n.name == name), None)
    quote, around = scene.quote(node), scene.function(node)
    if target is None or not node.args or not quote or around is target:
        return
    first = target.args.args[0].arg if target.args.args else ""
    returned = next((n.value for n in ast.walk(target) if isinstance(n, ast.Return) and n.value), None)
    words = meaning.words_for(returned) if returned is not None else meaning.NOTHING
    points = (
        point(
            f"`{first}` is {scene.quote(node.args[0]) or 'the first argument'} in this call.",
            (first.lower(), *meaning.literal_words(node.args[0])),
        ),
        point(f"It says what `{name}` makes of it.", words or ("return", "result", "give back")),
    )
    text = (
        f"Walk through the call {quote} on line {node.lineno}: what does `{name}` receive, and what does it hand back?"
    )
    if first:
        yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)
