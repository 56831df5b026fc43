"""What a client asks of the server over REST."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

import httpx

from ..clients import ServerFault, ServerUnreachable, is_loopback, refusal, server_url
from .speech import REASON

TIMEOUT: Final = 30.0


class Rest:
    """One server, one credential. Every call raises `ServerUnreachable`, or the error that the server answered."""

    def __init__(self, server: str, *, token: str) -> None:
        self.server = server_url(server)
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"token {token}"}, timeout=TIMEOUT, trust_env=not is_loopback(self.server)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def health(self) -> dict[str, Any]:
        """The state of the server and of each of its parts."""
        return _object(await self._ask("GET", "/codeassess/health"))

    async def add_assessment(self, assessment: Mapping[str, Any]) -> str:
        """Create an assessment; returns its id."""
        return str(_object(await self._ask("POST", "/assessments/", json=assessment))["assessment_id"])

    async def begin_session(self, *, assessment_id: str | None, language: str) -> str:
        """Begin a session; returns its id."""
        wanted = {"language": language} | ({"assessment_id": assessment_id} if assessment_id else {})
        return str(_object(await self._ask("POST", "/sessions/", json=wanted))["session_id"])

    async def report(self, session_id: str, format: str) -> bytes:
        """The report of a session in one of the server's formats."""
        return (await self._ask("GET", f"/sessions/{session_id}/report/", params={"format": format})).content

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = await self._http.request(method, self.server + path, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            reason = str(problem) or type(problem).__name__
            raise ServerUnreachable(f"The server {self.server} cannot be reached.", **{REASON: reason}) from problem
        if response.is_success:
            return response
        raise refusal(response, self.server)


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        value = response.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ServerFault(f"There is no codeassess at {response.url.host}: it did not answer with JSON.")
    return value
