"""Reviews: rows that nothing overwrites, each with a version of the report."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from records import asked, begin, evaluation, finish, opened, response

from codeassess_core.clock import new_id
from codeassess_core.errors import IdempotencyConflict, InvalidInput, NotFound, ReportNotReady, ReviewedMeanwhile
from codeassess_core.model import Contest, InteractionKind, Review, ReviewVerdict, SessionStatus
from codeassess_core.storage.entries import ReviewEntry
from codeassess_core.storage.record import Record
from codeassess_core.testing import InlineJobs

OVERRIDE, CONFIRM = ReviewVerdict.OVERRIDE, ReviewVerdict.CONFIRM


def revise(body: dict[str, Any], reviews: Sequence[Review], seq: int, contests: Sequence[Contest]) -> dict[str, Any]:
    return {"reviews": [r.score for r in reviews], "seq": seq, "overall": {"score": 1.0, "provisional": False}}


async def reported(record: Record, jobs: InlineJobs) -> tuple[str, dict[str, str]]:
    """A session with its report, and its questions: one evaluated, one that could not be, one unanswered."""
    session = await begin(record)
    questions = {}
    for n, name in enumerate(("evaluated", "failed"), 1):
        questions[name] = await asked(record, session, upto=n)
        await record.inbox.respond(response(session, questions[name]))
    waiting = evaluation(5.0, waits=True)
    await record.questions.evaluated(questions["evaluated"], waiting, message={})
    await record.questions.failed(questions["failed"], reason="away", message={})
    questions["unanswered"] = await asked(record, session, upto=3)
    await record.inbox.finish(finish(session), message={})
    report_id = next(subject for kind, subject in reversed(jobs.enqueued) if kind == "report")
    await record.reports.publish(report_id, {"overall": {"score": None, "provisional": True}}, message={})
    return session.id, questions


def entry(session_id: str, question_id: str, score: float | None = 7.0, **changes: Any) -> ReviewEntry:
    base = ReviewEntry(
        session_id=session_id,
        question_id=question_id,
        verdict=CONFIRM if score is None else OVERRIDE,
        score=score,
        reason=None if score is None else "It is right.",
        reviewer="grace",
    )
    return replace(base, **changes)


async def test_each_review_is_kept_and_makes_a_version(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session_id, questions = await reported(record, jobs)
        before = await record.sessions.get(session_id)
        first = await record.reviews.add(entry(session_id, questions["evaluated"]), revise=revise)
        second = await record.reviews.add(entry(session_id, questions["evaluated"], None, seen=1), revise=revise)
        third = await record.reviews.add(entry(session_id, questions["failed"], 2.5, reviewer="alan"), revise=revise)
        assert await record.reviews.list(session_id) == (first, second, third)
        assert await record.reviews.list(session_id, after=1, limit=1) == (second,)
        assert [(r.number, r.verdict, r.score, r.reviewer) for r in (first, second, third)] == [
            (1, OVERRIDE, 7.0, "grace"),
            (2, CONFIRM, 5.0, "grace"),  # the examiner's score, whatever an earlier review said
            (3, OVERRIDE, 2.5, "alan"),
        ]
        versions = [await record.reports.get(session_id, n) for n in (1, 2, 3, 4)]
        seqs = [before.interaction_count + n for n in (1, 2, 3)]
        assert [v.body.get("reviews") for v in versions] == [None, [7.0], [7.0, 5.0], [7.0, 5.0, 2.5]]
        assert [v.body.get("seq") for v in versions] == [None, *seqs]
        assert (await record.reports.latest(session_id)).version == 4
        after = await record.sessions.get(session_id)
        assert after == replace(before, interaction_count=seqs[-1]) and after.status is SessionStatus.ENDED
        noted = await record.sessions.interactions(session_id, kinds=[InteractionKind.REVIEW])
        assert [(i.seq, i.payload["review_id"], i.payload["version"]) for i in noted] == [
            (seq, review.id, version)
            for seq, review, version in zip(seqs, (first, second, third), (2, 3, 4), strict=True)
        ]
        question = await record.questions.get(questions["evaluated"])
        assert question is not None and question.evaluation is not None and question.evaluation.score == 5.0


async def test_what_was_reviewed_no_longer_waits(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session_id, questions = await reported(record, jobs)

        async def waiting() -> tuple[int, float | None, bool | None]:
            grading = (await record.gradings.of_sessions([session_id]))[session_id]
            return grading.waiting_for_review, grading.score, grading.provisional

        assert await waiting() == (2, None, True)
        for seen, score in enumerate((3.0, 4.0)):  # twice the same question
            await record.reviews.add(entry(session_id, questions["failed"], score, seen=seen), revise=revise)
            assert await waiting() == (1, 1.0, False)
        await record.reviews.add(entry(session_id, questions["evaluated"], None), revise=revise)
        assert await waiting() == (0, 1.0, False)


async def test_what_cannot_be_reviewed_is_refused_and_leaves_nothing(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session_id, questions = await reported(record, jobs)
        _, theirs = await reported(record, jobs)
        for refused, problem in (
            (entry(session_id, new_id()), NotFound),
            (entry(session_id, theirs["evaluated"]), NotFound),
            (entry(new_id(), questions["evaluated"]), NotFound),
            (entry(session_id, questions["unanswered"]), InvalidInput),
            (entry(session_id, questions["failed"], None), InvalidInput),  # there is no score to confirm
        ):
            with pytest.raises(problem):
                await record.reviews.add(refused, revise=revise)
        unfinished = await begin(record)
        question_id = await asked(record, unfinished)
        with pytest.raises(ReportNotReady):
            await record.reviews.add(entry(unfinished.id, question_id), revise=revise)
        assert await record.reviews.list(session_id) == ()
        assert (await record.reports.latest(session_id)).version == 1


async def test_a_key_gives_the_review_that_it_gave_before(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session_id, questions = await reported(record, jobs)
        keyed = entry(session_id, questions["evaluated"], idempotency_key="k")
        made = await asyncio.gather(*(record.reviews.add(keyed, revise=revise) for _ in range(6)))
        assert len({review.id for review in made}) == 1
        for other in (
            replace(keyed, score=8.0),
            replace(keyed, reason="Another."),
            replace(keyed, question_id=questions["failed"]),
            replace(keyed, verdict=CONFIRM, score=None),
        ):
            with pytest.raises(IdempotencyConflict):
                await record.reviews.add(other, revise=revise)
        alans = await record.reviews.add(replace(keyed, reviewer="alan", score=8.0, seen=1), revise=revise)
        assert (alans.number, (await record.reports.latest(session_id)).version) == (2, 3), "keys are each person's own"


async def test_of_two_graders_at_the_same_moment_the_second_is_told_what_the_first_decided(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record, opened(database_url, jobs=jobs) as other:
        session_id, questions = await reported(record, jobs)
        entries = [entry(session_id, questions["evaluated"], float(n), reviewer=f"grader {n}") for n in range(8)]
        rooms = [record.reviews, other.reviews]
        adding = (rooms[n % 2].add(e, revise=revise) for n, e in enumerate(entries))
        ended = await asyncio.gather(*adding, return_exceptions=True)
        (stored,) = await record.reviews.list(session_id)
        assert [e for e in ended if not isinstance(e, ReviewedMeanwhile)] == [stored]
        refused = next(e for e in ended if isinstance(e, ReviewedMeanwhile))
        assert refused.message.startswith(
            f"{stored.reviewer} has reviewed this answer meanwhile: {stored.score:g} of 10"
        )
        told = refused.detail["review"]
        assert (told["review_id"], told["reviewer"], told["score"]) == (stored.id, stored.reviewer, stored.score)
        assert (refused.detail["seen"], (await record.reports.latest(session_id)).version) == (1, 2)
        after = await other.reviews.add(replace(entries[0], seen=refused.detail["seen"]), revise=revise)
        elsewhere = await record.reviews.add(entry(session_id, questions["failed"]), revise=revise)
        assert (after.number, elsewhere.number) == (2, 3), "a review of another answer is nobody's business"
        with pytest.raises(ReviewedMeanwhile):  # a number that is not the newest of this answer
            await record.reviews.add(replace(entries[1], seen=3), revise=revise)
