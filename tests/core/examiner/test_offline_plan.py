"""The offline examiner follows the plan, and does not ask what is no question."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from model_cases import question_brief

import codeassess_core.examiner.offline as offline
from codeassess_core import planning
from codeassess_core.examiner.offline import questions, tokens
from codeassess_core.examiner.offline.families import family
from codeassess_core.examiner.offline.kinds.table import KINDS
from codeassess_core.model import Difficulty, Plan, Region
from codeassess_core.ports import QuestionBrief

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


def plan(kind: str, *others: str) -> Plan:
    return Plan(kind=kind, difficulty=Difficulty.MEDIUM, reason="Drawn.", others=others)


def kinds_in_the_source() -> set[str]:
    """Every kind that a module of the offline examiner names when it makes a sketch."""
    found = {kind.name for kind in KINDS} | {p.kind for p in (*tokens.PATTERNS, tokens.DEFINITION)}
    for path in Path(offline.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Sketch", "about", "_sketch"):
                values = [k.value for k in node.keywords if k.arg == "kind"] + node.args[:2]
                found |= {v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)}
    return found


def test_every_offline_kind_belongs_to_a_kind_of_the_plan() -> None:
    named = {kind.name for kind in planning.KINDS}
    assert {family(kind) for kind in kinds_in_the_source()} <= named
    assert {family(kind) for kind in kinds_in_the_source()} == named


@pytest.mark.parametrize("kind", ["trace", "edge_case", "complexity", "value", "test"])
def test_the_planned_kind_is_asked(kind: str) -> None:
    draft = questions.ask(brief(plan=plan(kind)))
    assert family(draft.kind) == kind
    assert draft.provenance.plan == plan(kind)


def test_a_kind_that_is_not_there_gives_way_to_the_next_and_the_plan_says_so() -> None:
    draft = questions.ask(brief(plan=plan("data", "design", "complexity")))
    assert family(draft.kind) == "complexity"
    assert draft.provenance.plan is not None
    assert draft.provenance.plan.kind == "complexity" and "Planned was data" in draft.provenance.plan.reason


def test_a_far_better_question_is_not_given_up_for_the_plan() -> None:
    """A purpose could be asked of `prices`, at depth 1; the rest tells much more."""
    draft = questions.ask(brief("def f(prices):\n    while prices:\n        g(prices)\n", plan=plan("purpose")))
    assert family(draft.kind) != "purpose"


def test_two_hundred_sittings_over_the_same_code_get_comparable_sets() -> None:
    def sitting(session: str) -> Counter[str]:
        texts: list[str] = []
        kinds: list[str] = []
        for _ in range(4):
            region = planning.Region(CODE, CODE, "enough_lines")
            drawn = planning.plan(region, session=session, assessment="a", asked=kinds, most=8)
            draft = questions.ask(brief(plan=drawn, asked=tuple(texts)))
            texts.append(draft.text)
            kinds.append(family(draft.kind))
        return Counter(kinds)

    sets = [sitting(f"s{n}") for n in range(200)]
    assert sets[0] == sitting("s0"), "the same session, the same questions"
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
    "a sum of two names is arithmetic": ("", "def power(x, y):\n    return x ** y\n", "if `x` is"),
    "nobody works out 23 ** 4 by head": ("", "def f(x, y):\n    return (x ** y) ** 3\n", "if `x` is"),
}


@pytest.mark.parametrize("case", NOT_ASKED)
def test_what_shows_no_understanding_is_not_asked(case: str) -> None:
    previous, code, words = NOT_ASKED[case]
    texts: tuple[str, ...] = ()
    for _ in range(6):
        texts += (questions.ask(brief(code, previous=previous, asked=texts)).text,)
    assert not any(words in text for text in texts), texts


def test_a_text_is_offered_for_what_is_used_as_one() -> None:
    code = "def ends(s1, other):\n    return s1 + other[0:2]\n"
    texts: tuple[str, ...] = ()
    for _ in range(12):
        texts += (questions.ask(brief(code, asked=texts)).text,)
    given = [text for text in texts if "if `s1` is" in text]
    assert given and all("`s1` is '" in text and "`other` is '" in text for text in given), texts


BROKEN = """def may(age):
    if age > 17:
        return True
   else
        return False
"""


def test_nothing_is_said_of_a_path_that_could_not_be_read() -> None:
    texts: tuple[str, ...] = ()
    for _ in range(10):
        texts += (questions.ask(brief(BROKEN, asked=texts)).text,)
    assert not any("without reaching" in text for text in texts), texts
    whole = questions.ask(brief("def may(age):\n    if age > 17:\n        return True\n", plan=plan("edge_case")))
    assert "without reaching" in whole.text or "exactly" in whole.text
