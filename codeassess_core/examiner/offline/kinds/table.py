"""Every kind of question about Python, one row each: its name, its depth, its nodes, the function that makes it.

The kinds follow "Questions about Learners' Code" (Lehtinen, Santos and Sorva, "Let's
Ask Students About Their Programs, Automatically", ICPC 2021, doi:10.1109/ICPC52881.2021.00054;
Lehtinen, Lukkarinen and Haaranen, "Students Struggle to Explain Their Own Program
Code", ITiCSE 2021, doi:10.1145/3430665.3456322): they ask about concrete names, lines and
values of the candidate's own program, from its syntax tree and from running it.

To add a kind: write a function from node and analysed code to ideas, add one row here and one in
`kind_labels.toml`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ..analysed_code import AnalysedCode
from ..possible_question import Idea, PossibleQuestion
from . import (
    calls,
    conditions,
    containers,
    errors,
    functions,
    loop_passes,
    loops,
    mistakes,
    objects,
    paths,
    programs,
    results,
    values,
    variables,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One row. `depth`: 5 matters most, 3 shows much about understanding, 0 is asked only for lack of others."""

    name: str
    depth: int
    nodes: tuple[type[ast.AST], ...]
    write: Callable[[Any, AnalysedCode], Iterator[Idea]]


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

_LINES = (ast.If, ast.While, ast.Return, ast.Assign, ast.AugAssign, ast.For)
_STEPS = (ast.Assign, ast.AugAssign, ast.Expr, ast.If)
_STATEMENTS = (ast.Assign, ast.AugAssign, ast.Expr, ast.If, ast.For, ast.While, ast.Return)

KINDS: Final = (
    Kind("fails", 5, (ast.FunctionDef,), results.fails),
    Kind("to_mend", 3, (ast.FunctionDef,), results.to_mend),
    Kind("stops", 5, _STATEMENTS, programs.stops),
    Kind("at_end", 3, (ast.Assign, ast.AugAssign), programs.at_end),
    Kind("prints", 3, _STATEMENTS, programs.prints),
    Kind("call_result", 3, (ast.FunctionDef,), results.call_result),
    Kind("value", 3, (ast.Return,), results.worked_out),
    Kind("last_line", 3, (ast.FunctionDef,), paths.last_line),
    Kind("result_type", 3, (ast.FunctionDef,), results.result_type),
    Kind("edge_result", 3, (ast.FunctionDef,), results.edge_result),
    Kind("without_line", 3, _STEPS, results.without_line),
    Kind("after_pass", 3, (ast.For, ast.While), loop_passes.after_pass),
    Kind("passes", 3, (ast.For, ast.While), loop_passes.passes),
    Kind("loop_end", 2, (ast.While,), loops.loop_end),
    Kind("iterations", 2, (ast.For,), loops.range_values),
    Kind("complexity", 2, (ast.For, ast.While), loops.nested),
    Kind("only_pass", 3, (ast.Return,), loops.only_pass),
    Kind("leaving_loop", 2, (ast.Return, ast.Break), loops.leaves),
    Kind("skipping", 2, (ast.Continue,), loops.skips),
    Kind("boundary", 3, (ast.If, ast.Return), conditions.boundary),
    Kind("always_true", 3, (ast.BoolOp,), conditions.always_true),
    Kind("boolean", 2, (ast.BoolOp,), conditions.part_and_whole),
    Kind("base_case", 2, (ast.FunctionDef,), functions.base_case),
    Kind("endless_recursion", 4, (ast.FunctionDef,), functions.endless_recursion),
    Kind("recursive_step", 2, (ast.Call,), functions.recursive_step),
    Kind("return_paths", 3, (ast.FunctionDef,), paths.open_end),
    Kind("unused_parameter", 2, (ast.FunctionDef,), functions.unused_parameter),
    Kind("parameter", 2, (ast.FunctionDef,), functions.parameter),
    Kind("generator", 3, (ast.Yield,), functions.generator),
    Kind("lambda", 2, (ast.Lambda,), functions.lambda_role),
    Kind("mutable_default", 3, (ast.FunctionDef,), objects.mutable_default),
    Kind("mutation", 2, (ast.Call, ast.Subscript), objects.caller_sees),
    Kind("aliasing", 2, (ast.Assign,), objects.alias),
    Kind("in_place", 3, (ast.Assign, ast.Return), objects.no_result),
    Kind("self_state", 2, (ast.Attribute,), objects.attribute),
    Kind("class_attribute", 3, (ast.ClassDef,), objects.shared_attribute),
    Kind("mistyped", 3, _LINES, mistakes.mistyped),
    Kind("instead", 3, _LINES, mistakes.instead),
    Kind("slipped", 3, _LINES, mistakes.slipped),
    Kind("zero_division", 3, (ast.BinOp,), values.zero_division),
    Kind("remainder", 1, (ast.BinOp,), values.remainder),
    Kind("reached_for", 3, (ast.Return,), paths.reached_for),
    Kind("return_or_print", 2, (ast.Return,), paths.shown),
    Kind("no_first_value", 2, (ast.AugAssign,), variables.never_started),
    Kind("undefined_name", 3, (ast.Name,), variables.undefined),
    Kind("shadowed_name", 2, (ast.Name, ast.arg), variables.shadowed),
    Kind("reused_name", 2, (ast.For,), variables.reused),
    Kind("role", 2, (ast.Assign,), variables.role),
    Kind("slice", 2, (ast.Subscript,), containers.cut),
    Kind("index", 1, (ast.Subscript,), containers.index),
    Kind("missing_key", 2, (ast.Call,), containers.lookup_default),
    Kind("collected", 2, (ast.Call,), containers.collected),
    Kind("comprehension", 2, _COMPREHENSIONS, containers.comprehension),
    Kind("uncaught", 2, (ast.Try,), errors.escapes),
    Kind("broad_except", 2, (ast.ExceptHandler,), errors.swallows),
    Kind("raise", 2, (ast.Raise,), errors.raises),
    Kind("clean_up", 2, (ast.Try,), errors.finally_runs),
    Kind("closing", 2, (ast.With,), errors.file_closes),
    Kind("known_call", 1, (ast.Call,), calls.known_call),
    Kind("data_call", 2, (ast.Call,), calls.data_call),
)


