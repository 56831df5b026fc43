"""Questions about code that came in one piece, and what all questions about changed lines share."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final

from ....model import ExpectedPoint
from ....ports import QuestionBrief
from .. import meaning
from ..meaning import Words, alt
from ..scene import Scene
from ..sketch import Sketch, point, span

QUOTED: Final = 70  #: characters of a line that a question quotes
MOST_LINES: Final = 60  #: lines that are compared
_COMMENT = re.compile(r"^\s*(?:#|//|--|/\*|\*)")
PART = re.compile(r"[^\W\d]\w*|\d+|[<>=!]=|//|\*\*|[-+*/%<>]")
_TEXT_OR_BLANK = re.compile(r"('[^']*'|\"[^\"]*\")|\s")
_PASTED: Final = 4  #: depth: above every kind of the table
_RELAXED: Final = {ast.Gt: ast.GtE, ast.Lt: ast.LtE, ast.GtE: ast.Gt, ast.LtE: ast.Lt}


def pasted(brief: QuestionBrief, scene: Scene | None) -> Iterator[Sketch]:
    """Code that came in one piece: what does it do, and can the candidate change it?"""
    if brief.rule != "paste" or scene is None or not scene.changed:
        return
    lines = min(scene.changed), max(scene.changed)
    nodes = tuple(scene.nodes())
    named = next(
        (n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.lineno in scene.changed), None
    )
    if named is not None:
        does = tuple(w for n in nodes if isinstance(n, ast.Return | ast.Call) for w in meaning.words_for(n))
        points = (
            point("It says what the part computes or does.", does or alt("compute | return | store | print")),
            point("It says how: the loop, condition or call by which it gets there.", _means(nodes)),
        )
        text = (
            f"The code on {span(*lines)} came in as one piece. How does `{named.name}` get from its "
            "input to its result?"
        )
        yield about(lines, "paste", text, points, depth=_PASTED)
    for node in nodes:
        for wish, how in _wishes(node, scene):
            yield _variation(node, lines, wish, how)


def about(lines: tuple[int, int], kind: str, text: str, points: tuple[ExpectedPoint, ...], *, depth: int = 1) -> Sketch:
    return Sketch(kind=kind, text=text, start_line=lines[0], end_line=lines[1], expected=points, depth=depth)


def bare_of(line: str) -> str:
    return line.strip().rstrip("\\").rstrip()


def essence(line: str) -> str:
    """A line without what changes nothing: blanks, a colon or backslash at the end."""
    return _TEXT_OR_BLANK.sub(lambda found: found[1] or "", line).rstrip(":\\")


def quotable(line: str) -> bool:
    return 0 < len(line) <= QUOTED and "`" not in line and not _COMMENT.match(line) and len(PART.findall(line)) > 1


def spoken_parts(part: str) -> Words:
    """The words for one name, number or operator out of a line."""
    try:
        return meaning.words_for(ast.parse(part if part[0].isalnum() else f"a{part}b"))
    except SyntaxError:
        return ()  # a keyword


def _means(nodes: Sequence[ast.AST]) -> Words:
    loops = any(isinstance(n, ast.For | ast.While | ast.comprehension | ast.ListComp) for n in nodes)
    branches = any(isinstance(n, ast.If | ast.IfExp) for n in nodes)
    words = alt("first | then | step")
    words += alt("loop | each | every | iterate | repeat | until") if loops else ()
    words += alt("if | condition | check | case | otherwise") if branches else ()
    return words + tuple(w for n in nodes if isinstance(n, ast.BinOp | ast.Call) for w in meaning.words_for(n))


def _wishes(node: ast.AST, scene: Scene) -> Iterator[tuple[str, Words]]:
    """Another behaviour that one could wish for, and the words for how to get it."""
    match node:
        case ast.If(test=ast.Compare(left=left, ops=[op], comparators=[right])) if type(op) in _RELAXED:
            wish = "should count, too" if isinstance(op, ast.Gt | ast.Lt) else "should no longer count"
            if scene.quote(left) and scene.quote(right):
                how = meaning.OPERATION[_RELAXED[type(op)]]
                yield f"{scene.quote(left)} equal to {scene.quote(right)} {wish}", how
        case ast.For(target=ast.Name(id=name), iter=source) if scene.quote(source):
            how = alt("reversed | -1 | backward | backwards | step | reverse | [::-1]")
            yield f"`{name}` should go through {scene.quote(source)} from the end to the start", how
        case ast.Return(value=ast.expr() as value) if scene.quote(value):
            yield f"the type of {scene.quote(value)} were wanted besides its value", alt("type | tuple | comma | pair")


def _variation(node: ast.AST, lines: tuple[int, int], wish: str, how: Words) -> Sketch:
    """Which line would have to change? Only someone who reads the code can say."""
    number = node.lineno  # type: ignore[attr-defined]
    points = (
        point(f"Line {number} has to change.", (f"line {number}", str(number))),
        point("It says how.", (*how, "replace", "swap")),
    )
    text = f"Of the pasted {span(*lines)}, which one would you change, and how, if {wish}?"
    return about(lines, "paste_change", text, points, depth=_PASTED)
