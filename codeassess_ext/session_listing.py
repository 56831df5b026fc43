"""Lists of sessions, without HTTP: pages in any order, and the results as a table."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any, Final

from codeassess_core.errors import BadFrame, Forbidden, InvalidInput
from codeassess_core.escaping import csv_cell
from codeassess_core.identity import GRADING_ROLES, Action, Principal, Role, authorize
from codeassess_core.live.validation import read_json
from codeassess_core.model import AssessmentSession, Grading
from codeassess_core.storage.session_lists import GRADING, Place, SessionColumn, SessionOrder
from codeassess_core.storage.sessions import SessionFilter
from codeassess_core.wiring import Core

from .inputs import LARGEST_PAGE, read_query
from .replies import Reply, as_json, uuid
from .resources import Page, SessionOut
from .session_lists import GroupsQuery, ResultsQuery, SessionGroupOut, SessionsQuery

_ASCENDING: Final = frozenset({SessionColumn.CANDIDATE, SessionColumn.TITLE, SessionColumn.STATUS})
_TEXTS: Final = frozenset({SessionColumn.CANDIDATE, SessionColumn.TITLE, SessionColumn.STARTED})
_LARGEST: Final = 2**53
COLUMNS: Final = (
    "session_id", "candidate", "assessment_id", "assessment_version", "title", "status", "started", "ended", "mode",
    "questions", "answered", "score", "score_min", "score_max", "provisional", "waiting_for_review", "contested",
    "reviewed_by_candidate", "flags",
)  # fmt: skip
"""The columns of the table of results (docs/protocol.md)."""


class SessionListing:
    """What REST tells of many sessions. Every method raises errors of `codeassess_core.errors`."""

    def __init__(self, core: Core) -> None:
        self._record = core.record

    async def list_sessions(self, principal: Principal, query: dict[str, str]) -> Reply:
        authorize(principal, Action.LIST_SESSIONS)
        page = read_query(SessionsQuery, query)
        wanted, order = _filter(principal, page), _order(principal, page)
        after = _place(page.cursor, order) if page.cursor is not None else None
        sessions, last = await self._record.session_lists.page(wanted, order, after=after, limit=page.limit)
        shown = await self._shown(principal, sessions)
        return as_json(Page[SessionOut](items=shown, next=_cursor(last, order) if last else None))

    async def groups(self, principal: Principal, query: dict[str, str]) -> Reply:
        """The assessments of the sessions that the query finds, with what there is to do in each."""
        authorize(principal, Action.COUNT_SESSIONS)
        page = read_query(GroupsQuery, query)
        groups = await self._record.session_lists.groups(_filter(principal, page), _left_in(page))
        titles = await self._record.assessments.titles({g.assessment_id for g in groups if g.assessment_id})
        shown = [SessionGroupOut.of(g, titles.get((g.assessment_id or "", g.version or 0))) for g in groups]
        return as_json(Page[SessionGroupOut](items=shown, next=None))

    async def results(self, principal: Principal, query: dict[str, str]) -> Reply:
        """The table of everything that the query finds, for spreadsheets."""
        authorize(principal, Action.EXPORT_RESULTS)
        page = read_query(ResultsQuery, query)
        table = io.StringIO()
        writer = csv.writer(table)
        writer.writerow(COLUMNS)
        async for session in self._all(principal, page):
            writer.writerow([csv_cell(value) for value in _cells(session)])
        headers = {"Content-Disposition": 'attachment; filename="results.csv"'}
        return Reply(body=table.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)

    async def _all(self, principal: Principal, page: ResultsQuery) -> AsyncIterator[SessionOut]:
        wanted, order = _filter(principal, page), _order(principal, page)
        place: Place | None = None
        while True:
            lists = self._record.session_lists
            sessions, place = await lists.page(wanted, order, after=place, limit=LARGEST_PAGE)
            for session in await self._shown(principal, sessions):
                yield session
            if place is None:
                return

    async def _shown(self, principal: Principal, sessions: Sequence[AssessmentSession]) -> list[SessionOut]:
        titles = await self._record.assessments.titles({s.assessment_id for s in sessions if s.assessment_id})
        gradings = await self.gradings(principal, sessions)

        def shown(session: AssessmentSession) -> SessionOut:
            title = titles.get((session.assessment_id or "", session.assessment_version or 0))
            return SessionOut.of(session, title=title, grading=gradings.get(session.id))

        return [shown(session) for session in sessions]

    async def gradings(self, principal: Principal, sessions: Sequence[AssessmentSession]) -> dict[str, Grading]:
        """How far each is graded; nothing for a candidate."""
        if principal.role is Role.CANDIDATE:
            return {}
        return await self._record.gradings.of_sessions([session.id for session in sessions])


def _cells(session: SessionOut) -> list[Any]:
    values = session.model_dump(mode="json") | (session.grading.model_dump(mode="json") if session.grading else {})
    values |= {"candidate": session.owner, "started": session.created_at, "ended": session.ended_at}
    values |= {"questions": session.counts.questions, "flags": " ".join(values.get("flags", []))}
    return [values.get(name) for name in COLUMNS]


def _filter(principal: Principal, page: GroupsQuery) -> SessionFilter:
    return SessionFilter(
        tenant=principal.tenant,
        owner=principal.name if principal.role is Role.CANDIDATE else page.candidate,
        status=page.status,
        assessment_id=uuid(page.assessment_id, "assessment_id") if page.assessment_id is not None else None,
        bound=principal.assessment_id,
        created_after=page.created_after,
        grader=principal.name if principal.role in GRADING_ROLES else None,
    )


def _order(principal: Principal, page: ResultsQuery) -> SessionOrder:
    """The wanted order.

    Raises:
        Forbidden: a candidate would learn from it what they are not told.
    """
    if principal.role is Role.CANDIDATE and (page.sort in GRADING or page.waiting or page.contested or page.flag):
        raise Forbidden("A candidate may sort by started, title, status or questions, not by what graders see.")
    descending = page.sort not in _ASCENDING if page.order is None else page.order == "desc"
    return replace(_left_in(page), column=page.sort, descending=descending, grouped=page.group is not None)


def _left_in(page: GroupsQuery) -> SessionOrder:
    """What is left in, in whatever order."""
    words = tuple((page.search or "").split())
    return SessionOrder(waiting=page.waiting, contested=page.contested, flags=page.flag, words=words)


def _cursor(place: Place, order: SessionOrder) -> str:
    """The place as a text; of the default order it is the id alone."""
    if order.column is SessionColumn.STARTED and not order.grouped:
        return place.id
    parts = [place.value, place.id, *([place.assessment_id] if order.grouped else [])]
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode()


def _place(cursor: str, order: SessionOrder) -> Place:
    """The place that a cursor of this order names.

    Raises:
        InvalidInput: it is none.
    """
    if order.column is SessionColumn.STARTED and not order.grouped:
        id = uuid(cursor, "cursor")
        return Place(id, id)
    try:
        parts = read_json(base64.b64decode(cursor, altchars=b"-_", validate=True).decode())
        value, id, *group = parts
        if len(group) != order.grouped or not _fits(value, text=order.column in _TEXTS):
            raise ValueError("of another order")
        if order.column is SessionColumn.STARTED:
            value = uuid(value, "cursor")
        return Place(value, uuid(id, "cursor"), *(g and uuid(g, "cursor") for g in group))
    except (BadFrame, InvalidInput, ValueError, TypeError, AttributeError, binascii.Error) as problem:
        raise InvalidInput(
            "cursor must be the `next` of the page before, in the same order.", field="cursor"
        ) from problem


def _fits(value: object, *, text: bool) -> bool:
    """Can a column have this value? Databases have no NUL, and no half of a surrogate pair (UnicodeEncodeError)."""
    if value is None or isinstance(value, bool):
        return value is None
    if text:
        return isinstance(value, str) and b"\0" not in value.encode()
    return isinstance(value, int | float) and abs(value) < _LARGEST
