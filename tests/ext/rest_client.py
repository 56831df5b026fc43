"""A client of REST and the websocket for tests, which can also send what is wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

TIMEOUT = 60.0  #: seconds for which a test waits on an answer


@dataclass(frozen=True)
class Answer:
    """What REST answered."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        """The error of the answer; it must be in our form."""
        assert set(self.json) == {"error"}, self.body[:300]
        error: dict[str, Any] = self.json["error"]
        assert set(error) == {"code", "message", "detail"}
        return error


class Talk:
    """One open websocket."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []
        self._reading: asyncio.Future[str | bytes | None] | None = None

    async def say(self, message: dict[str, Any] | str | bytes) -> None:
        """Send a message as JSON, or any text or bytes as they are."""
        binary = isinstance(message, bytes)
        text = json.dumps(message) if isinstance(message, dict) else message
        await self.socket.write_message(text, binary=binary)

    async def hear(self, seconds: float = TIMEOUT) -> dict[str, Any] | None:
        """The next message; None when the server has closed."""
        # A cancelled read would lose the next message: it is kept for the next call.
        self._reading = self._reading or asyncio.ensure_future(self.socket.read_message())
        frame = await asyncio.wait_for(asyncio.shield(self._reading), seconds)
        self._reading = None
        if frame is None:
            return None
        message: dict[str, Any] = json.loads(frame)
        self.heard.append(message)
        return message

    async def until(self, message_type: str) -> dict[str, Any]:
        """Listen until a message of this type; what came before it stays in `heard`."""
        while True:
            message = await self.hear()
            assert message is not None, f"closed with {self.socket.close_code} before {message_type}: {self.heard}"
            if message["message_type"] == message_type:
                return message

    async def ask(self, message: dict[str, Any] | str | bytes) -> dict[str, Any]:
        """Send one message and hear the very next."""
        await self.say(message)
        answer = await self.hear()
        assert answer is not None, f"closed with {self.socket.close_code}"
        return answer

    async def silent(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for a while."""
        try:
            await self.hear(seconds)
        except TimeoutError:
            return True
        return False

    async def closed(self) -> int | None:
        """Listen until the server closes, and return its close code."""
        while await self.hear() is not None:
            pass
        return self.socket.close_code

    def close(self) -> None:
        self.socket.close()


class Client:
    """REST and the websocket of one server, as seen by whoever holds `token`."""

    def __init__(
        self,
        http: AsyncHTTPClient,
        *,
        port: int,
        base: str,
        token: str | None,
        ends: list[Callable[[], None]] | None = None,
    ) -> None:
        self._http = http
        self.ends = ends if ends is not None else []  #: close the connections that were opened
        self.port = port
        self.base = base.rstrip("/")
        self.token = token

    def holding(self, token: str | None) -> Client:
        """A client of the same server with another token; None: without one."""
        return Client(self._http, port=self.port, base=self.base, token=token, ends=self.ends)

    def _headers(self, headers: Mapping[str, str] | None) -> dict[str, str]:
        credential = {"Authorization": f"token {self.token}"} if self.token else {}
        return {**credential, **(headers or {})}

    async def call(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Any verb on any path below the base URL, the query included."""
        if json_body is not None:
            body = json.dumps(json_body).encode()
        request = HTTPRequest(
            f"http://127.0.0.1:{self.port}{self.base}{path}",
            method=method,
            headers=self._headers(headers),
            body=body if body is not None else (b"" if method in ("POST", "PUT", "PATCH") else None),
            allow_nonstandard_methods=True,
            follow_redirects=False,
            request_timeout=TIMEOUT,
        )
        # Not the method of the fixture's subclass, which accepts paths only.
        answer = await AsyncHTTPClient.fetch(self._http, request, raise_error=False)
        if answer.code == 599:
            raise ConnectionError(str(answer.error))
        return Answer(answer.code, answer.body or b"", answer.headers)

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.call("GET", path, **more)

    async def post(self, path: str, json_body: Any = None, **more: Any) -> Answer:
        return await self.call("POST", path, json_body=json_body, **more)

    async def begin(self, **body: Any) -> str:
        """A new session's id."""
        answer = await self.post("/sessions/", body)
        assert answer.status == 201, answer.body
        session_id: str = answer.json["session_id"]
        return session_id

    async def talk(self, session_id: str, *, query: str = "", headers: Mapping[str, str] | None = None) -> Talk:
        """Open the session's websocket; an HTTPClientError with the status when the handshake is refused."""
        url = f"ws://127.0.0.1:{self.port}{self.base}/ws/session/{quote(session_id)}{query}"
        request = HTTPRequest(url, headers=self._headers(headers), connect_timeout=TIMEOUT)
        talk = Talk(await websocket_connect(request, max_message_size=16 * 1024 * 1024))
        self.ends.append(talk.close)
        return talk

    async def greet(self, session_id: str, **fields: Any) -> tuple[Talk, dict[str, Any]]:
        """Open the websocket as a client of protocol 1; returns it with the welcome."""
        talk = await self.talk(session_id)
        hello = {"message_type": "hello", "protocol": 1, "client_id": "test", **fields}
        return talk, await talk.ask(hello)
