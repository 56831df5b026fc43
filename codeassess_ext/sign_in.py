"""Signing in to the service's page: a token is exchanged for a cookie that scripts cannot read.

Only `jupyter codeassess` has it. In a person's own Jupyter these addresses do not exist for anybody.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jupyter_server.auth.decorator import allow_unauthenticated

from codeassess_core.errors import CodeAssessError, Forbidden, InvalidInput, NotFound
from codeassess_core.model import Mode

from .noting import line_of
from .principals import COOKIE, identified
from .refusals import Refusal
from .rest import CoreHandler
from .role_provider import RoleProvider

if TYPE_CHECKING:
    from .replies import Reply


class MeHandler(CoreHandler):
    @allow_unauthenticated
    async def get(self) -> None:
        provider = self.identity_provider
        by_token = self.admission.token_sha256 is not None
        elsewhere = provider.elsewhere(self) if isinstance(provider, RoleProvider) and not by_token else None
        await self.answer(self.operations.me(self.principal, elsewhere=elsewhere))


class OpenHandler(CoreHandler):
    """A call that needs no credential, in a service."""

    async def identify(self) -> None:
        if self.app.chosen.mode != Mode.SERVICE:
            await super().identify()
        else:
            self.operations = await self.app.operations()

    def require_service(self) -> None:
        """Elsewhere there is no page to sign in to.

        Raises:
            Refusal: not found.
        """
        if self.app.chosen.mode != Mode.SERVICE:
            raise Refusal(NotFound("There is no such address."))


class SignInHandler(OpenHandler):
    way_in = "page"

    def check_origin(self, origin_to_satisfy_tornado: str = "") -> bool:
        return True  # `require_own_page` asks for more, and answers in a sentence

    def check_xsrf_cookie(self) -> None:
        """Not needed: `require_own_page` stands in its place, and nobody who signs in has the cookie for it yet."""

    @allow_unauthenticated
    async def post(self) -> None:
        self.require_service()
        await self.answer(self._sign_in())

    async def _sign_in(self) -> Reply:
        require_own_page(self)
        body, address = self.body(), self.request.remote_ip or ""
        self.app.sign_ins.attempt(address)
        found = await self.operations.sign_in(body, address=address)
        self.app.sign_ins.forgive(address)
        self.asking = found.principal
        set_cookie(self, found.token, expires=found.expires_at)
        return await self.operations.me(found.principal)


class SignOutHandler(OpenHandler):
    @allow_unauthenticated
    async def post(self) -> None:
        """Remove the cookie; the token itself stays valid."""
        self.require_service()
        if isinstance(self.identity_provider, RoleProvider):
            self.identity_provider.forget(self)
        with suppress(CodeAssessError):  # whoever is not known has nothing to sign out of
            self.asking = (await identified(self, await self.app.core())).principal
        if self.asking is not None and self.app.access_log is not None:
            self.app.access_log.note(line_of(self, self.accesses["POST"]))
        self.clear_cookie(COOKIE, path=self.base_url, httponly=True, samesite="Strict", secure=by_https(self))
        self.set_status(204)
        await self.finish()


def require_own_page(handler: CoreHandler) -> None:
    """Refuse what another page may have sent: it could sign somebody in as somebody else.

    Raises:
        Forbidden: it is not a page of this server. InvalidInput: the body is not said to be JSON.
    """
    headers = handler.request.headers
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin", "")
    own = site == "same-origin" if site is not None else urlsplit(origin).netloc.lower() == handler.request.host.lower()
    if not own:
        raise Forbidden("Sign in on the page of this server itself.")
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise InvalidInput("The body must be JSON: send Content-Type: application/json.", field="Content-Type")


def set_cookie(handler: CoreHandler, token: str, *, expires: datetime | None) -> None:
    """Give the browser the token: until it expires, or else until the browser is closed."""
    handler.set_cookie(
        COOKIE,
        token,
        path=handler.base_url,
        expires=expires,
        httponly=True,
        samesite="Strict",
        secure=by_https(handler),
    )


def by_https(handler: CoreHandler) -> bool:
    """Did the browser send this by https, if need be to a proxy? Whoever lies about it harms only themselves."""
    request = handler.request
    forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
    return "https" in (request.protocol, forwarded) or request.headers.get("Origin", "").startswith("https://")
