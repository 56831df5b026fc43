"""Every kind of question about Python, one row each: what it recognises, how telling it is, who writes it.

The kinds follow "Questions about Learners' Code" (Lehtinen, Santos and Sorva, "Let's
Ask Students About Their Programs, Automatically", ICPC 2021, doi:10.1109/ICPC52881.2021.00054;
Lehtinen, Lukkarinen and Haaranen, "Students Struggle to Explain Their Own Program
Code", ITiCSE 2021, doi:10.1145/3430665.3456322): they ask about concrete names, lines
and values of the candidate's own program, from what can be told without running it.

To add a kind: a function from node and scene to ideas, and one row here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ..scene import Scene
from ..sketch import Idea, Sketch
from . import (
    calls,
    conditions,
    containers,
    errors,
    functions,
    loops,
    mistakes,
    objects,
    passes,
    results,
    values,
    variables,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One row. `depth`: 5 is what matters most, 3 tells much about understanding, 0 is for want of anything better."""

    name: str
    depth: int
    nodes: tuple[type[ast.AST], ...]
    recognises: str
    write: Callable[[Any, Scene], Iterator[Idea]]


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

_LINES = (ast.If, ast.While, ast.Return, ast.Assign, ast.AugAssign, ast.For)
_STEPS = (ast.Assign, ast.AugAssign, ast.Expr, ast.If)

KINDS: Final = (
    Kind("fails", 5, (ast.FunctionDef,), "one that fails whenever it is called", results.fails),
    Kind("to_mend", 3, (ast.FunctionDef,), "the same, for when that was asked", results.to_mend),
    Kind("call_result", 3, (ast.FunctionDef,), "one that can be worked out on an example", results.call_result),
    Kind("result_type", 2, (ast.FunctionDef,), "one that gives another type than it is given", results.result_type),
    Kind("edge_result", 3, (ast.FunctionDef,), "one that does something else at the rim", results.edge_result),
    Kind("without_line", 3, _STEPS, "a step that the result depends on", results.without_line),
    Kind("after_pass", 3, (ast.For, ast.While), "a loop that changes a name", passes.after_pass),
    Kind("loop_end", 3, (ast.While,), "a while loop", loops.loop_end),
    Kind("iterations", 3, (ast.For,), "a for loop over range", loops.range_values),
    Kind("empty_input", 3, (ast.For,), "a for loop over a name", loops.empty_input),
    Kind("complexity", 3, (ast.For, ast.While), "a loop in a loop", loops.nested),
    Kind("only_pass", 3, (ast.Return,), "a return directly in a loop", loops.only_pass),
    Kind("leaving_loop", 3, (ast.Return, ast.Break), "a jump out of a loop", loops.leaves),
    Kind("skipping", 3, (ast.Continue,), "continue", loops.skips),
    Kind("condition", 2, (ast.If, ast.While), "a comparison with a literal", conditions.true_for),
    Kind("boundary", 3, (ast.If, ast.Return), "an order comparison", conditions.boundary),
    Kind("always_true", 3, (ast.BoolOp,), "a literal after or", conditions.always_true),
    Kind("boolean", 3, (ast.BoolOp,), "and, or", conditions.told_apart),
    Kind("base_case", 3, (ast.FunctionDef,), "a function that calls itself", functions.base_case),
    Kind("endless_recursion", 3, (ast.FunctionDef,), "one that always does", functions.endless_recursion),
    Kind("recursive_step", 3, (ast.Call,), "the call of a function in itself", functions.recursive_step),
    Kind("only_prints", 3, (ast.FunctionDef,), "print but no return", functions.only_prints),
    Kind("return_paths", 3, (ast.FunctionDef,), "a path without return", functions.open_end),
    Kind("no_return", 3, (ast.FunctionDef,), "neither result nor effect", functions.no_result),
    Kind("unused_parameter", 3, (ast.FunctionDef,), "a parameter never read", functions.unused_parameter),
    Kind("parameter", 0, (ast.FunctionDef,), "a parameter", functions.parameter),
    Kind("generator", 3, (ast.Yield,), "yield", functions.generator),
    Kind("lambda", 2, (ast.Lambda,), "a lambda that is passed on", functions.lambda_role),
    Kind("mutable_default", 3, (ast.FunctionDef,), "a list, dict or set as default", objects.mutable_default),
    Kind("mutation", 3, (ast.Call, ast.Subscript), "a change to a parameter's object", objects.caller_sees),
    Kind("aliasing", 3, (ast.Assign,), "a second name for a changed object", objects.alias),
    Kind("in_place", 3, (ast.Assign, ast.Return), "the result of an in-place method", objects.no_result),
    Kind("self_state", 3, (ast.Attribute,), "self.x set in a method", objects.attribute),
    Kind("class_attribute", 3, (ast.ClassDef,), "a mutable attribute of a class", objects.shared_attribute),
    Kind("value", 3, (ast.Return, ast.Assign, ast.If), "an expression to work out", values.worked_out),
    Kind("mistyped", 2, _LINES, "an operator in a function", mistakes.mistyped),
    Kind("instead", 3, _LINES, "an expression that could be another", mistakes.instead),
    Kind("slipped", 3, _LINES, "an operator whose slip shows", mistakes.slipped),
    Kind("passes", 3, (ast.For, ast.While), "a loop whose passes can be counted", passes.passes),
    Kind("zero_division", 3, (ast.BinOp,), "a division by something variable", values.zero_division),
    Kind("remainder", 2, (ast.BinOp,), "a remainder by a literal", values.remainder),
    Kind("literal", 2, (ast.Constant,), "a number without a name", values.literal),
    Kind("reached_for", 2, (ast.Return,), "a literal returned under a condition", values.reached_for),
    Kind("result", 0, (ast.Return,), "a return with a value", values.handed_back),
    Kind("return_or_print", 0, (ast.Return,), "a return with a value", values.not_printed),
    Kind("accumulator", 3, (ast.AugAssign,), "a variable updated in a loop", variables.accumulator),
    Kind("no_first_value", 3, (ast.AugAssign,), "one without a first value", variables.never_started),
    Kind("undefined_name", 3, (ast.Name,), "a name that nothing binds", variables.undefined),
    Kind("shadowed_name", 2, (ast.Name, ast.arg), "a built-in's name reused", variables.shadowed),
    Kind("reused_name", 3, (ast.For,), "a loop variable that overwrites", variables.reused),
    Kind("role", 0, (ast.Assign,), "a variable", variables.role),
    Kind("slice", 3, (ast.Subscript,), "a slice", containers.cut),
    Kind("index", 2, (ast.Subscript,), "an element by position or key", containers.index),
    Kind("missing_key", 3, (ast.Call,), "dict.get and setdefault", containers.lookup_default),
    Kind("collected", 2, (ast.Call,), "append in a loop", containers.collected),
    Kind("comprehension", 2, _COMPREHENSIONS, "a comprehension", containers.comprehension),
    Kind("exception", 3, (ast.Try,), "a handler for one error", errors.raised_by),
    Kind("uncaught", 2, (ast.Try,), "an error that no handler names", errors.escapes),
    Kind("broad_except", 3, (ast.ExceptHandler,), "a handler for everything", errors.swallows),
    Kind("raise", 3, (ast.Raise,), "raise", errors.raises),
    Kind("clean_up", 2, (ast.Try,), "finally", errors.finally_runs),
    Kind("closing", 2, (ast.With,), "with open", errors.file_closes),
    Kind("known_call", 2, (ast.Call,), "a call with a row of its own", calls.known_call),
    Kind("data_call", 3, (ast.Call,), "a call that works on a table or an array", calls.data_call),
    Kind("own_call", 2, (ast.Call,), "a call of the candidate's own function", calls.own_call),
)


