"""Who is asking: a request becomes a principal here and nowhere else.

- A token of ours (`ca_…`, in the Authorization header or, in a service, in the cookie that signing
  in sets) and a ticket (which browsers put among the subprotocols of the websocket) are looked up
  in the record.
- Jupyter's own token or cookie means whoever started the server: the operator, on their own
  machine and nowhere else.
- A `RoleProvider` (a JupyterHub) says itself who its users are and which role they have.
- With another identity provider it is the user of that provider: a grader when the operator named
  them, else a candidate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider

from codeassess_core.errors import CodeAssessError, Unauthenticated
from codeassess_core.identity import TOKEN_PREFIX, Admission, Principal, Role, token_digest
from codeassess_core.model import Mode

from .role_provider import RoleProvider

if TYPE_CHECKING:
    from codeassess_core.wiring import Core

    from .guard import Guarded

COOKIE = "codeassess"
_OWN_LOGIN = (IdentityProvider, PasswordIdentityProvider)
_TICKET_PREFIX = "ticket."


def header_token(handler: Guarded) -> str | None:
    """The token of ours in the Authorization header, or None."""
    kind, _, token = handler.request.headers.get("Authorization", "").strip().partition(" ")
    token = token.strip()
    return token if kind.lower() in ("token", "bearer") and token.startswith(TOKEN_PREFIX) else None


def cookie_token(handler: Guarded) -> str | None:
    """The token of ours in the cookie, when it counts: in a service, and without a token in the header.

    Cookies do not know ports: the one of a service must not count in a Lab on the same machine.
    """
    if handler.app.chosen.mode != Mode.SERVICE or header_token(handler) is not None:
        return None
    token = handler.get_cookie(COOKIE, "") or ""
    return token if token.startswith(TOKEN_PREFIX) else None


def by_cookie(handler: Guarded) -> bool:
    """Is a cookie the credential, ours or that of a hub? A browser adds it to whatever it sends."""
    provider = handler.identity_provider
    return cookie_token(handler) is not None or (isinstance(provider, RoleProvider) and provider.by_cookie(handler))


def our_token(handler: Guarded) -> str | None:
    """The token of ours in the request, or None."""
    return header_token(handler) or cookie_token(handler)


def offered_ticket(handler: Guarded) -> str | None:
    """The ticket among the subprotocols of a handshake, or None."""
    offered = handler.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    tickets = [name.strip().removeprefix(_TICKET_PREFIX) for name in offered if name.strip().startswith(_TICKET_PREFIX)]
    return tickets[0] if tickets else None


def require_credential(handler: Guarded) -> None:
    """Refuse a request without a credential before anything is opened for it.

    Raises:
        Unauthenticated: there is none. HubUnavailable: whose it is, cannot be said now.
    """
    if our_token(handler) is None and handler.current_user is None:
        raise _nobody(handler)


def _nobody(handler: Guarded, message: str | None = None) -> CodeAssessError:
    """Why nobody is known by a request, and where a browser may sign in."""
    provider = handler.identity_provider
    if not isinstance(provider, RoleProvider):
        return Unauthenticated(message)
    return provider.problem(handler) or Unauthenticated(message, sign_in=provider.sign_in_address())


async def identified(handler: Guarded, core: Core) -> Admission:
    """Who sent a request on which Jupyter's `prepare` has run, and the token that they sent.

    Raises:
        Unauthenticated: no credential, or one that is unknown, revoked or past its time.
    """
    token = our_token(handler)
    if token is None:
        return Admission(principal=_user_of_jupyter(handler, core), token_sha256=None)
    principal = await core.record.credentials.principal(token)
    if principal is not None:
        return Admission(principal=principal, token_sha256=token_digest(token))
    if cookie_token(handler) is None:
        raise Unauthenticated("This token is unknown, revoked or past its time.")
    if handler.current_user is None:
        raise _nobody(handler, "You are not signed in any more: sign in again.")
    return Admission(principal=_user_of_jupyter(handler, core), token_sha256=None)  # the cookie is left over


def _user_of_jupyter(handler: Guarded, core: Core) -> Principal:
    require_credential(handler)
    user: Any = handler.current_user
    if isinstance(handler.identity_provider, RoleProvider):
        return handler.identity_provider.principal(handler, core.settings)
    if type(handler.identity_provider) in _OWN_LOGIN:
        return _starter(core)
    role = Role.GRADER if user.username in core.settings.grader_names() else Role.CANDIDATE
    return Principal(name=user.username, role=role)


async def admission_of(handler: Guarded, core: Core, session_id: str) -> Admission:
    """Who opens a websocket. A ticket counts alone, because a browser adds its cookies by itself.

    Raises:
        Unauthenticated: no credential, or one that is not valid (any more).
    """
    ticket = offered_ticket(handler)
    if ticket is None:
        return await identified(handler, core)
    admission = await core.record.tickets.redeem(ticket, session_id)
    if admission is None:
        raise Unauthenticated()
    return admission


async def still_admitted(handler: Guarded, core: Core, admission: Admission) -> bool:
    """Would whoever opened this connection be admitted now as well?

    Raises:
        StoreUnavailable: it cannot be said now. HubUnavailable: nor could it for a long time.
    """
    if admission.token_sha256 is not None:
        return await core.record.credentials.holder(admission.token_sha256) is not None
    provider = handler.identity_provider
    return not isinstance(provider, RoleProvider) or await provider.still(handler, admission.principal, core.settings)


def _starter(core: Core) -> Principal:
    """Whoever started the server; on their own machine they are also the candidate."""
    if core.settings.mode == Mode.EMBEDDED:
        return Principal(name=core.settings.candidate, role=Role.OPERATOR)
    raise Unauthenticated("A service knows nobody by Jupyter's token: send one of `codeassess token create`.")
