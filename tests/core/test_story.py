"""One session through the core, without a face: from the first keystroke to the report, on real stores."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
import servers
from model_cases import GOOD_EVALUATION, GOOD_QUESTION, Reply, as_planned, completion, serving
from records import new_assessment

from codeassess_core.errors import ExaminerRefused, ExaminerUnavailable, NotFound, SessionEnded, StoreUnavailable
from codeassess_core.examiner.model.examiner import ModelExaminer
from codeassess_core.examiner.model.fallback import FallbackExaminer
from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.identity import Principal, Role
from codeassess_core.live.messages import parse
from codeassess_core.memory import assessment_shelf, conversation, session_shelf
from codeassess_core.model import Question, QuestionStatus, SessionStatus
from codeassess_core.new_session import SessionRequest
from codeassess_core.settings import Settings
from codeassess_core.storage.entries import Receipt
from codeassess_core.wiring import Core

T = TypeVar("T")
ADA = Principal(name="ada", role=Role.CANDIDATE)
ROOT = Principal(name="root", role=Role.OPERATOR)
FIRST = """def mean(prices):
    total = 0
    for price in prices:
        total += price
    return total / len(prices)
"""
SECOND = (
    FIRST
    + """

def spread(prices):
    middle = mean(prices)
    distances = []
    for price in prices:
        distances.append(abs(price - middle))
    return max(distances)
