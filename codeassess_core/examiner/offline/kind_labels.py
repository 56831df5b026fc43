"""The kinds of question of the offline examiner: their kind in a plan, and what a grader is told that they ask. Pure.

They are in `kind_labels.toml`. The label is an indirect question: it follows "asked" and
"the answer on".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..text.tables import Table, read_table


class _Labels(Table):
    kinds: Mapping[str, Mapping[str, str]]
    plan: Mapping[str, str]


_TABLE: Final = read_table(_Labels, "offline", "kind_labels.toml")
_PLAN_KIND: Final = {name: plan_kind for plan_kind, kinds in _TABLE.kinds.items() for name in kinds}
_LABELS: Final = {name: label for kinds in _TABLE.kinds.values() for name, label in kinds.items()}


def plan_kind(kind: str) -> str:
    """The plan's kind of an offline kind."""
    return _PLAN_KIND[kind]


def label(kind: str) -> str:
    """What questions of this kind ask, as an indirect question; for an unknown kind, what is true of all."""
    return _LABELS.get(kind) or _TABLE.plan.get(kind) or "what the code does"
