"""REST about contested scores, without HTTP."""

from __future__ import annotations

from datetime import timedelta

from codeassess_core.identity import Action, Principal, may
from codeassess_core.storage.contests import contest_until
from codeassess_core.storage.entries import ContestEntry
from codeassess_core.wiring import Core

from .contest_resources import ContestOut, ContestsOut
from .grading import SessionFor
from .inputs import NewContest, read_body
from .replies import Reply, as_json, uuid_or_missing


class ContestOperations:
    """The operations on contests. Every method raises errors of `codeassess_core.errors`."""

    def __init__(self, core: Core, session_for: SessionFor) -> None:
        self._core = core
        self._session_for = session_for

    @property
    def _within(self) -> timedelta:
        return timedelta(days=self._core.settings.contest_days)

    async def add(self, principal: Principal, session_id: str, body: bytes) -> Reply:
        object = await self._session_for(principal, Action.CONTEST_SCORE, session_id)
        wanted = read_body(NewContest, body)
        entry = ContestEntry(
            session_id=object.session.id,
            question_id=uuid_or_missing(wanted.question_id, "question in this session"),
            reason=wanted.reason,
            within=self._within,
        )
        contest, new = await self._core.assessment.contest(entry)
        named = may(principal, Action.READ_REPORT, object)
        return as_json(ContestOut.of(contest, named=named), status=201 if new else 200)

    async def list(self, principal: Principal, session_id: str) -> Reply:
        object = await self._session_for(principal, Action.READ_SESSION, session_id)
        named = may(principal, Action.READ_REPORT, object)
        found = await self._core.record.contests.list(object.session.id)
        items = [ContestOut.of(contest, named=named) for contest in found]
        return as_json(ContestsOut(items=items, until=contest_until(object.session, self._within)))
