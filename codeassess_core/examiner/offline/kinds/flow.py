"""Questions about what runs, how often, and when: loops, conditions, branches."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....model import ExpectedPoint
from .. import meaning
from ..scene import Idea, Scene, assigned, header, names, point, span

_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def loop_end(node: ast.While, scene: Scene) -> Iterator[Idea]:
    """A `while`: what ends it, and does anything in its body bring the end nearer?"""
    start, end = header(node)
    read = set(names(node.test))
    steps = [n for name, n in assigned(ast.Module(body=node.body, type_ignores=[])) if name in read]
    leaves = any(isinstance(n, ast.Break | ast.Return) for s in node.body for n in ast.walk(s))
    points = [point(f"It stops as soon as {scene.quote(node.test) or 'its condition'} is false.", _ended(node.test))]
    if steps:
        step = scene.parents[steps[0]]
        how = meaning.words_for(step) + ("change", "update")
        points.append(point(f"Line {step.lineno} changes `{names_of(steps[0])}`, which brings the end nearer.", how))  # type: ignore[attr-defined]
    elif leaves:
        points = [point("A `break` or `return` in its body ends it.", ("break", "return", "found", "leave"))]
    else:
        points = [point("Nothing in its body changes its condition, so it never ends.", meaning.FOREVER)]
    text = f"What makes the `while` loop on {span(start, end)} stop{scene.inside(node)}, or keeps it from stopping?"
    yield Idea(text=text, start_line=start, end_line=end, expected=tuple(points))


def names_of(node: ast.AST) -> str:
    """The name of a bound name node."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "name", "")


def _ended(test: ast.expr) -> meaning.Words:
    common = ("false", "no longer", "not true", "not hold")
    match test:
        case ast.Compare(ops=[op], comparators=[right]) if type(op) in meaning.NEGATED:
            return (
                *common,
                *meaning.OPERATION[meaning.NEGATED[type(op)]],
                *meaning.literal_words(right),
                "reach",
                "pass",
            )
    return (*common, "empty", "none", "0", "zero", "break")


def range_values(node: ast.For, scene: Scene) -> Iterator[Idea]:
    """A `for` over `range`: which values the loop variable takes, first and last."""
    match node:
        case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=[*bounds])) if bounds:
            start, end = header(node)
            first = bounds[0] if len(bounds) > 1 else ast.Constant(value=0)
            begins = meaning.literal_words(first) or tuple(n.lower() for n in names(first)) or meaning.words_for(first)
            last, words = _last_value(bounds[1] if len(bounds) > 1 else bounds[0], scene)
            points = [point(f"The first value of `{name}` is {scene.quote(first) or '`0`'}.", begins)]
            if len(bounds) < 3:
                points.append(point(f"Its last value is {last}, because `range` leaves its end out.", words, weight=2))
            text = f"Which values does `{name}` take in the loop on {span(start, end)}, from the first to the last?"
            yield Idea(text=text, start_line=start, end_line=end, expected=tuple(points))


def _last_value(stop: ast.expr, scene: Scene) -> tuple[str, meaning.Words]:
    out = meaning.LAST_LEFT_OUT
    match stop:
        case ast.Constant(value=int() as n):
            return f"`{n - 1}`", meaning.value_words(n - 1)
        case ast.BinOp(left=ast.Name(id=name), op=ast.Add(), right=ast.Constant(value=1)):
            return f"`{name}` itself", (
                f"to {name}",
                f"until {name}",
                f"{name} itself",
                "inclusive",
                "include",
                f"last {name}",
                "through",
            )
        case ast.Call(func=ast.Name(id="len"), args=[inner]):
            words = ("last index", "length minus", "len minus", "- 1", "minus 1", "minus one", "last position", *out)
            return f"the last index of {scene.quote(inner) or 'it'}", words
    name = next(iter(names(stop)), "it")
    return f"one less than {scene.quote(stop) or 'the end'}", ("- 1", "minus 1", "minus one", f"{name} -1", *out)


def loop_empty(node: ast.For, scene: Scene) -> Iterator[Idea]:
    """A `for` over a name: what happens when there is nothing in it?"""
    over = _ranged_over(node.iter)
    if over is None or over.id == names_of(node.target):
        return
    start, end = header(node)
    points = [point("The body of the loop does not run at all.", meaning.NOT_RUN)]
    after = scene.outcome(node, scene.following(node))
    if after is not None:
        value = _initial(node, scene)
        known = meaning.literal_words(value) if value else ()
        quote = scene.quote(value) if value else ""
        held = f", which is still {quote}" if quote else ""
        points.append(point(f"After it, {after.text}{held}.", known or after.words, weight=2))
    text = f"What happens{scene.inside(node)} when `{over.id}` is empty at the loop on {span(start, end)}?"
    yield Idea(text=text, start_line=start, end_line=end, expected=tuple(points))


