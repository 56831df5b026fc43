"""The story in order, runs of alike entries told once."""

from __future__ import annotations

from typing import Any

from codeassess_core.model import InteractionKind, QuestionStatus
from codeassess_core.reports.body import TimelineEntry
from codeassess_core.reports.timeline import SnapshotSize, timeline

from .material import START, answered, at, decision, evaluation, interaction, question, update


def told(interactions: Any = (), decisions: Any = (), *, sizes: Any = (), questions: Any = ()) -> list[TimelineEntry]:
    return timeline(interactions, decisions, sizes=sizes, questions=questions, start=START)


def texts(*args: Any, **named: Any) -> list[str]:
    return [entry.text for entry in told(*args, **named)]


def main(*lines: int, document: str = "main") -> list[SnapshotSize]:
    return [SnapshotSize(n=n, document=document, lines=count) for n, count in enumerate(lines, 1)]


def test_fourteen_updates_are_one_entry_with_the_lines_before_and_after() -> None:
    updates = [update(1, 0), *(update(n, 100 + n) for n in range(2, 16))]
    entries = told(updates, sizes=main(32, *range(28, 41), 41))
    assert entries[1].text == "14 updates, 32 lines → 41 lines"
    assert (entries[1].count, entries[1].seq, entries[1].snapshot) == (14, 2, 15)
    assert (entries[1].at, entries[1].until) == ("2026-03-02T14:01:42.000Z", "2026-03-02T14:01:55.000Z")
    assert entries[1].offset == 102.0


def test_a_single_update_has_no_end_of_its_own() -> None:
    (entry,) = told([update(1, 5)], sizes=main(1))
    assert (entry.text, entry.count, entry.until) == ("1 update, 1 line", 1, None)


def test_without_sizes_the_updates_are_still_counted_and_numbered() -> None:
    (entry,) = told([update(1, 5), update(2, 6)])
    assert (entry.text, entry.snapshot) == ("2 updates", 2)


def test_a_paste_stands_alone_among_typing() -> None:
    updates = [update(1, 1), update(2, 2), update(3, 3, cause="paste", snapshot=3), update(4, 4)]
    assert texts(updates, sizes=main(1, 2, 16, 17)) == [
        "2 updates, 1 line → 2 lines",
        "1 paste, 2 lines → 16 lines",
        "1 update, 16 lines → 17 lines",
    ]


def test_a_pause_of_more_than_a_minute_ends_a_run() -> None:
    assert texts([update(1, 0), update(2, 60), update(3, 121)]) == ["2 updates", "1 update"]


def test_documents_are_told_apart_each_with_its_own_lines() -> None:
    sizes = [
        SnapshotSize(n=1, document="a.py", lines=3),
        SnapshotSize(n=2, document="b.py", lines=9),
        SnapshotSize(n=3, document="a.py", lines=4),
    ]
    assert texts([update(1, 1), update(2, 2), update(3, 3)], sizes=sizes) == [
        "1 update in a.py, 3 lines",
        "1 update in b.py, 9 lines",
        "1 update in a.py, 3 lines → 4 lines",
    ]


def test_a_rename_goes_on_with_the_lines_of_the_document() -> None:
    detail = {"from": "a.py", "to": "b.py"}
    renamed = interaction(2, InteractionKind.ACTIVITY, 2, kind="document_renamed", detail=detail)
    sizes = [SnapshotSize(n=1, document="a.py", lines=3), SnapshotSize(n=2, document="b.py", lines=4)]
    assert texts([update(1, 1), renamed, update(3, 3)], sizes=sizes) == [
        "1 update in a.py, 3 lines",
        "a.py is now b.py",
        "1 update in b.py, 3 lines → 4 lines",
    ]


def test_what_was_there_already_and_what_came_about_unseen_are_told_as_that() -> None:
    updates = [
        update(1, 1, cause="open", snapshot=1),
        update(2, 2),
        update(3, 3, cause="open", snapshot=3, gap={"lines": 14}),
        update(4, 4),
    ]
    assert texts(updates, sizes=main(32, 33, 47, 48)) == [
        "the main document was put in with 32 lines",
        "1 update, 32 lines → 33 lines",
        "A gap in the main document: 14 lines changed while it was not recorded",
        "1 update, 47 lines → 48 lines",
    ]


