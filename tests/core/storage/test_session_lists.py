"""Lists of sessions in every order, page by page, the same on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from records import begin, evaluation, new_assessment, opened, update
from test_gradings import BLOCK, judged, reported

from codeassess_core.examiner.text.injection import FLAG
from codeassess_core.model import AssessmentSession, Flag, Grading, SessionStatus
from codeassess_core.storage.record import Record
from codeassess_core.storage.session_lists import Place, SessionColumn, SessionOrder
from codeassess_core.storage.sessions import SessionFilter
from codeassess_core.testing import InlineJobs

EVERYONE = SessionFilter(tenant="default")
STATES = tuple(SessionStatus)
WAITS, SURE = evaluation(3.0, waits=True), evaluation(8.0)


async def populated(record: Record, jobs: InlineJobs) -> list[AssessmentSession]:
    """Sessions that differ in every column, and one of another tenant."""
    tasks = [await record.assessments.add(new_assessment(title=title)) for title in ("zebra", "Ants", "ants")]
    about = [{}, *({"assessment_id": task.id, "assessment_version": 1} for task in tasks)]
    sessions = [await begin(record, owner=owner, **about[n % 4]) for n, owner in enumerate(("bob", "Ada", "ada") * 4)]
    for n, session in enumerate(sessions[:9]):
        for code in ("a = 1\n", "a = 1\n" + BLOCK)[: n % 2 + 1]:
            await record.recorder.record(update(session, code))
        judgements = [SURE, WAITS, None][: n % 4]
        await judged(record, session, *judgements)
    for n, session in enumerate(sessions[:6]):
        await reported(record, jobs, session, score=5.0, score_min=n % 3 + 0.1, score_max=9.0, provisional=True)
    await begin(record, tenant="elsewhere", owner="eve")
    return [await record.sessions.get(session.id) for session in sessions]


async def read(record: Record, order: SessionOrder, *, limit: int = 5) -> list[str]:
    """The whole list, page by page."""
    found: list[str] = []
    place: Place | None = None
    while True:
        page, place = await record.session_lists.page(EVERYONE, order, after=place, limit=limit)
        found += [session.id for session in page]
        if place is None:
            return found


def value(column: SessionColumn, session: AssessmentSession, title: str, grading: Grading) -> Any:
    """What the list shows of a session in a column."""
    return {
        SessionColumn.STARTED: session.id,
        SessionColumn.CANDIDATE: session.owner.lower(),
        SessionColumn.TITLE: title.lower(),
        SessionColumn.STATUS: STATES.index(session.status),
        SessionColumn.QUESTIONS: session.question_count,
        SessionColumn.SCORE: grading.score_min,
        SessionColumn.WAITING: grading.waiting_for_review,
        SessionColumn.FLAGS: len(grading.flags),
    }[column]


@pytest.mark.parametrize("descending", [True, False])
async def test_each_column_sorts_page_by_page(database_url: str, descending: bool) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        sessions = await populated(record, jobs)
        titles = await record.assessments.titles({s.assessment_id for s in sessions if s.assessment_id})
        gradings = await record.gradings.of_sessions([s.id for s in sessions])
        for column in SessionColumn:
            values = {
                s.id: value(
                    column, s, titles.get((s.assessment_id or "", s.assessment_version or 0), ""), gradings[s.id]
                )
                for s in sessions
            }
            newest_first = sorted(values, reverse=True)
            with_one = [id for id in newest_first if values[id] is not None]
            expected = sorted(with_one, key=lambda id: values[id], reverse=descending)
            # `reverse` keeps the order of equal ones: the newest first, whichever way.
            expected += [id for id in newest_first if values[id] is None]
            assert len(set(map(str, values.values()))) > 1, f"{column} is the same everywhere"
            assert await read(record, SessionOrder(column=column, descending=descending)) == expected, column


async def test_sessions_of_an_assessment_stand_together_in_each_order(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        sessions = {s.id: s for s in await populated(record, jobs)}
        for column in SessionColumn:
            for descending in (True, False):
                alone = await read(record, SessionOrder(column=column, descending=descending))
                found = await read(record, SessionOrder(column=column, descending=descending, grouped=True), limit=2)
                assert found == sorted(alone, key=lambda id: sessions[id].assessment_id or "", reverse=True), column


async def test_groups_count_what_there_is_to_do(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        made = {s.id: s for s in await populated(record, jobs)}
        waiting = next(s for s in made.values() if s.assessment_id)
        gradings = await record.gradings.of_sessions(list(made))
        groups = await record.session_lists.groups(EVERYONE, SessionOrder())
        ids = sorted({s.assessment_id or "" for s in made.values()}, reverse=True)
        assert [group.assessment_id or "" for group in groups] == ids
        for group in groups:
            of_group = [gradings[s.id] for s in made.values() if s.assessment_id == group.assessment_id]
            assert group.sessions == group.active + sum(
                s.status is SessionStatus.ENDED for s in made.values() if s.assessment_id == group.assessment_id
            )
            assert (group.sessions, group.waiting, group.contested, group.flagged, group.reviewed) == (
                len(of_group),
                sum(g.waiting_for_review > 0 for g in of_group),
                0,
                sum(bool(g.flags) for g in of_group),
                0,
            )
        assert sum(group.waiting for group in groups) > 0 < sum(group.flagged for group in groups)
        pasted = await record.session_lists.groups(EVERYONE, SessionOrder(flags=(Flag.PASTE,)))
        assert all(group.sessions == group.flagged for group in pasted)
        assert sum(g.sessions for g in pasted) == sum(Flag.PASTE in g.flags for g in gradings.values())
        one = SessionFilter(tenant="default", assessment_id=waiting.assessment_id)
        assert [g.assessment_id for g in await record.session_lists.groups(one, SessionOrder())] == [
            waiting.assessment_id
        ]


async def test_flags_filter_also_a_list_that_they_sort(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        sessions = await populated(record, jobs)
        gradings = await record.gradings.of_sessions([s.id for s in sessions])
        found = await read(record, SessionOrder(column=SessionColumn.FLAGS, flags=(Flag.PASTE,)))
        assert sorted(found) == sorted(s.id for s in sessions if Flag.PASTE in gradings[s.id].flags)


async def test_pages_stay_in_their_place_when_sessions_come_and_go(database_url: str) -> None:
    async with opened(database_url) as record:
        ids = [(await begin(record, owner=f"c{n}")).id for n in range(6)]
        order = SessionOrder(column=SessionColumn.CANDIDATE, descending=False)
        first, place = await record.session_lists.page(EVERYONE, order, limit=3)
        await record.sessions.erase(first[-1].id, principal="chief")
        await begin(record, owner="a")
        later, _ = await record.session_lists.page(EVERYONE, order, after=place, limit=9)
        assert [s.id for s in (*first, *later)] == ids


async def test_lists_are_filtered_by_what_waits_and_by_flags(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        sessions = await populated(record, jobs)
        speaks = await begin(record)
        await judged(record, speaks, replace(WAITS, flags=(FLAG,)))
        gradings = await record.gradings.of_sessions([*(s.id for s in sessions), speaks.id])
        for order, wanted in (
            (SessionOrder(waiting=True), lambda g: g.waiting_for_review > 0),
            (SessionOrder(flags=(Flag.PASTE,)), lambda g: Flag.PASTE in g.flags),
            (SessionOrder(flags=(Flag.INSTRUCTIONS,)), lambda g: Flag.INSTRUCTIONS in g.flags),
            (
                SessionOrder(waiting=True, flags=(Flag.PASTE, Flag.EVALUATION_FAILED), column=SessionColumn.SCORE),
                lambda g: g.waiting_for_review > 0 and {Flag.PASTE, Flag.EVALUATION_FAILED} <= set(g.flags),
            ),
        ):
            expected = {id for id, grading in gradings.items() if wanted(grading)}
            assert 0 < len(expected) < len(gradings), order
            assert set(await read(record, order)) == expected, order
