"""The plans of a session: which kinds, how hard, and the same for the candidates of one assessment."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import get_args

import pytest
from growth import grows_in_proportion

from codeassess_core.examiner.model.schemas import Kind
from codeassess_core.model import Difficulty, Plan
from codeassess_core.questions import planning
from codeassess_core.questions.planning import KINDS, PASTE, Region

FUNCTION = """def total(prices, limit):
    result = 0
    for price in prices:
        if price > limit:
            result += price
    return result / len(prices)
"""
PLAIN = "greeting\n"


def region(lines: str = FUNCTION, *, code: str = "", rule: str = "enough_lines") -> Region:
    return Region(lines=lines, code=code or lines, rule=rule)


def plans_of(session: str, *, assessment: str = "a1", most: int = 8, regions: tuple[Region, ...] = ()) -> list[Plan]:
    plans: list[Plan] = []
    for number in range(most):
        here = regions[number % len(regions)] if regions else region()
        asked = [plan.kind for plan in plans]
        plans.append(planning.plan(here, session=session, assessment=assessment, asked=asked, most=most))
    return plans


def test_the_table_has_the_kinds_that_the_model_may_name() -> None:
    assert {kind.name for kind in KINDS} == set(get_args(Kind))
    assert all(kind.difficulties for kind in KINDS)
    for difficulty in Difficulty:
        always = [k for k in KINDS if difficulty in k.difficulties and k.carried(region(PLAIN))]
        assert always, f"nothing {difficulty} can be asked about plain text"


@pytest.mark.parametrize(
    ("most", "steps"),
    [
        (1, "medium"),
        (2, "easy hard"),
        (3, "easy medium hard"),
        (5, "easy easy medium hard hard"),
        (8, "easy easy medium medium medium medium hard hard"),
    ],
)
def test_a_session_goes_from_easy_to_hard(most: int, steps: str) -> None:
    assert [planning.difficulty(number, most) for number in range(1, most + 1)] == steps.split()


def test_the_same_session_gets_the_same_plan() -> None:
    assert plans_of("s1") == plans_of("s1")
    assert [p.kind for p in plans_of("s1")] != [p.kind for p in plans_of("s2")], "but not in the same order as another"


def test_candidates_of_one_assessment_get_comparable_sets() -> None:
    """200 sessions with code for all kinds but data and paste: the same kinds, in different orders."""
    sets = [Counter(plan.kind for plan in plans_of(f"session {n}")) for n in range(200)]
    assert len({tuple(sorted(one.items())) for one in sets}) == 1
    assert max(sets[0].values()) == 1, "nothing comes twice while something else has not come"
    firsts = Counter(plans_of(f"session {n}")[0].kind for n in range(200))
    assert len(firsts) == 2 and min(firsts.values()) > 60, "the order is drawn"


def test_sets_stay_comparable_where_the_code_differs() -> None:
    """Code for fewer kinds: of 8 questions at least 6 have the same kinds."""
    codes = (region(), region(PLAIN), region("x = prices[0] + 1\n"), region("if a:\n    print(a)\n"))
    sets = []
    for n in range(200):
        turned = codes[n % 4 :] + codes[: n % 4]
        sets.append(Counter(plan.kind for plan in plans_of(f"session {n}", regions=turned)))
    alike = [sum((one & other).values()) for one, other in combinations(sets[:60], 2)]
    assert sum(alike) / len(alike) >= 6
    assert all(max(one.values()) <= 3 for one in sets)


def test_another_assessment_has_another_set() -> None:
    kinds = {frozenset(plan.kind for plan in plans_of("s", assessment=f"a{n}", most=4)) for n in range(20)}
    assert len(kinds) > 3


CARRIED = {
    "complexity": ("for x in y:\n    f(x)\n", "x = 1\n"),
    "design": ("class Basket:\n    pass\n", "x = 1\n"),
    "value": ("x = a * 2\n", "greeting\n"),
    "edge_case": ("x = prices[0]\n", "greeting\n"),
}


@pytest.mark.parametrize("kind", CARRIED)
def test_only_what_the_region_carries_is_planned(kind: str) -> None:
    with_it, without = CARRIED[kind]
    row = next(k for k in KINDS if k.name == kind)
    assert row.carried(region(with_it)) and not row.carried(region(without))


def test_data_needs_a_library_of_data() -> None:
    row = next(k for k in KINDS if k.name == "data")
    used = "frame = prices.groupby('shop').mean()\n"
    assert row.carried(region(used, code=f"import pandas as pd\n{used}"))
    assert not row.carried(region(used))


def test_a_function_that_calls_itself_repeats() -> None:
    assert region("def f(n):\n    return n * f(n - 1)\n").repeats
    assert not region("def f(n):\n    return g(n - 1)\n").repeats


def test_what_came_in_at_once_is_asked_about_as_such() -> None:
    for n in range(20):
        here = region(rule="paste")
        assert planning.plan(here, session=f"s{n}", assessment="a", asked=["value"], most=8).kind == PASTE
    assert PASTE not in {plan.kind for n in range(20) for plan in plans_of(f"s{n}")}


def test_a_plan_that_was_not_met_says_so() -> None:
    plan = plans_of("s1")[0]
    other = plan.others[0]
    became = planning.taken(plan, other)
    assert became.kind == other and f"Planned was {plan.kind}" in became.reason and plan.kind in became.others
    assert planning.taken(plan, plan.kind) is plan


def test_words_tell_some_kinds_of_english_questions() -> None:
    assert planning.is_of_kind("How much longer does `f` take for twice as many prices?", "complexity")
    assert not planning.is_of_kind("What is `f` named after?", "complexity")
    assert planning.is_of_kind("What is `f` named after?", "purpose"), "no words are telling of a purpose"


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"def f{n}(a):\n    return g{n}(a)\n" for n in range(20_000)),
        "select " * 100_000,
        "for " * 100_000,
        "\n" * 300_000 + "import",
        "import " + " " * 300_000,
    ],
    ids=["functions", "selects", "fors", "blank lines", "blanks"],
)
def test_a_plan_costs_little_on_any_text(text: str) -> None:
    def plan(part: str) -> None:
        planning.plan(planning.Region(part, part, "paste"), session="s", assessment=None, asked=[], most=8)

    assert grows_in_proportion(plan, text)


def test_an_assessment_may_prefer_kinds_and_set_the_difficulty() -> None:
    def planned(lines: str, *, kinds: tuple[str, ...], fixed: Difficulty | None = None) -> Plan:
        here = region(lines)
        return planning.plan(here, session="s", assessment="a", asked=[], most=8, kinds=kinds, fixed=fixed)

    assert planned(FUNCTION, kinds=("complexity",)).kind == "complexity"
    assert planned(PLAIN, kinds=("complexity",)).kind != "complexity", "the lines have no loop"
    assert planned(FUNCTION, kinds=(), fixed=Difficulty.HARD).difficulty is Difficulty.HARD
    pasted = region(rule="paste")
    assert planning.plan(pasted, session="s", assessment="a", asked=[], most=8, kinds=("value",)).kind == PASTE
