"""Who is asking: a request becomes a principal here and nowhere else.

- A token of ours (`ca_…`, in the Authorization header only) and a ticket (which browsers put
  among the subprotocols of the websocket) are looked up in the record.
- Jupyter's own token or cookie means whoever started the server: the operator, on their own
  machine and nowhere else.
- With another identity provider (a hub) it is the user of that provider: a grader when the
  operator named them, else a candidate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider

from codeassess_core.errors import Unauthenticated
from codeassess_core.identity import TOKEN_PREFIX, Admission, Principal, Role, token_digest
from codeassess_core.model import Mode

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler

    from codeassess_core.wiring import Core

_OWN_LOGIN = (IdentityProvider, PasswordIdentityProvider)
_TICKET_PREFIX = "ticket."


def our_token(handler: JupyterHandler) -> str | None:
    """The token of ours in the request, or None."""
    kind, _, token = handler.request.headers.get("Authorization", "").strip().partition(" ")
    token = token.strip()
    return token if kind.lower() in ("token", "bearer") and token.startswith(TOKEN_PREFIX) else None


def offered_ticket(handler: JupyterHandler) -> str | None:
    """The ticket among the subprotocols of a handshake, or None."""
    offered = handler.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    tickets = [name.strip().removeprefix(_TICKET_PREFIX) for name in offered if name.strip().startswith(_TICKET_PREFIX)]
    return tickets[0] if tickets else None


def require_credential(handler: JupyterHandler) -> None:
    """Refuse a request without a credential before anything is opened for it.

    Raises:
        Unauthenticated: there is none.
    """
    if our_token(handler) is None and handler.current_user is None:
        raise Unauthenticated()


async def principal_of(handler: JupyterHandler, core: Core) -> Principal:
    """The principal behind a request on which Jupyter's `prepare` has run.

    Raises:
        Unauthenticated: no credential, or one that is unknown, revoked or past its time.
    """
    token = our_token(handler)
    if token is not None:
        principal = await core.record.credentials.principal(token)
        if principal is None:
            raise Unauthenticated("This token is unknown, revoked or past its time.")
        return principal
    require_credential(handler)
    user: Any = handler.current_user
    if type(handler.identity_provider) in _OWN_LOGIN:
        return _starter(core)
    role = Role.GRADER if user.username in core.settings.grader_names() else Role.CANDIDATE
    return Principal(name=user.username, role=role)


def token_sha256_of(handler: JupyterHandler) -> str | None:
    """The digest of the token of ours in the request, or None."""
    token = our_token(handler)
    return token_digest(token) if token is not None else None


async def admission_of(handler: JupyterHandler, core: Core, session_id: str) -> Admission:
    """Who opens a websocket. A ticket counts alone, because a browser adds its cookies by itself.

    Raises:
        Unauthenticated: no credential, or one that is not valid (any more).
    """
    ticket = offered_ticket(handler)
    if ticket is None:
        return Admission(principal=await principal_of(handler, core), token_sha256=token_sha256_of(handler))
    admission = await core.record.tickets.redeem(ticket, session_id)
    if admission is None:
        raise Unauthenticated()
    return admission


def _starter(core: Core) -> Principal:
    """Whoever started the server; on their own machine they are also the candidate."""
    if core.settings.mode == Mode.EMBEDDED:
        return Principal(name=core.settings.candidate, role=Role.OPERATOR)
    raise Unauthenticated("A service knows nobody by Jupyter's token: send one of `codeassess token create`.")