def _ranged_over(source: ast.expr) -> ast.Name | None:
    match source:
        case ast.Name():
            return source
        case ast.Call(func=ast.Name(id="range" | "enumerate" | "reversed" | "sorted"), args=[*_, last]):
            inner = last.args[0] if isinstance(last, ast.Call) and last.args else None
            if isinstance(inner, ast.Name) and isinstance(last, ast.Call) and names_of(last.func) == "len":
                return inner
            return last if isinstance(last, ast.Name) and names_of(source.func) != "range" else None  # type: ignore[attr-defined]
    return None


def _initial(loop: ast.For, scene: Scene) -> ast.expr | None:
    """The value that the name returned after the loop had before it."""
    following = scene.following(loop)
    match following[0] if following else None:
        case ast.Return(value=ast.Name(id=wanted)):
            around = scene.function(loop)
            for statement in reversed(around.body if around else []):
                match statement:
                    case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                        name == wanted and statement.lineno < loop.lineno
                    ):
                        return value
    return None


def nested_loops(node: ast.For | ast.While, scene: Scene) -> Iterator[Idea]:
    """A loop in a loop: how the work grows."""
    inner = next((n for s in node.body for n in ast.walk(s) if isinstance(n, ast.For | ast.While)), None)
    if inner is None or any(_constant_range(n) for n in (node, inner)):
        return
    grows = next(iter(names(node.iter if isinstance(node, ast.For) else node.test)), "")
    if not grows:
        return
    points = (
        point(
            "For each pass of the outer loop the inner one runs again from the start.",
            ("each", "every", "for all", "inner", "again", "multiply", "times"),
        ),
        point(
            "The work grows as a product of the two, so twice as much input costs about four times as much.",
            (
                "four times",
                "quadratic",
                "squared",
                "n^2",
                "n2",
                "n**2",
                "o n 2",
                "4 times",
                "quadruple",
                "product",
                "factor 4",
                "n * n",
            ),
            weight=2,
        ),
    )
    start, end = node.lineno, node.end_lineno or node.lineno
    text = f"The loop on line {inner.lineno} runs inside the one on line {start}. How does the number of its passes grow when `{grows}` doubles, and why?"
    yield Idea(text=text, start_line=start, end_line=end, expected=points)


def _constant_range(node: ast.AST) -> bool:
    return isinstance(node, ast.For) and not names(node.iter)


def leaves_loop(node: ast.Return | ast.Break | ast.Continue, scene: Scene) -> Iterator[Idea]:
    """A `return`, `break` or `continue` in a loop: what becomes of the remaining passes?"""
    loop = scene.loop(node)
    if loop is None:
        return
    word = type(node).__name__.lower()
    if scene.parents[node] is loop and isinstance(node, ast.Return):
        text = f"How many passes of the loop on line {loop.lineno} are made before `return` on line {node.lineno} is reached, and why?"
        points: tuple[ExpectedPoint, ...] = (
            point("Only one: the first pass already reaches it.", ("1", "one", "first", "once", "single")),
            point(
                "It stands in the loop's body without a condition, so the rest is never looked at.",
                (*meaning.STOPS, "not condition", "unconditional", "always", "no if", "rest", "other"),
            ),
        )
    elif isinstance(node, ast.Continue):
        text = f"What is skipped when `continue` on line {node.lineno} runs, and what comes next?"
        points = (
            point("The rest of this pass's body is not run.", ("rest", "remaining", "below", "after it", "following")),
            point(f"The loop on line {loop.lineno} goes on with its next pass.", ("next", "go on", "proceed")),
        )
    else:
        text = f"What happens to the remaining passes of the loop on line {loop.lineno} once `{word}` on line {node.lineno} runs?"
        where = (
            "The function ends at once and hands its result over"
            if word == "return"
            else "The program goes on after the loop"
        )
        points = (
            point("They are not made: the loop ends.", (*meaning.STOPS, "not run", "not execute", "never", "ignored")),
            point(
                f"{where}.",
                ("function", "result", "value", "caller")
                if word == "return"
                else ("after the loop", "below", "following", "next statement", "rest"),
            ),
        )
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)


