"""Questions about values: what an expression gives, and when it gives none."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from typing import Final

from .. import examples, meaning, wording
from ..bindings import assigned
from ..by_hand import Unknown, Value, fold
from ..meaning import Words, alt
from ..scene import Scene, extent, header, name_of, names, parameters
from ..sketch import Idea, idea, point, span

_TRIVIAL: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
_LARGEST: Final = 9_999  #: whole numbers beyond are for a calculator
_WORKED: Final = (ast.BinOp, ast.Subscript, ast.Call)
_BUILT_IN: Final = frozenset(dir(builtins))
_COMMON: Final = frozenset({0, 1, 2, -1, 10, 100})
_DIVIDED_BY_ZERO = alt(
    "zerodivisionerror | zero division | division by 0 | division by zero | divide by zero | divide by 0"
)
_STANDS_FOR = alt(
    "stand | mean | represent | because | number of | limit | task | maximum | minimum | per | threshold | "
    "there are | size"
)
_KINDS_OF_VALUE = alt(
    "number | string | list | true | boolean | integer | float | text | dictionary | tuple | value | result | "
    "amount | digit | character"
)


def worked_out(node: ast.Return | ast.Assign | ast.If, scene: Scene) -> Iterator[Idea]:
    """An expression that can be worked out by hand for given inputs."""
    expression = node.test if isinstance(node, ast.If) else node.value
    if expression is None or not any(isinstance(n, _WORKED) for n in ast.walk(expression)):
        return
    read = tuple(name for name in names(expression) if name not in _BUILT_IN)
    if not 1 <= len(read) <= 3 or _is_trivial(expression):
        return
    if not _may_be_chosen(read, expression, scene):
        return
    for known in _inputs(node, read, expression, scene):
        given = " and ".join(f"`{name}` is {held!r}" for name, held in known.items())
        text = f"{_what(node, scene)} if {given}? Show how you get there."
        result = _folded(expression, known)
        if isinstance(result, int | float | str | list | tuple) and _open(result, text):
            steps = f"It follows {scene.quote(expression) or 'the expression'} step by step."
            points = (
                point(f"It is `{result!r}`.", _result_words(result), weight=2),
                point(steps, _steps(expression, known)),
            )
            yield idea(header(node), text, points)
            return


def _is_trivial(expression: ast.expr) -> bool:
    """One sum or product of two names or numbers: arithmetic, which shows no understanding of the code."""
    match expression:
        case ast.BinOp(left=ast.Name() | ast.Constant(), op=op, right=ast.Name() | ast.Constant()):
            return isinstance(op, _TRIVIAL)
        case ast.Call(func=ast.Name(id="len" | "type" | "str"), args=[ast.Name()]):
            return True
    return False


def _may_be_chosen(read: tuple[str, ...], expression: ast.expr, scene: Scene) -> bool:
    """Of several names at most parameters: what was worked out before cannot be chosen beside what it came from."""
    function = scene.function(expression)
    changed = {name for name, _ in assigned(function or scene.tree)}
    given = {a.arg for a in parameters(function)} if function else set()
    made_here = changed & set(read)
    return not made_here or (len(read) == 1 and not made_here & given and _is_number(read[0], function or scene.tree))


def _is_number(name: str, around: ast.AST) -> bool:
    """Is a name given nothing but what is plainly a number?"""
    given = [n.value for n in ast.walk(around) if isinstance(n, ast.Assign) and name in map(name_of, n.targets)]
    return bool(given) and all(_is_arithmetic(value) for value in given)


def _is_arithmetic(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=int()) | ast.Call(func=ast.Name(id="len" | "int" | "abs" | "round" | "sum")):
            return True
        case ast.BinOp(op=op):
            return not isinstance(op, ast.Add | ast.Mult)
    return False


def _reached(node: ast.AST, known: Mapping[str, Value], scene: Scene) -> bool:
    """Does a line run for these values, as far as the conditions around it tell?"""
    inner = node
    for around in scene.above(node):
        if isinstance(around, ast.If) and inner is not around.test:
            try:
                if bool(fold(around.test, known)) is (inner in around.orelse):
                    return False
            except Unknown:
                pass
        inner = around
    return True


def _what(node: ast.Return | ast.Assign | ast.If, scene: Scene) -> str:
    lines = span(*header(node))
    match node:
        case ast.If():
            return f"How does the condition on {lines} come out"
        case ast.Assign(targets=[target, *_]):
            return f"What does {scene.quote(target) or 'the left side'} hold after {lines} has run once,"
    return f"What does {lines} return"


def _inputs(node: ast.AST, read: tuple[str, ...], expression: ast.expr, scene: Scene) -> Iterator[Mapping[str, Value]]:
    """Values for the names, with which the line is reached."""
    practice = scene.practice(node)
    given = [a.arg for a in practice.function.args.args] if practice else []
    if practice and practice.ordinary and set(read) <= set(given):
        for run in practice.ordinary:
            if node.lineno in run.lines and run.last >= node.lineno:  # type: ignore[attr-defined]
                values = dict(zip(given, run.arguments, strict=True))
                yield {name: values[name] for name in read}
        return
    function = scene.function(expression)
    for known in examples.given_to(read, function if isinstance(function, ast.FunctionDef) else None):
        if _reached(node, known, scene):
            yield known


def _folded(expression: ast.expr, known: Mapping[str, Value]) -> Value:
    """The value; None when it cannot be told or is no number for the head."""
    try:
        result = fold(expression, known)
    except Unknown:
        return None
    if isinstance(result, float) and round(result, 2) != result:
        return None
    return None if isinstance(result, int) and abs(result) > _LARGEST else result


def _open(result: Value, text: str) -> bool:
    asked = wording.words(text)
    return not any(wording.occurrences(term, asked) for term in _result_words(result))


def _result_words(result: Value) -> Words:
    if isinstance(result, float):
        return (f"{result:g}", f"{result:.1f}", f"{result:.2f}")
    return meaning.value_words(result)


def _steps(expression: ast.expr, known: Mapping[str, Value]) -> Words:
    """The words of the operations, and what the parts of the expression come to."""
    parts = (n for n in ast.walk(expression) if n is not expression and isinstance(n, (*_WORKED, ast.Compare)))
    between = (_folded(part, known) for part in parts if isinstance(part, ast.expr))
    return meaning.words_for(expression) + tuple(w for v in between if v is not None for w in _result_words(v))


def zero_division(node: ast.BinOp, scene: Scene) -> Iterator[Idea]:
    """A division or remainder by something that could be zero."""
    divisor = scene.quote(node.right)
    if not isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod) or not divisor or not names(node.right):
        return
    could_be = isinstance(node.right, ast.Name | ast.Call | ast.Subscript) or (
        isinstance(node.right, ast.BinOp) and isinstance(node.right.op, ast.Sub | ast.Mult)
    )
    if not could_be or isinstance(node.left, ast.JoinedStr) or _is_text(node.left) or _guarded(node, scene):
        return
    points = (
        point(f"When {divisor} is zero.", ("0", "zero", *(meaning.EMPTY if "len(" in divisor else ()))),
        point("Python raises `ZeroDivisionError`.", _DIVIDED_BY_ZERO),
    )
    text = (
        f"For which input does the division by {divisor} on line {node.lineno} go wrong, and what does Python do then?"
    )
    yield idea(extent(node), text, points)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _guarded(node: ast.BinOp, scene: Scene) -> bool:
    """Does an earlier condition look at the divisor, or a `try` stand around it?"""
    around = ast.walk(scene.function(node) or scene.tree)
    tests = (n.test for n in around if isinstance(n, ast.If | ast.IfExp | ast.While) and n.lineno <= node.lineno)
    looked_at = any(not set(names(test)).isdisjoint(names(node.right)) for test in tests)
    return looked_at or any(isinstance(a, ast.Try) for a in scene.above(node))


def remainder(node: ast.BinOp, scene: Scene) -> Iterator[Idea]:
    """A remainder by a literal: which results are there?"""
    match node:
        case ast.BinOp(op=ast.Mod(), left=left, right=ast.Constant(value=int() as n)) if n > 1 and names(left):
            broken = any(isinstance(part, ast.Div) for part in ast.walk(left))  # then the left side is no whole number
            if broken or not scene.quote(node):
                return
            rest = alt("remainder | left over | leftover | rest | remain | last digit | divisible | even | odd")
            top = (*meaning.value_words(n - 1), f"less than {n}", f"smaller than {n}", f"below {n}")
            points = (
                point(f"It is what is left over when dividing by {n}.", rest),
                point(f"For whole numbers it lies between 0 and {n - 1}.", top),
            )
            text = (
                f"Which results can {scene.quote(node)} on line {node.lineno} have for whole numbers, and "
                "what do they tell?"
            )
            yield idea(extent(node), text, points, depth=0 if n == 2 else None)  # everybody knows odd and even


def literal(node: ast.Constant, scene: Scene) -> Iterator[Idea]:
    """A number that stands in the code without a name."""
    number = node.value
    around = next((a for a in scene.above(node) if isinstance(a, ast.BinOp | ast.Compare)), None)
    if isinstance(number, bool) or not isinstance(number, int | float) or number in _COMMON or number > _LARGEST:
        return
    if around is not None and scene.quote(around):
        points = (
            point(f"What the {number} stands for in the task.", _STANDS_FOR),
            point(f"It decides the result through {scene.quote(around)}.", meaning.words_for(around)),
        )
        text = f"Why is it {number} on line {node.lineno}, and what would come out differently with {number * 2}?"
        yield idea(extent(node), text, points, depth=None if scene.is_fresh(str(number)) else 0)


def reached_for(node: ast.Return, scene: Scene) -> Iterator[Idea]:
    """A `return` of a literal under a condition: for which input?"""
    function = scene.function(node)
    case = next((a for a in scene.above(node) if isinstance(a, ast.If)), None)
    if isinstance(node.value, ast.Constant) and function is not None and case is not None:
        decides = f"It makes {scene.quote(case.test) or 'the condition'} on line {case.lineno} come out the right way."
        points = (point(decides, meaning.words_for(case.test)),)
        text = (
            f"For which input does `{function.name}` come to the `return` on line {node.lineno}? Name one, and say why."
        )
        plain = node in case.body and isinstance(case.test, ast.Compare) and isinstance(case.test.left, ast.Name)
        yield idea(extent(node), text, points, depth=0 if plain else None)  # to be read off


def handed_back(node: ast.Return, scene: Scene) -> Iterator[Idea]:
    """What a `return` hands over, for a caller who cannot see the code."""
    function = scene.function(node)
    if node.value is None or function is None or isinstance(node.value, ast.Constant | ast.Name):
        return
    points = (
        point(
            f"It is {scene.quote(node.value) or 'the value on that line'}, said in words.", meaning.spoken(node.value)
        ),
        point("It says of which kind the value is or what it is for.", _KINDS_OF_VALUE),
    )
    text = (
        f"How would you explain what line {node.lineno} hands back to someone who calls "
        f"`{function.name}` without seeing its code?"
    )
    yield idea(extent(node), text, points)


def not_printed(node: ast.Return, scene: Scene) -> Iterator[Idea]:
    """A `return` in a function that prints nothing: what does a program show that only calls it?"""
    function = scene.function(node)
    prints = scene.uses.get("print", ())
    if node.value is None or not isinstance(function, ast.FunctionDef) or prints:
        return
    given = ", ".join(a.arg for a in parameters(function))
    points = (
        point("Nothing: the value is handed back, and nobody prints it.", _NOT_SHOWN),
        point(
            "The call has to stand in `print(…)` to show it, or to be kept under a name.",
            alt("print | variable | assign"),
        ),
    )
    text = (
        f"A program holds this code and, as its only other line, the call `{function.name}({given})`. What does it "
        f"show on the screen, given line {node.lineno}, and why?"
    )
    yield idea(extent(node), text, points)


_NOT_SHOWN: Final = alt(
    "nothing | not show | not print | no output | not display | not appear | never print | blank | invisible"
)