"""
)
ANSWER = "mean adds each price to total and divides by len(prices), so an empty list raises ZeroDivisionError."


@dataclass
class ClientSession:
    """One session of a core, and what its candidate does."""

    core: Core
    session_id: str
    seq: int = 0

    async def send(self, message_type: str, **fields: Any) -> Receipt:
        self.seq += 1
        frame = json.dumps({"message_type": message_type, "seq": self.seq, **fields})
        return await self.core.assessment.receive(self.session_id, parse(frame))

    async def type(self, code: str) -> None:
        """Whole lines, a little faster than a person."""
        lines = code.splitlines(keepends=True)
        for end in range(1, len(lines) + 1):
            await self.send("code_update", code="".join(lines[:end]))

    async def questions(self) -> tuple[Question, ...]:
        return await self.core.record.questions.of_session(self.session_id)

    async def question(self, number: int = 1, status: QuestionStatus = QuestionStatus.OPEN) -> Question:
        """Wait until question `number` has come that far."""

        async def there() -> Question | None:
            questions = await self.questions()
            return (
                questions[number - 1] if len(questions) >= number and questions[number - 1].status is status else None
            )

        return await eventually(there)

    async def answer(self, question: Question, text: str = ANSWER) -> Receipt:
        return await self.send("response_submitted", interaction_id=question.id, response=text)

    async def events(self) -> list[dict[str, Any]]:
        return [e.message for e in await self.core.record.events.after(self.session_id, 0)]

    async def ended(self) -> bool | None:
        session = await self.core.record.sessions.get(self.session_id)
        return True if session.status is SessionStatus.ENDED else None


async def eventually(look: Callable[[], Awaitable[T | None]], *, seconds: float = 120.0) -> T:
    deadline = time.monotonic() + seconds
    while (found := await look()) is None:
        assert time.monotonic() < deadline, "nothing came in time"
        await asyncio.sleep(0.02)
    return found


@asynccontextmanager
async def opened_core(url: str, tmp_path: Path, **changes: Any) -> AsyncIterator[Core]:
    settings = Settings(
        database_url=url,
        data_dir=str(tmp_path),
        model="offline",
        embedding_model="hashed",
        min_code_change_lines=3,
        min_code_change_statements=0,
        min_time_between_interactions=0.0,
        follow_ups=False,  # which question comes is drawn, and so whether an answer leaves one point open
        idle_pause=0.1,
    )
    core = Core(replace(settings, **changes))
    try:
        await core.open()
        yield core
    finally:
        await core.aclose()


@asynccontextmanager
async def client_session(url: str, tmp_path: Path, **changes: Any) -> AsyncIterator[ClientSession]:
    async with opened_core(url, tmp_path, **changes) as core:
        await jobs_are_loaded(core)
        session = await core.assessment.begin(ADA, SessionRequest())
        yield ClientSession(core, session.id)


async def jobs_are_loaded(core: Core) -> None:
    """On a busy machine loading takes longer than a request waits; a client would try again."""
    while True:
        with suppress(StoreUnavailable):
            return await core.jobs.ready()


async def test_a_whole_session(database_url: str, tmp_path: Path) -> None:
    async with client_session(database_url, tmp_path) as ada:
        await ada.type(FIRST)
        first = await ada.question()
        assert first.region.start_line >= 1 and first.region.end_line <= 5 and first.excerpt in FIRST
        await ada.answer(first)
        evaluated = await ada.question(status=QuestionStatus.EVALUATED)
        assert evaluated.evaluation is not None and 0 <= evaluated.evaluation.score <= 10
        await ada.type(SECOND)
        second = await ada.question(2)
        assert second.text != first.text
        await ada.answer(second, "It finds the largest distance of a price from the mean of all prices.")
        await ada.send("finish")
        await eventually(ada.ended)

        kinds = [message["message_type"] for message in await ada.events()]
        assert kinds[:3] == ["question", "evaluation_result", "question"] and kinds[-1] == "report_ready"
        assert sorted(kinds[3:5]) == ["evaluation_result", "session_state"]
        report = await ada.core.record.reports.latest(ada.session_id)
        assert len(report.body["questions"]) == 2
        interactions = await ada.core.record.sessions.interactions(ada.session_id, limit=1_000)
        assert [i.seq for i in interactions] == list(range(1, len(interactions) + 1))
        snapshots = await ada.core.record.snapshots.list(ada.session_id, limit=1_000)
        assert (await ada.core.record.snapshots.get(ada.session_id, len(snapshots))).code == SECOND
        with pytest.raises(SessionEnded):
            await ada.send("code_update", code="late = True\n")
        assert set((await ada.core.health()).values()) == {"ok"}


async def test_a_report_of_an_empty_session(database_url: str, tmp_path: Path) -> None:
    async with client_session(database_url, tmp_path) as ada:
        await ada.send("finish")
        await eventually(ada.ended)
        assert (await ada.core.record.reports.latest(ada.session_id)).body["questions"] == []


async def test_what_was_typed_before_a_crash_is_decided_after_it(database_url: str, tmp_path: Path) -> None:
    """The process dies between the update and the pause; the candidate only waits."""
    async with client_session(database_url, tmp_path, idle_pause=30.0) as ada:
        await ada.type(FIRST)
        session_id = ada.session_id
    async with opened_core(database_url, tmp_path) as core:
        question = await ClientSession(core, session_id).question()
        assert question.region.snapshot == 5


# -- memory -----------------------------------------------------------------------------------------------------------


async def test_history_and_retrieval_remember_the_session_and_no_other(
    postgres_server: str, redis_url: str, chroma_url: str, tmp_path: Path
) -> None:
    with servers.fresh_database(postgres_server) as url:
        async with opened_core(url, tmp_path, redis_url=redis_url, chroma_url=chroma_url) as core:
            spec = await core.record.assessments.add(new_assessment(instructions="Write mean(prices)."))
            notes = [("1", "The mean of an empty list of prices is undefined.", "notes.md")]
            await core.retrieval.add(assessment_shelf(spec.id), notes)
            sessions = []
            for _ in range(2):
                session = await core.assessment.begin(ADA, SessionRequest(assessment_id=spec.id))
                sessions.append(ClientSession(core, session.id))
            for ada in sessions:
                await ada.type(FIRST)
                await ada.answer(await ada.question())
                await ada.question(status=QuestionStatus.EVALUATED)
            ada, other = sessions
            turns = conversation(await ada.questions())

            async def remembered() -> bool | None:
                return True if await core.history.recent(ada.session_id, 10) == turns else None

            async def shelved() -> bool | None:
                return True if await core.retrieval.search(session_shelf(ada.session_id), "mean", 5) else None

            assert [turn.kind for turn in turns] == ["question", "response", "evaluation"]
            await eventually(shelved)

            await core.history.forget(ada.session_id)
            await ada.type(SECOND)
            second = await ada.question(2)
            turns = conversation(await ada.questions())
            await eventually(remembered)
            own, others = f"question {turns[0].interaction_id}", f"question {(await other.questions())[0].id}"
            sources = {passage.source for passage in second.retrieved}
            assert "notes.md" in sources and own in sources and others not in sources

            await core.assessment.forget(ada.session_id, ROOT)
            assert await core.history.recent(ada.session_id, 10) is None
            assert await core.retrieval.search(session_shelf(ada.session_id), "mean", 5) == ()
            with pytest.raises(NotFound):
                await core.record.sessions.get(ada.session_id)
            assert await core.retrieval.search(session_shelf(other.session_id), "mean", 5)


async def test_without_redis_and_chroma_the_session_goes_on(database_url: str, tmp_path: Path) -> None:
    """Both become unavailable; code is recorded, questions are asked, answers evaluated, the report written."""
    with servers.own_redis() as redis_url, servers.chroma_server() as chroma_url:
        stores = {"redis_url": redis_url, "chroma_url": chroma_url}
        core_and_servers = client_session(database_url, tmp_path, **stores)
        ada = await core_and_servers.__aenter__()
        await ada.type(FIRST)
        first = await ada.question()
    try:
        assert (await ada.answer(first)).acked_seq == ada.seq
        await ada.question(status=QuestionStatus.EVALUATED)
        await ada.type(SECOND)
        second = await ada.question(2)
        assert second.retrieved == ()
        health = await ada.core.health()
        assert health["database"] == health["jobs"] == "ok" and "Redis" in health["history"]
        await ada.send("finish")
        await eventually(ada.ended)
    finally:
        await core_and_servers.__aexit__(None, None, None)


# -- the model --------------------------------------------------------------------------------------------------------


def with_model(core: Core, base_url: str) -> None:
    """The model examiner as `parts.examiner_for` makes it, without its pauses between attempts."""
    model = ModelExaminer("openai:gpt-5-mini", base_url=base_url, timeout=5)
    core.assessment._examiner = FallbackExaminer(model, OfflineExaminer(), pauses=(0.0, 0.0))


QUESTION = GOOD_QUESTION | {"start_line": 1, "end_line": 5}
EVALUATION = GOOD_EVALUATION | {
    "criteria": [
        {"criterion": name, "quote": "ZeroDivisionError", "reason": "Named.", "verdict": "met"}
        for name in ("correctness", "specificity", "depth", "clarity")
    ]
}


@pytest.fixture
def model_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-not-a-real-key")


async def test_what_the_model_wrote_is_stored_with_where_it_came_from(
    database_url: str, tmp_path: Path, model_key: None
) -> None:
    with serving(as_planned(QUESTION), Reply(completion(json.dumps(EVALUATION)))) as server:
        async with client_session(database_url, tmp_path) as ada:
            with_model(ada.core, server.base_url)
            await ada.type(FIRST)
            question = await ada.question()
            assert question.text == QUESTION["text"]
            assert question.provenance is not None
            assert (question.provenance.examiner, question.provenance.model) == ("model", "openai:gpt-5-mini")
            assert question.provenance.prompt_sha256 and question.provenance.input_tokens == 100
            await ada.answer(question)
            evaluated = await ada.question(status=QuestionStatus.EVALUATED)
            assert evaluated.evaluation is not None
            assert evaluated.evaluation.score == 10.0 and evaluated.evaluation.provenance.examiner == "model"
            assert all(criterion.verified for criterion in evaluated.evaluation.criteria)


FAILING = {
    "no credit": Reply({"error": {"code": "insufficient_quota", "message": "quota"}}, status=429),
    "broken": Reply("<html>502 Bad Gateway</html>", content_type="text/html"),
}


@pytest.mark.parametrize("failing", FAILING.values(), ids=FAILING)
async def test_a_failing_model_asks_through_the_offline_examiner_and_never_scores(
    database_url: str, tmp_path: Path, model_key: None, failing: Reply
) -> None:
    with serving(failing) as server:
        async with client_session(database_url, tmp_path) as ada:
            with_model(ada.core, server.base_url)
            await ada.type(FIRST)
            question = await ada.question()
            assert question.provenance is not None
            assert question.provenance.examiner == "offline" and question.provenance.fallback_reason
            await ada.answer(question)
            failed = await ada.question(status=QuestionStatus.FAILED)
            assert failed.evaluation is None and failed.failure
            last = (await ada.events())[-1]
            assert (last["message_type"], last["interaction_id"]) == ("evaluation_failed", question.id)
            assert last["reason"] == "The examiner gave no usable evaluation.", "a provider's words are for graders"
            recorded = await ada.core.record.sessions.interactions(ada.session_id)
            assert recorded[-1].payload["reason"] == last["reason"] and failed.failure not in str(recorded)
            await ada.send("finish")
            await eventually(ada.ended)
            kinds = [message["message_type"] for message in await ada.events()]
            assert "evaluation_result" not in kinds and kinds[-1] == "report_ready"
            (told,) = (await ada.core.record.reports.latest(ada.session_id)).body["questions"]
            assert (told["status"], told["evaluation"]) == ("failed", None) and told["failure"]


# -- failures of our own ----------------------------------------------------------------------------------------------


class Defective(OfflineExaminer):
    """A defective examiner: it raises an exception that examiners must not raise."""

    def __init__(self, *broken: str) -> None:
        super().__init__()
        self.broken = set(broken)

    async def ask(self, brief: Any) -> Any:
        if "ask" in self.broken:
            raise ZeroDivisionError
        return await super().ask(brief)

    async def evaluate(self, brief: Any) -> Any:
        if "evaluate" in self.broken:
            raise ZeroDivisionError
        return await super().evaluate(brief)


async def test_a_defect_leaves_no_candidate_waiting(database_url: str, tmp_path: Path) -> None:
    async with client_session(database_url, tmp_path) as ada:
        examiner = Defective("ask", "evaluate")
        ada.core.assessment._examiner = examiner
        await ada.type(FIRST)
        withdrawn = await ada.question(status=QuestionStatus.WITHDRAWN)
        assert withdrawn.failure and "ZeroDivision" not in withdrawn.failure
        examiner.broken = {"evaluate"}
        await ada.type(SECOND)
        question = await ada.question(2)
        await ada.answer(question)
        await ada.question(2, QuestionStatus.FAILED)
        assert (await ada.events())[-1]["message_type"] == "evaluation_failed"
        await ada.send("finish")
        await eventually(ada.ended)


@pytest.mark.parametrize("problem", [ExaminerRefused("no"), ExaminerUnavailable("away")])
async def test_a_question_that_cannot_be_written_is_withdrawn(
    database_url: str, tmp_path: Path, problem: Exception
) -> None:
    class Silent(OfflineExaminer):
        async def ask(self, brief: Any) -> Any:
            raise problem

    async with client_session(database_url, tmp_path) as ada:
        ada.core.assessment._examiner = Silent()
        await ada.type(FIRST)
        withdrawn = await ada.question(status=QuestionStatus.WITHDRAWN)
        assert withdrawn.failure == str(problem)
        assert await ada.events() == []
        ada.core.assessment._examiner = OfflineExaminer()
        await ada.type(SECOND)
        await ada.question(2)


async def test_what_came_in_while_a_question_could_not_be_written_is_asked_about(
    database_url: str, tmp_path: Path
) -> None:
    """Without further typing, only a new decision leads to a question about it."""

    class Slow(OfflineExaminer):
        def __init__(self) -> None:
            self.begun, self.may_fail = threading.Event(), threading.Event()  # jobs run in a loop of their own

        async def ask(self, brief: Any) -> Any:
            self.begun.set()
            await asyncio.to_thread(self.may_fail.wait)
            raise ExaminerUnavailable("away")

    async def was_suppressed() -> bool | None:
        made = await ada.core.record.decisions.of_session(ada.session_id)
        return made[-1].decision.rule == "question_open" or None

    async with client_session(database_url, tmp_path) as ada:
        slow = ada.core.assessment._examiner = Slow()
        await ada.type(FIRST)
        await asyncio.to_thread(slow.begun.wait)
        await ada.type(SECOND)
        await eventually(was_suppressed)
        ada.core.assessment._examiner = OfflineExaminer()
        slow.may_fail.set()
        asked = await ada.question(2)
        assert asked.region.snapshot == len((FIRST + SECOND).splitlines())
