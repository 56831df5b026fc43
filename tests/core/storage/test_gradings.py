"""What a list tells graders of each session."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from records import asked, begin, evaluation, finish, new_assessment, opened, response, statements, update

from codeassess_core.examiner.text.injection import FLAG
from codeassess_core.model import AssessmentSession, Evaluation, Flag, Grading
from codeassess_core.storage.record import Record
from codeassess_core.testing import InlineJobs

NOTHING = Grading(score=None, provisional=None, answered=0, waiting_for_review=0)
WAITS = evaluation(3.0, waits=True)
BLOCK = "".join(f"value_{n} = compute_something(argument_{n})\n" for n in range(12))


async def judged(record: Record, session: AssessmentSession, *judgements: Evaluation | None) -> None:
    """A question, a response and its evaluation for each; None: it could not be evaluated."""
    for n, judgement in enumerate(judgements, 1):
        question_id = await asked(record, session, upto=n)
        await record.inbox.respond(response(session, question_id))
        if judgement is None:
            await record.questions.failed(question_id, reason="The model is away.", message={})
        else:
            await record.questions.evaluated(question_id, judgement, message={})


async def reported(record: Record, jobs: InlineJobs, session: AssessmentSession, **overall: Any) -> None:
    await record.inbox.finish(finish(session), message={})
    report_id = next(subject for kind, subject in reversed(jobs.enqueued) if kind == "report")
    await record.reports.publish(report_id, {"overall": overall}, message={})


async def test_a_session_is_graded_by_its_answers_and_its_report(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        empty, sure, unsure, failed, open_, unread = [await begin(record) for _ in range(6)]
        await judged(record, sure, evaluation(8.0), evaluation(6.0))
        await reported(record, jobs, sure, score=7.0, provisional=False, score_min=7.0, score_max=7.0)
        await judged(record, unsure, evaluation(8.0), WAITS)
        await reported(record, jobs, unsure, score=5.5, provisional=True, score_min=4.0, score_max=9.0)
        await judged(record, failed, None)
        await reported(record, jobs, failed, score=None, provisional=True)
        await asked(record, open_)
        await judged(record, unread, WAITS)
        await record.inbox.finish(finish(unread), message={})  # its report is still being written
        expected = {
            empty: NOTHING,
            sure: Grading(score=7.0, score_min=7.0, score_max=7.0, provisional=False, answered=2, waiting_for_review=0),
            unsure: Grading(
                score=5.5, score_min=4.0, score_max=9.0, provisional=True, answered=2, waiting_for_review=1
            ),
            failed: Grading(
                score=None, provisional=True, answered=1, waiting_for_review=1, flags=(Flag.EVALUATION_FAILED,)
            ),
            open_: NOTHING,
            unread: replace(NOTHING, answered=1, waiting_for_review=1),
        }
        assert await record.gradings.of_sessions([s.id for s in expected]) == {s.id: g for s, g in expected.items()}
        assert await record.gradings.of_sessions([]) == {}


async def test_a_session_is_flagged_for_what_the_record_and_the_examiner_saw(database_url: str) -> None:
    async with opened(database_url) as record:
        pasted, snippet, spoke, quoted, checked = [await begin(record) for _ in range(5)]
        for code in ("a = 1\n", "a = 1\n" + BLOCK):
            await record.recorder.record(update(pasted, code))
        for code in ("a = 1\n", "a = 1\n'pasted'\n"):
            await record.recorder.record(update(snippet, code))
        await judged(record, spoke, replace(WAITS, flags=("provisional", FLAG)))
        await judged(record, quoted, replace(WAITS, text=f'"{FLAG}"', flags=("provisional",)))
        await judged(record, checked, replace(evaluation(8.0), flags=(FLAG,)))  # nothing of it is open
        sessions = (pasted, snippet, spoke, quoted, checked)
        gradings = await record.gradings.of_sessions([s.id for s in sessions])
        expected = ((Flag.PASTE,), (), (Flag.INSTRUCTIONS,), (), (Flag.INSTRUCTIONS,))
        assert tuple(gradings[s.id].flags for s in sessions) == expected


async def test_many_sessions_cost_the_statements_of_one(database_url: str) -> None:
    async with opened(database_url) as record:
        sessions = [await begin(record) for _ in range(30)]
        for session in sessions:
            await judged(record, session, WAITS)
        told = []
        for ids in ([sessions[0].id], [s.id for s in sessions]):
            with statements(record) as seen:
                gradings = await record.gradings.of_sessions(ids)
            told.append(seen)
        assert set(gradings.values()) == {replace(NOTHING, answered=1, waiting_for_review=1)}
        assert [len(seen) for seen in told] == [3, 3], told


async def test_titles_are_those_of_the_versions(database_url: str) -> None:
    async with opened(database_url) as record:
        first = await record.assessments.add(new_assessment(title="Sort"))
        await record.assessments.add(replace(first, title="Sort better"))
        await record.assessments.add(new_assessment(title="Search"))
        assert await record.assessments.titles({first.id}) == {(first.id, 1): "Sort", (first.id, 2): "Sort better"}
        assert await record.assessments.titles(()) == {}
