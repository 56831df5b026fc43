"""The contract of every `History`, and the behaviour of the one in Redis without Redis."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
import redis
import servers
from langchain_core.messages import AIMessage, HumanMessage, messages_from_dict

from codeassess_core.errors import StoreUnavailable
from codeassess_core.model import Turn
from codeassess_core.ports import History
from codeassess_core.storage.history import ProcessHistory
from codeassess_core.storage.redis_history import RedisHistory

Opened = Callable[..., AbstractAsyncContextManager[History]]

QUESTION = Turn(role="ai", kind="question", interaction_id="q1", text="Why a set, not a list?")
RESPONSE = Turn(role="human", kind="response", interaction_id="q1", text="Schnelle Suche: O(1) 😀\r\n")
EVALUATION = Turn(role="ai", kind="evaluation", interaction_id="q1", text="Right.")


def turns(count: int) -> list[Turn]:
    return [Turn(role="ai", kind="question", interaction_id=f"q{n}", text=f"Question {n}?") for n in range(count)]


@pytest.fixture(params=["process", "redis"])
def opened(request: pytest.FixtureRequest) -> Opened:
    """Opens a history; the keyword `limit` is the number of turns kept for a session."""

    @asynccontextmanager
    async def open_history(*, limit: int = 200) -> AsyncIterator[History]:
        history: History = ProcessHistory(limit=limit)
        if request.param == "redis":
            history = RedisHistory(request.getfixturevalue("redis_url"), prefix=f"{uuid4()}:", limit=limit)
        try:
            yield history
        finally:
            await history.aclose()

    return open_history


async def test_nothing_is_known_of_a_new_session(opened: Opened) -> None:
    async with opened() as history:
        assert await history.recent("s", 10) is None


async def test_turns_come_back_exactly_and_oldest_first(opened: Opened) -> None:
    async with opened() as history:
        await history.replace("s", [QUESTION])
        await history.append("s", RESPONSE)
        await history.append("s", EVALUATION)
        assert await history.recent("s", 10) == (QUESTION, RESPONSE, EVALUATION)


@pytest.mark.parametrize(("limit", "texts"), [(0, 0), (1, 1), (3, 3), (99, 5)])
async def test_only_the_last_turns_asked_for_come_back(opened: Opened, limit: int, texts: int) -> None:
    async with opened() as history:
        await history.replace("s", turns(5))
        assert await history.recent("s", limit) == tuple(turns(5)[5 - texts :])


async def test_a_turn_is_not_added_to_a_history_that_is_not_known(opened: Opened) -> None:
    async with opened() as history:
        await history.append("s", RESPONSE)
        assert await history.recent("s", 10) is None  # rather than half of it


async def test_a_long_history_keeps_its_last_turns(opened: Opened) -> None:
    async with opened(limit=3) as history:
        await history.replace("s", turns(5))
        assert await history.recent("s", 10) == tuple(turns(5)[2:])
        await history.append("s", RESPONSE)
        assert await history.recent("s", 10) == (*turns(5)[3:], RESPONSE)


async def test_a_turn_that_a_job_appends_again_is_there_once(opened: Opened) -> None:
    async with opened() as history:
        await history.replace("s", [QUESTION])
        await history.append("s", RESPONSE)
        await history.append("s", RESPONSE)
        assert await history.recent("s", 10) == (QUESTION, RESPONSE)


async def test_a_replaced_history_has_nothing_of_the_former(opened: Opened) -> None:
    async with opened() as history:
        await history.replace("s", turns(5))
        await history.replace("s", [EVALUATION])
        assert await history.recent("s", 10) == (EVALUATION,)


@pytest.mark.parametrize("how", ["forget", "replace by nothing"])
async def test_a_forgotten_session_is_not_known(opened: Opened, how: str) -> None:
    async with opened() as history:
        await history.replace("s", turns(2))
        await (history.forget("s") if how == "forget" else history.replace("s", ()))
        assert await history.recent("s", 10) is None
        await history.forget("s")  # and again: nothing to do


async def test_sessions_do_not_see_each_other(opened: Opened) -> None:
    async with opened() as history:
        await history.replace("one", [QUESTION])
        await history.replace("two", [EVALUATION])
        await history.forget("two")
        assert await history.recent("one", 10) == (QUESTION,)


async def test_a_history_that_can_be_reached_is_ok(opened: Opened) -> None:
    async with opened() as history:
        assert await history.state() == "ok"


async def test_the_process_forgets_the_session_that_was_not_used_for_longest() -> None:
    history = ProcessHistory(sessions=2)
    await history.replace("one", [QUESTION])
    await history.replace("two", [QUESTION])
    await history.recent("one", 1)
    await history.replace("three", [QUESTION])
    assert [await history.recent(s, 1) for s in ("one", "two", "three")] == [(QUESTION,), None, (QUESTION,)]


# -- Redis alone --------------------------------------------------------------


async def test_langchain_reads_what_is_in_redis(redis_url: str) -> None:
    history = RedisHistory(redis_url, prefix="langchain:")
    await history.replace("s", [QUESTION])
    await history.append("s", RESPONSE)
    lines = redis.Redis.from_url(redis_url).lrange("langchain:s", 0, -1)
    question, response = messages_from_dict([json.loads(line) for line in lines])
    assert (type(question), question.content, question.id) == (AIMessage, QUESTION.text, "q1")
    assert (type(response), response.content, response.id) == (HumanMessage, RESPONSE.text, "q1")
    assert response.additional_kwargs == {"kind": "response"}
    await history.aclose()


async def test_a_history_in_redis_ends_by_itself_a_week_after_its_last_turn(redis_url: str) -> None:
    history = RedisHistory(redis_url, prefix="ttl:")
    client = redis.Redis.from_url(redis_url)
    await history.replace("s", [QUESTION])
    client.expire("ttl:s", 60)
    await history.append("s", RESPONSE)
    assert timedelta(days=6) < timedelta(seconds=client.ttl("ttl:s")) <= timedelta(days=7)
    await history.aclose()


@pytest.mark.parametrize("foreign", ["no JSON", '"a string"', "{}", '{"type":"ai","data":{"content":"x"}}'])
async def test_an_element_that_is_not_ours_makes_the_history_unknown(redis_url: str, foreign: str) -> None:
    history = RedisHistory(redis_url, prefix="foreign:")
    await history.replace("s", [QUESTION])
    redis.Redis.from_url(redis_url).rpush("foreign:s", foreign)
    assert await history.recent("s", 10) is None
    await history.aclose()


async def test_a_flushed_history_is_unknown_until_it_is_replaced() -> None:
    with servers.own_redis() as url:
        history = RedisHistory(url)
        await history.replace("s", [QUESTION])
        redis.Redis.from_url(url).flushall()
        await history.append("s", RESPONSE)
        assert await history.recent("s", 10) is None
        await history.aclose()


async def test_a_history_goes_on_when_its_connections_were_cut(redis_url: str) -> None:
    history = RedisHistory(redis_url, prefix="cut:")
    await history.replace("s", [QUESTION])
    client = redis.Redis.from_url(redis_url)
    for connection in client.client_list():
        if connection["db"] == str(client.get_connection_kwargs()["db"]) and connection["cmd"] != "client|list":
            client.client_kill(connection["addr"])
    assert await history.recent("s", 10) == (QUESTION,)
    await history.aclose()


async def test_redis_that_dies_is_unavailable_at_once_and_says_so() -> None:
    with servers.own_redis() as url:
        history = RedisHistory(url)
        await history.replace("s", [QUESTION])
    await assert_unavailable(history)


async def test_redis_that_never_was_is_unavailable_at_once() -> None:
    await assert_unavailable(RedisHistory(f"redis://127.0.0.1:{servers.free_port()}/0"))


async def test_redis_that_does_not_answer_is_given_two_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(StoreUnavailable):
        await RedisHistory(f"redis://127.0.0.1:{silent.getsockname()[1]}/0").recent("s", 1)


async def test_a_url_that_is_none_is_unavailable() -> None:
    await assert_unavailable(RedisHistory("no url"))


async def assert_unavailable(history: RedisHistory) -> None:
    """Every method of `history` says so, soon, and names the cause."""
    for call in (
        history.recent("s", 1),
        history.append("s", RESPONSE),
        history.replace("s", [QUESTION]),
        history.forget("s"),
    ):
        with pytest.raises(StoreUnavailable) as raised:
            await call
        assert raised.value.__cause__ is not None
    assert "Redis cannot be reached" in await history.state()
    await history.aclose()
