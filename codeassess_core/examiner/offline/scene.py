"""What the question kinds see: the tree, the lines that the candidate changed, and small look-ups."""

from __future__ import annotations

import ast
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ...ports import QuestionBrief
from . import bindings, meaning, repair, typing_on
from .practice import Practice

Function = ast.FunctionDef | ast.AsyncFunctionDef
Loop = ast.For | ast.AsyncFor | ast.While
Words = meaning.Words

_WORD: Final = re.compile(r"\w")
_MOST_LINES: Final = 60  #: lines of a change that are looked at
_MAX_QUOTE: Final = 48  #: characters of code that a question quotes; longer code is named by its line
_BLOCKS: Final = ("body", "orelse", "finalbody")
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_HEADED: Final = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happens next on a path: a clause ("it returns `False`") and the words that say it."""

    text: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The analysed state. Nothing in it was executed."""

    tree: ast.Module
    lines: tuple[str, ...]  #: as parsed, so that node positions hold
    changed: frozenset[int]  #: the lines that a question may be about
    parents: Mapping[ast.AST, ast.AST]
    bound: frozenset[str]  #: every name that is bound somewhere, or built in
    uses: Mapping[str, tuple[ast.Name, ...]]  #: where each name stands, in source order
    blanked: frozenset[int]  #: lines that no parser could read; they were left out
    star: bool  #: some names come from an import of everything, and are not known
    previous: str  #: the document as it was
    before: ast.Module | None  #: its tree, when all of it could be read
    practised: Mapping[str, Practice]  #: the functions that can be worked out, by name
    typed: frozenset[int]  #: changed lines that are still being typed
    mended: bool  #: some line could be read only after it was changed

    def nodes(self) -> Iterator[ast.AST]:
        """Every node that the candidate changed, in source order: compound statements by their header."""
        for node in ast.walk(self.tree):
            if hasattr(node, "lineno") and not self.changed.isdisjoint(range(*_reach(node))):
                yield node

    def touches(self, node: ast.AST) -> bool:
        """Did the candidate change this node itself; of a compound statement, its header?"""
        start, end = header(node)
        return not self.changed.isdisjoint(range(start, end + 1))

    def quote(self, node: ast.AST) -> str:
        """The source of a short one-line node in backticks; empty when it is long or spans lines."""
        text = self.source(node)
        return f"`{text}`" if text and len(text) <= _MAX_QUOTE and "`" not in text else ""

    def source(self, node: ast.AST) -> str:
        """The source of a node that stands on one line; empty otherwise. Columns are UTF-8 bytes (ast)."""
        line, end = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if not line or line != end:
            return ""
        raw = self.lines[line - 1].encode()
        return raw[node.col_offset : node.end_col_offset].decode(errors="replace")  # type: ignore[attr-defined]

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around this one, from the inside out."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function(self, node: ast.AST) -> Function | None:
        """The function whose body holds the node."""
        return next((a for a in self.above(node) if isinstance(a, Function)), None)

    def loop(self, node: ast.AST) -> Loop | None:
        """The innermost loop of the same function around the node."""
        for around in self.above(node):
            if isinstance(around, _SCOPES):
                return None
            if isinstance(around, Loop):
                return around
        return None

    def is_bound(self, node: ast.AST) -> bool:
        """Is every name that the node reads (of a compound statement, its header) bound somewhere?"""
        start, end = header(node)
        read = (n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
        return self.star or all(n.id in self.bound for n in read if start <= n.lineno <= end)

    def is_whole(self, node: ast.stmt) -> bool:
        """Was every line read up to the next statement? Else nothing can be said of what it lacks."""
        after = next((s.lineno - 1 for s in self.following(node)), len(self.lines))
        if self.mended or not self.typed.isdisjoint(range(node.lineno, after + 1)):
            return False
        return self.blanked.isdisjoint(range(node.lineno, after + 1))

    def practice(self, node: ast.AST) -> Practice | None:
        """What the function that a node is or stands in comes to on examples; None when that cannot be told."""
        function = node if isinstance(node, Function) else self.function(node)
        found = self.practised.get(function.name) if function else None
        return found if found is not None and found.function is function else None

    def is_fresh(self, text: str) -> bool:
        """Is this word new to the document?"""
        return re.search(rf"(?<!\w){re.escape(text)}(?!\w)", self.previous) is None

    def inside(self, node: ast.AST) -> str:
        """in `f`, or nothing at module level: to be put behind a verb."""
        function = self.function(node)
        return f" in `{function.name}`" if function else ""

    def following(self, node: ast.AST) -> Sequence[ast.stmt]:
        """The statements that run after this statement, up to the end of its function or loop body."""
        parent = self.parents.get(node)
        if parent is None or not isinstance(node, ast.stmt):
            return ()
        for name in _BLOCKS:
            block = getattr(parent, name, None)
            if isinstance(block, list) and node in block and block.index(node) + 1 < len(block):
                return tuple(block[block.index(node) + 1 :])
        if isinstance(parent, (*_SCOPES, ast.ClassDef, ast.Module, *Loop.__args__)):
            return ()
        return self.following(parent)

    def reads(self, name: str, within: ast.AST) -> Iterator[ast.Name]:
        """Where the name is read inside a node, in source order."""
        start, end = extent(within) if within is not self.tree else (1, len(self.lines))
        return (n for n in self.uses.get(name, ()) if start <= n.lineno <= end and isinstance(n.ctx, ast.Load))

    def outcome(self, node: ast.AST, block: Sequence[ast.stmt]) -> Outcome | None:
        """What running this block, which `node` leads to, comes to; None when that cannot be said in a clause."""
        first = next((s for s in block if not isinstance(s, ast.Pass)), None)
        match first:
            case ast.Return(value=None):
                return Outcome(text="it returns `None`", words=meaning.NOTHING)
            case ast.Return(value=ast.expr() as value):
                return self._phrase("returns", value)
            case ast.Raise():
                return Outcome(text="it raises an error", words=meaning.ERROR)
            case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[value, *_])):
                return self._phrase("prints", value)
            case ast.Break():
                return Outcome(text="the loop ends", words=meaning.STOPS)
            case ast.Continue():
                return Outcome(text="the loop goes on with its next pass", words=("next", "skip", "continue"))
            case None if self.loop(node):
                return Outcome(
                    text="the loop goes on with its next pass", words=("next", "continue", "go on", "nothing")
                )
            case None if self.function(node):
                return Outcome(text="the function ends and returns `None`", words=meaning.NOTHING)
        return None

    def _phrase(self, verb: str, value: ast.expr) -> Outcome | None:
        words = meaning.literal_words(value) or meaning.words_for(value)
        if isinstance(value, ast.Name):
            words = (value.id.lower(),)
        quote = self.quote(value)
        return Outcome(text=f"it {verb} {quote}", words=words) if quote and words else None