_OF_UNKNOWN_NAMES: Final = frozenset({"undefined_name", "no_first_value"})
"""What may be asked about a line that fails on an unbound name; all other questions assume that the line works."""


_OF_FAILURES: Final = frozenset({"fails", "to_mend", "in_place", "stops", *_OF_UNKNOWN_NAMES})
"""What may be asked about a line that fails whenever it is reached."""


def possible_questions(analysed: AnalysedCode) -> Iterator[PossibleQuestion]:
    """Every question that the table finds in the changed lines."""
    for node in analysed.nodes():
        known = analysed.is_bound(node)
        kinds = (kind for kind in KINDS if known or kind.name in _OF_UNKNOWN_NAMES)
        for kind in (kind for kind in kinds if isinstance(node, kind.nodes)):
            yield from _written(kind, node, analysed)


def _written(kind: Kind, node: ast.AST, analysed: AnalysedCode) -> Iterator[PossibleQuestion]:
    for idea in kind.write(node, analysed):
        yield PossibleQuestion(
            kind=kind.name,
            text=idea.text,
            start_line=idea.lines[0],
            end_line=idea.lines[1],
            expected=idea.expected,
            depth=_depth(kind, idea, node, analysed),
            slots=idea.slots,
            claims=idea.claims,
        )


def _depth(kind: Kind, idea: Idea, node: ast.AST, analysed: AnalysedCode) -> int:
    """The depth of a question. Lines after one that always fails are not reached: questions about them show little."""
    depth = kind.depth if idea.depth is None else idea.depth
    examples = analysed.examples_of(node)
    beyond = examples is not None and idea.lines[1] >= examples.reached and kind.name not in _OF_FAILURES
    return min(depth, 1) if beyond else depth
