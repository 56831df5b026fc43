"""Questions about what a call comes to, worked out on examples (`practice`): results, failures, what a line is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from ....model import ExpectedPoint
from .. import meaning, wording
from ..by_hand import Run
from ..meaning import Words, alt
from ..practice import OF_NAMES
from ..scene import Scene, extent, names
from ..sketch import Idea, idea, point

_QUOTED: Final = 60  #: characters of a call, or of a result, that a question quotes
_LARGEST: Final = 999  #: whole numbers beyond are for a calculator
_STEPS: Final = 4  #: the largest number of lines of a way that is told


def call_of(function: ast.FunctionDef, run: Run) -> str:
    """The call in backticks; empty when it is too long to be quoted."""
    text = f"{function.name}({', '.join(map(repr, run.arguments))})"
    return f"`{text}`" if len(text) <= _QUOTED and "`" not in text else ""


def outcome(run: Run) -> tuple[str, Words] | None:
    """What a caller sees of a run, as a sentence and the words that say it; None when it cannot be said shortly."""
    if run.endless:
        return "It never comes to an end.", meaning.FOREVER
    if run.error:
        return f"Python raises `{run.error}` on line {run.last}.", error_words(run.error)
    if run.printed and run.result == "None":
        shown = " ".join(run.printed.split())
        return (f"It prints {shown!r}.", (shown.lower(),)) if len(shown) <= _QUOTED and wording.words(shown) else None
    said = value_words(run.result or "")
    return (f"It returns `{run.result}`.", said) if len(run.result or "") <= _QUOTED and said else None


def told_differently(one: Run, other: Run) -> bool:
    """Can a caller be told two runs apart by what is said of them?"""
    return outcome(one) != outcome(other)


def value_words(result: str) -> Words:
    """How a value, as Python shows it, may be said."""
    value = ast.literal_eval(result)
    if isinstance(value, float):
        return (f"{value:g}", f"{value:.1f}", f"{value:.2f}")
    if isinstance(value, list | tuple) and value:
        parts = [str(part) for part in value]
        return tuple(f"{joint.join(parts)}".lower() for joint in (", ", " ", " and "))
    said = meaning.literal_words(ast.parse(result, mode="eval").body) or meaning.value_words(value)
    return said if any(wording.words(term) for term in said) else ()


def error_words(error: str) -> Words:
    """How an exception may be named."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in error).strip()
    return error.lower(), spaced, *meaning.ERROR


def is_open(words: Words, text: str) -> bool:
    """Does a question not say these words itself?"""
    asked = wording.words(text)
    return not any(wording.occurrences(term, asked) for term in words)


def is_plain(run: Run) -> bool:
    """Is the result one that a person can work out: no number with many digits?"""
    try:
        value = ast.literal_eval(run.result or "None")
    except ValueError:
        return False
    if isinstance(value, float):
        return round(value, 2) == value
    return not isinstance(value, int) or abs(value) <= _LARGEST