def true_for(node: ast.If | ast.While, scene: Scene) -> Iterator[Idea]:
    """A comparison with a literal: which values satisfy it?"""
    match node.test:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if meaning.literal_words(right) and names(left):
            words = meaning.OPERATION[type(op)]
            start, end = header(node)
            expected = [
                point(
                    f"Those for which {scene.quote(node.test) or 'the comparison'} holds.",
                    (*words, *_modulus_words(left, op, right)),
                ),
                point(
                    f"The limit is {scene.quote(right)}.",
                    (*meaning.literal_words(right), *_modulus_words(left, op, right)),
                ),
            ]
            text = f"For which values of `{names(left)[0]}` is the condition on {span(start, end)} true?"
            yield Idea(text=text, start_line=start, end_line=end, expected=tuple(expected))


def _modulus_words(left: ast.expr, op: ast.cmpop, right: ast.expr) -> meaning.Words:
    match left, op, right:
        case ast.BinOp(op=ast.Mod(), right=ast.Constant(value=2)), ast.Eq(), ast.Constant(value=0):
            return ("even", "divisible", "multiple")
        case ast.BinOp(op=ast.Mod(), right=ast.Constant(value=2)), _, _:
            return ("odd", "uneven")
        case ast.BinOp(op=ast.Mod()), ast.Eq(), ast.Constant(value=0):
            return ("divisible", "multiple", "no remainder", "remainder 0", "factor")
    return ()


def boundary(node: ast.If, scene: Scene) -> Iterator[Idea]:
    """An order comparison in an `if`: what happens exactly at the limit?"""
    match node.test:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if (
            isinstance(op, _ORDER) and scene.quote(left) and scene.quote(right)
        ):
            if isinstance(left, ast.Constant):
                return
            holds = isinstance(op, ast.LtE | ast.GtE)
            branch = node.body if holds else (node.orelse or scene.following(node))
            outcome = scene.outcome(node, branch)
            verdict = ("true", "met", "satisfied", "holds", "included", "include", "goes in", "enter", "runs")
            other = (
                "false",
                "not true",
                "not met",
                "else",
                "exclude",
                "not include",
                "strictly",
                "skip",
                "not greater",
                "not less",
                "next condition",
            )
            points = [
                point(
                    f"The condition is then {'true' if holds else 'false'}: the limit itself {'counts' if holds else 'does not count'}.",
                    verdict if holds else other,
                )
            ]
            if outcome:
                points.append(point(f"So {outcome.text}.", outcome.words))
            start, end = header(node)
            text = f"What happens{scene.inside(node)} on line {start} when {scene.quote(left)} is exactly {scene.quote(right)}?"
            yield Idea(text=text, start_line=start, end_line=end, expected=tuple(points))


def combined(node: ast.BoolOp, scene: Scene) -> Iterator[Idea]:
    """`and` / `or`: a case that tells the parts from the whole."""
    is_and = isinstance(node.op, ast.And)
    first, second = node.values[0], node.values[-1]
    start, end = node.lineno, node.end_lineno or node.lineno
    constant = next((v for v in node.values[1:] if isinstance(v, ast.Constant) and v.value), None)
    if constant is not None and not is_and and scene.quote(constant):
        text = f"How does Python judge the part {scene.quote(constant)} after `or` on line {start}, and what does that do to the condition?"
        points = (
            point(
                "A value that is not empty or zero counts as true by itself; it is not compared.",
                ("true", "truthy", "not compare"),
            ),
            point(
                "So the whole condition is always true.", ("always", "every", "any value", "never false", "regardless")
            ),
        )
        yield Idea(text=text, start_line=start, end_line=end, expected=points)
    elif scene.quote(first) and isinstance(second, ast.Compare | ast.UnaryOp | ast.Call | ast.Name):
        holds, whole = ("true", "false") if is_and else ("false", "true")
        words = meaning.words_for(second) + tuple(n.lower() for n in names(second) if len(n) > 1)
        text = f"Describe a case in which {scene.quote(first)} on line {start} is {holds} but the whole condition is {whole}: what must the input be like?"
        points = (
            point(f"A case in which {scene.quote(second) or 'the other part'} is {whole}.", words),
            point(
                f"`{'and' if is_and else 'or'}` needs {'both parts' if is_and else 'only one part'}.",
                meaning.OPERATION[type(node.op)] + ("second", "other", "right"),
            ),
        )
        yield Idea(text=text, start_line=start, end_line=end, expected=points)
