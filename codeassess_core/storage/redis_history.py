"""The chat history in Redis: what several processes share of a conversation.

Each session is one list, `<prefix><session id>`; each turn is one element, JSON in LangChain's
own message form, which `langchain_core.messages.messages_from_dict` reads::

    {"type": "ai", "data": {"content": "Why a set?", "id": "<interaction id>",
                            "additional_kwargs": {"kind": "question"}}}

Redis may lose any of it at any moment: a turn is only added to a list that is there (RPUSHX),
so that a lost history stays unknown until it has been rebuilt from SQL as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from ..errors import StoreUnavailable
from ..model import Turn
from .history import HISTORY_LIMIT, last

if TYPE_CHECKING:
    from redis.asyncio import Redis

_TIMEOUT = 2.0  # seconds to connect, and again to answer


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
    ) -> None:
        self._url = url
        self._prefix = prefix
        self._limit = limit
        self._ttl = ttl
        self._redis: Redis | None = None

    async def recent(self, session_id: str, limit: int) -> tuple[Turn, ...] | None:
        """The last `limit` turns, oldest first; None when nothing (readable) is known of the session."""
        with _translated():
            lines = await self._connection().lrange(self._key(session_id), -max(limit, 1), -1)
        try:
            return last([_read(line) for line in lines], limit) if lines else None
        except (ValueError, KeyError, TypeError):  # not written by us: it is rebuilt like one that was lost
            return None

    async def append(self, session_id: str, turn: Turn) -> None:
        """Add one turn to a history that is known."""
        key = self._key(session_id)
        with _translated():
            async with self._connection().pipeline() as pipe:
                pipe.rpushx(key, _dump(turn))
                pipe.ltrim(key, -self._limit, -1)
                pipe.expire(key, self._ttl)
                await pipe.execute()

    async def replace(self, session_id: str, turns: Sequence[Turn]) -> None:
        """Set the whole history; setting it to nothing is forgetting it."""
        key = self._key(session_id)
        lines = [_dump(turn) for turn in last(turns, self._limit)]
        with _translated():
            async with self._connection().pipeline() as pipe:
                pipe.delete(key)
                if lines:
                    pipe.rpush(key, *lines)
                    pipe.expire(key, self._ttl)
                await pipe.execute()

    async def forget(self, session_id: str) -> None:
        """Erase the history of the session."""
        with _translated():
            await self._connection().delete(self._key(session_id))

    async def state(self) -> str:
        """The word ok, or one sentence that says what is wrong. Never raises."""
        try:
            with _translated():
                await self._connection().ping()
        except StoreUnavailable as problem:
            return problem.message
        return "ok"

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        client, self._redis = self._redis, None
        if client is not None:
            with _translated():
                await client.aclose()

    def _connection(self) -> Redis:
        if self._redis is None:
            self._redis = _open(self._url)
        return self._redis

    def _key(self, session_id: str) -> str:
        return self._prefix + session_id


def _open(url: str) -> Redis:
    """A client that connects at its first command.

    A connection that broke since the last command is replaced at once; more is not tried,
    and a silent server not asked twice: the history is a cache, and somebody is waiting.
    """
    from redis.asyncio import ConnectionError, Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    retry = Retry(NoBackoff(), 1, supported_errors=(ConnectionError,))
    return Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=retry)


@contextmanager
def _translated() -> Iterator[None]:
    """Whatever goes wrong between us and Redis is `StoreUnavailable`; a `ValueError` is a URL that is none."""
    from redis.exceptions import RedisError

    try:
        yield
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
