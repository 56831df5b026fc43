"""REST for graders, without HTTP: decisions, reviews, exports. Each method authorizes, calls the core and replies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from codeassess_core.exports.making import written
from codeassess_core.identity import Action, Principal, SessionObject, hidden_kinds
from codeassess_core.storage.entries import ReviewEntry
from codeassess_core.wiring import Core

from .inputs import ExportQuery, NewReview, PageQuery, checked_key, read_body, read_query
from .replies import Reply, as_json, number, page_of, uuid_or_missing
from .resources import DecisionOut, ReviewOut

SessionFor = Callable[[Principal, Action, str], Awaitable[SessionObject]]
"""The session, when the principal may do the action to it (`Operations.session_for`)."""


class GraderOperations:
    """The operations for graders. Every method raises errors of `codeassess_core.errors`."""

    def __init__(self, core: Core, session_for: SessionFor) -> None:
        self._core = core
        self._record = core.record
        self._session_for = session_for

    async def list_decisions(self, principal: Principal, session_id: str, query: dict[str, str]) -> Reply:
        session = (await self._session_for(principal, Action.READ_DECISIONS, session_id)).session
        page = read_query(PageQuery, query)
        items = await self._record.decisions.list(session.id, after=number(page.cursor), limit=page.limit)
        return as_json(page_of(items, DecisionOut.of, limit=page.limit, cursor=lambda d: str(d.number)))

    async def list_reviews(self, principal: Principal, session_id: str, query: dict[str, str]) -> Reply:
        session = (await self._session_for(principal, Action.READ_REPORT, session_id)).session
        page = read_query(PageQuery, query)
        items = await self._record.reviews.list(session.id, after=number(page.cursor), limit=page.limit)
        return as_json(page_of(items, ReviewOut.of, limit=page.limit, cursor=lambda r: str(r.number)))

    async def add_review(
        self, principal: Principal, session_id: str, body: bytes, *, idempotency_key: str | None
    ) -> Reply:
        session = (await self._session_for(principal, Action.REVIEW_SESSION, session_id)).session
        wanted = read_body(NewReview, body)
        entry = ReviewEntry(
            session_id=session.id,
            question_id=uuid_or_missing(wanted.question_id, "question in this session"),
            verdict=wanted.verdict,
            score=wanted.score,
            reason=wanted.reason,
            reviewer=principal.name,
            seen=wanted.seen,
            idempotency_key=checked_key(idempotency_key),
        )
        review = await self._core.assessment.review(entry)
        return as_json(ReviewOut.of(review), status=201, location=f"sessions/{session.id}/report/reviews/")

    async def export(self, principal: Principal, session_id: str, query: dict[str, str]) -> Reply:
        object = await self._session_for(principal, Action.EXPORT_SESSION, session_id)
        session, hidden = object.session, hidden_kinds(principal, object)
        name = read_query(ExportQuery, query).format
        body = await self._core.documents.run(written, self._core.settings, session.id, name, hidden)
        headers = {"Content-Disposition": f'attachment; filename="session-{session.id}-{name}.zip"'}
        return Reply(body=body, media_type="application/zip", headers=headers)