def is_python(brief: QuestionBrief) -> bool:
    """Is the code Python, by the name of its language in some editor?"""
    return brief.language.lower() in {"python", "python3", "py", "ipython", "ipython3", ""}


def build(brief: QuestionBrief) -> Scene | None:
    """The scene of a Python brief; None when its code cannot be read as Python at all."""
    parsed = repair.parse(brief.code, brief.previous)
    if parsed is None or not parsed.tree.body:
        return None
    changed = changed_lines(brief) - parsed.blanked
    parents = {child: node for node in ast.walk(parsed.tree) for child in ast.iter_child_nodes(node)}
    everything = [node for node in parents if isinstance(node, ast.alias) and node.name == "*"]
    bound = bindings.of(parsed.tree) | bindings.words_of(brief.code, parsed.blanked)
    typed = frozenset(typing_on.lines(brief.code, changed, bound))
    return Scene(
        tree=parsed.tree,
        lines=parsed.lines,
        changed=changed,
        parents=parents,
        bound=bound,
        uses=_uses(parents),
        blanked=parsed.blanked,
        star=bool(everything),
        previous=brief.previous,
        before=_before(brief.previous),
        practised=_practised(parsed.tree, brief.instructions, typed) if parsed.is_whole else {},
        typed=typed,
        mended=not parsed.is_whole,
    )


