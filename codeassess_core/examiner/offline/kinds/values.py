"""Questions about values: what an expression gives, holds or refuses."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping

from .. import fold, meaning, wording
from ..scene import Function, Idea, Scene, assigned, header, names, parameters, point, span

_NUMBERS = ((7, 3, 5, 2), (23, 4, 6, 9), (15, 8, 2, 4), (6, 5, 3, 11))
_TEXTS = (("planet", "tr"), ("garden", "ro"), ("window", "ab"))
_COMMON = frozenset({0, 1, 2, -1, 10, 100})


def value(node: ast.Return | ast.Assign | ast.If, scene: Scene) -> Iterator[Idea]:
    """An expression that can be worked out by hand for given inputs."""
    expression = node.test if isinstance(node, ast.If) else node.value
    read = names(expression) if expression is not None else ()
    if (
        expression is None
        or not 1 <= len(read) <= 3
        or isinstance(expression, ast.Name)
        or set(read) & set(dir(builtins))
    ):
        return
    start, end = header(node) if isinstance(node, ast.If) else (node.lineno, node.end_lineno or node.lineno)
    for known in _inputs(read, expression, scene):
        text = f"What is the value of {_what(node, scene)} on {span(start, end)} when {_given(known)}? Show how you get there."
        try:
            result = fold.fold(expression, known)
        except fold.Unfoldable:
            continue
        terms = _result_words(result)
        if not any(wording.locate(t, wording.words(text)) is not None for t in terms):
            points = (
                point(f"It is `{result!r}`.", terms, weight=2),
                point(
                    f"Because of what {scene.quote(expression) or 'the line'} does step by step.",
                    _steps(expression, known),
                ),
            )
            yield Idea(text=text, start_line=start, end_line=end, expected=points)
            return


def _what(node: ast.Return | ast.Assign | ast.If, scene: Scene) -> str:
    if isinstance(node, ast.If):
        return "the condition"
    if isinstance(node, ast.Return):
        return "the `return`"
    return scene.quote(node.targets[0]) or "the right side"


def _inputs(read: tuple[str, ...], expression: ast.expr, scene: Scene) -> Iterator[Mapping[str, fold.Value]]:
    sequences = _sequences(scene.function(expression) or expression)
    for numbers, texts in zip(_NUMBERS, (*_TEXTS, _TEXTS[0]), strict=True):
        supply, letters = iter(numbers), iter((*texts, "no", "yes"))
        yield {name: next(letters) if name in sequences else next(supply) for name in read}


def _sequences(node: ast.AST) -> set[str]:
    """The names that are indexed, measured or walked through: a text serves as their example."""
    found: set[str] = set()
    for part in ast.walk(node):
        match part:
            case ast.Subscript(value=ast.Name(id=name)) | ast.For(iter=ast.Name(id=name)):
                found.add(name)
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
                found.add(name)
            case ast.Compare(ops=[ast.In() | ast.NotIn()]):
                found.update(names(part))
    return found


def _given(known: Mapping[str, fold.Value]) -> str:
    return " and ".join(f"`{name}` is {held!r}" for name, held in known.items())


def _result_words(result: fold.Value) -> meaning.Words:
    if isinstance(result, float):
        return (
            (f"{result:g}", f"{result:.2f}", f"{result:.1f}", str(int(result)))
            if result == int(result)
            else (f"{result:.2f}", f"{result:.1f}", f"{result:.3g}", f"{result:.3f}")
        )
    return meaning.value_words(result) if result is not None else ("none",)


def _steps(expression: ast.expr, known: Mapping[str, fold.Value]) -> meaning.Words:
    """The words of the operations, and what the parts of the expression come to."""
    between: list[str] = []
    for part in ast.walk(expression):
        if part is not expression and isinstance(part, ast.BinOp | ast.Call | ast.Subscript | ast.Compare):
            try:
                between.extend(_result_words(fold.fold(part, known)))
            except fold.Unfoldable:
                continue
    return tuple(dict.fromkeys((*meaning.words_for(expression), *between)))


def division(node: ast.BinOp, scene: Scene) -> Iterator[Idea]:
    """A division or remainder by something that could be zero."""
    if (
        not isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod)
        or isinstance(node.left, ast.JoinedStr | ast.Constant)
        and isinstance(getattr(node.left, "value", ""), str)
    ):
        return
    divisor = scene.quote(node.right)
    if not names(node.right) or not divisor or _guarded(node, names(node.right), scene):
        return
    cause = ("0", "zero", *(meaning.EMPTY if "len(" in divisor else ()))
    points = (
        point(f"When {divisor} is zero.", cause),
        point(
            "Python raises `ZeroDivisionError`.",
            (
                "zerodivisionerror",
                "zero division",
                "division by 0",
                "division by zero",
                "divide by zero",
                "divide by 0",
                "dividing by 0",
            ),
        ),
    )
    text = (
        f"For which input does the division by {divisor} on line {node.lineno} go wrong, and what does Python do then?"
    )
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)


def _guarded(node: ast.AST, read: tuple[str, ...], scene: Scene) -> bool:
    function = scene.function(node)
    tests = (
        [n.test for n in ast.walk(function)]
        if False
        else [n.test for n in ast.walk(function or scene.tree) if isinstance(n, ast.If | ast.IfExp | ast.While)]
    )
    return any(set(read) & set(names(t)) for t in tests if t.lineno <= node.lineno) or any(
        isinstance(a, ast.Try) for a in scene.above(node)
    )


def remainder(node: ast.BinOp, scene: Scene) -> Iterator[Idea]:
    """A remainder by a literal: which results are there?"""
    match node:
        case ast.BinOp(op=ast.Mod(), left=left, right=ast.Constant(value=int() as n)) if (
            n > 1 and names(left) and scene.quote(node)
        ):
            points = (
                point(
                    f"It is the remainder of dividing by {n}.",
                    ("remainder", "left over", "leftover", "rest", "remain", "last digit", "divisible"),
                ),
                point(
                    f"For whole numbers it lies between 0 and {n - 1}.",
                    (*meaning.value_words(n - 1), f"less than {n}", f"smaller than {n}", f"below {n}", "odd"),
                ),
            )
            text = f"Which results can {scene.quote(node)} on line {node.lineno} have for whole numbers, and what do they tell?"
            yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)


def accumulator(node: ast.AugAssign, scene: Scene) -> Iterator[Idea]:
    """A variable that is updated in a loop."""
    loop = scene.loop(node)
    if loop is None or not isinstance(node.target, ast.Name):
        return
    name, function = node.target.id, scene.function(node)
    before = [n for bound, n in assigned(function or scene.tree) if bound == name and n.lineno < loop.lineno]  # type: ignore[attr-defined]
    given = function is not None and name in {a.arg for a in parameters(function)}
    if not before and not given and not isinstance(loop, ast.For | ast.While):
        return
    if not before and not given:
        text = f"What does `{name}` hold the very first time line {node.lineno} runs{scene.inside(node)}?"
        points = (
            point(
                "Nothing: it was given no value before.",
                ("nothing", "no value", *meaning.UNDEFINED, "not initialize", "not initialise", "not set"),
            ),
            point("So Python raises an error.", (*meaning.ERROR, "unboundlocalerror", "nameerror")),
        )
    else:
        text = f"What does `{name}` stand for after each pass of the loop on line {loop.lineno}, given how line {node.lineno} changes it?"
        points = (
            point(
                "It holds the result of all the passes so far.",
                (
                    "so far",
                    "until now",
                    "up to now",
                    "running",
                    "accumulate",
                    "total",
                    "all previous",
                    "cumulative",
                    "sum of",
                    "product of",
                    "number of",
                    "how many",
                    "each time",
                    "remaining",
                    "left",
                ),
            ),
            point(
                f"Each pass changes it by {scene.quote(node.value) or 'what stands on the right'}.",
                meaning.words_for(node) + tuple(n.lower() for n in names(node.value) if len(n) > 1),
            ),
        )
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)


def undefined(node: ast.Name, scene: Scene) -> Iterator[Idea]:
    """A name that is read but bound nowhere in the document."""
    star = any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in ast.walk(scene.tree))
    if star or not isinstance(node.ctx, ast.Load) or node.id in scene.bound:
        return
    points = (
        point(
            f"`{node.id}` has no value: nothing defines it.",
            ("no value", "nothing", "never", *meaning.UNDEFINED, "missing", "not given"),
        ),
        point("Python raises `NameError` when the line runs.", ("nameerror", "name error", *meaning.ERROR)),
    )
    text = (
        f"Where does `{node.id}`, which line {node.lineno} reads, get its value, and what happens when this line runs?"
    )
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)


def shadowed(node: ast.Name | ast.arg, scene: Scene) -> Iterator[Idea]:
    """A built-in whose name gets another meaning."""
    name = node.id if isinstance(node, ast.Name) else node.arg
    if (
        not hasattr(builtins, name)
        or name.startswith("_")
        or isinstance(node, ast.Name)
        and not isinstance(node.ctx, ast.Store)
    ):
        return
    points = (
        point(
            f"The built-in `{name}` can no longer be reached under its name there.",
            (
                "built-in",
                "builtin",
                "built in",
                "hide",
                "shadow",
                "overwrite",
                "override",
                "replace",
                "no longer",
                "not call",
            ),
        ),
        point(
            "A later call of it would use the new value and fail.",
            (*meaning.ERROR, "not callable", "typeerror", "variable instead", "wrong", "call", "use"),
        ),
    )
    text = f"What does the name `{name}`, as line {node.lineno} uses it, make impossible in the rest of this code?"
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)


def reused_name(node: ast.For, scene: Scene) -> Iterator[Idea]:
    """A loop variable that overwrites a parameter or the variable of an outer loop."""
    function = scene.function(node)
    if not isinstance(node.target, ast.Name):
        return
    name = node.target.id
    outer = any(isinstance(a, ast.For) and names(a.target) == (name,) for a in scene.above(node))
    if not outer and not (isinstance(function, Function) and name in {a.arg for a in parameters(function)}):
        return
    start, end = header(node)
    points = (
        point(
            f"It is lost: the loop overwrites `{name}` with its own values.",
            (
                "lost",
                "overwrite",
                "overwritten",
                "replace",
                "gone",
                "change",
                "forget",
                "shadow",
                "new value",
                "reassign",
            ),
        ),
        point(
            "After it, the name holds the value of the last pass.",
            ("last", "final", "end of the loop", "each pass", "every pass", "each iteration", "next"),
        ),
    )
    text = f"`{name}` had a value before the loop on {span(start, end)} took the same name. What becomes of that value?"
    yield Idea(text=text, start_line=start, end_line=end, expected=points)


def literal(node: ast.Constant, scene: Scene) -> Iterator[Idea]:
    """A number that stands in the code without a name."""
    number = node.value
    if isinstance(number, bool) or not isinstance(number, int | float) or number in _COMMON:
        return
    around = next((a for a in scene.above(node) if isinstance(a, ast.BinOp | ast.Compare)), None)
    if around is None or not scene.quote(around):
        return
    words = meaning.words_for(around)
    points = (
        point(
            f"What the {number} stands for in the task.",
            (
                "stand",
                "mean",
                "represent",
                "because",
                "number of",
                "limit",
                "task",
                "maximum",
                "minimum",
                "per",
                "threshold",
                "there are",
                "size",
            ),
        ),
        point(f"It decides the result through {scene.quote(around)}.", words),
    )
    text = f"Why is it {number} on line {node.lineno}, and what would come out differently with {_other(number)}?"
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)


def _other(number: int | float) -> int | float:
    return number + 1 if isinstance(number, int) else number * 2


def role(node: ast.Assign, scene: Scene) -> Iterator[Idea]:
    """What a variable is for (the role of a variable, Sajaniemi 2002)."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=held):
            function = scene.function(node) or scene.tree
            uses = [
                n
                for n in ast.walk(function)
                if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load) and n.lineno > node.lineno
            ]
            words = meaning.literal_words(held) + meaning.words_for(held)
            if not words:
                return
            holds = point(f"It holds {scene.quote(held) or 'the value of the right side'}.", words)
            if uses:
                statement = next(a for a in scene.above(uses[0]) if isinstance(a, ast.stmt))
                used = point(
                    f"Line {uses[0].lineno} needs it.",
                    (f"line {uses[0].lineno}", *meaning.words_for(statement), type(statement).__name__.lower()),
                )
                text = f"What does `{name}` from line {node.lineno} hold, and which later step could not do without it?"
            else:
                used = point(
                    "Nothing reads it later.",
                    ("nothing", "never", "not use", "unused", "not read", "no effect", "none"),
                )
                text = f"What is `{name}` on line {node.lineno} needed for in the rest of the code?"
            yield Idea(
                text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=(holds, used)
            )


