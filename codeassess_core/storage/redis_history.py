"""The chat history in Redis, shared by several processes.

Each session is one list, `<prefix><session id>`; each turn is one element, JSON in LangChain's
message format, which `langchain_core.messages.messages_from_dict` reads::

    {"type": "ai", "data": {"content": "Why a set?", "id": "<interaction id>",
                            "additional_kwargs": {"kind": "question"}}}

Redis may lose a list at any moment. A turn is added only to an existing list (RPUSHX), so that a
lost history stays unknown until it is rebuilt from SQL as a whole.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..errors import StoreUnavailable
from ..model import Turn
from .history import HISTORY_LIMIT, last

if TYPE_CHECKING:
    from redis.asyncio import Redis

TIMEOUT = 2.0
"""Seconds until Redis must have answered, including the connection."""
_PROBE_SECONDS = 60  # lifetime of the key that the health check writes


class RedisHistory:
    """The `History` port over redis.asyncio. `ttl` counts from the last turn of a session.

    The client library is loaded by the first call (0.2 s), not when the server starts.
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "codeassess:history:",
        limit: int = HISTORY_LIMIT,
        ttl: timedelta = timedelta(days=7),
        timeout: float = TIMEOUT,
    ) -> None:
        self._timeout = timeout
        self._url = url
        self._prefix = prefix
        self._limit = limit
        self._ttl = ttl
        self._redis: Redis | None = None

    async def recent(self, session_id: str, limit: int) -> tuple[Turn, ...] | None:
        """The last `limit` turns, oldest first; None when there is no readable history of the session."""
        async with self._command() as redis:
            lines = await redis.lrange(self._key(session_id), -max(limit, 1), -1)
        try:
            return last([_read(line) for line in lines], limit) if lines else None
        except (ValueError, KeyError, TypeError):  # not written by us: rebuild it like a lost history
            return None

    async def append(self, session_id: str, turn: Turn) -> None:
        """Add one turn to an existing history."""
        key = self._key(session_id)
        async with self._command() as redis, redis.pipeline() as pipe:
            pipe.rpushx(key, _dump(turn))
            pipe.ltrim(key, -self._limit, -1)
            pipe.expire(key, self._ttl)
            await pipe.execute()

    async def replace(self, session_id: str, turns: Sequence[Turn]) -> None:
        """Set the whole history; an empty one is deleted."""
        key = self._key(session_id)
        lines = [_dump(turn) for turn in last(turns, self._limit)]
        async with self._command() as redis, redis.pipeline() as pipe:
            pipe.delete(key)
            if lines:
                pipe.rpush(key, *lines)
                pipe.expire(key, self._ttl)
            await pipe.execute()

    async def forget(self, session_id: str) -> None:
        """Erase the history of the session."""
        async with self._command() as redis:
            await redis.delete(self._key(session_id))

    async def state(self) -> str:
        """ "ok", or one sentence that says what is wrong: unavailable, or not writable. Never raises."""
        try:
            async with self._command() as redis:
                await redis.set(f"{self._prefix}health", "ok", ex=_PROBE_SECONDS)
        except StoreUnavailable as problem:
            return problem.message
        return "ok"

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        client, self._redis = self._redis, None
        if client is not None:
            with translated_redis():
                await client.aclose()

    @asynccontextmanager
    async def _command(self) -> AsyncIterator[Redis]:
        """The client, for one command. After a timeout all its connections are discarded."""
        with translated_redis():
            if self._redis is None:
                self._redis = open_redis(self._url, self._timeout)
            redis = self._redis
            try:
                async with asyncio.timeout(self._timeout):
                    yield redis
            except Exception as problem:
                if "Timeout" in type(problem).__name__:  # of asyncio, and of the client's socket
                    await redis.connection_pool.disconnect(inuse_connections=False)
                raise

    def _key(self, session_id: str) -> str:
        return self._prefix + session_id


def open_redis(url: str, timeout: float = TIMEOUT, **options: Any) -> Redis:
    """A client that connects at its first command.

    A broken connection is replaced once. There are no further retries, because the history is a cache
    and somebody waits.
    """
    from redis.asyncio import ConnectionError, Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    retry = Retry(NoBackoff(), 1, supported_errors=(ConnectionError,))
    return Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=retry, **options)


@contextmanager
def translated_redis() -> Iterator[None]:
    """Turn all errors of Redis into `StoreUnavailable`; a `ValueError` comes from an invalid URL."""
    from redis.exceptions import RedisError, ResponseError

    try:
        yield
    except ResponseError as problem:  # it answers, but refuses: a read-only replica, no memory left, no permission
        raise StoreUnavailable(f"The chat history in Redis takes no writes: {problem}") from problem
    except TimeoutError as problem:
        raise StoreUnavailable("The chat history in Redis cannot be reached: no answer in time") from problem
    except (RedisError, OSError, ValueError) as problem:
        raise StoreUnavailable(f"The chat history in Redis cannot be reached: {problem}") from problem


def _dump(turn: Turn) -> str:
    data = {"content": turn.text, "id": turn.interaction_id, "additional_kwargs": {"kind": turn.kind}}
    return json.dumps({"type": turn.role, "data": data}, ensure_ascii=False)


def _read(line: bytes | str) -> Turn:
    message = json.loads(line)
    data = message["data"]
    return Turn(
        role=message["type"], kind=data["additional_kwargs"]["kind"], interaction_id=data["id"], text=data["content"]
    )
