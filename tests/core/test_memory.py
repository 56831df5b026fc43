"""What the examiner is reminded of, also when the stores are unavailable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import servers
from records import asked, begin, evaluation, new_session, opened, response

from codeassess_core.identity import Principal, Role
from codeassess_core.memory import APPEND_SECONDS, Memory, assessment_shelf, conversation, session_shelf
from codeassess_core.model import AssessmentSession, Turn
from codeassess_core.new_session import SessionRequest
from codeassess_core.ports import History, Retrieval
from codeassess_core.settings import Settings
from codeassess_core.storage.chroma import ChromaRetrieval
from codeassess_core.storage.embeddings import HashedEmbedder
from codeassess_core.storage.history import ProcessHistory
from codeassess_core.storage.record import Record
from codeassess_core.storage.redis_history import RedisHistory
from codeassess_core.testing import InMemoryRetrieval
from codeassess_core.wiring import Core

ADA = Principal(name="ada", role=Role.CANDIDATE)


@asynccontextmanager
async def remembering(
    tmp_path: Path, *, history: History | None = None, retrieval: Retrieval | None = None
) -> AsyncIterator[tuple[Memory, Record, History]]:
    history, retrieval = history or ProcessHistory(), retrieval or InMemoryRetrieval()
    async with opened(f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}") as record:
        yield Memory(record=record, history=history, retrieval=retrieval), record, history
    await history.aclose()
    await retrieval.aclose()


async def conversed(record: Record, session: AssessmentSession) -> tuple[Turn, ...]:
    """A question, its response and its evaluation, stored; returns them as turns."""
    question_id = await asked(record, session)
    await record.inbox.respond(response(session, question_id, "It sorts."))
    await record.questions.evaluated(question_id, evaluation(), message={})
    turns = conversation(await record.questions.of_session(session.id))
    assert [turn.kind for turn in turns] == ["question", "response", "evaluation"]
    return turns


async def test_a_lost_history_is_rebuilt_from_the_record(tmp_path: Path) -> None:
    async with remembering(tmp_path) as (memory, record, history):
        session = await begin(record)
        turns = await conversed(record, session)
        assert await memory.recall(session.id) == turns
        assert await history.recent(session.id, 10) == turns, "and stands where it stood"
        await history.forget(session.id)
        assert await memory.recall(session.id) == turns


async def test_a_turn_is_added_to_what_is_known(tmp_path: Path) -> None:
    async with remembering(tmp_path) as (memory, record, _):
        session = await begin(record)
        turns = await conversed(record, session)
        await memory.recall(session.id)
        more = Turn(role="ai", kind="question", interaction_id="2", text="And why?")
        await memory.remember(session.id, more)
        await memory.remember(session.id, more)
        assert await memory.recall(session.id) == (*turns, more)


async def test_only_the_last_turns_are_told(tmp_path: Path) -> None:
    async with remembering(tmp_path) as (memory, record, history):
        session = await begin(record)
        turns = [Turn(role="ai", kind="question", interaction_id=str(n), text=f"{n}?") for n in range(50)]
        await history.replace(session.id, turns)
        assert await memory.recall(session.id) == tuple(turns[-20:])


async def test_without_redis_the_conversation_is_read_from_the_record(tmp_path: Path) -> None:
    history = RedisHistory("redis://127.0.0.1:1/0")
    async with remembering(tmp_path, history=history) as (memory, record, _):
        session = await begin(record)
        turns = await conversed(record, session)
        await memory.remember(session.id, turns[-1])
        assert await memory.recall(session.id) == turns


async def test_a_turn_that_redis_missed_is_there_when_redis_is_back(tmp_path: Path) -> None:
    """It still has the older turns, which are not the whole history."""
    with servers.own_redis() as url:
        history = RedisHistory(url)
        async with remembering(tmp_path, history=history) as (memory, record, _):
            session = await begin(record)
            turns = await conversed(record, session)
            await history.replace(session.id, turns[:1])
            away = RedisHistory("redis://127.0.0.1:1/0")
            memory._history = away
            await memory.remember(session.id, turns[1])
            memory._history = history
            assert await memory.recall(session.id) == turns
            assert await history.recent(session.id, 10) == turns
            await away.aclose()


async def test_a_redis_that_never_answers_holds_nobody_up(tmp_path: Path) -> None:
    """The candidate waits for the acknowledgement of the response while its turn is added."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    history = RedisHistory(f"redis://127.0.0.1:{port}/0")
    async with remembering(tmp_path, history=history) as (memory, record, _):
        session = await begin(record)
        turns = await conversed(record, session)
        await history.state()  # the library is loaded
        async with asyncio.timeout(60 * APPEND_SECONDS):  # it answers never
            await memory.remember(session.id, turns[0])
        assert await memory.recall(session.id) == turns
    server.close()


