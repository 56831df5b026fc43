"""What a client asks of the server over REST."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Literal, Self
from urllib.parse import quote

import httpx

from ..errors import REASON
from .errors import ServerFault, ServerUnreachable, credentials, heeds_proxies, refusal, server_url

SECONDS: Final = 30.0  # for one answer
LARGEST_PAGE: Final = 1_000


class Rest:
    """One server, one credential. Every call raises `ServerUnreachable`, or the error that the server answered."""

    def __init__(self, server: str, *, token: str, seconds: float = SECONDS) -> None:
        """`seconds`: how long to wait for each answer. An empty `token` is enough for `join` alone."""
        self.server = server_url(server)
        self._http = httpx.AsyncClient(
            headers=credentials(token) if token else {}, timeout=seconds, trust_env=heeds_proxies(self.server)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def health(self) -> dict[str, Any]:
        """The state of the server and of each of its parts."""
        return await self._read("/codeassess/health")

    async def check(self) -> None:
        """A request that everybody may make: it fails for a wrong address or a wrong token."""
        await self._read("/sessions/", limit=1)

    async def look(self, code: str) -> dict[str, Any]:
        """To what the code of an invitation invites, and what has to be agreed to; the code is not used up."""
        return self._object(await self._ask("POST", "/codeassess/join/look", json={"code": code}))

    async def consent(self, assessment_id: str | None) -> dict[str, Any]:
        """What has to be agreed to before a session begins; without an id in the credential's own assessment."""
        return await self._read("/codeassess/consent", assessment_id=assessment_id)

    async def join(self, code: str) -> dict[str, Any]:
        """Exchange the code of an invitation for a credential."""
        return self._object(await self._ask("POST", "/codeassess/join", json={"code": code}))

    async def own_invitations(self) -> list[dict[str, Any]]:
        """What this candidate is invited to, the newest first."""
        return list((await self._read("/invitations/"))["items"])

    async def add_assessment(self, assessment: Mapping[str, Any]) -> str:
        """Create an assessment; returns its id."""
        return str(self._object(await self._ask("POST", "/assessments/", json=assessment))["assessment_id"])

    async def new_assessment(self, assessment: str) -> dict[str, Any]:
        """Create an assessment from its JSON; returns it."""
        return self._object(await self._ask("POST", "/assessments/", content=assessment))

    async def new_version(self, assessment_id: str, assessment: str, *, etag: str | None) -> dict[str, Any]:
        """Add a version from its JSON, when the assessment still has this ETag; returns it."""
        headers = {"If-Match": etag} if etag is not None else {}
        path = f"/assessments/{quote(assessment_id, safe='')}/versions"
        return self._object(await self._ask("POST", path, content=assessment, headers=headers))

    async def assessment(self, assessment_id: str, version: int | None = None) -> dict[str, Any]:
        """An assessment, by default in its newest version."""
        return await self._read(f"/assessments/{quote(assessment_id, safe='')}/", version=version)

    async def assessments(self) -> list[dict[str, Any]]:
        """All assessments in their newest versions, without their files."""
        return await self._all("/assessments/")

    async def change_assessment(self, assessment_id: str, change: Literal["close", "open", "clone"]) -> dict[str, Any]:
        """Close, open or clone an assessment; returns what came of it."""
        return self._object(await self._ask("POST", f"/assessments/{quote(assessment_id, safe='')}/{change}"))

    async def begin_session(
        self,
        *,
        assessment_id: str | None,
        language: str | None,
        consent_sha256: str | None = None,
        key: str | None = None,
    ) -> dict[str, Any]:
        """Begin a session; returns it. With the same `key`, the same session."""
        wanted = {"assessment_id": assessment_id, "language": language, "consent_sha256": consent_sha256}
        body = {name: value for name, value in wanted.items() if value is not None}
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self._object(await self._ask("POST", "/sessions/", json=body, headers=headers))

    async def session(self, session_id: str) -> dict[str, Any]:
        return await self._read(f"/sessions/{quote(session_id, safe='')}/")

    async def responses(self, session_id: str) -> dict[str, str]:
        """The answers that the candidate gave, by question."""
        items = await self._all(f"/sessions/{session_id}/interactions/")
        payloads = (item["payload"] for item in items if item["kind"] == "response_received")
        return {payload["interaction_id"]: payload["response"] for payload in payloads}

    async def snapshot(self, session_id: str, n: int) -> str:
        """The code of a snapshot."""
        return str((await self._read(f"/sessions/{session_id}/snapshots/{n}"))["code"])

    async def report(self, session_id: str, format: str) -> bytes:
        """The report of a session in one of the server's formats."""
        response = await self._ask("GET", f"/sessions/{session_id}/report/", params={"format": format})
        if format != "html":
            self._refuse_page(response)
        return response.content

    # ── people and invitations

    async def add_people(self, csv: str) -> dict[str, Any]:
        """Add the people of a roster; returns how many are `new`, `changed` and the `same`."""
        return self._object(await self._ask("POST", "/people/", json={"csv": csv}))

    async def people(self, group: str | None = None) -> list[dict[str, Any]]:
        """The roster, or one group of it."""
        return await self._all("/people/", group=group)

    async def remove_person(self, person_id: str) -> None:
        await self._ask("DELETE", f"/people/{quote(person_id, safe='')}")

    async def invite(self, assessment_id: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Invite a `group` or `people`; returns the new invitations, with their codes."""
        return self._object(await self._ask("POST", _invitations(assessment_id), json=wanted))

    async def invitations(self, assessment_id: str) -> list[dict[str, Any]]:
        """Everybody who is invited, and how far they have come."""
        return await self._all(_invitations(assessment_id))

    async def revoke_invitation(self, assessment_id: str, invitation_id: str) -> None:
        await self._ask("DELETE", _invitations(assessment_id) + quote(invitation_id, safe=""))

    # ── requests

    async def _all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self._read(path, limit=LARGEST_PAGE, cursor=cursor, **query)
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found

    async def _read(self, path: str, **query: Any) -> dict[str, Any]:
        given = {name: str(value) for name, value in query.items() if value is not None}
        return self._object(await self._ask("GET", path, params=given))

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = await self._http.request(method, self.server + path, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            reason = str(problem) or type(problem).__name__
            raise ServerUnreachable(f"The server {self.server} cannot be reached.", **{REASON: reason}) from problem
        if response.is_success:
            return response
        raise refusal(response, self.server)

    def _object(self, response: httpx.Response) -> dict[str, Any]:
        self._refuse_page(response)
        try:
            value = response.json()
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ServerFault(f"There is no codeassess at {self.server}: it did not answer with JSON.")
        return value

    def _refuse_page(self, response: httpx.Response) -> None:
        """A proxy or another server may answer anything with a web page of its own."""
        if "text/html" in response.headers.get("Content-Type", ""):
            raise ServerFault(f"There is no codeassess at {self.server}: it answered with a web page.")


def _invitations(assessment_id: str) -> str:
    return f"/assessments/{quote(assessment_id, safe='')}/invitations/"
