"""The REST handlers: thin shells that find out who asks, and hand over to the desk.

They answer JSON always, errors included (`{"error": {"code", "message", "detail"}}`),
and never redirect. Each verb is marked as open to Jupyter, because `prepare` asks for
a principal of our own before any of them runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler
from tornado import web

from codeassess_core.errors import CodeAssessError, InvalidInput, NotFound, TooLarge
from codeassess_core.identity import Principal

from .principals import our_token, principal_of

if TYPE_CHECKING:
    from .desk import Desk, Reply
    from .extension import CodeAssess

MAX_BODY_BYTES = 1_048_576
_CODES = {400: "invalid_input", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}


class Refusal(web.HTTPError):
    """A CodeAssessError on its way to the client."""

    def __init__(self, problem: CodeAssessError) -> None:
        super().__init__(problem.status, log_message=problem.code)
        self.problem = problem


class CoreHandler(APIHandler):
    """Base of all REST handlers: `self.desk` and `self.principal` are there when a verb runs."""

    auth_resource = "codeassess"
    desk: Desk
    principal: Principal

    def initialize(self, *, app: CodeAssess) -> None:
        self.app = app

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        try:
            self.desk = await self.app.desk()
            self.principal = await principal_of(self, await self.app.core())
        except CodeAssessError as problem:
            raise Refusal(problem) from problem

    def check_xsrf_cookie(self) -> None:
        """A token of ours is in a header, which no foreign page can make a browser send."""
        if our_token(self) is None:
            super().check_xsrf_cookie()

    async def answer(self, work: Any) -> None:
        """Await what the desk does and send its reply, or its refusal."""
        try:
            reply: Reply = await work
        except CodeAssessError as problem:
            raise Refusal(problem) from problem
        self.set_status(reply.status)
        self.set_header("Cache-Control", "no-store")
        for name, value in reply.headers.items():
            self.set_header(name, value)
        await self.finish(reply.body, set_content_type=reply.media_type)

    def body(self) -> bytes:
        """The request's body, within bounds."""
        if len(self.request.body) > MAX_BODY_BYTES:
            raise Refusal(TooLarge(f"A body may have {MAX_BODY_BYTES} bytes.", limit=MAX_BODY_BYTES))
        return bytes(self.request.body)

    def query(self) -> dict[str, str]:
        """The query parameters.

        A parameter that is given twice, or is not UTF-8, is refused.
        """
        values: dict[str, str] = {}
        for name, given in self.request.query_arguments.items():
            if len(given) != 1:
                raise Refusal(InvalidInput(f"{name} is given {len(given)} times.", field=name))
            try:
                values[name] = given[0].decode()
            except UnicodeDecodeError as problem:
                raise Refusal(InvalidInput(f"{name} is not UTF-8.", field=name)) from problem
        return {name: value for name, value in values.items() if name != "token"}  # Jupyter's own

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Every error as ours; what was not foreseen keeps its trace in the log."""
        problem = (kwargs.get("exc_info") or (None, None, None))[1]
        if isinstance(problem, Refusal):
            error = problem.problem.as_dict()
        else:
            code = _CODES.get(status_code, "internal_error" if status_code >= 500 else "refused")
            message = self._reason if status_code < 500 else "Something went wrong; the server's log has more."
            error = {"code": code, "message": message, "detail": {}}
        self.finish({"error": error})


class SessionsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.desk.list_sessions(self.principal, self.query()))

    @allow_unauthenticated
    async def post(self) -> None:
        key = self.request.headers.get("Idempotency-Key")
        await self.answer(self.desk.begin_session(self.principal, self.body(), idempotency_key=key))


class SessionHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        await self.answer(self.desk.read_session(self.principal, session_id))

    @allow_unauthenticated
    async def delete(self, session_id: str) -> None:
        await self.answer(self.desk.erase_session(self.principal, session_id))


class InteractionsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        await self.answer(self.desk.list_interactions(self.principal, session_id, self.query()))


class SnapshotsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        await self.answer(self.desk.list_snapshots(self.principal, session_id, self.query()))


class SnapshotHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str, n: str) -> None:
        await self.answer(self.desk.read_snapshot(self.principal, session_id, n))


class GenerateReportHandler(CoreHandler):
    @allow_unauthenticated
    async def post(self, session_id: str) -> None:
        await self.answer(self.desk.generate_report(self.principal, session_id))


class ReportHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, session_id: str) -> None:
        accept = self.request.headers.get("Accept", "")
        await self.answer(self.desk.read_report(self.principal, session_id, self.query(), accept=accept))


class AssessmentsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.desk.list_assessments(self.principal, self.query()))

    @allow_unauthenticated
    async def post(self) -> None:
        await self.answer(self.desk.add_assessment(self.principal, self.body()))


class AssessmentHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, assessment_id: str) -> None:
        await self.answer(self.desk.read_assessment(self.principal, assessment_id, self.query()))


class AssessmentVersionsHandler(CoreHandler):
    @allow_unauthenticated
    async def post(self, assessment_id: str) -> None:
        await self.answer(self.desk.add_version(self.principal, assessment_id, self.body()))


class HealthHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.desk.health())


class OpenApiHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.desk.openapi())


class UnknownHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        raise Refusal(NotFound("There is no such address."))

    post = put = patch = delete = get
