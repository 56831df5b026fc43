"""The offline examiner follows the plan, and does not ask what makes no question."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from model_cases import question_brief

import codeassess_core.examiner.offline as offline
from codeassess_core.errors import ExaminerUnavailable
from codeassess_core.examiner.offline import questions
from codeassess_core.examiner.offline.kind_labels import plan_kind
from codeassess_core.examiner.offline.kinds.table import KINDS
from codeassess_core.model import Difficulty, Plan, Region
from codeassess_core.ports import QuestionBrief
from codeassess_core.questions import planning

CODE = """def report(prices, limit):
    total = limit * 3 % 7 - 5
    for price in prices:
        if price > limit:
            total += price
    for price in prices:
        for other in prices:
            total -= abs(price - other) // 7
    return total / len(prices)
"""


def brief(code: str = CODE, *, previous: str = "", plan: Plan | None = None, **changes: object) -> QuestionBrief:
    region = Region(document="main", snapshot=1, start_line=1, end_line=len(code.splitlines()))
    given = {"code": code, "previous": previous, "region": region, "plan": plan, "passages": (), "history": ()}
    return question_brief(**given | {"instructions": "", "asked": ()} | changes)


def asked_until_silent(code: str, *, previous: str = "", most: int = 10) -> tuple[str, ...]:
    texts: tuple[str, ...] = ()
    while len(texts) < most:
        try:
            texts += (questions.ask(brief(code, previous=previous, asked=texts)).text,)
        except ExaminerUnavailable:
            break
    return texts


def plan(kind: str, *others: str) -> Plan:
    return Plan(kind=kind, difficulty=Difficulty.MEDIUM, reason="Drawn.", others=others)


def kinds_in_the_source() -> set[str]:
    """Every kind that a module of the offline examiner names when it makes a possible question."""
    found = {kind.name for kind in KINDS}
    for path in Path(offline.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("PossibleQuestion", "about", "_question"):
                values = [k.value for k in node.keywords if k.arg == "kind"] + node.args[:2]
                found |= {v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)}
    return found


def test_every_offline_kind_belongs_to_a_kind_of_the_plan() -> None:
    named = {kind.name for kind in planning.KINDS}
    assert {plan_kind(kind) for kind in kinds_in_the_source()} <= named
    assert {plan_kind(kind) for kind in kinds_in_the_source()} == named


@pytest.mark.parametrize("kind", ["trace", "edge_case", "complexity", "value", "test"])
def test_the_planned_kind_is_asked(kind: str) -> None:
    draft = questions.ask(brief(plan=plan(kind)))
    assert plan_kind(draft.kind) == kind
    assert draft.provenance.plan == plan(kind)


def test_a_kind_that_is_not_there_gives_way_to_the_next_and_the_plan_says_so() -> None:
    draft = questions.ask(brief(plan=plan("data", "design", "complexity")))
    assert plan_kind(draft.kind) == "complexity"
    assert draft.provenance.plan is not None
    assert draft.provenance.plan.kind == "complexity" and "Planned was data" in draft.provenance.plan.reason


def test_a_far_better_question_is_not_given_up_for_the_plan() -> None:
    """A purpose could be asked of `prices`, at depth 1; all other questions are deeper."""
    draft = questions.ask(brief("def f(prices):\n    while prices:\n        g(prices)\n", plan=plan("purpose")))
    assert plan_kind(draft.kind) != "purpose"


def test_two_hundred_sessions_over_the_same_code_get_comparable_sets() -> None:
    def asked_in(session: str) -> Counter[str]:
        texts: list[str] = []
        kinds: list[str] = []
        for _ in range(4):
            region = planning.Region(CODE, CODE, "enough_lines")
            drawn = planning.plan(region, session=session, assessment="a", asked=kinds, most=8)
            draft = questions.ask(brief(plan=drawn, asked=tuple(texts)))
            texts.append(draft.text)
            kinds.append(plan_kind(draft.kind))
        return Counter(kinds)

    sets = [asked_in(f"s{n}") for n in range(200)]
    assert sets[0] == asked_in("s0"), "the same session, the same questions"
    common = Counter(kind for one in sets for kind in one)
    assert sum(n for _, n in common.most_common(4)) >= 0.75 * sum(common.values())
    assert all(max(one.values()) <= 2 for one in sets)


NOT_ASKED = {
    "a comparison with True changes nothing": (
        "if ((elem in items) == True):\n    print(elem)\n",
        "if (elem in items):\n    print(elem)\n",
        "has become",
    ),
    "a line that was half typed": ("rows = dict(li\n", "rows = dict(limits)\n", "has become"),
    "a program that does not start": ("x = a +* 1\n", "x = a +* 2\n", "has become"),
    "nor do brackets": ("x = (a + b)\n", "x = a + b\n", "has become"),
}


@pytest.mark.parametrize("case", NOT_ASKED)
def test_what_shows_no_understanding_is_not_asked(case: str) -> None:
    previous, code, words = NOT_ASKED[case]
    texts = asked_until_silent(code, previous=previous)
    assert not any(words in text for text in texts), texts


BROKEN = """def may(age):
    if age > 17:
        return True
   else
        return False
"""


def test_nothing_is_said_of_a_path_that_could_not_be_read() -> None:
    texts = asked_until_silent(BROKEN)
    assert not any("without reaching" in text for text in texts), texts
    whole = questions.ask(brief("def may(age):\n    if age > 17:\n        return True\n", plan=plan("edge_case")))
    assert "without reaching" in whole.text or "exactly" in whole.text
