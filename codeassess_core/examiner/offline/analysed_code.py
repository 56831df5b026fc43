"""What the kinds of question are given: the tree, the lines that the candidate changed, and look-ups in them."""

from __future__ import annotations

import ast
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...documents import notebook_lines
from ...documents.lines import editor_lines, split_lines
from ...ports import QuestionBrief
from ..text import code_words
from ..text.tables import Words
from . import bindings, incomplete_lines, repair, running
from .example_runs import ExampleRuns
from .running import Program, Runs
from .syntax import HEADED, SCOPES, Function, extent, header

Loop = ast.For | ast.AsyncFor | ast.While

_WORD: Final = re.compile(r"\w")
_MOST_LINES: Final = 60  #: lines of a change that are looked at
_MAX_QUOTE: Final = 48  #: characters of code that a question quotes; longer code is named by its line
_BLOCKS: Final = ("body", "orelse", "finalbody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happens next on a path: a clause ("it returns `False`") and the words for it."""

    text: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysedCode:
    """The code of a brief as the kinds of question see it. Runs are made when they are asked for."""

    tree: ast.Module
    lines: tuple[str, ...]  #: as parsed, so the positions of nodes are right
    changed: frozenset[int]  #: the lines that a question may be about
    parents: Mapping[ast.AST, ast.AST]
    bound: frozenset[str]  #: every name that is bound somewhere, or built in
    uses: Mapping[str, tuple[ast.Name, ...]]  #: where each name occurs, in source order
    blanked: frozenset[int]  #: lines that could not be parsed and were left out
    star: bool  #: some names come from `import *` and are not known
    previous: str  #: the document before the change
    before: Program | None  #: the same, when Python can read it
    program: Program | None  #: the document as it is, when Python can read it
    example_runs: Mapping[str, ExampleRuns]  #: the functions that can be run on examples, by name
    typed: frozenset[int]  #: changed lines that are still being typed
    repaired: bool  #: some line parsed only after it was changed

    def nodes(self) -> Iterator[ast.AST]:
        """Every node that the candidate changed, in source order; a compound statement counts by its header."""
        for node in ast.walk(self.tree):
            if hasattr(node, "lineno") and not self.changed.isdisjoint(range(*_reach(node))):
                yield node

    def touches(self, node: ast.AST) -> bool:
        """Did the candidate change this node itself (of a compound statement, its header)?"""
        start, end = header(node)
        return not self.changed.isdisjoint(range(start, end + 1))

    def quote(self, node: ast.AST) -> str:
        """The source of a short one-line node in backquotes; empty when it is long or has several lines."""
        text = self.source(node)
        return f"`{text}`" if text and len(text) <= _MAX_QUOTE and "`" not in text else ""

    def source(self, node: ast.AST) -> str:
        """The source of a node on one line; empty for several lines. Columns are UTF-8 bytes (ast)."""
        line, end = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if not line or line != end:
            return ""
        raw = self.lines[line - 1].encode()
        return raw[node.col_offset : node.end_col_offset].decode(errors="replace")  # type: ignore[attr-defined]

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around this one, the innermost first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function(self, node: ast.AST) -> Function | None:
        """The function whose body contains the node."""
        return next((a for a in self.above(node) if isinstance(a, Function)), None)

    def loop(self, node: ast.AST) -> Loop | None:
        """The innermost loop around the node in the same function."""
        for around in self.above(node):
            if isinstance(around, SCOPES):
                return None
            if isinstance(around, Loop):
                return around
        return None

    def is_bound(self, node: ast.AST) -> bool:
        """Is every name that the node reads bound somewhere? Of a compound statement, the header counts."""
        start, end = header(node)
        read = (n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
        return self.star or all(n.id in self.bound for n in read if start <= n.lineno <= end)

    def is_whole(self, node: ast.stmt) -> bool:
        """Was every line up to the next statement parsed as typed? If not, the statement may have more in it."""
        after = next((s.lineno - 1 for s in self.following(node)), len(self.lines))
        if self.repaired or not self.typed.isdisjoint(range(node.lineno, after + 1)):
            return False
        return self.blanked.isdisjoint(range(node.lineno, after + 1))

    def examples_of(self, node: ast.AST) -> ExampleRuns | None:
        """The runs of the function that the node is, or is in; None when it cannot be run."""
        function = node if isinstance(node, Function) else self.function(node)
        found = self.example_runs.get(function.name) if function else None
        return found if found is not None and found.function is function else None

    def is_fresh(self, text: str) -> bool:
        """Is this word new in the document?"""
        return re.search(rf"(?<!\w){re.escape(text)}(?!\w)", self.previous) is None

    def inside(self, node: ast.AST) -> str:
        """ " in `f`" to put after a verb; empty at module level."""
        function = self.function(node)
        return f" in `{function.name}`" if function else ""

    def following(self, node: ast.AST) -> Sequence[ast.stmt]:
        """The statements that run after this one, up to the end of its function or loop body."""
        parent = self.parents.get(node)
        if parent is None or not isinstance(node, ast.stmt):
            return ()
        for name in _BLOCKS:
            block = getattr(parent, name, None)
            if isinstance(block, list) and node in block and block.index(node) + 1 < len(block):
                return tuple(block[block.index(node) + 1 :])
        if isinstance(parent, (*SCOPES, ast.ClassDef, ast.Module, *Loop.__args__)):
            return ()
        return self.following(parent)

    def reads(self, name: str, within: ast.AST) -> Iterator[ast.Name]:
        """Where the name is read inside a node, in source order."""
        start, end = extent(within) if within is not self.tree else (1, len(self.lines))
        return (n for n in self.uses.get(name, ()) if start <= n.lineno <= end and isinstance(n.ctx, ast.Load))

    def outcome(self, node: ast.AST, block: Sequence[ast.stmt]) -> Outcome | None:
        """What running this block, to which `node` leads, does next; None when a clause cannot say it."""
        first = next((s for s in block if not isinstance(s, ast.Pass)), None)
        match first:
            case ast.Return(value=None):
                return Outcome(text="it returns `None`", words=code_words.NOTHING)
            case ast.Return(value=ast.expr() as value):
                return self._phrase("returns", value)
            case ast.Raise():
                return Outcome(text="it raises an error", words=code_words.ERROR)
            case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[value, *_])):
                return self._phrase("prints", value)
            case ast.Break():
                return Outcome(text="the loop ends", words=code_words.STOPS)
            case ast.Continue():
                return Outcome(text="the loop goes on with its next pass", words=("next", "skip", "continue"))
            case None if self.loop(node):
                return Outcome(
                    text="the loop goes on with its next pass", words=("next", "continue", "go on", "nothing")
                )
            case None if self.function(node):
                return Outcome(text="the function ends and returns `None`", words=code_words.NOTHING)
        return None

    def _phrase(self, verb: str, value: ast.expr) -> Outcome | None:
        words = code_words.literal_words(value) or code_words.words_for(value)
        if isinstance(value, ast.Name):
            words = (value.id.lower(),)
        quote = self.quote(value)
        return Outcome(text=f"it {verb} {quote}", words=words) if quote and words else None


