"""A session's websocket, opened with a credential."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ssl import SSLContext
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from ..errors import REASON, CodeAssessError, Forbidden, NotFound, StoreUnavailable, Unauthenticated
from .channel import LOST, ChannelClosed
from .errors import ConnectionRefused, ServerUnreachable, credentials, heeds_proxies

OPEN_SECONDS: Final = 20.0
HEARTBEAT_SECONDS: Final = 15.0
"""After so long a connection that is dead (sleep, a proxy that forgot it) is noticed."""
MAX_SERVER_MESSAGE: Final = 8 * 1024 * 1024  # bytes


class _Connect(connect):
    """It follows no redirect: the token is for this server alone."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


@asynccontextmanager
async def open_channel(server: str, session_id: str, *, token: str) -> AsyncIterator[SocketChannel]:
    """Connect to a session; `server` is a base URL (`server_url`). Raises as `open_socket`."""
    async with await open_socket(server, session_id, token=token) as socket:
        yield SocketChannel(socket)


async def open_socket(
    server: str, session_id: str, *, token: str, trusted: SSLContext | None = None
) -> ClientConnection:
    """The websocket of a session; `trusted`: whom to trust by https, in place of what Python trusts.

    Raises:
        ServerUnreachable, StoreUnavailable: worth another attempt.
        Unauthenticated, Forbidden, NotFound, ConnectionRefused: the server refuses the connection.
    """
    secure: dict[str, Any] = {"ssl": trusted} if trusted is not None and server.startswith("https:") else {}
    try:
        return await _Connect(
            f"ws{server.removeprefix('http')}/ws/session/{session_id}",
            additional_headers=credentials(token),
            proxy=True if heeds_proxies(server) else None,
            compression=None,
            max_size=MAX_SERVER_MESSAGE,
            open_timeout=OPEN_SECONDS,
            ping_interval=HEARTBEAT_SECONDS,
            ping_timeout=HEARTBEAT_SECONDS,
            **secure,
        )
    except InvalidStatus as refused:
        raise _refused(refused.response.status_code, server) from refused
    except (OSError, TimeoutError, InvalidHandshake) as problem:
        reason = str(problem) or type(problem).__name__
        raise ServerUnreachable(f"The server {server} cannot be reached.", **{REASON: reason}) from problem


class SocketChannel:
    """A `Channel` over a websocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def send(self, frame: str) -> None:
        try:
            await self._socket.send(frame)
        except ConnectionClosed as closed:
            raise _closed(closed) from closed

    async def receive(self) -> Mapping[str, Any]:
        try:
            message: Mapping[str, Any] = json.loads(await self._socket.recv())
        except ConnectionClosed as closed:
            raise _closed(closed) from closed
        return message


def _closed(closed: ConnectionClosed) -> ChannelClosed:
    return ChannelClosed(closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else ChannelClosed(LOST, "")


def _refused(status: int, server: str) -> CodeAssessError:
    """The error of a handshake that was answered with this status of HTTP."""
    if status == Unauthenticated.status:
        return Unauthenticated("The server does not know this token; it may be past its time.")
    if status == Forbidden.status:
        return Forbidden("This token does not open the session's websocket.")
    if status == NotFound.status:
        return NotFound(f"There is no codeassess at {server}: it has no websocket for sessions.")
    if status >= 500:
        return StoreUnavailable(f"The server {server} is not ready.")
    return ConnectionRefused(f"The server refused the websocket with {status}.")
