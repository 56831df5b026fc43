"""The connections to four other servers: existing ones get no answers any more, new ones work."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import pytest
import redis
import servers
from model_cases import GOOD_QUESTION, Reply, completion, examiner, question_brief, serving
from proxy import Proxy, in_front_of
from records import begin, opened, update

from codeassess_core.errors import CodeAssessError
from codeassess_core.model import Turn
from codeassess_core.storage.chroma import ChromaRetrieval
from codeassess_core.storage.embeddings import HashedEmbedder
from codeassess_core.storage.redis_history import RedisHistory
from codeassess_core.system.deadlines import DatabaseLimits

LIMIT = 2.0  # seconds for one answer; a silent connection gives none

Use = Callable[[], Awaitable[Any]]
Link = Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[tuple[Proxy, Use]]]


@asynccontextmanager
async def database(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Proxy, Use]]:
    limits = DatabaseLimits(connect=2.0, network=LIMIT, commit=LIMIT)
    with in_front_of(request.getfixturevalue("database_url_of_postgres")) as (proxy, url):
        async with opened(url, limits=limits) as record:
            session = await begin(record)
            yield proxy, lambda: record.recorder.record(update(session, "a = 1\n"))


@asynccontextmanager
async def history(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Proxy, Use]]:
    with in_front_of(request.getfixturevalue("redis_url")) as (proxy, url):
        turns = RedisHistory(url, timeout=LIMIT)
        try:
            yield proxy, lambda: turns.append("s", Turn(role="ai", kind="question", interaction_id="1", text="Why?"))
        finally:
            await turns.aclose()


@asynccontextmanager
async def retrieval(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Proxy, Use]]:
    with in_front_of(request.getfixturevalue("chroma_url")) as (proxy, url):
        passages = ChromaRetrieval(embedder=HashedEmbedder(), url=url, timeout=LIMIT)
        shelf = f"links-{uuid4()}"
        try:
            yield proxy, lambda: passages.add(shelf, [("a", "A recursive function calls itself.", "notes")])
        finally:
            await passages.aclose()


@asynccontextmanager
async def model(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Proxy, Use]]:
    with serving(Reply(completion(json.dumps(GOOD_QUESTION)))) as server, in_front_of(server.base_url) as (proxy, url):
        asking = examiner(url, timeout=LIMIT)
        yield proxy, lambda: asking.ask(question_brief())


@pytest.mark.parametrize("link", [database, history, retrieval, model])
async def test_a_silent_connection_is_given_up_in_time_and_a_new_one_is_used(
    link: Link, request: pytest.FixtureRequest
) -> None:
    async with link(request) as (proxy, use):
        for _ in range(10):  # the first calls load libraries, and may take longer than the limit
            with suppress(CodeAssessError):
                await use()
                break
        await use()
        opened_before = proxy.opened
        proxy.silence()
        with suppress(CodeAssessError):  # it may be told that the other end is away; it may not hang
            await use()
        await use()
        assert proxy.opened > opened_before


# -- what health says of writes ---------------------------------------------------------------------------------------


async def test_a_redis_that_takes_no_writes_says_so() -> None:
    with servers.own_redis() as url:
        turns = RedisHistory(url)
        assert await turns.state() == "ok"
        with redis.Redis.from_url(url) as client:
            client.config_set("maxmemory", "1")
            assert "takes no writes" in await turns.state()
            client.config_set("maxmemory", "0")
            client.replicaof("127.0.0.1", "1")
        assert "takes no writes" in await turns.state()
        await turns.aclose()


async def test_a_chroma_server_is_asked_to_write(chroma_url: str) -> None:
    passages = ChromaRetrieval(embedder=HashedEmbedder(), url=chroma_url)
    assert await passages.state() == "ok"
    await passages.aclose()


async def test_a_proxy_that_cannot_be_used_is_an_outage_of_retrieval(
    chroma_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    passages = ChromaRetrieval(embedder=HashedEmbedder(), url=chroma_url)
    assert "Chroma cannot be reached" in await passages.state()
    with pytest.raises(CodeAssessError, match="Chroma cannot be reached"):
        await passages.search("shelf", "recursion", 3)
    await passages.aclose()
