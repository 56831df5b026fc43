"""What signing in exchanges for the cookie of the page: a token, or the code of an invitation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from codeassess_core.errors import InvalidInput, Unauthenticated
from codeassess_core.identity import TOKEN_PREFIX, Principal, Role
from codeassess_core.model import Mode
from codeassess_core.wiring import Core

from .inputs import SignIn, read_body

_REFUSED = "This token does not let you in: it is unknown, revoked or past its time."


class Elsewhere(BaseModel):
    """Where else somebody goes whom a JupyterHub knows."""

    sign_out_url: str  #: to sign out of the Hub as well
    lab_url: str  #: to their own JupyterLab


class Me(BaseModel):
    """Who is asking, as this server knows them."""

    name: str
    role: Role
    tenant: str
    mode: Mode
    elsewhere: Elsewhere | None = None  #: None: they signed in with a token or a code of codeassess, or sent a token


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody who may come in: their token, and when it ends (None: never)."""

    principal: Principal
    token: str
    expires_at: datetime | None


async def signed_in(core: Core, body: bytes, *, address: str) -> SignedIn:
    """Look up what somebody signs in with; `address` is where they are.

    Raises:
        Unauthenticated: the same words whatever is wrong with a token. CodeRefused: what is wrong with a code.
        InvalidInput: with the field that is wrong.
    """
    wanted = read_body(SignIn, body)
    if (wanted.token is None) == (wanted.code is None):
        raise InvalidInput("Sign in with a token or with the code of an invitation.", field="token")
    if wanted.code is not None:
        lifetime = core.settings.credential_lifetime
        joined = await core.record.joining.join(wanted.code, lifetime=lifetime, address=address)
        return SignedIn(principal=joined.principal, token=joined.token, expires_at=None)
    return await _by_token(core, (wanted.token or "").strip())


async def _by_token(core: Core, token: str) -> SignedIn:
    credentials = core.record.credentials
    principal = await credentials.principal(token) if token.startswith(TOKEN_PREFIX) else None
    if principal is None:
        raise Unauthenticated(_REFUSED)
    return SignedIn(principal=principal, token=token, expires_at=await credentials.expiry(token))
