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

from ..scene import Idea, Scene, Sketch
from . import calls, containers, errors, flow, functions, values


@dataclass(frozen=True, slots=True)
class Kind:
    """One row. `depth`: 3 tells most about understanding, 1 is for want of something better."""

    name: str
    depth: int
    nodes: tuple[type[ast.AST], ...]
    recognises: str
    write: Callable[[Any, Scene], Iterator[Idea]]


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

KINDS: Final = (
    Kind("loop_end", 3, (ast.While,), "a while loop", flow.loop_end),
    Kind("iterations", 3, (ast.For,), "a for loop over range", flow.range_values),
    Kind("empty_input", 3, (ast.For,), "a for loop over a name", flow.loop_empty),
    Kind("complexity", 3, (ast.For, ast.While), "a loop in a loop", flow.nested_loops),
    Kind("leaving_loop", 3, (ast.Return, ast.Break, ast.Continue), "a jump out of a loop", flow.leaves_loop),
    Kind("condition", 2, (ast.If, ast.While), "a comparison with a literal", flow.true_for),
    Kind("boundary", 3, (ast.If,), "an order comparison", flow.boundary),
    Kind("boolean", 3, (ast.BoolOp,), "and, or", flow.combined),
    Kind("base_case", 3, (ast.FunctionDef,), "a function that calls itself", functions.recursion_base),
    Kind("recursive_step", 3, (ast.Call,), "the call of a function in itself", functions.recursion_step),
    Kind("return_paths", 3, (ast.FunctionDef,), "a path without return, or only print", functions.falls_through),
    Kind("parameter", 1, (ast.FunctionDef,), "a parameter", functions.parameter),
    Kind("mutable_default", 3, (ast.FunctionDef,), "a list, dict or set as default", functions.mutable_default),
    Kind("mutation", 3, (ast.Call, ast.Subscript), "a change to a parameter's object", functions.caller_sees),
    Kind("generator", 3, (ast.Yield,), "yield", functions.generator),
    Kind("self_state", 3, (ast.Attribute,), "self.x set in a method", functions.attribute),
    Kind("class_attribute", 3, (ast.ClassDef,), "a mutable attribute of a class", functions.shared_attribute),
    Kind("lambda", 2, (ast.Lambda,), "a lambda that is passed on", functions.lambda_role),
    Kind("value", 3, (ast.Return, ast.Assign, ast.If), "an expression that can be worked out", values.value),
    Kind("zero_division", 3, (ast.BinOp,), "a division by something variable", values.division),
    Kind("remainder", 2, (ast.BinOp,), "a remainder by a literal", values.remainder),
    Kind("accumulator", 3, (ast.AugAssign,), "a variable updated in a loop", values.accumulator),
    Kind("undefined_name", 3, (ast.Name,), "a name that nothing binds", values.undefined),
    Kind("shadowed_name", 2, (ast.Name, ast.arg), "a built-in's name reused", values.shadowed),
    Kind("reused_name", 3, (ast.For,), "a loop variable that overwrites", values.reused_name),
    Kind("literal", 2, (ast.Constant,), "a number without a name", values.literal),
    Kind("role", 1, (ast.Assign,), "a variable", values.role),
    Kind("result", 1, (ast.Return,), "a return with a value", values.result),
    Kind("slice", 3, (ast.Subscript,), "a slice", containers.cut),
    Kind("index", 2, (ast.Subscript,), "an element by position or key", containers.index),
    Kind("missing_key", 3, (ast.Call,), "dict.get and setdefault", containers.lookup_default),
    Kind("no_result", 3, (ast.Assign, ast.Return), "the result of an in-place method", containers.no_result),
    Kind("aliasing", 3, (ast.Assign,), "a second name for a changed object", containers.alias),
    Kind("collected", 2, (ast.Call,), "append in a loop", containers.collected),
    Kind("comprehension", 2, _COMPREHENSIONS, "a comprehension", containers.comprehension),
    Kind("exception", 3, (ast.Try,), "a handler for one error", errors.raised_by),
    Kind("uncaught", 2, (ast.Try,), "an error that no handler names", errors.escapes),
    Kind("broad_except", 3, (ast.ExceptHandler,), "a handler for everything", errors.swallows),
    Kind("raise", 3, (ast.Raise,), "raise", errors.raises),
    Kind("clean_up", 2, (ast.Try, ast.With), "finally, with open", errors.cleans_up),
    Kind("known_call", 2, (ast.Call,), "a call in calls.KNOWN", calls.known_call),
    Kind("own_call", 2, (ast.Call,), "a call of the candidate's own function", calls.own_call),
)  # fmt: skip


def sketches(scene: Scene) -> Iterator[Sketch]:
    """Every question that the table finds in the changed lines."""
    for node in scene.nodes():
        for kind in KINDS:
            if isinstance(node, kind.nodes):
                for idea in kind.write(node, scene):
                    yield Sketch(
                        kind=kind.name,
                        text=idea.text,
                        start_line=idea.start_line,
                        end_line=idea.end_line,
                        expected=idea.expected,
                        depth=kind.depth,
                    )
