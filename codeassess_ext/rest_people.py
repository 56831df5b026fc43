"""The REST handlers about people, invitations and joining."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Final

from jupyter_server.auth.decorator import allow_unauthenticated

from .rest import MAX_BODY_BYTES, CoreHandler
from .sign_in import OpenHandler

if TYPE_CHECKING:
    from .replies import Reply

MAX_ROSTER_BYTES: Final = 4 * MAX_BODY_BYTES - 65_536  # what a service reads at all, and some room for its own answer
_LARGER: Final = "Send the roster in parts, or import it with `codeassess people import`."


class PeopleHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.operations.people.list_people(self.principal, self.query()))

    @allow_unauthenticated
    async def post(self) -> None:
        roster = self.body(most=MAX_ROSTER_BYTES, instead=_LARGER)
        await self.answer(self.operations.people.add_roster(self.principal, roster))


class PersonHandler(CoreHandler):
    @allow_unauthenticated
    async def delete(self, person_id: str) -> None:
        await self.answer(self.operations.people.remove_person(self.principal, person_id))


class InvitationsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self, assessment_id: str) -> None:
        await self.answer(self.operations.people.list_invitations(self.principal, assessment_id, self.query()))

    @allow_unauthenticated
    async def post(self, assessment_id: str) -> None:
        await self.answer(self.operations.people.invite(self.principal, assessment_id, self.body()))


class InvitationHandler(CoreHandler):
    @allow_unauthenticated
    async def delete(self, assessment_id: str, invitation_id: str) -> None:
        await self.answer(self.operations.people.revoke_invitation(self.principal, assessment_id, invitation_id))


class OwnInvitationsHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        await self.answer(self.operations.people.list_own(self.principal))


class HandOverHandler(CoreHandler):
    @allow_unauthenticated
    async def post(self) -> None:
        await self.answer(self.operations.people.hand_over(self.admission))


class CodeHandler(OpenHandler):
    """What a code is sent to. Failed attempts count like failed sign-ins."""

    def check_xsrf_cookie(self) -> None:
        """Not needed: the code is the credential, and no cookie counts here."""

    async def counted(self, work: Awaitable[Reply]) -> Reply:
        address = self.request.remote_ip or ""
        try:
            self.app.sign_ins.attempt(address)
        except BaseException:
            work.close()  # type: ignore[attr-defined]  # it was not begun
            raise
        reply = await work
        self.app.sign_ins.forgive(address)
        return reply


class LookHandler(CodeHandler):
    @allow_unauthenticated
    async def post(self) -> None:
        self.require_service()
        await self.answer(self.counted(self.operations.people.look(self.body())))


class JoinHandler(CodeHandler):
    @allow_unauthenticated
    async def post(self) -> None:
        self.require_service()
        address = self.request.remote_ip or ""
        await self.answer(self.counted(self.operations.people.join(self.body(), address=address)))
