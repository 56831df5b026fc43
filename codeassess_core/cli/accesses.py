"""What each command that opens the stores does to which object: the list from which the audit is written.

Commands that work on a server (`--server URL`) are noted there.
"""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..errors import CodeAssessError
from ..identity import Principal, Role
from ..origin import Origin, come_from

if TYPE_CHECKING:
    from ..storage.database import Database


class Access(NamedTuple):
    """The action of a command, the kind of its object, and the parameter that names it."""

    action: str
    object: str
    parameter: str = ""
    quiet: bool = False  #: the change writes its own line: only refusals are noted here


ACCESSES: Final[dict[str, Access | None]] = {
    "assessment list": Access("list_assessments", "assessment"),
    "assessment show": Access("read_assessment", "assessment", "assessment_id"),
    "assessment create": Access("add_assessment", "assessment"),
    "assessment publish": Access("add_assessment", "assessment"),
    "assessment clone": Access("clone_assessment", "assessment", "assessment_id"),
    "assessment close": Access("close_assessment", "assessment", "assessment_id", quiet=True),
    "assessment open": Access("open_assessment", "assessment", "assessment_id", quiet=True),
    "people import": Access("import_people", "person", quiet=True),
    "people list": Access("list_people", "person"),
    "people remove": Access("remove_person", "person", "person_id", quiet=True),
    "invite": Access("invite", "assessment", "assessment", quiet=True),
    "invitations list": Access("list_invitations", "assessment", "assessment"),
    "invitations revoke": Access("revoke_invitation", "invitation", "invitation_id", quiet=True),
    "ingest": Access("add_material", "assessment", "assessment_id"),
    "report": Access("read_report", "report", "session_id"),
    "export": Access("export_session", "session", "session_id"),
    "token create": Access("create_token", "token", quiet=True),
    "token list": Access("list_tokens", "token"),
    "token revoke": Access("revoke_token", "token", "credential_id", quiet=True),
    "audit": Access("list_audit", "audit"),
    "demo": None,  # a server of its own, with a record of its own
    "replay": None,
    "assessment preview": None,
}
_LONGEST: Final = 100
_present: ContextVar[tuple[str, dict[str, Any]]] = ContextVar("codeassess_command", default=("", {}))


@asynccontextmanager
async def noted(database: Database) -> AsyncIterator[None]:
    """Note in the audit what the present command does while it has the database open, refused or not."""
    name, given = _present.get()
    access = ACCESSES.get(name)
    if access is None:
        yield
        return
    come_from(Origin(via="command line", user=_user()))
    try:
        yield
    except CodeAssessError as problem:
        await _note(database, access, given, outcome=problem.code)
        raise
    if not access.quiet:
        await _note(database, access, given)


def remember(group: Any, before: str = "") -> None:
    """Let each command of a group say which it is, and with which parameters, before it runs."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            remember(command, f"{before}{name} ")
        else:
            command.invoke = _telling(command.invoke, f"{before}{name}")


def _telling(invoke: Callable[[Any], Any], name: str) -> Callable[[Any], Any]:
    def tell(context: Any) -> Any:
        _present.set((name, context.params))
        return invoke(context)

    return tell


async def _note(database: Database, access: Access, given: dict[str, Any], *, outcome: str = "done") -> None:
    from uuid import UUID

    from sqlalchemy import select

    from ..clock import utcnow
    from ..storage.audit import Audit, AuditLine, row_of
    from ..storage.tables import sessions

    named, session_id, tenant = str(given.get(access.parameter) or ""), None, given.get("tenant")
    if access.parameter == "session_id":
        session_id, named = str(UUID(named)), ""
        async with database.read() as connection:
            tenant = await connection.scalar(select(sessions.c.tenant).where(sessions.c.id == session_id))
    author = Principal(name=_user(), role=Role.OPERATOR, tenant=tenant or "default")
    line = AuditLine(
        author=author,
        known=bool(author.name),
        action=access.action,
        object=access.object,
        object_id=named[:_LONGEST],
        session_id=session_id,
        outcome=outcome,
        via="command line",
    )
    await Audit(database).add([row_of(line, at=utcnow())])


def _user() -> str:
    """The user of this machine who runs the command, as far as it is known."""
    try:
        return getpass.getuser()[:_LONGEST]
    except (OSError, KeyError, ImportError):
        return ""
