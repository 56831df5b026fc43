"""The rules, one table each, and their order."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassess_core.documents.lines import line_count
from codeassess_core.model import Moment, TriggerPolicy
from codeassess_core.triggers import LEAST_TIME_LEFT, RULES, Paste, Situation, decide
from codeassess_core.triggers.rules import SMALL_PROGRAM

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
BY_LINES = {"min_code_change_lines": 5, "min_code_change_statements": 0}
POLICY = TriggerPolicy(**BY_LINES, min_time_between_interactions=60, cool_down=120, max_questions=8)
SMALL = replace(POLICY, min_code_change_statements=2)
SIX = "def f(x):\n    a = x\n    b = a\n    c = b\n    d = c\n    return d\n"
BASE = "def g():\n    return 1\n"
DOCS = Path(__file__).parents[3] / "docs" / "triggers.md"


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


ASKS = Situation(
    now=NOW,
    code=BASE + SIX,
    base=BASE,
    language="python",
    last_question_at=ago(75),
    last_deferred_at=None,
    question_open=False,
    questions_asked=1,
    paste=None,
    closing=False,
    time_left=None,
)
PASTED = Paste(start_line=3, end_line=8, lines=8)


def rule_of(**changes: Any) -> str:
    return decide(replace(ASKS, **changes), POLICY).rule


def test_enough_lines_are_asked_about_with_the_numbers() -> None:
    decision = decide(ASKS, POLICY)
    assert (decision.asked, decision.rule, decision.changed_lines) == (True, "enough_lines", 6)
    assert (decision.start_line, decision.end_line) == (3, 8)
    assert decision.reason == "6 lines changed since the last question (5 needed), 75 s ago (60 s needed)."


def test_the_first_question_waits_for_no_time() -> None:
    decision = decide(replace(ASKS, base="", last_question_at=None, questions_asked=0), POLICY)
    assert decision.asked
    assert decision.reason == "8 lines changed since the start (5 needed)."


@pytest.mark.parametrize(
    ("left", "rule"),
    [
        (None, "enough_lines"),  # no limit
        (LEAST_TIME_LEFT, "enough_lines"),
        (LEAST_TIME_LEFT - 0.1, "time_is_up"),
        (-5.0, "time_is_up"),  # over already
    ],
)
def test_nobody_is_asked_who_could_not_answer_in_time(left: float | None, rule: str) -> None:
    assert rule_of(time_left=left) == rule


@pytest.mark.parametrize(
    ("asked", "rule"),
    [(0, "enough_lines"), (7, "enough_lines"), (8, "budget_spent"), (9, "budget_spent")],  # 8: the policy changed
)
def test_the_budget_is_kept(asked: int, rule: str) -> None:
    assert rule_of(questions_asked=asked) == rule


def test_a_budget_of_none_asks_nothing() -> None:
    first = replace(ASKS, questions_asked=0, last_question_at=None)
    assert decide(first, replace(POLICY, max_questions=0)).rule == "budget_spent"


@pytest.mark.parametrize(
    ("deferred", "rule"),
    [
        (None, "enough_lines"),
        (ago(119.9), "cool_down"),
        (ago(120), "enough_lines"),
        (ago(-3), "cool_down"),  # a clock that went back
    ],
)
def test_not_now_is_respected(deferred: datetime | None, rule: str) -> None:
    assert rule_of(last_deferred_at=deferred) == rule


@pytest.mark.parametrize(
    ("last", "rule"),
    [(ago(59.9), "too_soon"), (ago(60), "enough_lines"), (ago(-3), "too_soon"), (None, "enough_lines")],
)
def test_questions_keep_their_distance(last: datetime | None, rule: str) -> None:
    assert rule_of(last_question_at=last) == rule


def test_a_reason_never_rounds_the_time_up_to_what_is_needed() -> None:
    decision = decide(replace(ASKS, last_question_at=ago(59.9)), POLICY)
    assert decision.reason == "The last question was 59 s ago (60 s needed)."


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        (BASE, "nothing_new"),
        (BASE + "\n", "too_few_lines"),
        (BASE + "a = 1\nb = 2\nc = 3\nd = 4\n", "too_few_lines"),  # four lines, five needed
        (BASE + "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\n", "enough_lines"),
        (BASE.replace("1", "2") + "a = 1\nb = 2\n", "too_few_lines"),  # an edited line is two: four
        (BASE.replace("1", "2") + "a = 1\nb = 2\nc = 3\n", "enough_lines"),
        (BASE + "# a\n# b\n# c\n# d\n# e\n", "not_worth_asking"),
        (BASE + "\n\n\n\n\n", "not_worth_asking"),
        ("import a\nimport b\nimport c\nimport d\nimport e\n" + BASE, "not_worth_asking"),
        (BASE + '"""\nOne.\nTwo.\nThree.\n"""\n', "not_worth_asking"),
        (BASE + "# a\n# b\n# c\n# d\ne = 1\n", "enough_lines"),  # one line of code among them
        ("# a\n# b\n# c\n", "nothing_left"),  # all code removed
        ("", "too_few_lines"),  # two lines removed
    ],
)
def test_the_change_is_weighed(code: str, rule: str) -> None:
    assert rule_of(code=code) == rule


@pytest.mark.parametrize(
    ("code", "moment", "rule"),
    [
        (BASE + "a = 1\n", Moment.PAUSE, "too_few_lines"),  # one statement, two needed
        (BASE + "a = 1\n", Moment.RUN, "small_program"),
        (BASE + "a = 1\n", Moment.SAVE, "small_program"),
        (BASE + "a = 1\nb = 2\n", Moment.PAUSE, "small_program"),
        (BASE.replace("1", "2"), Moment.RUN, "small_program"),  # an edited statement is one
        (BASE.replace("1", "2"), Moment.PAUSE, "too_few_lines"),
        (BASE + "# a\n# b\n", Moment.RUN, "too_few_lines"),  # no statement changed
        (BASE + "import a\nimport b\n", Moment.RUN, "too_few_lines"),
        (BASE + "\n", Moment.SAVE, "too_few_lines"),
        ("", Moment.RUN, "too_few_lines"),  # nothing is left to ask about
        (BASE + SIX, Moment.RUN, "enough_lines"),  # lines are enough
        (BASE + "a = 1\n" * SMALL_PROGRAM, Moment.RUN, "enough_lines"),
    ],
)
def test_a_small_program_counts_by_statements(code: str, moment: Moment, rule: str) -> None:
    assert decide(replace(ASKS, code=code, moment=moment), SMALL).rule == rule


def test_a_larger_program_counts_by_lines_at_a_run_too() -> None:
    long = BASE + "a = 1\n" * SMALL_PROGRAM
    run = replace(ASKS, base=long, code=long + "b = 2\nc = 3\n", moment=Moment.RUN)
    assert decide(run, SMALL).rule == "too_few_lines"


def test_a_policy_that_wants_few_questions_is_kept_in_a_small_program() -> None:
    run = replace(ASKS, code=BASE + "a = 1\nb = 2\n", moment=Moment.RUN)
    assert decide(run, replace(SMALL, min_code_change_lines=SMALL_PROGRAM + 1)).rule == "too_few_lines"


def test_the_reason_of_a_small_program_says_statements_and_the_moment() -> None:
    decision = decide(replace(ASKS, code=BASE + "a = 1\n", moment=Moment.RUN), SMALL)
    assert (decision.asked, decision.moment, decision.start_line, decision.end_line) == (True, Moment.RUN, 3, 3)
    assert decision.reason == (
        "1 statement of a small program changed since the last question (1 needed at a run), 75 s ago (60 s needed)."
    )


def test_too_few_lines_says_how_many() -> None:
    decision = decide(replace(ASKS, code=BASE + "a = 1\n"), POLICY)
    assert decision.reason == "1 line changed since the last question (5 needed)."
    assert decision.changed_lines == 1


def test_where_no_line_is_needed_white_space_still_asks_nothing() -> None:
    decision = decide(replace(ASKS, code=BASE + " "), replace(POLICY, min_code_change_lines=0))
    assert decision.rule == "not_worth_asking"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, "paste"),
        ({"question_open": True}, "question_open"),  # the rules before it hold
        ({"last_question_at": ago(10)}, "too_soon"),
        ({"last_deferred_at": ago(10)}, "cool_down"),
        ({"code": BASE}, "nothing_new"),  # pasted and taken out again
        ({"code": BASE + "# a\n# b\n# c\n# d\n# e\n# f\n"}, "not_worth_asking"),  # a pasted comment
        ({"paste": Paste(start_line=90, end_line=99, lines=8)}, "enough_lines"),  # no longer there
    ],
)
def test_a_paste_is_asked_about_unless_an_earlier_rule_forbids(changes: dict[str, Any], rule: str) -> None:
    assert rule_of(**({"paste": PASTED} | changes)) == rule


def test_a_large_paste_needs_no_count_of_lines() -> None:
    decision = decide(replace(ASKS, paste=PASTED), replace(POLICY, min_code_change_lines=100))
    assert (decision.asked, decision.start_line, decision.end_line) == (True, 3, 8)
    assert decision.reason == "8 lines came in at once (8 make a paste), 75 s ago (60 s needed)."


def test_the_first_rule_that_answers_settles_it() -> None:
    """Everything speaks against a question; as each reason goes away, the next in order is given."""
    against: dict[str, Any] = {
        "session_closing": {"closing": True},
        "time_is_up": {"time_left": 1.0},
        "question_open": {"question_open": True},
        "budget_spent": {"questions_asked": 8},
        "cool_down": {"last_deferred_at": ago(1)},
        "too_soon": {"last_question_at": ago(1)},
        "nothing_new": {"code": BASE},
    }
    seen = []
    while against:
        seen.append(rule_of(**{name: value for change in against.values() for name, value in change.items()}))
        del against[seen[-1]]
    assert tuple(seen) == tuple(rule.__name__ for rule in RULES[:7])


def test_every_rule_is_described() -> None:
    described = re.findall(r"^\| \d+ \| `(\w+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert described == [rule.__name__ for rule in RULES]


def test_a_naive_time_is_refused() -> None:
    naive: Any = datetime(2030, 1, 1)  # noqa: DTZ001
    for name in ("now", "last_question_at", "last_deferred_at"):
        with pytest.raises(ValueError, match="aware"):
            replace(ASKS, **{name: naive})


CODE = st.text(max_size=120) | st.text(alphabet="abdef=():'\"#%!?\\ \t\r\n", max_size=120)
PASTES = st.builds(Paste, start_line=st.integers(1, 20), end_line=st.integers(1, 20), lines=st.integers(0, 20))


@settings(deadline=None)
@given(
    CODE,
    CODE,
    st.sampled_from(["python", "c", "", "no such language"]),
    st.none() | PASTES,
    st.sampled_from(Moment),
    st.sampled_from([1, 5]),
)
def test_any_two_texts_get_a_decision(
    base: str, code: str, language: str, paste: Paste | None, moment: Moment, lines: int
) -> None:
    situation = replace(ASKS, base=base, code=code, language=language, paste=paste, moment=moment)
    decision = decide(situation, replace(SMALL, min_code_change_lines=lines))
    assert decision.reason.endswith(".")
    assert decision.asked == (decision.rule in {"paste", "small_program", "enough_lines"})
    if decision.asked:
        assert decision.start_line is not None
        assert decision.end_line is not None
        assert 1 <= decision.start_line <= decision.end_line <= max(1, line_count(code))
