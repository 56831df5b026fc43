"""The operations of REST, without HTTP: each method authorizes, calls the core and replies.

Every method calls `authorize` first; what the principal may not know of is answered exactly
like what does not exist.
"""

from __future__ import annotations

import asyncio

from codeassess_core import __version__
from codeassess_core.clock import isoformat
from codeassess_core.errors import InvalidInput, NotFound
from codeassess_core.identity import (
    Action,
    Admission,
    Principal,
    SessionObject,
    authorize,
    hidden_kinds,
    may_see_answers,
)
from codeassess_core.model import AssessmentSession, AssessmentSpec, InteractionKind, Mode, Question, Report
from codeassess_core.new_session import SessionRequest
from codeassess_core.reports import EXPORTERS, HTML_CSP, rendered
from codeassess_core.wiring import Core

from .audit_listing import AuditListing
from .authoring import AuthorOperations
from .contesting import ContestOperations
from .evidence import with_evidence
from .grading import GraderOperations
from .inputs import (
    Consent,
    ConsentQuery,
    InteractionsQuery,
    NewSession,
    PageQuery,
    ReportQuery,
    checked_key,
    read_body,
    read_query,
)
from .people import PeopleOperations
from .replies import Reply, as_json, number, page_of, uuid_or_missing
from .resources import (
    ConsentOut,
    Health,
    InteractionOut,
    ReportStatus,
    SessionOut,
    SnapshotInfoOut,
    SnapshotOut,
    StepOut,
    TicketOut,
)
from .session_listing import SessionListing
from .signing_in import Elsewhere, Me, SignedIn, signed_in


