"""Which of the kinds that a plan knows (planning.py) each kind of the offline examiner belongs to. Pure.

A kind that a plan knows and none of these belongs to would never be asked offline (a test counts them).
"""

from __future__ import annotations

from typing import Final

_MEMBERS: Final = {
    "purpose": (
        "without_line unfinished role parameter literal result lambda collected own_call known_call comprehension "
        "missing_key text_definition text_call text_name text_literal text_result line"
    ),
    "value": "new_result result_type value remainder condition slice iterations text_assignment",
    "trace": (
        "call_result after_pass loop_end accumulator only_pass leaving_loop skipping base_case recursive_step "
        "reached_for generator aliasing mutation clean_up raise text_loop tree_loop tree_recursion"
    ),
    "edge_case": "edge_result empty_input boundary boolean return_paths zero_division index exception uncaught "
    "text_condition tree_boundary",
    "debugging": (
        "fails to_mend not_read undefined_name endless_recursion in_place mutable_default no_return reused_name "
        "no_first_value slipped broad_except always_true only_prints"
    ),
    "test": "mistyped tree_mistyped versions_apart",
    "data": "data_call",
    "complexity": "complexity passes tree_complexity",
    "alternative": "change instead same_result removed return_or_print",
    "design": "unused_parameter shadowed_name self_state class_attribute closing",
    "paste": "paste paste_change",
    "follow_up": "follow_up",
}
_OF: Final = {name: family for family, names in _MEMBERS.items() for name in names.split()}


def family(kind: str) -> str:
    """The plan's kind of an offline kind."""
    return _OF[kind]
