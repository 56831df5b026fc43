"""A codeassess server, over REST and websocket."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from codeassess_core.client.channel import Channel
from codeassess_core.client.errors import ServerFault
from codeassess_core.client.rest import Rest
from codeassess_core.client.socket import open_channel
from codeassess_core.client.starter import starter_files
from codeassess_core.errors import NotFound

from ..session.consent import Agreement
from .backend import SessionInfo, Wanted
from .invitation import Invitation

ANSWER_SECONDS: Final = 20.0  # for which an editor waits on REST


class RemoteBackend:
    """One server and one credential."""

    def __init__(self, url: str, *, token: str) -> None:
        self._token = token
        self._rest = Rest(url, token=token, seconds=ANSWER_SECONDS)
        self.name = self._rest.server

    async def check(self) -> None:
        await self._rest.check()

    async def agreement(self, assessment_id: str | None) -> Agreement | None:
        try:
            asked = await self._rest.consent(assessment_id)
        except (NotFound, ServerFault):  # an older server, or what `begin` says as well
            return None
        digest = asked.get("consent_sha256")
        return Agreement(title=asked["title"], text=asked["consent_text"], sha256=digest) if digest else None

    async def begin(self, wanted: Wanted) -> SessionInfo:
        return _info(
            await self._rest.begin_session(
                assessment_id=wanted.assessment_id,
                language=wanted.language,
                consent_sha256=wanted.consent_sha256,
                key=wanted.key,
            )
        )

    async def session(self, session_id: str) -> SessionInfo:
        return _info(await self._rest.session(session_id))

    async def responses(self, session_id: str) -> Mapping[str, str]:
        return await self._rest.responses(session_id)

    async def snapshot(self, session_id: str, n: int) -> str:
        return await self._rest.snapshot(session_id, n)

    async def report(self, session_id: str) -> str:
        return (await self._rest.report(session_id, "markdown")).decode()

    async def invitation(self, assessment_id: str) -> Invitation | None:
        items = await self._rest.own_invitations()
        return next((_invitation(item) for item in items if item["assessment_id"] == assessment_id), None)

    def connect(self, session_id: str) -> AbstractAsyncContextManager[Channel]:
        return open_channel(self.name, session_id, token=self._token)

    async def aclose(self) -> None:
        await self._rest.aclose()


def _invitation(item: Mapping[str, Any]) -> Invitation:
    return Invitation(
        assessment_id=item["assessment_id"],
        session=item["session_id"] if item["state"] != "finished" else None,
        time_limit=item["time_limit"],
    )


def _info(session: Mapping[str, Any]) -> SessionInfo:
    """A session as REST tells it."""
    assessment = session.get("assessment") or {}
    return SessionInfo(
        id=session["session_id"],
        status=session["status"],
        created_at=session["created_at"],
        acked_seq=session["acked_seq"],
        language=session["language"],
        title=assessment.get("title", ""),
        instructions=assessment.get("instructions", ""),
        time_limit=assessment.get("time_limit"),
        files=starter_files(assessment),
    )