class Operations:
    """The REST operations over one open core. Every method raises errors of `codeassess_core.errors`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._record = core.record
        self.graders = GraderOperations(core, self.session_for)
        self.people = PeopleOperations(core)
        self.authors = AuthorOperations(core)
        self.lists = SessionListing(core)
        self.contests = ContestOperations(core, self.session_for)
        self.audits = AuditListing(core)

    # ── sessions

    async def begin_session(self, principal: Principal, body: bytes, *, idempotency_key: str | None) -> Reply:
        authorize(principal, Action.BEGIN_SESSION)
        wanted = read_body(NewSession, body)
        key = checked_key(idempotency_key)
        spec = await self._wanted_spec(principal, wanted.assessment_id)
        request = SessionRequest(
            assessment_id=spec.id if spec else None,
            language=wanted.language,
            consent_sha256=wanted.consent_sha256,
            idempotency_key=key,
        )
        session = await self._core.assessment.begin(principal, request)
        return as_json(SessionOut.of(session, spec), status=201, location=f"sessions/{session.id}/")

    async def read_consent(self, principal: Principal, query: dict[str, str]) -> Reply:
        """What a candidate has to agree to before a session begins."""
        authorize(principal, Action.BEGIN_SESSION)
        return as_json(ConsentOut.of(await self._wanted_spec(principal, read_query(ConsentQuery, query).assessment_id)))

    async def read_session(self, principal: Principal, session_id: str) -> Reply:
        object = await self.session_for(principal, Action.READ_SESSION, session_id)
        gradings = await self.lists.gradings(principal, [object.session])
        return as_json(SessionOut.of(object.session, object.assessment, grading=gradings.get(object.session.id)))

    async def erase_session(self, principal: Principal, session_id: str) -> Reply:
        object = await self.session_for(principal, Action.ERASE_SESSION, session_id)
        await self._core.assessment.forget(object.session.id, principal)
        return Reply(body=b"", status=204)

    async def give_ticket(self, admission: Admission, session_id: str) -> Reply:
        session = (await self.session_for(admission.principal, Action.WRITE_SESSION, session_id)).session
        made = await self._record.tickets.issue(session.id, admission)
        return as_json(TicketOut(ticket=made.ticket, expires_at=isoformat(made.expires_at)), status=201)

    async def give_consent(self, principal: Principal, session_id: str, body: bytes) -> Reply:
        session = (await self.session_for(principal, Action.GIVE_CONSENT, session_id)).session
        interaction, new = await self._record.inbox.consent(session.id, read_body(Consent, body).statement)
        return as_json(InteractionOut.of(interaction), status=201 if new else 200)

    async def list_interactions(self, principal: Principal, session_id: str, query: dict[str, str]) -> Reply:
        object = await self.session_for(principal, Action.READ_SESSION, session_id)
        page = read_query(InteractionsQuery, query)
        hidden = hidden_kinds(principal, object)
        kinds = [kind for kind in page.kind or InteractionKind if kind not in hidden]
        items = await self._record.sessions.interactions(
            object.session.id, after=number(page.cursor), limit=page.limit, kinds=kinds
        )
        asked: dict[str, Question] = {}
        if may_see_answers(principal, object):
            asked = {q.id: q for q in await self._record.questions.of_session(object.session.id) if q.slots}
        told = [with_evidence(item, asked.get(item.id)) for item in items]
        return as_json(page_of(told, InteractionOut.of, limit=page.limit, cursor=lambda i: str(i.seq)))

    async def list_snapshots(self, principal: Principal, session_id: str, query: dict[str, str]) -> Reply:
        session = (await self.session_for(principal, Action.READ_SESSION, session_id)).session
        page = read_query(PageQuery, query)
        items = await self._record.snapshots.list(session.id, after=number(page.cursor), limit=page.limit)
        return as_json(page_of(items, SnapshotInfoOut.of, limit=page.limit, cursor=lambda s: str(s.n)))

    async def read_snapshot(self, principal: Principal, session_id: str, n: str) -> Reply:
        session = (await self.session_for(principal, Action.READ_SESSION, session_id)).session
        if not (n.isascii() and n.isdigit() and len(n) < 10):
            raise NotFound("There is no such snapshot; they are numbered from 1.")
        return as_json(SnapshotOut.of(await self._record.snapshots.get(session.id, int(n))))

    async def replay(self, principal: Principal, session_id: str, query: dict[str, str]) -> Reply:
        session = (await self.session_for(principal, Action.READ_SESSION, session_id)).session
        page = read_query(PageQuery, query)
        steps = await self._record.snapshots.replay(session.id, after=number(page.cursor), limit=page.limit)
        return as_json(page_of(steps, StepOut.of, limit=page.limit, cursor=lambda s: str(s.n)))

    # ── report

    async def generate_report(self, principal: Principal, session_id: str) -> Reply:
        session = (await self.session_for(principal, Action.FINISH_SESSION, session_id)).session
        await self._core.assessment.finish(session.id)
        return as_json(ReportStatus(status=(await self._record.sessions.get(session.id)).status), status=202)

    async def read_report(self, principal: Principal, session_id: str, query: dict[str, str], *, accept: str) -> Reply:
        session = (await self.session_for(principal, Action.READ_REPORT, session_id)).session
        wanted = read_query(ReportQuery, query)
        name = report_format(wanted.format, accept)
        exporter = EXPORTERS[name]
        report = await self._record.reports.get(session.id, wanted.version)
        headers = {"Content-Disposition": f'inline; filename="report-{session.id}.{exporter.extension}"'}
        if exporter.media_type.startswith("text/html"):
            headers["Content-Security-Policy"] = HTML_CSP
        body = await self._rendered(name, report)
        return Reply(body=body, media_type=exporter.media_type, headers=headers)

    async def _rendered(self, name: str, report: Report) -> bytes:
        """In a thread; a PDF in the worker process, because a long one takes seconds and much memory."""
        if name == "pdf":
            return await self._core.documents.run(rendered, name, report)
        return await asyncio.to_thread(rendered, name, report)

    # ── the server itself

    async def sign_in(self, body: bytes, *, address: str) -> SignedIn:
        return await signed_in(self._core, body, address=address)

    async def me(self, principal: Principal, *, elsewhere: dict[str, str] | None = None) -> Reply:
        mode, name = Mode(self._core.settings.mode), principal.name
        there = Elsewhere(**elsewhere) if elsewhere else None
        return as_json(Me(name=name, role=principal.role, tenant=principal.tenant, mode=mode, elsewhere=there))

    async def health(self) -> Reply:
        parts = await self._core.health()
        health = Health(
            status="ok" if all(state == "ok" for state in parts.values()) else "degraded",
            version=__version__,
            mode=self._core.settings.mode,
            examiner=self._core.settings.resolved_model(),
            parts=parts,
        )
        return as_json(health, status=200 if parts["database"] == parts["recording"] == "ok" else 503)

    async def openapi(self) -> Reply:
        from .openapi import document

        return Reply(body=document())

    # ── what a principal may know of

    async def session_for(self, principal: Principal, action: Action, session_id: str) -> SessionObject:
        """The session, when `principal` may do `action` to it.

        Raises:
            NotFound: there is none, or the principal may not know of it. Forbidden: not that action.
        """
        session: AssessmentSession = await self._record.sessions.get(uuid_or_missing(session_id, "session"))
        spec = None
        if session.assessment_id is not None:
            spec = await self._record.assessments.get(session.assessment_id, session.assessment_version)
        object = SessionObject(session=session, assessment=spec)
        authorize(principal, action, object)
        return object

    async def _wanted_spec(self, principal: Principal, assessment_id: str | None) -> AssessmentSpec | None:
        """The assessment that somebody wants to begin; without an id the one that their credential is for."""
        wanted = principal.assessment_id if assessment_id is None else assessment_id
        if wanted is None:
            return None
        spec = await self._record.assessments.get(uuid_or_missing(wanted, "assessment"))
        if spec.tenant != principal.tenant or principal.assessment_id not in (None, spec.id):
            raise NotFound("There is no such assessment.")
        return spec


def report_format(wanted: str | None, accept: str) -> str:
    """The name of a report format: what `?format=` says, else the first of `Accept` that exists, else JSON.

    Raises:
        InvalidInput: there is no such format.
    """
    if wanted is not None:
        if wanted not in EXPORTERS:
            raise InvalidInput(
                f"There is no format {wanted!r:.40}; it is one of {', '.join(EXPORTERS)}.", field="format"
            )
        return wanted
    known = {exporter.media_type.split(";")[0]: name for name, exporter in reversed(EXPORTERS.items())}
    accepted = (part.split(";")[0].strip().lower() for part in accept.split(","))
    return next((known[media_type] for media_type in accepted if media_type in known), "json")
