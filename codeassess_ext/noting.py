"""From a request to a line of the audit: who asked, for what, from where, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from codeassess_core.errors import CodeAssessError, CodeRefused
from codeassess_core.identity import Principal, Role
from codeassess_core.origin import Origin

from .accesses import Access, canonical, object_id_of
from .principals import cookie_token, our_token

if TYPE_CHECKING:
    from codeassess_core.storage.audit import AuditLine

    from .guard import Guarded

_STRANGER = Principal(name="", role=Role.CANDIDATE)
_DONE = "done"


def origin_of(handler: Guarded) -> Origin:
    """The way in and the address of a request."""
    via = "page" if cookie_token(handler) is not None else handler.way_in
    return Origin(via=via, address=(handler.request.remote_ip or "")[:100])


def line_of(handler: Guarded, access: Access, *, outcome: str = _DONE, location: str | None = None) -> AuditLine:
    """The line for an access by the sender of a request."""
    from codeassess_core.storage.audit import AuditLine

    where, ids = origin_of(handler), getattr(handler, "path_kwargs", None) or {}
    made = location.split("/")[1] if location is not None and access.object == "session" else ""
    session_id = canonical(ids.get("session_id", made))
    line = AuditLine(
        author=handler.asking or _STRANGER,
        known=handler.asking is not None,
        action=access.action,
        object=access.object,
        object_id="" if session_id is not None else object_id_of(access, ids, location),
        session_id=session_id,
        outcome=outcome,
        via=where.via,
        address=where.address,
    )
    return _of_code(line, handler.refused_with)


def _of_code(line: AuditLine, problem: CodeAssessError | None) -> AuditLine:
    """For the code of an invitation that does not work: which invitation it is, and why."""
    if not isinstance(problem, CodeRefused):
        return line
    tenant, invitation_id = problem.about
    author = replace(_STRANGER, tenant=tenant) if tenant else line.author
    detail = {"reason": problem.detail.get("reason", "")}
    return replace(line, author=author, object_id=invitation_id, detail=detail)


def note_refusal(handler: Guarded, status: int) -> None:
    """Have the refusal of a request noted; what is no refusal is left out."""
    log = handler.app.access_log
    if log is None or not handler.accesses or not 400 <= status < 500:
        return
    verb = handler.request.method or ""
    access = handler.accesses.get(verb) or handler.accesses[""]
    if access.action == "ask_who" and our_token(handler) is None:
        return  # the page asks whether the browser is signed in: nobody has tried anything
    log.note(line_of(handler, access, outcome=handler.refusal))
