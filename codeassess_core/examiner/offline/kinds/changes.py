"""Questions about the change itself: a line that became another, code that came in one piece."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ....model import ExpectedPoint
from ....ports import QuestionBrief
from .. import meaning, wording
from ..scene import Scene, Sketch, changed_lines, point, span

_QUOTED = 70  #: characters of a line that a question quotes
_COMMENT = re.compile(r"^\s*(?:#|//|--|/\*|\*)")


def rewritten(brief: QuestionBrief) -> Iterator[Sketch]:
    """A line that replaced a similar one: why?"""
    now, before = brief.code.splitlines(), brief.previous.splitlines()
    gone = [line for line in before if line.strip() and line not in set(now)]
    for number in sorted(changed_lines(brief)):
        new = now[number - 1].strip() if number <= len(now) else ""
        old = _nearest(new, gone)
        if old and _quotable(new) and _quotable(old) and new.split() != old.split():
            text = f"Line {number} was `{old}` before and is `{new}` now. What does the program do differently because of that?"
            yield Sketch(
                kind="change", text=text, start_line=number, end_line=number, expected=_change_points(old, new), depth=2
            )


def _quotable(line: str) -> bool:
    return 0 < len(line) <= _QUOTED and "`" not in line and not _COMMENT.match(line)


def _nearest(new: str, gone: Sequence[str]) -> str:
    """The vanished line that shares most words, and at least half of them, with the new one."""
    mine = set(wording.words(new))
    best, share = "", 0.5
    for line in gone:
        theirs = set(wording.words(line))
        likeness = len(mine & theirs) / max(len(mine | theirs), 1)
        if share <= likeness:
            best, share = line.strip(), likeness + 1e-9
    return best


def _change_points(old: str, new: str) -> tuple[ExpectedPoint, ...]:
    before = (
        "before",
        "earlier",
        "old",
        "previous",
        "was",
        "used to",
        "first version",
        "wrong",
        "error",
        "bug",
        "fail",
        "instead",
    )
    after = tuple(w for node in _parts(new) - _parts(old) for w in _spoken(node))
    effect = (
        "now",
        "so that",
        "return",
        "result",
        "give",
        "work",
        "include",
        "correct",
        "fix",
        "different",
        "because",
        "allow",
        "avoid",
    )
    return (
        point(f"It says what was wrong with, or different about, `{old}`.", before),
        point(f"It names the effect of `{new}`.", (*after, *effect)),
    )


def _parts(line: str) -> set[str]:
    return set(re.findall(r"[^\W\d]\w*|\d+|[<>=!]=|//|\*\*|[-+*/%<>]", line))


def _spoken(part: str) -> meaning.Words:
    try:
        tree = ast.parse(f"a{part}b" if not part[0].isalnum() else part)
    except SyntaxError:
        return ()
    return meaning.words_for(tree)


def removed(brief: QuestionBrief) -> Iterator[Sketch]:
    """Lines that are gone: what did they do?"""
    now = {line.strip() for line in brief.code.splitlines()}
    gone = [line.strip() for line in brief.previous.splitlines() if line.strip() and line.strip() not in now]
    at = max(1, min(brief.region.start_line, len(brief.code.splitlines()) or 1))
    for line in (g for g in gone if _quotable(g)):
        points = (
            point(
                f"It says what `{line}` did.",
                tuple(w for p in _parts(line) for w in _spoken(p)) or ("value", "set", "call"),
            ),
            point(
                "It says why the program does without it now.",
                (
                    "because",
                    "not need",
                    "no longer",
                    "instead",
                    "wrong",
                    "replace",
                    "error",
                    "since",
                    "simpler",
                    "now",
                    "unnecessary",
                ),
            ),
        )
        text = f"You took out `{line}`. What did it do, and what takes its place now?"
        yield Sketch(kind="removed", text=text, start_line=at, end_line=at, expected=points, depth=1)


def pasted(brief: QuestionBrief, scene: Scene | None) -> Iterator[Sketch]:
    """Code that came in one piece: what does it do, and can the candidate change it?"""
    if brief.rule != "paste" or scene is None or not scene.changed:
        return
    start, end = min(scene.changed), max(scene.changed)
    nodes = tuple(scene.nodes())
    name = next((f"`{n.name}`" for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)), "")
    if name:
        words = tuple(w for n in nodes if isinstance(n, ast.Return | ast.Call) for w in meaning.words_for(n))
        points = (
            point("It says what the part computes or does.", words or ("compute", "return", "store", "print")),
            point("It says how: the loop, condition or call by which it gets there.", _means(nodes)),
        )
        text = f"The code on {span(start, end)} came in as one piece. How does {name} get from its input to its result?"
        yield Sketch(kind="paste", text=text, start_line=start, end_line=end, expected=points, depth=4)
    yield from _variations(scene, nodes, (start, end))


def _means(nodes: Sequence[ast.AST]) -> meaning.Words:
    words = ["first", "then", "step"]
    if any(isinstance(n, ast.For | ast.While | ast.comprehension | ast.ListComp) for n in nodes):
        words += ["loop", "each", "every", "iterate", "repeat", "until"]
    if any(isinstance(n, ast.If | ast.IfExp) for n in nodes):
        words += ["if", "condition", "check", "case", "otherwise"]
    return (*words, *(w for n in nodes if isinstance(n, ast.BinOp | ast.Call) for w in meaning.words_for(n)))


def _variations(scene: Scene, nodes: Sequence[ast.AST], lines: tuple[int, int]) -> Iterator[Sketch]:
    """Which line would have to change for another behaviour? Only the one who reads the code can say."""
    for node in nodes:
        match node:
            case ast.If(test=ast.Compare(left=left, ops=[op], comparators=[right])) if type(op) in (
                ast.Gt,
                ast.Lt,
                ast.GtE,
                ast.LtE,
            ):
                limit, measured = scene.quote(right), scene.quote(left)
                strict = isinstance(op, ast.Gt | ast.Lt)
                wish = f"{measured} equal to {limit} should {'count, too' if strict else 'no longer count'}"
                how = meaning.OPERATION[{ast.Gt: ast.GtE, ast.Lt: ast.LtE, ast.GtE: ast.Gt, ast.LtE: ast.Lt}[type(op)]]
            case ast.For(target=ast.Name(id=name), iter=source) if scene.quote(source):
                limit = measured = f"`{name}`"
                wish = f"{measured} should go through {scene.quote(source)} from the end to the start"
                how = ("reversed", "-1", "backward", "::-1", "step", "reverse", "[::-1]")
            case ast.Return(value=ast.expr() as value) if scene.quote(value):
                limit = measured = scene.quote(value)
                function = scene.function(node)
                wish = f"`{function.name}` should give a pair of {measured} and its type instead" if function else ""
                how = ("type", "tuple", "comma", "pair", "isinstance")
            case _:
                continue
        if limit and measured and wish:
            yield _variation(node, lines, wish, how)


def _variation(node: ast.stmt, lines: tuple[int, int], wish: str, how: meaning.Words) -> Sketch:
    start, end = lines
    points = (
        point(f"Line {node.lineno} has to change.", (f"line {node.lineno}", str(node.lineno))),
        point("It says how.", (*how, "change", "replace")),
    )
    text = f"Of the pasted {span(start, end)}, which one would you change, and how, if {wish}?"
    return Sketch(kind="paste_change", text=text, start_line=start, end_line=end, expected=points, depth=4)