def result(node: ast.Return, scene: Scene) -> Iterator[Idea]:
    """What a `return` hands over, for a caller who cannot see the code."""
    function = scene.function(node)
    if node.value is None or function is None or len(names(node.value)) > 4:
        return
    start, end = node.lineno, node.end_lineno or node.lineno
    if isinstance(node.value, ast.Constant):
        case = next((a for a in scene.above(node) if isinstance(a, ast.If)), None)
        if case is None or not meaning.words_for(case.test):
            return
        text = f"For which input does `{function.name}` come to the `return` on line {start}? Name one, and say why."
        points = (
            point(
                f"One that makes {scene.quote(case.test) or 'the condition'} on line {case.lineno} come out the right way.",
                meaning.words_for(case.test),
            ),
        )
    else:
        words = meaning.words_for(node.value) or tuple(n.lower() for n in names(node.value))
        text = f"How would you explain what line {start} hands back to someone who calls `{function.name}` without seeing its code?"
        points = (
            point(f"It is {scene.quote(node.value) or 'the value on that line'}, said in words.", words),
            point(
                "It says of which kind the value is or what it is for.",
                (
                    "number",
                    "string",
                    "list",
                    "true",
                    "boolean",
                    "integer",
                    "float",
                    "text",
                    "dictionary",
                    "tuple",
                    "value",
                    "result",
                    "amount",
                    "digit",
                    "character",
                ),
            ),
        )
    yield Idea(text=text, start_line=start, end_line=end, expected=points)
