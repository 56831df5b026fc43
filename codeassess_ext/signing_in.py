"""What signing in exchanges for the cookie of the page: a token; an invitation's code would be another branch here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from codeassess_core.errors import Unauthenticated
from codeassess_core.identity import TOKEN_PREFIX, Principal
from codeassess_core.wiring import Core

from .inputs import SignIn, read_body

_REFUSED = "This token does not let you in: it is unknown, revoked or past its time."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody who may come in: their token, and when it ends (None: never)."""

    principal: Principal
    token: str
    expires_at: datetime | None


async def signed_in(core: Core, body: bytes) -> SignedIn:
    """Look up what somebody signs in with.

    Raises:
        Unauthenticated: the same words whatever is wrong with it. InvalidInput: with the field that is wrong.
    """
    token = read_body(SignIn, body).token.strip()
    credentials = core.record.credentials
    principal = await credentials.principal(token) if token.startswith(TOKEN_PREFIX) else None
    if principal is None:
        raise Unauthenticated(_REFUSED)
    return SignedIn(principal=principal, token=token, expires_at=await credentials.expiry(token))
