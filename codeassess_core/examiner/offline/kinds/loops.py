"""Questions about loops: which passes are made, what ends them, what they cost."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....model import ExpectedPoint
from .. import meaning
from ..bindings import assigned
from ..meaning import Words, alt
from ..scene import Scene, extent, header, name_of, names
from ..sketch import Idea, idea, point, span

_QUADRATIC = alt(
    "four times | quadratic | squared | n^2 | n2 | n**2 | o n 2 | 4 times | quadruple | product | factor 4 | n * n"
)
_CONDITIONLESS = alt("not condition | unconditional | always | no if | rest | other | immediately | right away")


def loop_end(node: ast.While, scene: Scene) -> Iterator[Idea]:
    """A `while`: what ends it, and does anything in its body bring the end nearer?"""
    body = ast.Module(body=node.body, type_ignores=[])
    step = next((n for name, n in assigned(body) if name in names(node.test)), None)
    stops = point(f"It stops as soon as {scene.quote(node.test) or 'its condition'} is false.", _ended(node.test))
    if step is not None:
        line, how = extent(step)[0], (*meaning.words_for(scene.parents[step]), "change", "update")
        points: tuple[ExpectedPoint, ...] = (
            stops,
            point(f"Line {line} changes `{name_of(step)}`, which brings the end nearer.", how),
        )
    elif any(isinstance(n, ast.Break | ast.Return) for n in ast.walk(body)):
        points = (point("A `break` or `return` in its body ends it.", alt("break | return | found | leave")),)
    elif any(isinstance(n, ast.Call) for n in ast.walk(node)):
        points = (stops,)
    else:
        points = (point("Nothing in its body changes its condition, so it never ends.", meaning.FOREVER),)
    text = f"What makes the `while` loop on {span(*header(node))} stop{scene.inside(node)}, or keeps it from stopping?"
    yield idea(header(node), text, points)


def _ended(test: ast.expr) -> Words:
    common = alt("false | no longer | not true | not hold")
    match test:
        case ast.Compare(ops=[op], comparators=[right]) if type(op) in meaning.NEGATED:
            opposite = meaning.OPERATION[meaning.NEGATED[type(op)]]
            return (*common, *opposite, *meaning.literal_words(right), "reach", "pass")
    return common + alt("empty | none | 0 | zero | break")


def range_values(node: ast.For, scene: Scene) -> Iterator[Idea]:
    """A `for` over `range`: which values the loop variable takes, first and last."""
    match node:
        case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=[_] | [_, _] as bounds)):
            first = bounds[0] if len(bounds) == 2 else ast.Constant(value=0)
            last, words = _last_value(bounds[-1], scene)
            points = (
                point(f"The first value of `{name}` is {scene.quote(first) or '`0`'}.", meaning.spoken(first)),
                point(f"Its last value is {last}, because `range` leaves its end out.", words, weight=2),
            )
            text = f"Which values does `{name}` take in the loop on {span(*header(node))}, from the first to the last?"
            yield idea(header(node), text, points)


def _last_value(stop: ast.expr, scene: Scene) -> tuple[str, Words]:
    match stop:
        case ast.Constant(value=int() as n):
            return f"`{n - 1}`", meaning.value_words(n - 1)
        case ast.BinOp(left=ast.Name(id=name), op=ast.Add(), right=ast.Constant(value=1)):
            to = alt(f"to {name} | until {name} | {name} itself | last {name} | through {name}".lower())
            return f"`{name}` itself", to + alt("inclusive | include | included")
        case ast.Call(func=ast.Name(id="len"), args=[inner]):
            words = alt("last index | length minus | len minus | - 1 | minus 1 | minus one | last position")
            return f"the last index of {scene.quote(inner) or 'it'}", words + meaning.LAST_LEFT_OUT
    one_less = alt("- 1 | -1 | minus 1 | minus one")
    return f"one less than {scene.quote(stop) or 'the end'}", one_less + meaning.LAST_LEFT_OUT


def empty_input(node: ast.For, scene: Scene) -> Iterator[Idea]:
    """A `for` over a name: what happens when there is nothing in it?"""
    over = _walked(node.iter)
    if over is None or over.id == name_of(node.target) or scene.loop(node) is not None:
        return
    points = [point("The body of the loop does not run at all.", meaning.NOT_RUN)]
    after = scene.outcome(node, scene.following(node))
    if after is not None:
        value = _initial(node, scene)
        held = f", which is still {scene.quote(value)}" if value and scene.quote(value) else ""
        words = meaning.literal_words(value) if value else ()
        points.append(point(f"After it, {after.text}{held}.", words or after.words, weight=2))
    text = f"What happens{scene.inside(node)} when `{over.id}` is empty at the loop on {span(*header(node))}, and why?"
    yield idea(header(node), text, points)


def _walked(source: ast.expr) -> ast.Name | None:
    """The name whose elements or positions a loop goes through."""
    match source:
        case ast.Name():
            return source
        case ast.Call(func=ast.Name(id="enumerate" | "reversed" | "sorted"), args=[ast.Name() as inner, *_]):
            return inner
        case ast.Call(
            func=ast.Name(id="range"), args=[*_, ast.Call(func=ast.Name(id="len"), args=[ast.Name() as inner])]
        ):
            return inner
    return None


def _initial(loop: ast.For, scene: Scene) -> ast.expr | None:
    """The value that the name returned right after the loop had before it."""
    around, after = scene.function(loop), scene.following(loop)
    wanted = after[0].value if after and isinstance(after[0], ast.Return) else None
    if around is None or not isinstance(wanted, ast.Name):
        return None
    before = (s for s in around.body if isinstance(s, ast.Assign) and s.lineno < loop.lineno)
    values = [s.value for s in before if any(name_of(t) == wanted.id for t in s.targets)]
    return values[-1] if values else None


def nested(node: ast.For | ast.While, scene: Scene) -> Iterator[Idea]:
    """A loop in a loop: how the work grows."""
    inner = next((n for s in node.body for n in ast.walk(s) if isinstance(n, ast.For | ast.While)), None)
    grows = next(iter(names(node.iter if isinstance(node, ast.For) else node.test)), "")
    if inner is None or not grows or (isinstance(inner, ast.For) and not names(inner.iter)):
        return
    again = alt("each | every | for all | inner | again | multiply | times")
    points = (
        point("For each pass of the outer loop the inner one runs again from the start.", again),
        point("If both grow with the input, twice as much costs about four times as much.", _QUADRATIC, weight=2),
    )
    text = (
        f"The loop on line {inner.lineno} runs inside the one on line {node.lineno}. How does the number "
        f"of its passes grow when `{grows}` doubles, and why?"
    )
    yield idea(extent(node), text, points)


def only_pass(node: ast.Return, scene: Scene) -> Iterator[Idea]:
    """A `return` directly in the body of a loop: there is only one pass."""
    loop = scene.loop(node)
    if loop is not None and scene.parents[node] is loop and node in loop.body:
        points = (
            point("Only one: the first pass already reaches it.", alt("1 | one | first | once | single")),
            point("No condition guards it, so the rest is never looked at.", meaning.STOPS + _CONDITIONLESS),
        )
        text = f"How many passes does the loop on line {loop.lineno} make before line {node.lineno} returns, and why?"
        yield idea(extent(node), text, points)


def leaves(node: ast.Return | ast.Break, scene: Scene) -> Iterator[Idea]:
    """A conditional `return` or `break` in a loop: what becomes of the remaining passes?"""
    loop = scene.loop(node)
    if loop is None or scene.parents[node] is loop:
        return
    if isinstance(node, ast.Return):
        word, after = "return", "The function ends at once and hands its result over."
        next_words = alt("function | result | value | caller")
    else:
        word, after = "break", "The program goes on after the loop."
        next_words = alt("after the loop | below | following | next statement | rest")
    not_made = meaning.STOPS + alt("not run | not execute | never | ignored")
    points = (point("They are not made: the loop ends.", not_made), point(after, next_words))
    text = (
        f"What happens to the remaining passes of the loop on line {loop.lineno} once `{word}` on line "
        f"{node.lineno} runs, and how does the program go on?"
    )
    yield idea(extent(node), text, points)


def skips(node: ast.Continue, scene: Scene) -> Iterator[Idea]:
    """A `continue`: what is left out?"""
    points = (
        point("The rest of this pass's body is not run.", alt("rest | remaining | below | after it | following")),
        point("The loop goes on with its next pass.", alt("next | go on | proceed")),
    )
    yield idea(extent(node), f"What is skipped when `continue` on line {node.lineno} runs, and then?", points)
