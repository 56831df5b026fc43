"""The REST handler of the audit."""

from __future__ import annotations

from jupyter_server.auth.decorator import allow_unauthenticated

from .rest import CoreHandler


class AuditHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.operations.audits.list(self.principal, self.query()))
