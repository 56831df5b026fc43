"""The whole core in this process, on SQLite: practice without a server. Loaded in the background."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from codeassess_core.client.channel import Channel, ChannelClosed
from codeassess_core.client.starter import StarterFile
from codeassess_core.clock import isoformat
from codeassess_core.identity import Principal, Role
from codeassess_core.model import AssessmentSession, AssessmentSpec, InteractionKind
from codeassess_core.new_session import SessionRequest
from codeassess_core.reports import EXPORTERS
from codeassess_core.settings import Settings
from codeassess_core.wiring import Core

from ..session.consent import Agreement
from .backend import SessionInfo, Wanted
from .invitation import Invitation

LARGEST_PAGE = 1_000


class EmbeddedBackend:
    """The candidate on their own machine; reports say *unverified*."""

    name = "embedded"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._record = core.record

    @classmethod
    async def open(cls) -> EmbeddedBackend:
        """Open the core as the environment (`CODEASSESS_*`) describes it.

        Raises:
            StoreUnavailable, InvalidInput: it cannot be opened; the message says why.
        """
        settings = Settings.from_environment(mode="embedded")
        core = Core(settings)
        backend = cls(core)
        try:
            await core.open()
        except BaseException:
            await backend.aclose()
            raise
        return backend

    async def check(self) -> None:
        """The core is open, or there would be no backend."""

    async def agreement(self, assessment_id: str | None) -> Agreement | None:
        if assessment_id is None:
            return None
        spec = await self._record.assessments.get(assessment_id)
        digest = spec.consent_sha256
        return Agreement(title=spec.title, text=spec.consent, sha256=digest) if digest else None

    async def begin(self, wanted: Wanted) -> SessionInfo:
        candidate = Principal(name=self._core.settings.candidate, role=Role.CANDIDATE)
        request = SessionRequest(
            assessment_id=wanted.assessment_id,
            language=wanted.language,
            consent_sha256=wanted.consent_sha256,
            idempotency_key=wanted.key,
        )
        return await self._info(await self._core.assessment.begin(candidate, request))

    async def session(self, session_id: str) -> SessionInfo:
        return await self._info(await self._record.sessions.get(session_id))

    async def _info(self, session: AssessmentSession) -> SessionInfo:
        spec: AssessmentSpec | None = None
        if session.assessment_id is not None:
            spec = await self._record.assessments.get(session.assessment_id, session.assessment_version)
        return SessionInfo(
            id=session.id,
            status=session.status,
            created_at=isoformat(session.created_at),
            acked_seq=session.acked_seq,
            language=session.language,
            title=spec.title if spec else "",
            instructions=spec.instructions if spec else "",
            time_limit=spec.time_limit if spec else None,
            files=tuple(StarterFile(path=file.path, text=file.text) for file in spec.files) if spec else (),
        )

    async def responses(self, session_id: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        after = 0
        while page := await self._record.sessions.interactions(session_id, after=after, limit=LARGEST_PAGE):
            payloads = (item.payload for item in page if item.kind is InteractionKind.RESPONSE_RECEIVED)
            found |= {payload["interaction_id"]: payload["response"] for payload in payloads}
            after = page[-1].seq
        return found

    async def snapshot(self, session_id: str, n: int) -> str:
        return (await self._record.snapshots.get(session_id, n)).code

    async def report(self, session_id: str) -> str:
        return EXPORTERS["markdown"].render(await self._record.reports.latest(session_id)).decode()

    async def invitation(self, assessment_id: str) -> Invitation | None:
        """Nobody is invited to their own computer."""
        return None

    @asynccontextmanager
    async def connect(self, session_id: str) -> AsyncIterator[Channel]:
        channel = _CoreChannel(self._core, session_id)
        try:
            yield channel
        finally:
            await channel.aclose()

    async def aclose(self) -> None:
        await self._core.aclose()


class _CoreChannel:
    """A `Channel` to the core's own connection: the same messages, without a socket."""

    def __init__(self, core: Core, session_id: str) -> None:
        self._heard: asyncio.Queue[Mapping[str, Any] | ChannelClosed] = asyncio.Queue()
        self._connection = core.connect(
            session_id,
            send=self._heard.put,
            close=self._closed,
            on_write=lambda: core.note_writer(session_id, via="language server"),
        )
        self._connection.open()

    async def send(self, frame: str) -> None:
        await self._connection.receive(frame)

    async def receive(self) -> Mapping[str, Any]:
        heard = await self._heard.get()
        if isinstance(heard, ChannelClosed):
            raise heard
        return heard

    def _closed(self, code: int, reason: str) -> None:
        self._heard.put_nowait(ChannelClosed(code, reason))

    async def aclose(self) -> None:
        await self._connection.aclose()
