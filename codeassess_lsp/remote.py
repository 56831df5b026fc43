"""A codeassess server, over REST and websocket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import quote

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from codeassess_core.clients import ServerFault, ServerUnreachable, is_loopback, refusal, server_url
from codeassess_core.errors import CodeAssessError, Forbidden, NotFound, StoreUnavailable, Unauthenticated

from .places import LineClosed, SessionInfo, Wanted

TIMEOUT: Final = 20.0
MAX_SERVER_MESSAGE: Final = 8 * 1024 * 1024
HEARTBEAT: Final = 15.0  # seconds after which a line that is dead (sleep, a proxy that forgot) is noticed
LARGEST_PAGE: Final = 1_000
_HANDSHAKES: Final[dict[int, type[CodeAssessError]]] = {401: Unauthenticated, 403: Forbidden, 404: NotFound}


class RemotePlace:
    """One server and one credential."""

    def __init__(self, url: str, *, token: str) -> None:
        self.name = server_url(url)
        self._headers = {"Authorization": f"token {token}"}
        self._http = httpx.AsyncClient(headers=self._headers, timeout=TIMEOUT, trust_env=not is_loopback(self.name))

    async def begin(self, wanted: Wanted) -> SessionInfo:
        body = {"assessment_id": wanted.assessment_id, "language": wanted.language}
        given = {name: value for name, value in body.items() if value is not None}
        answer = await self._ask("POST", "/sessions/", json=given, headers={"Idempotency-Key": wanted.key})
        return _session(answer.json())

    async def session(self, session_id: str) -> SessionInfo:
        return _session((await self._ask("GET", f"/sessions/{quote(session_id, safe='')}/")).json())

    async def responses(self, session_id: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": str(LARGEST_PAGE)} | ({"cursor": cursor} if cursor else {})
            page = (await self._ask("GET", f"/sessions/{session_id}/interactions/", params=query)).json()
            payloads = (item["payload"] for item in page["items"] if item["kind"] == "response_received")
            found |= {payload["interaction_id"]: payload["response"] for payload in payloads}
            cursor = page["next"]
        return found

    async def snapshot(self, session_id: str, n: int) -> str:
        return str((await self._ask("GET", f"/sessions/{session_id}/snapshots/{n}")).json()["code"])

    async def report(self, session_id: str) -> str:
        return (await self._ask("GET", f"/sessions/{session_id}/report/", params={"format": "markdown"})).text

    @asynccontextmanager
    async def connect(self, session_id: str) -> AsyncIterator[_SocketLine]:
        url = f"ws{self.name.removeprefix('http')}/ws/session/{session_id}"
        try:
            socket = await connect(
                url,
                additional_headers=self._headers,
                proxy=None if is_loopback(self.name) else True,
                max_size=MAX_SERVER_MESSAGE,
                open_timeout=TIMEOUT,
                ping_interval=HEARTBEAT,
                ping_timeout=HEARTBEAT,
            )
        except InvalidStatus as refused:
            raise _refused(refused.response.status_code, self.name) from refused
        except (OSError, TimeoutError, InvalidHandshake) as problem:
            raise ServerUnreachable(f"The server {self.name} cannot be reached.") from problem
        async with socket:
            yield _SocketLine(socket)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = await self._http.request(method, self.name + path, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise ServerUnreachable(f"The server {self.name} cannot be reached.") from problem
        if not response.is_success:
            raise refusal(response, self.name)
        if "text/html" in response.headers.get("Content-Type", ""):
            raise ServerFault(f"There is no codeassess at {self.name}: it answered with a web page.")
        return response


class _SocketLine:
    """A `Line` over a websocket."""

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


def _closed(closed: ConnectionClosed) -> LineClosed:
    return LineClosed(closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else LineClosed(1006, "")


def _refused(status: int, server: str) -> CodeAssessError:
    if status == Unauthenticated.status:
        return Unauthenticated("The server does not know this token; it may be past its time.")
    if status == NotFound.status:
        return NotFound(f"There is no codeassess at {server}: it has no websocket for sessions.")
    if status >= 500:
        return StoreUnavailable(f"The server {server} is not ready.")
    return _HANDSHAKES.get(status, ServerFault)()


def _session(value: Mapping[str, Any]) -> SessionInfo:
    assessment = value.get("assessment") or {}
    return SessionInfo(
        id=value["session_id"],
        status=value["status"],
        created_at=value["created_at"],
        acked_seq=value["acked_seq"],
        language=value["language"],
        title=assessment.get("title", ""),
        instructions=assessment.get("instructions", ""),
        time_limit=assessment.get("time_limit"),
    )
