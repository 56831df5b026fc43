"""The REST handlers: each finds the principal and calls one operation.

They always answer with JSON, errors included, and never redirect (guard.py, refusals.py).
"""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import suppress
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado.iostream import StreamClosedError

from codeassess_core.errors import CodeAssessError, InvalidInput, NotFound, TooLarge
from codeassess_core.identity import Admission, Principal
from codeassess_core.origin import come_from

from .guard import Guarded
from .noting import line_of, origin_of
from .principals import identified, require_credential
from .refusals import Refusal
from .role_provider import RoleProvider

if TYPE_CHECKING:
    from .operations import Operations
    from .replies import Reply

MAX_BODY_BYTES = 1_048_576
_NO_TICKET = "Tickets are for tokens of codeassess: with JupyterHub's token or cookie open the websocket itself."
_JUPYTERS_OWN = frozenset({"token", "_xsrf", "no_track_activity"})


class CoreHandler(Guarded, APIHandler):
    """Base of all REST handlers: `self.operations` and `self.principal` are set before a verb runs."""

    operations: Operations
    principal: Principal
    admission: Admission

    def check_origin(self, origin_to_satisfy_tornado: str = "") -> bool:
        """What a browser says of itself counts more than a comparison with a Host that a proxy may have changed."""
        site = self.request.headers.get("Sec-Fetch-Site")
        return site == "same-origin" or super().check_origin(origin_to_satisfy_tornado)

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        come_from(origin_of(self))
        try:
            await self.identify()
        except CodeAssessError as problem:
            raise Refusal(problem) from problem

    async def identify(self) -> None:
        """Find out who asks.

        Raises:
            Unauthenticated: nobody is known by what was sent. StoreUnavailable: the core cannot be opened now.
        """
        require_credential(self)
        self.operations = await self.app.operations()
        self.admission = await identified(self, await self.app.core())
        self.principal = self.asking = self.admission.principal

    async def _note(self, reply: Reply) -> None:
        """Store who was told or did this, before it is answered.

        Raises:
            StoreUnavailable: it cannot be stored, and nothing was changed: nothing is told.
        """
        log, access = self.app.access_log, self.accesses.get(self.request.method or "")
        if log is None or access is None or access.quiet:
            return
        line = line_of(self, access, location=reply.location)
        if self.request.method == "GET":
            await log.done(line)
        else:
            log.note(line)

    async def answer(self, work: Awaitable[Reply]) -> None:
        """Await an operation and send its reply, or its error."""
        try:
            reply = await work
            await self._note(reply)
        except CodeAssessError as problem:
            raise Refusal(problem) from problem
        self.set_status(reply.status)
        self.set_header("Cache-Control", "no-store")
        for name, value in reply.headers.items():
            self.set_header(name, value)
        if reply.location is not None:
            self.set_header("Location", url_path_join(self.base_url, reply.location))
        known = self.request.method == "GET" and "ETag" in reply.headers and self.check_etag_header()
        if known:
            self.set_status(304)
        with suppress(StreamClosedError):  # the client has closed the connection
            await self.finish(None if known else reply.body or None, set_content_type=reply.media_type)

    def body(self, *, most: int = MAX_BODY_BYTES, instead: str = "") -> bytes:
        """The request's body, within bounds; `instead` says what to do with a larger one."""
        if len(self.request.body) > most:
            raise Refusal(TooLarge(f"A body may have {most} bytes.{instead and ' '}{instead}", limit=most))
        return bytes(self.request.body)

    def query(self) -> dict[str, str]:
        """The query parameters; one that is given twice, or is not UTF-8, is refused.

        Left out: Jupyter's own, and the bare number that JupyterLab adds against caches.
        """
        values: dict[str, str] = {}
        for name, given in self.request.query_arguments.items():
            if name in _JUPYTERS_OWN or (name.isdigit() and given == [b""]):
                continue
            if len(given) != 1:
                raise Refusal(InvalidInput(f"{name:.80} is given {len(given)} times.", field=name[:80]))
            try:
                values[name] = given[0].decode()
            except UnicodeDecodeError as problem:
                raise Refusal(InvalidInput(f"{name:.80} is not UTF-8.", field=name[:80])) from problem
        return values


class SessionsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.operations.lists.list_sessions(self.principal, self.query()))

    @allow_unauthenticated
    async def post(self) -> None:
        key = self.request.headers.get("Idempotency-Key")
        await self.answer(self.operations.begin_session(self.principal, self.body(), idempotency_key=key))


class ResultsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.operations.lists.results(self.principal, self.query()))


class GroupsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.operations.lists.groups(self.principal, self.query()))


class SessionHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        await self.answer(self.operations.read_session(self.principal, session_id))

    @allow_unauthenticated
    async def delete(self, session_id: str) -> None:
        await self.answer(self.operations.erase_session(self.principal, session_id))


class InteractionsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        await self.answer(self.operations.list_interactions(self.principal, session_id, self.query()))


class SnapshotsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        await self.answer(self.operations.list_snapshots(self.principal, session_id, self.query()))


class SnapshotHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str, n: str) -> None:
        await self.answer(self.operations.read_snapshot(self.principal, session_id, n))


class ReplayHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        await self.answer(self.operations.replay(self.principal, session_id, self.query()))


class TicketHandler(CoreHandler):
    @allow_unauthenticated
    async def post(self, session_id: str) -> None:
        if self.admission.token_sha256 is None and isinstance(self.identity_provider, RoleProvider):
            raise Refusal(InvalidInput(_NO_TICKET))  # nobody could notice that the hub does not know them any more
        await self.answer(self.operations.give_ticket(self.admission, session_id))


class ConsentHandler(CoreHandler):
    @allow_unauthenticated
    async def post(self, session_id: str) -> None:
        await self.answer(self.operations.give_consent(self.principal, session_id, self.body()))


class AgreementHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.operations.read_consent(self.principal, self.query()))


class DecisionsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        await self.answer(self.operations.graders.list_decisions(self.principal, session_id, self.query()))


class GenerateReportHandler(CoreHandler):
    @allow_unauthenticated
    async def post(self, session_id: str) -> None:
        await self.answer(self.operations.generate_report(self.principal, session_id))


class ReportHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        accept = self.request.headers.get("Accept", "")
        await self.answer(self.operations.read_report(self.principal, session_id, self.query(), accept=accept))


class ReviewsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        await self.answer(self.operations.graders.list_reviews(self.principal, session_id, self.query()))

    @allow_unauthenticated
    async def post(self, session_id: str) -> None:
        key = self.request.headers.get("Idempotency-Key")
        body = self.body()
        await self.answer(self.operations.graders.add_review(self.principal, session_id, body, idempotency_key=key))


class ContestsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        await self.answer(self.operations.contests.list(self.principal, session_id))

    @allow_unauthenticated
    async def post(self, session_id: str) -> None:
        await self.answer(self.operations.contests.add(self.principal, session_id, self.body()))


class ExportHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        await self.answer(self.operations.graders.export(self.principal, session_id, self.query()))


class HealthHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.operations.health())


class OpenApiHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.operations.openapi())


class UnknownHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        raise Refusal(NotFound("There is no such address."))

    post = put = patch = delete = head = get