async def test_passages_come_from_the_assessment_and_from_this_session_only(tmp_path: Path) -> None:
    retrieval = InMemoryRetrieval()
    async with remembering(tmp_path, retrieval=retrieval) as (memory, record, _):
        session, other = await begin(record), await begin(record)
        about = new_session(id=session.id, assessment_id="a1", assessment_version=1)
        await retrieval.add(assessment_shelf("a1"), [("1", "A set is unordered and unique.", "notes.md")])
        await retrieval.add(assessment_shelf("a2"), [("1", "A set of another assessment.", "other.md")])
        for somebody in (session, other):
            await conversed(record, somebody)
            (question,) = await record.questions.of_session(somebody.id)
            await memory.shelve(question, evaluation())
        sources = [p.source for p in await memory.passages(about, "why a set?")]
        (own,) = await record.questions.of_session(session.id)
        assert sources == ["notes.md", f"question {own.id}"]
        assert [p.source for p in await memory.passages(session, "why a set?")] == [f"question {own.id}"]


async def test_without_chroma_there_are_no_passages(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    retrieval = ChromaRetrieval(embedder=HashedEmbedder(), url="http://127.0.0.1:1")
    async with remembering(tmp_path, retrieval=retrieval) as (memory, record, _):
        session = await begin(record)
        await conversed(record, session)
        (question,) = await record.questions.of_session(session.id)
        await memory.shelve(question, evaluation())
        assert await memory.passages(session, "why?") == ()
        assert "without retrieval" in caplog.text


async def test_forgetting_is_complete_or_fails(tmp_path: Path) -> None:
    async with remembering(tmp_path) as (memory, record, history):
        session = await begin(record)
        await conversed(record, session)
        await memory.recall(session.id)
        (question,) = await record.questions.of_session(session.id)
        await memory.shelve(question, evaluation())
        await memory.forget(session.id)
        assert await history.recent(session.id, 10) is None
        assert await memory.passages(session, "why?") == ()
        found: Sequence[object] = await memory._retrieval.search(session_shelf(session.id), "why?", 5)
        assert found == ()


async def test_what_a_job_remembers_of_a_session_while_it_is_erased_is_forgotten(tmp_path: Path) -> None:
    class ErasedMeanwhile(ProcessHistory):
        """Slow enough for an operator to erase the session before the turns arrive."""

        async def replace(self, session_id: str, turns: Sequence[Turn]) -> None:
            await record.sessions.erase(session_id, principal="operator")
            await super().replace(session_id, turns)

    history = ErasedMeanwhile()
    async with remembering(tmp_path, history=history) as (memory, record, _):
        session = await begin(record)
        await conversed(record, session)
        (question,) = await record.questions.of_session(session.id)
        await memory.recall(session.id)
        assert await history.recent(session.id, 10) is None
        await memory.shelve(question, evaluation())
        assert await memory._retrieval.search(session_shelf(session.id), "why?", 5) == ()


async def test_an_erasure_takes_what_was_remembered_before_its_end(tmp_path: Path) -> None:
    class Rebuilt(ProcessHistory):
        """A job rebuilds the history between the two halves of the erasure, once."""

        async def forget(self, session_id: str) -> None:
            await super().forget(session_id)
            await self.replace(session_id, turns.pop()) if turns else None

    url = f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}"
    core = Core(Settings(database_url=url, data_dir=str(tmp_path), model="offline"))
    await core.record.open()
    session = await core.assessment.begin(ADA, SessionRequest())
    turns = [[Turn(role="human", kind="response", interaction_id="i", text="It sorts.")]]
    core.assessment._memory._history = history = Rebuilt()
    await core.assessment.forget(session.id, Principal(name="op", role=Role.OPERATOR))
    assert (turns, await history.recent(session.id, 10)) == ([], None)
    await core.aclose()


async def test_the_log_says_that_there_was_no_answer_in_time(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Silent(ProcessHistory):
        async def append(self, session_id: str, turn: Turn) -> None:
            await asyncio.sleep(60)

    async with remembering(tmp_path, history=Silent()) as (memory, _, _):
        await memory.remember("s", Turn(role="human", kind="response", interaction_id="i", text="It sorts."))
    assert "the chat history misses a turn: no answer in time" in caplog.text
