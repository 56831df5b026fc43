"""Questions about the change itself: a line that became another, code that came in one piece, code that went."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final

from ....model import ExpectedPoint
from ....ports import QuestionBrief
from .. import meaning, wording
from ..meaning import Words, alt
from ..scene import Scene, changed_lines, is_python
from ..sketch import Sketch, point, span

_QUOTED: Final = 70  #: characters of a line that a question quotes
_ALIKE: Final = 0.5  #: share of common words from which one line is taken for the successor of another
_MOST_LINES: Final = 60  #: lines that are compared
_COMMENT = re.compile(r"^\s*(?:#|//|--|/\*|\*)")
_PART = re.compile(r"[^\W\d]\w*|\d+|[<>=!]=|//|\*\*|[-+*/%<>]")
_PASTED: Final = 4  #: depth: above every kind of the table
_RELAXED: Final = {ast.Gt: ast.GtE, ast.Lt: ast.LtE, ast.GtE: ast.Gt, ast.LtE: ast.Lt}

_BEFORE = alt(
    "earlier | old | previous | used to | first version | wrong | error | bug | fail | instead | could not | crash"
)
_EFFECT = alt("so that | return | result | give | work | include | correct | fix | because | allow | avoid | prevent")
_DISPENSABLE = alt("because | not need | no longer | instead | wrong | replace | error | since | simpler | unnecessary")


def rewritten(brief: QuestionBrief) -> Iterator[Sketch]:
    """A line that replaced a similar one: what is different now?"""
    lines, kept = brief.code.splitlines(), set(brief.code.splitlines())
    broken = is_python(brief) and _sense(brief.code) is None
    gone = [_bare(line) for line in brief.previous.splitlines() if line not in kept and _quotable(_bare(line))]
    for number in sorted(changed_lines(brief)):
        new = _bare(lines[number - 1])
        old = _nearest(new, gone[:_MOST_LINES]) if _quotable(new) else ""
        unread = broken and _sense(new) is None  # a program that does not start does nothing differently
        finished = new.startswith(old) and _sense(old) is None  # it was being typed when it was last looked at
        if old and not unread and not finished and _essence(new) != _essence(old) and not _same_sense(old, new):
            text = f"Line {number} read `{old}`; it has become `{new}`. What does the program do differently, and why?"
            yield _about((number, number), "change", text, _change_points(old, new), depth=2)


def removed(brief: QuestionBrief) -> Iterator[Sketch]:
    """Lines that are gone: what did they do?"""
    lines = brief.code.splitlines()
    kept = {_essence(line) for line in lines}
    at = max(1, min(brief.region.start_line, len(lines)))
    for line in brief.previous.splitlines()[: 10 * _MOST_LINES]:
        bare = _bare(line)
        if _essence(bare) not in kept and _quotable(bare):
            did = tuple(w for part in _PART.findall(bare) for w in _spoken(part)) or alt("value | set | call")
            points = (
                point(f"It says what `{bare}` did.", did),
                point("It says why the program does without it.", _DISPENSABLE),
            )
            yield _about(
                (at, at), "removed", f"You took out `{bare}`. What did it do, and what takes its place?", points
            )


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
        yield _about(lines, "paste", text, points, depth=_PASTED)
    for node in nodes:
        for wish, how in _wishes(node, scene):
            yield _variation(node, lines, wish, how)


def _about(
    lines: tuple[int, int], kind: str, text: str, points: tuple[ExpectedPoint, ...], *, depth: int = 1
) -> Sketch:
    return Sketch(kind=kind, text=text, start_line=lines[0], end_line=lines[1], expected=points, depth=depth)


def _bare(line: str) -> str:
    return line.strip().rstrip("\\").rstrip()


def _essence(line: str) -> str:
    """A line without what changes nothing: blanks, a colon or backslash at the end."""
    return re.sub(r"\s", "", line).rstrip(":\\")


def _same_sense(old: str, new: str) -> bool:
    """Do two lines of Python do the same: other brackets, or a comparison with `True` that changes nothing?"""
    read = [_sense(line) for line in (old, new)]
    return None not in read and read[0] == read[1]


def _sense(line: str) -> str | None:
    """The tree of a line without what changes nothing; None when it is no Python by itself."""
    text = re.sub(r"^el(?=if\b)", "", line.strip())
    for whole in (text, f"{text} pass", f"{text}: pass"):
        try:
            return ast.dump(_Plain().visit(ast.parse(whole)))
        except (SyntaxError, ValueError, RecursionError):
            continue
    return None


class _Plain(ast.NodeTransformer):
    """Leaves out `== True` behind what is true or false already."""

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Compare(
                left=ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()) as left,
                ops=[ast.Eq() | ast.Is()],
                comparators=[ast.Constant(value=True)],
            ):
                return left
        return node


def _quotable(line: str) -> bool:
    return 0 < len(line) <= _QUOTED and "`" not in line and not _COMMENT.match(line) and len(_PART.findall(line)) > 1


def _nearest(new: str, gone: Sequence[str]) -> str:
    """The vanished line that shares most of its words with the new one; empty when none shares half."""
    mine = set(wording.words(new))

    def likeness(line: str) -> float:
        theirs = set(wording.words(line))
        return len(mine & theirs) / max(len(mine | theirs), 1)

    best = max(gone, key=likeness, default="")
    return best if best and likeness(best) >= _ALIKE else ""


def _change_points(old: str, new: str) -> tuple[ExpectedPoint, ...]:
    fresh = set(_PART.findall(new)) - set(_PART.findall(old))
    words = tuple(w for part in sorted(fresh) for w in _spoken(part))
    return (
        point(f"It says what `{old}` did or got wrong.", _BEFORE),
        point(f"It names the effect of `{new}`.", words + _EFFECT),
    )


def _spoken(part: str) -> Words:
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
    return _about(lines, "paste_change", text, points, depth=_PASTED)