def is_python(brief: QuestionBrief) -> bool:
    """Is the code Python, by the name that some editor gives the language?"""
    return brief.language.lower() in {"python", "python3", "py", "ipython", "ipython3", ""}


def build(brief: QuestionBrief, runs: Runs | None = None) -> AnalysedCode | None:
    """The analysed code of a Python brief; None when it does not parse. Without `runs` nothing is run."""
    code = notebook_lines.program(brief.code, brief.document)
    program = running.program(code, runs) if runs is not None else None
    parsed = _parsed(code, program, brief.previous)
    if parsed is None:
        return None
    changed = changed_lines(brief) - parsed.blanked
    parents = {child: node for node in ast.walk(parsed.tree) for child in ast.iter_child_nodes(node)}
    bound = bindings.of(parsed.tree) | bindings.words_of(code, parsed.blanked)
    typed = frozenset(incomplete_lines.lines(code, changed, bound))
    return AnalysedCode(
        tree=parsed.tree,
        lines=parsed.lines,
        changed=changed,
        parents=parents,
        bound=bound,
        uses=_uses(parents),
        blanked=parsed.blanked,
        star=any(isinstance(node, ast.alias) and node.name == "*" for node in parents),
        previous=brief.previous,
        before=_before(brief, runs) if runs is not None else None,
        program=program,
        example_runs=_example_runs(program, brief.instructions, typed) if program is not None else {},
        typed=typed,
        repaired=not parsed.is_whole,
    )


def _parsed(code: str, program: Program | None, previous: str) -> repair.Parsed | None:
    """The text as typed, if it parses; else the repaired one."""
    parsed = repair.parse(code, previous)
    if parsed is None or not parsed.tree.body or program is None:
        return parsed if parsed is not None and parsed.tree.body else None
    return repair.Parsed(tree=program.tree, lines=tuple(editor_lines(code)), blanked=frozenset(), is_whole=True)


def _before(brief: QuestionBrief, runs: Runs) -> Program | None:
    previous = notebook_lines.program(brief.previous, brief.document)
    return running.program(previous, runs) if brief.previous.strip() else None


def _example_runs(program: Program, instructions: str, typed: frozenset[int]) -> Mapping[str, ExampleRuns]:
    functions = [node for node in program.tree.body if isinstance(node, ast.FunctionDef)]
    functions = [function for function in functions if typed.isdisjoint(range(*_reach(function)))]
    return {function.name: ExampleRuns(function, program, instructions) for function in functions}


def _uses(nodes: Iterable[ast.AST]) -> Mapping[str, tuple[ast.Name, ...]]:
    found: dict[str, list[ast.Name]] = {}
    for node in nodes:
        if isinstance(node, ast.Name):
            found.setdefault(node.id, []).append(node)
    return {name: tuple(sorted(places, key=_place)) for name, places in found.items()}


def _place(node: ast.Name) -> tuple[int, int]:
    return node.lineno, node.col_offset


def changed_lines(brief: QuestionBrief) -> frozenset[int]:
    """The lines that a question may be about: the fresh ones, or the whole region when there are none."""
    end = min(len(split_lines(brief.code)), brief.region.end_line)
    region = range(max(1, brief.region.start_line), end + 1)
    return _window(fresh_lines(brief) or region, brief.code)


def fresh_lines(brief: QuestionBrief) -> Sequence[int]:
    """Lines of the region with a word in them that were not there before; none when code was only removed."""
    lines = split_lines(brief.code)
    known = {line.rstrip() for line in split_lines(brief.previous)}
    region = range(max(1, brief.region.start_line), min(len(lines), brief.region.end_line) + 1)
    return [n for n in region if _WORD.search(lines[n - 1]) and lines[n - 1].rstrip() not in known]


def _window(lines: Sequence[int], code: str) -> frozenset[int]:
    """At most `_MOST_LINES` neighbouring lines; of a large change, which ones is arbitrary but always the same."""
    start = zlib.crc32(code.encode(errors="replace")) % max(1, len(lines) - _MOST_LINES + 1)
    return frozenset(lines[start : start + _MOST_LINES])


def _reach(node: ast.AST) -> tuple[int, int]:
    """The half-open range of lines whose change makes a node worth a question: whole functions, headers of blocks."""
    start, end = header(node) if isinstance(node, HEADED) else extent(node)
    return start, end + 1
