"""What was true when the question was asked is not held against an answer about the later code."""

from __future__ import annotations

from datetime import UTC, datetime

from codeassess_core.examiner.offline import questions
from codeassess_core.examiner.offline.rechecking import recheck
from codeassess_core.model import Question, QuestionStatus, Region
from codeassess_core.ports import QuestionBrief

BEFORE = "def total(xs):\n    found = 0\n    for x in xs:\n        found += x\n    return found\n"


def asked(code: str, kind: str) -> Question:
    region = Region(document="main", snapshot=1, start_line=1, end_line=code.count("\n"))
    texts: tuple[str, ...] = ()
    while True:
        brief = QuestionBrief(
            code=code, previous="", document="main", language="python", region=region, rule="run", asked=texts
        )
        draft = questions.ask(brief)
        if draft.kind == kind:
            break
        texts += (draft.text,)
    return Question(
        id="q",
        session_id="s",
        status=QuestionStatus.ANSWERED,
        rule="run",
        region=region,
        created_at=datetime(2026, 11, 30, tzinfo=UTC),
        text=draft.text,
        kind=draft.kind,
        expected=draft.expected,
        slots=draft.slots,
        claims=draft.claims,
    )


def test_a_result_that_the_code_gives_by_now_is_right_as_well() -> None:
    question = asked(BEFORE, "call_result")
    now = BEFORE.replace("found = 0", "found = 100")
    (then_slot,), (slot,) = question.slots, recheck(question, BEFORE, now, language="python").slots
    assert slot.accepted == (then_slot.accepted[0], str(int(then_slot.accepted[0]) + 100))


def test_lines_that_moved_are_right_where_they_are_now() -> None:
    question = asked(BEFORE, "role")
    now = "# sums\n\n" + BEFORE
    rechecked = recheck(question, BEFORE, now, language="python")
    assert rechecked.slots[0].accepted == ("5", "7")
    assert "Line 7" in rechecked.expected[0].text


def test_the_same_code_and_other_languages_change_nothing() -> None:
    question = asked(BEFORE, "call_result")
    assert recheck(question, BEFORE, BEFORE, language="python") is question
    assert recheck(question, BEFORE, "other", language="julia") is question
