"""The beginning of every connection: the client says hello, the server welcomes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..errors import StoreUnavailable, UnsupportedProtocol
from ..live.messages import PROTOCOL_VERSION, Hello
from ..system.concurrency import within
from .channel import RETRYABLE, Channel
from .errors import ConnectionRefused

WELCOME_SECONDS: Final = 10.0
_NO_WELCOME: Final = "The server does not welcome us."


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The server's `welcome`. What only a protocol-1 server of a later version tells has a default."""

    acked_seq: int
    epoch: str
    open_questions: tuple[Mapping[str, Any], ...]
    writes: bool  #: may this client write? Else another one does
    status: str  #: of the session
    features: frozenset[str]  #: of the server beyond protocol 1
    messages_per_second: float  #: at most; 0: any number


def hello(client_id: str, *, last_event: int = 0, epoch: str | None = None, take: bool = False) -> str:
    """The frame of a hello. `take`: this client wants to write, whoever writes until now."""
    message = Hello(
        message_type="hello",
        protocol=PROTOCOL_VERSION,
        client_id=client_id,
        last_event_seq=last_event,
        epoch=epoch,
        take=take,
    )
    return message.model_dump_json(exclude_none=True)


async def greet(channel: Channel, frame: str) -> tuple[Welcome, Mapping[str, Any]]:
    """Send the hello `frame` and wait for the welcome; returns it read, and as it came.

    Raises:
        StoreUnavailable: the server cannot work at the moment, or did not answer in time.
        UnsupportedProtocol, ConnectionRefused: it does not accept this client.
        ChannelClosed: the connection ended.
    """
    await channel.send(frame)
    try:
        answer = await within(WELCOME_SECONDS, channel.receive())
    except TimeoutError as problem:
        raise StoreUnavailable(_NO_WELCOME) from problem
    if answer["message_type"] != "welcome":
        raise _refused(answer)
    return read_welcome(answer), answer


def read_welcome(answer: Mapping[str, Any]) -> Welcome:
    """What a `welcome` says."""
    return Welcome(
        acked_seq=int(answer["acked_seq"]),
        epoch=str(answer["epoch"]),
        open_questions=tuple(answer["open_questions"]),
        writes=bool(answer.get("writer", {}).get("you", True)),
        status=str(answer.get("session", {}).get("status", "active")),
        features=frozenset(answer.get("features", ())),
        messages_per_second=float(answer.get("limits", {}).get("messages_per_second", 0)),
    )


def _refused(answer: Mapping[str, Any]) -> StoreUnavailable | UnsupportedProtocol | ConnectionRefused:
    code, message = answer.get("code"), str(answer.get("message", _NO_WELCOME))
    if code == UnsupportedProtocol.code:
        return UnsupportedProtocol(f"{message} Update codeassess on the older side.")
    if code in RETRYABLE:
        return StoreUnavailable(message)
    return ConnectionRefused(f"The server did not welcome us: {message}")
