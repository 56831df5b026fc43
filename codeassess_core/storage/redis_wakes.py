"""Wakes the other processes over Redis pub/sub (see `wakes`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Final

from .redis_history import open_redis, translated_redis

if TYPE_CHECKING:
    from redis.asyncio import Redis

CHANNEL: Final = "codeassess:wakes"
_IDLE: Final = 5.0  # seconds without a message, after which Redis gets a ping


class RedisWakes:
    """One channel for all sessions; a process ignores sessions that it does not serve."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: Redis | None = None

    async def send(self, words: Sequence[str]) -> None:
        if self._client is None:
            self._client = open_redis(self._url)
        with translated_redis():
            async with self._client.pipeline(transaction=False) as pipe:
                for word in words:
                    pipe.publish(CHANNEL, word)
                await pipe.execute()

    async def listen(self) -> AsyncIterator[str]:
        client = open_redis(self._url, health_check_interval=_IDLE)
        try:
            with translated_redis():
                async with client.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(CHANNEL)
                    yield ""
                    while True:
                        message = await channel.get_message(timeout=_IDLE)
                        if message is not None:
                            yield message["data"].decode()
        finally:
            with translated_redis():
                await client.aclose()

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with translated_redis():
                await client.aclose()