def test_suppressed_decisions_of_one_rule_are_one_entry_and_do_not_cut_the_typing() -> None:
    updates = [update(1, 1), update(2, 11), update(3, 21)]
    decisions = [decision(5), decision(15), decision(25, "budget")]
    assert texts(updates, decisions) == [
        "3 updates",
        "Did not ask 2 times (min_time): 15 s since the last question.",
        "Did not ask (budget): 25 s since the last question.",
    ]


def test_a_rule_that_comes_back_is_a_new_entry() -> None:
    entries = texts((), [decision(1, "a"), decision(2, "b"), decision(3, "a")])
    assert [entry.split(":")[0] for entry in entries] == ["Did not ask (a)", "Did not ask (b)", "Did not ask (a)"]


def test_a_question_ends_the_run_and_follows_the_decision_that_made_it() -> None:
    asked = interaction(2, InteractionKind.QUESTION_ASKED, 10, interaction_id="question-1")
    entries = told(
        [update(1, 10), asked, update(3, 11)],
        [decision(10, "change", question_id="question-1")],
        questions=[question(1)],
    )
    assert [entry.kind for entry in entries] == ["code_update", "decision", "question_asked", "code_update"]
    assert [entry.interaction_id for entry in entries] == [None, "question-1", "question-1", None]
    assert entries[1].text == "Decided to ask (change): 8 lines changed (at least 5)."
    assert entries[1].seq is None


def test_the_order_of_the_record_wins_over_a_clock_that_went_back() -> None:
    finish = interaction(2, InteractionKind.FINISH, 3)
    assert [entry.seq for entry in told([finish, update(1, 5)])] == [1, 2]


def test_what_happened_before_the_start_has_offset_zero() -> None:
    assert told([update(1, -2)])[0].offset == 0.0


def test_each_step_of_a_question_is_one_sentence() -> None:
    kinds = (
        InteractionKind.QUESTION_ASKED,
        InteractionKind.QUESTION_DEFERRED,
        InteractionKind.QUESTION_WITHDRAWN,
        InteractionKind.RESPONSE_RECEIVED,
        InteractionKind.EVALUATION,
        InteractionKind.EVALUATION_FAILED,
        InteractionKind.FINISH,
        InteractionKind.REPORT,
    )
    steps = [interaction(n, kind, n, interaction_id="question-1") for n, kind in enumerate(kinds, 1)]
    judged = answered(1, evaluation=evaluation(needs_review=True, score=6.5))
    assert texts(steps, questions=[judged]) == [
        "Question 1 asked about lines 4–5 of the main document",
        "Question 1 put off: “not now”",
        "Question 1 withdrawn: none worth asking could be written",
        "Question 1 answered after 48 s",
        "Question 1 evaluated: No score yet: the answer waits for a person",
        "Question 1 could not be evaluated: a task for a person",
        "The candidate finished",
        "A report was made",
    ]


def test_a_question_may_be_named_by_the_interaction_itself() -> None:
    asked = interaction(1, InteractionKind.QUESTION_ASKED, 1)
    entries = told([asked], questions=[question(1, QuestionStatus.OPEN, id=asked.id)])
    assert entries[0].interaction_id == asked.id


def test_the_same_activity_again_and_again_is_one_entry() -> None:
    runs = [interaction(n, InteractionKind.ACTIVITY, n, kind="run") for n in (1, 2, 3)]
    focus = interaction(4, InteractionKind.ACTIVITY, 4, kind="focus")
    assert texts([*runs, focus]) == ["Editor: run, 3 times", "Editor: focus"]


def test_offsets_count_from_the_start_of_the_session() -> None:
    assert told([update(1, 12.34)])[0].offset == 12.3
    assert at(12.34).second == 12
