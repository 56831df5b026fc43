"""Functions, loops and conditions of other languages than Python, parsed by tree-sitter. Pure.

Grammars are installed as wheels (1.8 MB for all of them) and loaded when a language is first
parsed (a few milliseconds); nothing is downloaded. Without a grammar, or for a language
that is not in the table, there is no tree, and only the text is used (`name_uses`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Language, Node

LANGUAGES: Final = {
    "javascript": ("tree_sitter_javascript", "language"),
    "javascriptreact": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "typescriptreact": ("tree_sitter_typescript", "language_tsx"),
    "java": ("tree_sitter_java", "language"),
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
    "c++": ("tree_sitter_cpp", "language"),
    "go": ("tree_sitter_go", "language"),
    "rust": ("tree_sitter_rust", "language"),
}
"""The module of the grammar and its function, by the editor's name of the language."""

LONGEST: Final = 200_000  #: characters that are parsed at most
_FUNCTIONS: Final = frozenset(
    {"function_declaration", "function_definition", "function_item", "method_declaration", "method_definition"}
)
_LOOPS: Final = frozenset(
    {"for_statement", "for_in_statement", "enhanced_for_statement", "for_range_loop", "for_expression"}
    | {"while_statement", "while_expression", "do_statement", "loop_expression"}
)
_CONDITIONS: Final = frozenset({"if_statement", "if_expression"})
_CALLS: Final = frozenset({"call_expression", "method_invocation"})
_IDENTIFIERS: Final = frozenset({"identifier", "property_identifier", "field_identifier", "type_identifier"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`left operator right`, as written."""

    left: str
    operator: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A function, a loop or a condition. Lines from 1, both ends included."""

    kind: str  #: "function", "loop" or "condition"
    line: int  #: where its header begins
    end: int
    function: str  #: the name of the function that contains it, or of itself; empty outside any function
    comparison: Comparison | None = None  #: its whole condition, when that is one order comparison
    inside: bool = False  #: of a loop: is it in the body of another loop of its function?
    recursive: bool = False  #: of a function: does it call itself?


def parts(code: str, language: str) -> tuple[Part, ...]:
    """The parts in source order; none when the language has no grammar here, or the text is too long."""
    grammar = _grammar(language.lower())
    if grammar is None or len(code) > LONGEST:
        return ()
    from tree_sitter import Parser

    parser = Parser(grammar)  # one for each text: it is cheap to make, and serves one thread
    return tuple(_parts(parser.parse(code.encode(errors="replace")).root_node))


@lru_cache(maxsize=16)
def _grammar(language: str) -> Language | None:
    try:
        from tree_sitter import Language

        module, function = LANGUAGES[language]
        return Language(getattr(import_module(module), function)())
    except (ImportError, KeyError):
        return None


def _parts(root: Node) -> Iterator[Part]:
    """Without recursion of our own: hostile code is nested deeply."""
    stack: list[tuple[Node, str, bool]] = [(root, "", False)]
    while stack:
        node, function, inside = stack.pop()
        kind = _kind(node)
        if kind == "function":
            function, inside = _name(node), False
        if kind and not node.has_error:
            yield _part(node, kind, function, inside=inside)
        stack.extend((child, function, inside or kind == "loop") for child in reversed(node.named_children))


def _kind(node: Node) -> str:
    if node.type in _FUNCTIONS:
        return "function"
    if node.type in _LOOPS:
        return "loop"
    return "condition" if node.type in _CONDITIONS else ""


def _part(node: Node, kind: str, function: str, *, inside: bool) -> Part:
    return Part(
        kind=kind,
        line=node.start_point[0] + 1,
        end=node.end_point[0] + 1,
        function=function,
        comparison=_comparison(node.child_by_field_name("condition")),
        inside=inside,
        recursive=kind == "function" and bool(function) and _calls(node, function),
    )


def _name(node: Node) -> str:
    """A function's name; in C and C++ it is at the end of a chain of declarators, perhaps after `Class::`."""
    named = node.child_by_field_name("name")
    inner = node.child_by_field_name("declarator")
    while named is None and inner is not None:
        if inner.type in _IDENTIFIERS:
            named = inner
        inner = inner.child_by_field_name("declarator") or inner.child_by_field_name("name")
    return _text(named) if named is not None else ""


def _calls(node: Node, name: str) -> bool:
    stack = list(node.named_children)
    while stack:
        inner = stack.pop()
        called = inner.child_by_field_name("function") or inner.child_by_field_name("name")
        if inner.type in _CALLS and called is not None and _text(called) == name:
            return True
        stack.extend(inner.named_children)
    return False


def _comparison(test: Node | None) -> Comparison | None:
    """One order comparison, also in brackets."""
    while test is not None and test.type in ("parenthesized_expression", "condition_clause"):
        test = test.named_children[0] if test.named_child_count == 1 else None
    if test is None or test.type != "binary_expression":
        return None
    sides = [test.child_by_field_name(side) for side in ("left", "operator", "right")]
    if any(side is None for side in sides):
        return None
    left, operator, right = (_text(side) for side in sides if side is not None)
    return Comparison(left=left, operator=operator, right=right) if operator in ("<", "<=", ">", ">=") else None


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")