def fails(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A function that fails for whatever it seems to be for: what happens, why, and what would mend it?"""
    practice = scene.practice(node)
    run = practice.failure if practice else None
    call, said = (call_of(node, run), outcome(run)) if run else ("", None)
    near = [n for n in scene.changed if extent(node)[0] <= n <= extent(node)[1]]
    if run is None or not call or not said or not near or not _within(run, node):
        return
    lines = (min(run.last, *near), max(run.last, *near))
    points = (point(said[0], said[1], weight=2), _reason(run, node))
    behind = [n for n in near if n > run.last]
    if _changed(run, scene) or not behind:
        where = f"becomes of the loop on line {run.last}" if run.endless else f"happens on line {run.last}"
        yield idea(lines, f"What {where} in the call {call}, and why?", points)
    else:
        where = f"How far does the call {call} get"
        yield idea(lines, f"{where}, and what does that mean for line {behind[0]}?", points)


def to_mend(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """The same, told: what would mend it? For when the failure was asked about, and stayed."""
    practice = scene.practice(node)
    run = practice.failure if practice else None
    call = call_of(node, run) if run else ""
    near = [n for n in scene.changed if extent(node)[0] <= n <= extent(node)[1]]
    if run is None or run.endless or not call or not near or not _within(run, node):
        return
    text = f"In the call {call}, line {run.last} raises `{run.error}`. What would you change there, and why?"
    change = point(f"It names a change to line {run.last}.", (*_MENDED, *_reason(run, node).any_of[0]))
    yield idea((min(run.last, *near), max(run.last, *near)), text, (_reason(run, node), change))


_MENDED: Final = alt("change | instead | use | replace | convert | remove | add | write | should | need | without")


def _reason(run: Run, node: ast.FunctionDef) -> ExpectedPoint:
    if run.endless:
        return point("Nothing that its condition depends on changes from one pass to the next.", _STAYS)
    return point(f"The reason: {run.why}." if run.why else "It says why.", _reasons(run, node))


_STAYS: Final = alt("not change | never change | same | stay | stays | remain | always | unchanged | constant | true")


def _changed(run: Run, scene: Scene) -> Sequence[int]:
    return sorted(scene.changed & {*run.lines, run.last})


def _reasons(run: Run, node: ast.FunctionDef) -> Words:
    there = [n for n in ast.walk(node) if isinstance(n, ast.stmt) and n.lineno == run.last]
    said = [w for n in there for w in meaning.words_for(n)]
    known = [w for w in wording.content(wording.words(run.why)) if w.isalnum()]
    return (*known, *said, *(name.lower() for n in there for name in names(n)))


def call_result(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A call whose way through the function has to be followed."""
    practice = scene.practice(node)
    if practice is None or practice.failure is not None or not _has_ways(node):
        return
    for run in practice.ordinary:
        call, said = call_of(node, run), outcome(run)
        if not call or said is None or run.error or run.endless or not _changed(run, scene) or not is_plain(run):
            continue
        text = f"What does the call {call} come to, and by which steps does it get there?"
        if is_open(said[1], text):
            yield idea(_way(run), text, (point(said[0], said[1], weight=2), _steps(run, node, scene)))
            return


def _has_ways(node: ast.FunctionDef) -> bool:
    """Is there more to follow than one expression?"""
    if not node.args.args and not any(isinstance(n, ast.If | ast.For | ast.While) for n in ast.walk(node)):
        return False
    steps = sum(isinstance(n, ast.Assign | ast.AugAssign | ast.Return) for n in ast.walk(node))
    return steps > 1 or any(isinstance(n, ast.If | ast.For | ast.While | ast.IfExp) for n in ast.walk(node))


def _way(run: Run) -> tuple[int, int]:
    return min(run.lines), max(run.lines)


def _steps(run: Run, node: ast.FunctionDef, scene: Scene) -> ExpectedPoint:
    """The lines that the run goes through, and the words for what they do."""
    there = [n for n in ast.walk(node) if isinstance(n, ast.stmt) and n.lineno in run.lines and n is not node]
    parts = [n.test if isinstance(n, ast.If | ast.While) else n.iter if isinstance(n, ast.For) else n for n in there]
    words = tuple(w for part in parts for w in meaning.spoken(part))
    numbers = sorted({n.lineno for n in there})
    told = ", ".join(map(str, numbers[:_STEPS])) + (", …" if len(numbers) > _STEPS else "")
    return point(
        f"It goes through line{'s' if len(numbers) > 1 else ''} {told}.", (*words, *alt("first | then | because"))
    )


def edge_result(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A call at the rim of what the function is for; one that comes to something out of the ordinary tells more."""
    practice = scene.practice(node)
    if practice is None or practice.failure is not None:
        return
    usual = {run.lines for run in practice.ordinary if not run.error}
    results = any(run.result not in ("None", None) for run in practice.ordinary)
    odd = [run for run in practice.edges if _is_odd(run, results=results) or run.lines not in usual]
    plain = [run for run in practice.edges if run not in odd] if _has_rims(node) else []
    for run in (*odd, *plain):
        call, said = call_of(node, run), outcome(run)
        if not call or not said or not _changed(run, scene) or not _within(run, node) or not is_plain(run):
            continue
        why = "and why" if len(node.body) == 1 and len(run.lines) == 1 else "and which line decides that"
        text = f"What comes of the call {call}, {why}?"
        if is_open(said[1], text):
            points = (point(said[0], said[1], weight=2), _decides(run, node, scene))
            yield idea(_way(run), text, points, depth=None if run in odd else 2)
            return


_WITH_RIMS: Final = (ast.If, ast.For, ast.While, ast.Subscript)


def _has_rims(node: ast.FunctionDef) -> bool:
    """Is there anything in it that treats small or negative values in a way of their own?"""
    return any(
        isinstance(n, ast.If | ast.For | ast.While | ast.FloorDiv | ast.Mod | ast.Subscript) for n in ast.walk(node)
    )


def _is_odd(run: Run, *, results: bool) -> bool:
    """Does it fail, or give nothing where other calls give something?"""
    return bool(run.error) or run.endless or (results and run.result in ("None", "''", "[]"))


_TYPES: Final = {
    int: ("a whole number", alt("int | integer | whole number")),
    float: ("a number with a fraction part (`float`)", alt("float | decimal | floating | fraction")),
    str: ("a text (`str`)", alt("str | string | text")),
    list: ("a list", alt("list | array")),
}


def result_type(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A function whose result is of another type than what it is given: what makes it so?"""
    practice = scene.practice(node)
    runs = [run for run in practice.ordinary if not run.error and not run.endless] if practice else []
    types = {type(ast.literal_eval(run.result)) for run in runs if run.result}
    run = next((run for run in runs if _changed(run, scene)), None)
    call = call_of(node, run) if run else ""
    if run is None or not call or len(types) != 1 or not types <= set(_TYPES):  # truth values are plain to see
        return
    made = types.pop()
    parts = [part for argument in run.arguments for part in (argument if isinstance(argument, list) else [argument])]
    if made in map(type, (*run.arguments, *parts)) or not parts:
        return
    name, words = _TYPES[made]
    text = f"Of which type is the value that the call {call} returns, and which part of `{node.name}` makes it so?"
    returned = next((n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.lineno == run.last), None)
    because = meaning.spoken(returned) if returned else ()
    points = (
        point(f"It is {name}.", words, weight=2),
        point(f"Line {run.last} makes it so.", (*because, f"line {run.last}")),
    )
    yield idea(_way(run), text, points)


def _within(run: Run, node: ast.FunctionDef) -> bool:
    return extent(node)[0] <= run.last <= extent(node)[1] if run.last else True


def _decides(run: Run, node: ast.FunctionDef, scene: Scene) -> ExpectedPoint:
    """The line at which it turned out so: where it failed or ended, and the condition that led there."""
    if not run.last:
        return point("No `return` is reached; the function runs to its end.", alt("no return | not reach | end | none"))
    there = next(n for n in ast.walk(node) if isinstance(n, ast.stmt) and extent(n)[0] <= run.last <= extent(n)[1])
    inner = [n for n in ast.walk(there) if isinstance(n, ast.stmt) and n.lineno == run.last] or [there]
    case = next((a for a in scene.above(inner[0]) if isinstance(a, ast.If)), None)
    lines = (run.last, case.lineno) if case else (run.last,)
    words = (*(f"line {n}" for n in lines), *map(str, lines), *meaning.spoken(inner[0]))
    words += meaning.spoken(case.test) if case else ()
    led = f", to which the condition on line {case.lineno} leads" if case else ""
    return point(f"Line {run.last} decides{led}.", words)


def without_line(node: ast.stmt, scene: Scene) -> Iterator[Idea]:
    """A line that could be left out, and then the result is another: what is it there for?"""
    practice = scene.practice(node)
    quote = scene.source(node) if extent(node)[0] == extent(node)[1] else ""
    alone = practice is None or len(practice.function.body) < 2 or practice.failure is not None
    if practice is None or alone or not quote or len(quote) > _QUOTED or "`" in quote:
        return
    for run, other in practice.with_other(node, ast.copy_location(ast.Pass(), node)):
        call, said, now = call_of(practice.function, run), outcome(other), outcome(run)
        if run.error or other.error in OF_NAMES or not told_differently(run, other) or not is_plain(other):
            continue
        if not call or not said or not now:
            continue
        text = f"What is `{quote}` on line {node.lineno} there for: what would {call} come to without it?"
        if is_open(said[1], text):
            purpose = point("It says what the line is there for.", (*now[1], *meaning.words_for(node)))
            yield idea(extent(node), text, (point(f"Without it: {said[0]}", said[1], weight=2), purpose))
            return
