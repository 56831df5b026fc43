"""The REST handlers of assessments."""

from __future__ import annotations

from jupyter_server.auth.decorator import allow_unauthenticated

from .rest import CoreHandler


class AssessmentsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.operations.authors.list(self.principal, self.query()))

    @allow_unauthenticated
    async def post(self) -> None:
        await self.answer(self.operations.authors.add(self.principal, self.body()))


class AssessmentHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, assessment_id: str) -> None:
        await self.answer(self.operations.authors.read(self.principal, assessment_id, self.query()))


class AssessmentVersionsHandler(CoreHandler):
    @allow_unauthenticated
    async def post(self, assessment_id: str) -> None:
        if_match = self.request.headers.get("If-Match")
        adding = self.operations.authors.add_version(self.principal, assessment_id, self.body(), if_match=if_match)
        await self.answer(adding)


class AssessmentCloseHandler(CoreHandler):
    @allow_unauthenticated
    async def post(self, assessment_id: str) -> None:
        await self.answer(self.operations.authors.set_closed(self.principal, assessment_id, closed=True))


class AssessmentOpenHandler(CoreHandler):
    @allow_unauthenticated
    async def post(self, assessment_id: str) -> None:
        await self.answer(self.operations.authors.set_closed(self.principal, assessment_id, closed=False))


class AssessmentCloneHandler(CoreHandler):
    @allow_unauthenticated
    async def post(self, assessment_id: str) -> None:
        await self.answer(self.operations.authors.clone(self.principal, assessment_id))
