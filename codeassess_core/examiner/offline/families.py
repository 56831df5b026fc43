"""Every kind of the offline examiner, one row each: its kind in a plan, and what a grader is told that it asks. Pure.

A kind that a plan knows (planning.py) and none of these belongs to would never be asked
offline (a test counts them). What is asked is an indirect question: it follows "asked"
and "the answer on".
"""

from __future__ import annotations

from typing import Final

_KINDS: Final = {
    "purpose": {
        "without_line": "what a line is there for",
        "unfinished": "what an unfinished line is to become",
        "role": "what a variable holds and who needs it",
        "parameter": "what depends on a parameter",
        "literal": "why a number has the value that it has",
        "result": "what a function hands back",
        "lambda": "what a small function is given and gives",
        "collected": "what a loop collects",
        "own_call": "what a call hands back",
        "known_call": "what a well-known call does with unusual input",
        "comprehension": "what a comprehension keeps, and in which form",
        "missing_key": "what happens when a key is missing",
        "text_definition": "which input a function takes and what it makes of it",
        "text_call": "what goes into a call and what comes out",
        "text_name": "what a name stands for",
        "text_literal": "why a number has the value that it has",
        "text_result": "what a caller gets",
        "line": "what a line is there for",
    },
    "value": {
        "new_result": "what a call comes to after a change",
        "result_type": "which type a result has, and why",
        "value": "what an expression comes to",
        "remainder": "which results a remainder can have",
        "condition": "for which values a condition is true",
        "slice": "what a slice takes and leaves out",
        "iterations": "which values a loop goes through",
        "text_assignment": "what a variable holds and who needs it",
    },
    "trace": {
        "call_result": "what a call comes to, step by step",
        "after_pass": "what a variable holds after some passes of a loop",
        "loop_end": "what ends a loop",
        "accumulator": "what a variable stands for while a loop runs",
        "only_pass": "how many passes a loop makes before it returns",
        "leaving_loop": "what happens when a loop is left early",
        "skipping": "what is skipped in a loop",
        "base_case": "what ends a recursion",
        "recursive_step": "how a recursion comes nearer to its end",
        "reached_for": "for which input a line is reached",
        "generator": "when the body of a generator runs",
        "aliasing": "what a second name for the same object means",
        "mutation": "what a caller sees of a change to their object",
        "clean_up": "when a clean-up runs",
        "raise": "what a raised error means for the caller",
        "text_loop": "how a loop goes on and what ends it",
        "tree_loop": "what ends a loop",
        "tree_recursion": "what ends a recursion",
    },
    "edge_case": {
        "edge_result": "what comes of an unusual input",
        "empty_input": "what happens when there is nothing to go through",
        "boundary": "what happens exactly at a limit",
        "boolean": "when one part of a condition holds and the whole does not",
        "return_paths": "when a function ends without a result",
        "zero_division": "when a division goes wrong",
        "index": "when an element is not there",
        "exception": "what raises an error that is handled",
        "uncaught": "what becomes of an error that is not handled",
        "text_condition": "for which input a condition is true, and what then",
        "tree_boundary": "what happens exactly at a limit",
    },
    "debugging": {
        "fails": "why the code fails there",
        "to_mend": "how to mend a failure",
        "not_read": "why Python cannot read a line",
        "undefined_name": "where the value of an undefined name comes from",
        "endless_recursion": "why the calls never end",
        "in_place": "what a method that changes in place gives back",
        "mutable_default": "what a default value keeps from call to call",
        "no_return": "what a caller gets without a `return`",
        "reused_name": "what becomes of a value whose name is taken again",
        "no_first_value": "what a variable without a first value holds",
        "slipped": "which slip explains a wrong result",
        "broad_except": "which mistakes a broad handler hides",
        "always_true": "why a condition is always true",
        "only_prints": "what a caller gets from a function that prints",
    },
    "test": {
        "mistyped": "which call would reveal a mistyped operator",
        "tree_mistyped": "which call would reveal a mistyped operator",
        "versions_apart": "which call shows what a change makes different",
    },
    "data": {"data_call": "what a call makes of the data"},
    "complexity": {
        "complexity": "how the work grows with the input",
        "passes": "how many passes a loop makes",
        "tree_complexity": "how the work grows with the input",
    },
    "alternative": {
        "change": "what a change makes different",
        "instead": "what another expression in its place would do",
        "same_result": "why a change makes no difference to the result",
        "removed": "what a removed line did",
        "return_or_print": "how returning differs from printing",
    },
    "design": {
        "unused_parameter": "what a parameter that nobody reads is for",
        "shadowed_name": "what the reuse of a built-in name makes impossible",
        "self_state": "why a value is kept in the object",
        "class_attribute": "what objects of a class share",
        "closing": "what becomes of an open file",
    },
    "paste": {
        "paste": "how the pasted code gets from its input to its result",
        "paste_change": "which pasted line would have to change, and how",
    },
    "follow_up": {"follow_up": "what an earlier answer left open"},
}
_OF: Final = {name: family for family, kinds in _KINDS.items() for name in kinds}
_ASKED: Final = {name: asked for kinds in _KINDS.values() for name, asked in kinds.items()}
_OF_A_PLAN: Final = {
    "purpose": "what the code is there for",
    "trace": "what happens step by step",
    "edge_case": "what happens with unusual input",
    "test": "which test would catch a mistake",
    "debugging": "how a wrong result could come about",
    "data": "what the data are",
    "alternative": "which other way there is",
    "design": "how the code is organised",
}
"""What a model's question asks, whose kind is one of a plan; the others have the name of one above."""


def family(kind: str) -> str:
    """The plan's kind of an offline kind."""
    return _OF[kind]


def asked(kind: str) -> str:
    """What questions of a kind ask, as an indirect question; of an unknown kind, something true of all."""
    return _ASKED.get(kind) or _OF_A_PLAN.get(kind) or "what the code does"
