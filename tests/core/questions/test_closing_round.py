"""The closing round asks the missing questions, and always ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from records import new_assessment

from codeassess_core.errors import ExaminerUnavailable
from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.model import QuestionStatus, SessionStatus
from codeassess_core.new_session import SessionRequest
from codeassess_core.questions.closing_round import CLOSING_SILENCE
from core.test_story import ADA, FIRST, SECOND, ClientSession, client_session, eventually, opened_core

NEVER = {"min_code_change_lines": 10_000}  # before the candidate is done


async def states(ada: ClientSession) -> list[tuple[str, int | None]]:
    """The session states that clients were told: status and questions left."""
    events = await ada.events()
    return [(e["status"], e.get("questions_left")) for e in events if e["message_type"] == "session_state"]


@pytest.mark.parametrize("code", [FIRST, SECOND])
async def test_who_was_asked_nothing_is_asked_at_the_end(database_url: str, tmp_path: Path, code: str) -> None:
    async with client_session(database_url, tmp_path, **NEVER) as ada:
        await ada.send("code_update", code=code)
        await ada.send("finish", closing=True)
        assert (await ada.core.record.sessions.get(ada.session_id)).status is SessionStatus.CLOSING
        for number in (1, 2):
            await ada.answer(await ada.question(number))
        await eventually(ada.ended)
        first, second = await ada.questions()
        assert first.rule == second.rule == "closing_round" and first.text != second.text
        assert await states(ada) == [("closing", 2), ("closing", 2), ("closing", 1), ("finishing", None)]
        decisions = [d for d in await ada.core.record.decisions.of_session(ada.session_id) if d.decision.asked]
        assert [d.decision.moment for d in decisions] == ["closing", "closing"]


async def test_a_plain_finish_asks_nothing_more(database_url: str, tmp_path: Path) -> None:
    async with client_session(database_url, tmp_path, **NEVER) as ada:
        await ada.send("code_update", code=FIRST)
        await ada.send("finish")
        await eventually(ada.ended)
        assert await ada.questions() == () and await states(ada) == [("finishing", None)]


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (FIRST, {"min_questions": 0}),  # the server wants none
        (FIRST, {"max_questions": 0}),  # the maximum has priority
        ("", {}),  # there is nothing to ask about
        ("# only a comment\n", {}),
    ],
)
async def test_where_nothing_is_missing_finish_is_at_once(
    database_url: str, tmp_path: Path, code: str, changes: dict[str, Any]
) -> None:
    async with client_session(database_url, tmp_path, **NEVER, **changes) as ada:
        await ada.send("code_update", code=code)
        await ada.send("finish", closing=True)
        await eventually(ada.ended)
        assert await states(ada) == [("finishing", None)]


async def test_the_open_question_is_part_of_the_round(database_url: str, tmp_path: Path) -> None:
    async with client_session(database_url, tmp_path, min_questions=1) as ada:
        await ada.type(FIRST)
        question = await ada.question()
        await ada.send("finish", closing=True)
        assert await states(ada) == [("closing", 1)]
        await ada.answer(question)
        await eventually(ada.ended)
        assert len(await ada.questions()) == 1


async def test_skipping_counts_as_asked(database_url: str, tmp_path: Path) -> None:
    async with client_session(database_url, tmp_path, **NEVER) as ada:
        await ada.send("code_update", code=SECOND)
        await ada.send("finish", closing=True)
        for number in (1, 2):
            question = await ada.question(number)
            await ada.send("defer_question", interaction_id=question.id)
        await eventually(ada.ended)


async def test_a_second_finish_ends_it(database_url: str, tmp_path: Path) -> None:
    async with client_session(database_url, tmp_path, **NEVER) as ada:
        await ada.send("code_update", code=FIRST)
        await ada.send("finish", closing=True)
        await ada.question()
        await ada.send("finish", closing=True)
        await eventually(ada.ended)
        assert (await ada.questions())[0].status is QuestionStatus.UNANSWERED


async def test_finish_sent_again_with_its_number_ends_nothing(database_url: str, tmp_path: Path) -> None:
    """The ack was lost: the client sends the same message again."""
    async with client_session(database_url, tmp_path, **NEVER) as ada:
        await ada.send("code_update", code=FIRST)
        await ada.send("finish", closing=True)
        ada.seq -= 1
        assert (await ada.send("finish", closing=True)).known
        assert (await ada.core.record.sessions.get(ada.session_id)).status is SessionStatus.CLOSING


async def test_code_goes_on_being_recorded(database_url: str, tmp_path: Path) -> None:
    async with client_session(database_url, tmp_path, **NEVER) as ada:
        await ada.send("code_update", code=FIRST)
        await ada.send("finish", closing=True)
        receipt = await ada.send("code_update", code=SECOND)
        assert receipt.snapshot == 2


async def test_the_examiner_that_finds_nothing_ends_it(database_url: str, tmp_path: Path) -> None:
    class Silent(OfflineExaminer):
        async def ask(self, brief: Any) -> Any:
            raise ExaminerUnavailable("away")

    async with client_session(database_url, tmp_path, **NEVER) as ada:
        ada.core.assessment._examiner = Silent()
        await ada.send("code_update", code=FIRST)
        await ada.send("finish", closing=True)
        await eventually(ada.ended)
        assert [q.status for q in await ada.questions()] == [QuestionStatus.WITHDRAWN]


@asynccontextmanager
async def closing(url: str, tmp_path: Path, **assessment: Any) -> AsyncIterator[ClientSession]:
    """A session in its closing round, with a question open."""
    async with opened_core(url, tmp_path, **NEVER) as core:
        spec = await core.record.assessments.add(replace(new_assessment(), policy={}, **assessment))
        session = await core.assessment.begin(ADA, SessionRequest(assessment_id=spec.id))
        ada = ClientSession(core, session.id)
        await ada.send("code_update", code=FIRST)
        await ada.send("finish", closing=True)
        await ada.question()
        yield ada


async def later(ada: ClientSession, passed: timedelta) -> None:
    """End overdue closing rounds after that time."""
    round_ = ada.core.assessment.closing
    clock = round_._clock
    round_._clock = lambda: clock() + passed
    await round_.end_overdue()


async def test_ten_silent_minutes_end_it(database_url: str, tmp_path: Path) -> None:
    async with closing(database_url, tmp_path, time_limit=None) as ada:
        await later(ada, CLOSING_SILENCE - timedelta(seconds=30))
        assert (await ada.core.record.sessions.get(ada.session_id)).status is SessionStatus.CLOSING
        await later(ada, CLOSING_SILENCE + timedelta(seconds=30))
        await eventually(ada.ended)


async def test_the_time_limit_ends_it(database_url: str, tmp_path: Path) -> None:
    async with closing(database_url, tmp_path, time_limit=120.0) as ada:
        await later(ada, timedelta(seconds=121))
        await eventually(ada.ended)


async def test_a_run_after_a_pause_is_decided_about_again(database_url: str, tmp_path: Path) -> None:
    changes = {"min_code_change_lines": 5, "min_code_change_statements": 2}
    async with client_session(database_url, tmp_path, **changes) as ada:
        await ada.send("code_update", code="print(1 + 1)\n")

        async def decided() -> bool | None:
            return bool(await ada.core.record.decisions.of_session(ada.session_id)) or None

        await eventually(decided)
        await ada.send("activity", kind="run")
        await ada.question()
        first, second = await ada.core.record.decisions.of_session(ada.session_id)
        assert (first.decision.rule, first.decision.moment) == ("too_few_lines", "pause")
        assert (second.decision.rule, second.decision.moment) == ("small_program", "run")
        assert first.snapshot == second.snapshot == 1