_OF_UNKNOWN_NAMES: Final = frozenset({"undefined_name", "no_first_value"})
"""What may be asked about a line that fails on a name that nothing binds; all else asks past that."""


_OF_FAILURES: Final = frozenset({"fails", "to_mend", "in_place", *_OF_UNKNOWN_NAMES})
"""What may be asked about a line that fails whenever it is reached."""


def sketches(scene: Scene) -> Iterator[Sketch]:
    """Every question that the table finds in the changed lines."""
    for node in scene.nodes():
        known = scene.is_bound(node)
        for kind in KINDS:
            if isinstance(node, kind.nodes) and (known or kind.name in _OF_UNKNOWN_NAMES):
                for idea in kind.write(node, scene):
                    yield Sketch(
                        kind=kind.name,
                        text=idea.text,
                        start_line=idea.lines[0],
                        end_line=idea.lines[1],
                        expected=idea.expected,
                        depth=_depth(kind, idea, node, scene),
                    )


def _depth(kind: Kind, idea: Idea, node: ast.AST, scene: Scene) -> int:
    """How telling it is. What comes behind a line that always fails is not reached, so asking about it tells little."""
    depth = kind.depth if idea.depth is None else idea.depth
    practice = scene.practice(node)
    beyond = practice is not None and idea.lines[1] >= practice.reached and kind.name not in _OF_FAILURES
    return min(depth, 1) if beyond else depth