def _before(code: str) -> ast.Module | None:
    parsed = repair.parse(code, "") if code.strip() else None
    return parsed.tree if parsed is not None and parsed.is_whole else None


def _practised(tree: ast.Module, instructions: str, typed: frozenset[int]) -> Mapping[str, Practice]:
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    functions = [function for function in functions if typed.isdisjoint(range(*_reach(function)))]
    return {function.name: Practice(function, tree, instructions) for function in functions}


def _uses(nodes: Iterable[ast.AST]) -> Mapping[str, tuple[ast.Name, ...]]:
    found: dict[str, list[ast.Name]] = {}
    for node in nodes:
        if isinstance(node, ast.Name):
            found.setdefault(node.id, []).append(node)
    return {name: tuple(sorted(places, key=_place)) for name, places in found.items()}


def _place(node: ast.Name) -> tuple[int, int]:
    return node.lineno, node.col_offset


def changed_lines(brief: QuestionBrief) -> frozenset[int]:
    """The lines that a question may be about: the fresh ones; the whole region when there is none."""
    end = min(len(brief.code.splitlines()), brief.region.end_line)
    region = range(max(1, brief.region.start_line), end + 1)
    return _window(fresh_lines(brief) or region, brief.code)


def fresh_lines(brief: QuestionBrief) -> Sequence[int]:
    """The lines of the region with a word in them that the previous state lacks; none when code was only taken out."""
    lines = brief.code.splitlines()
    known = {line.rstrip() for line in brief.previous.splitlines()}
    region = range(max(1, brief.region.start_line), min(len(lines), brief.region.end_line) + 1)
    return [n for n in region if _WORD.search(lines[n - 1]) and lines[n - 1].rstrip() not in known]


def _window(lines: Sequence[int], code: str) -> frozenset[int]:
    """At most `_MOST_LINES` neighbouring lines; which ones of a large change is as good as random, but fixed."""
    start = zlib.crc32(code.encode(errors="replace")) % max(1, len(lines) - _MOST_LINES + 1)
    return frozenset(lines[start : start + _MOST_LINES])


def names(node: ast.AST) -> tuple[str, ...]:
    """The names that an expression reads, in source order, without those that it calls."""
    called = {id(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
    found = (n for n in ast.walk(node) if isinstance(n, ast.Name) and id(n) not in called)
    return tuple(dict.fromkeys(n.id for n in found))


def name_of(node: ast.AST) -> str:
    """The simple name that a node is or binds; empty when it is no simple name."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "name", "")


def parameters(function: Function | ast.Lambda) -> tuple[ast.arg, ...]:
    """All parameters of a function, in order, without self and cls."""
    spec = function.args
    extra = [a for a in (spec.vararg, spec.kwarg) if a]
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *extra]
    return tuple(a for a in every if a.arg not in ("self", "cls"))


def header(node: ast.AST) -> tuple[int, int]:
    """First and last line of a node; of a compound statement, of what stands before its body."""
    start, end = extent(node)
    if not isinstance(node, (*_HEADED, *_SCOPES, ast.ClassDef)):
        return start, end
    fields = (getattr(node, name, None) for name in ("test", "iter", "items", "args", "returns", "bases"))
    parts = chain.from_iterable(f if isinstance(f, list) else [f] for f in fields if f is not None)
    ends = (getattr(inner, "end_lineno", None) or start for part in parts for inner in ast.walk(part))
    return start, max(ends, default=start)


def extent(node: ast.AST) -> tuple[int, int]:
    """First and last line of a node with all that is in it."""
    start: int = getattr(node, "lineno", 1)
    return start, getattr(node, "end_lineno", None) or start


def _reach(node: ast.AST) -> tuple[int, int]:
    """The half-open range of lines whose change makes a node worth a question: whole functions, headers of blocks."""
    start, end = header(node) if isinstance(node, _HEADED) else extent(node)
    return start, end + 1
