"""Where assessments are: in the stores of the settings, or on a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ..client.rest import Rest
from ..clock import new_id, utcnow
from ..errors import ChangedMeanwhile
from ..identity import Action, Principal, authorize
from ..model import AssessmentSpec, AssessmentState
from ..new_assessment import NewAssessment, StoredAssessment

if TYPE_CHECKING:
    from ..ports import Retrieval
    from ..storage.assessments import Assessments

_PAGE = 1_000
Change = Literal["close", "open", "clone"]


class Place(Protocol):
    """Every method raises errors of `codeassess_core.errors`."""

    @property
    def name(self) -> str:
        """What tells it from other places: an address without any secret."""

    async def add(self, new: NewAssessment) -> StoredAssessment: ...

    async def add_version(self, new: NewAssessment, *, after: StoredAssessment) -> StoredAssessment:
        """ChangedMeanwhile: `after` is not how it is any more."""

    async def get(self, assessment_id: str, version: int | None = None) -> StoredAssessment: ...

    async def list(self) -> list[StoredAssessment]: ...

    async def change(self, assessment_id: str, change: Change) -> StoredAssessment: ...


class Service:
    """A server, over REST."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    @property
    def name(self) -> str:
        return self._rest.server

    async def add(self, new: NewAssessment) -> StoredAssessment:
        return _read(await self._rest.new_assessment(_written(new)))

    async def add_version(self, new: NewAssessment, *, after: StoredAssessment) -> StoredAssessment:
        return _read(await self._rest.new_version(after.assessment_id, _written(new), etag=after.etag))

    async def get(self, assessment_id: str, version: int | None = None) -> StoredAssessment:
        return _read(await self._rest.assessment(assessment_id, version))

    async def list(self) -> list[StoredAssessment]:
        return [_read(item) for item in await self._rest.assessments()]

    async def change(self, assessment_id: str, change: Change) -> StoredAssessment:
        return _read(await self._rest.change_assessment(assessment_id, change))


def _written(new: NewAssessment) -> str:
    """Only what differs from the defaults, so that an older server may understand it."""
    return new.model_dump_json(by_alias=True, exclude_defaults=True)


def _read(value: dict[str, Any]) -> StoredAssessment:
    return StoredAssessment.model_validate(value)


class Stores:
    """The stores of the settings, as `author`. `name` is the address of the database without its password."""

    def __init__(self, assessments: Assessments, retrieval: Retrieval, *, author: Principal, name: str) -> None:
        self._assessments = assessments
        self._retrieval = retrieval
        self._author = author
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    async def add(self, new: NewAssessment) -> StoredAssessment:
        return await self._added(new.spec(self._author, now=utcnow()))

    async def add_version(self, new: NewAssessment, *, after: StoredAssessment) -> StoredAssessment:
        before = await self._known(after.assessment_id)
        if before.version != after.version:
            raise ChangedMeanwhile(f"Its newest version is {before.version} now.", version=before.version)
        spec = new.spec(self._author, now=utcnow(), assessment_id=before.id)
        return await self._added(spec, before=before)

    async def get(self, assessment_id: str, version: int | None = None) -> StoredAssessment:
        return await self._shown(await self._known(assessment_id, version))

    async def list(self) -> list[StoredAssessment]:
        specs: list[AssessmentSpec] = []
        before: str | None = None
        while page := await self._assessments.list(self._author.tenant, before=before, limit=_PAGE):
            specs += page
            before = page[-1].id
        states = await self._assessments.states([spec.id for spec in specs])
        return [StoredAssessment.of(spec, states.get(spec.id, AssessmentState())) for spec in specs]

    async def change(self, assessment_id: str, change: Change) -> StoredAssessment:
        spec, now = await self._known(assessment_id), utcnow()
        if change == "clone":
            return await self._added(replace(spec, id=new_id(), created_by=self._author.name, created_at=now))
        await self._assessments.set_closed(spec, change == "close", by=self._author, at=now)
        return await self._shown(spec)

    async def _known(self, assessment_id: str, version: int | None = None) -> AssessmentSpec:
        spec = await self._assessments.get(assessment_id, version)
        authorize(self._author, Action.WRITE_ASSESSMENT, spec)
        return spec

    async def _added(self, spec: AssessmentSpec, *, before: AssessmentSpec | None = None) -> StoredAssessment:
        from .materials import shelve

        await shelve(self._retrieval, spec, before=before)
        return await self._shown(await self._assessments.add(spec, after=before.version if before else None))

    async def _shown(self, spec: AssessmentSpec) -> StoredAssessment:
        return StoredAssessment.of(spec, await self._assessments.state(spec.id))


@asynccontextmanager
async def on_server(server: str, token: str) -> AsyncIterator[Service]:
    """A server as a place."""
    async with Rest(server, token=token) as rest:
        yield Service(rest)
