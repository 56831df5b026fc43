"""REST for authors, without HTTP: assessments, their versions and their state. Each method authorizes first."""

from __future__ import annotations

from dataclasses import replace

from codeassess_core.authoring.materials import shelve
from codeassess_core.clock import new_id
from codeassess_core.errors import ChangedMeanwhile
from codeassess_core.identity import Action, Principal, authorize, may
from codeassess_core.model import AssessmentSpec, AssessmentState
from codeassess_core.new_assessment import NewAssessment
from codeassess_core.wiring import Core

from .assessment_resources import AssessmentListed, AssessmentOut
from .inputs import AssessmentQuery, NewestFirstQuery, read_body, read_query
from .replies import Reply, as_json, page_of, uuid, uuid_or_missing


class AuthorOperations:
    """The operations for authors. Every method raises errors of `codeassess_core.errors`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._assessments = core.record.assessments

    async def add(self, principal: Principal, body: bytes) -> Reply:
        authorize(principal, Action.WRITE_ASSESSMENT)
        spec = read_body(NewAssessment, body).spec(principal, now=self._core.clock())
        return await self._added(spec)

    async def add_version(
        self, principal: Principal, assessment_id: str, body: bytes, *, if_match: str | None
    ) -> Reply:
        known = await self._known(principal, Action.WRITE_ASSESSMENT, assessment_id)
        wanted = read_body(NewAssessment, body)
        after = await self._checked(known, if_match)
        spec = wanted.spec(principal, now=self._core.clock(), assessment_id=known.id)
        return await self._added(spec, before=known, after=after)

    async def read(self, principal: Principal, assessment_id: str, query: dict[str, str]) -> Reply:
        version = read_query(AssessmentQuery, query).version
        spec = await self._known(principal, Action.READ_ASSESSMENT, assessment_id, version)
        return _shown(spec, await self._assessments.state(spec.id))

    async def list(self, principal: Principal, query: dict[str, str]) -> Reply:
        authorize(principal, Action.READ_ASSESSMENT)
        page = read_query(NewestFirstQuery, query)
        before = uuid(page.cursor, "cursor") if page.cursor is not None else None
        specs = await self._assessments.list(principal.tenant, before=before, limit=page.limit)
        states = await self._assessments.states([spec.id for spec in specs])

        now = self._core.clock()

        def shown(spec: AssessmentSpec) -> AssessmentListed:
            return AssessmentListed.at(now, spec, states.get(spec.id, AssessmentState()))

        whole = page_of(specs, shown, limit=page.limit, cursor=lambda s: s.id)
        seen = {spec.id for spec in specs if may(principal, Action.READ_ASSESSMENT, spec)}
        return as_json(whole.model_copy(update={"items": [item for item in whole.items if item.assessment_id in seen]}))

    async def set_closed(self, principal: Principal, assessment_id: str, *, closed: bool) -> Reply:
        spec = await self._known(principal, Action.WRITE_ASSESSMENT, assessment_id)
        await self._assessments.set_closed(spec, closed, by=principal, at=self._core.clock())
        return _shown(spec, await self._assessments.state(spec.id))

    async def clone(self, principal: Principal, assessment_id: str) -> Reply:
        spec = await self._known(principal, Action.WRITE_ASSESSMENT, assessment_id)
        now = self._core.clock()
        return await self._added(replace(spec, id=new_id(), created_by=principal.name, created_at=now))

    async def _known(
        self, principal: Principal, action: Action, assessment_id: str, version: int | None = None
    ) -> AssessmentSpec:
        spec = await self._assessments.get(uuid_or_missing(assessment_id, "assessment"), version)
        authorize(principal, action, spec)
        return spec

    async def _checked(self, known: AssessmentSpec, if_match: str | None) -> int | None:
        """The version that has to be the newest when the next one is stored; None: any.

        Raises:
            ChangedMeanwhile: the assessment is not as `If-Match` says.
        """
        if if_match is None or if_match.strip() == "*":
            return None
        now = AssessmentOut.of(known, await self._assessments.state(known.id))
        if now.etag not in [tag.strip() for tag in if_match.split(",")]:
            who = f"Version {now.version} is by {now.created_by}, and the assessment is {now.status}"
            raise ChangedMeanwhile(f"{who}: that is not what you read.", etag=now.etag, version=now.version)
        return known.version

    async def _added(
        self, spec: AssessmentSpec, *, before: AssessmentSpec | None = None, after: int | None = None
    ) -> Reply:
        """Materials first: a version that is stored has them on its shelf."""
        await shelve(self._core.retrieval, spec, before=before)
        added = await self._assessments.add(spec, after=after)
        location = f"assessments/{added.id}/" + (f"?version={added.version}" if before else "")
        return _shown(added, await self._assessments.state(added.id), status=201, location=location)


def _shown(spec: AssessmentSpec, state: AssessmentState, *, status: int = 200, location: str | None = None) -> Reply:
    shown = AssessmentOut.of(spec, state)
    reply = as_json(shown, status=status, location=location)
    return replace(reply, headers={"ETag": shown.etag})
