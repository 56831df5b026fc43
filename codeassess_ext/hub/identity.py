"""Jupyter's identity provider of a service that a JupyterHub knows: users of the Hub, with their role here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jupyterhub.httpclient import JupyterHubHTTPClient
from jupyterhub.singleuser.extension import JupyterHubIdentityProvider, JupyterHubUser
from tornado.httputil import url_concat
from tornado.web import RequestHandler
from traitlets import Instance, default

from codeassess_core.client.service_errors import HubUnavailable
from codeassess_core.errors import CodeAssessError, Forbidden
from codeassess_core.identity import Principal, Role

from ..principals import header_token
from .handlers import HubCallback, HubSignIn
from .login_state import challenge_of
from .roles import SCOPES, read_groups, role_of
from .tokens import HubTokens

if TYPE_CHECKING:
    from codeassess_core.settings import Settings

    from ..application import Application

SIGN_IN: Final = "codeassess/hub"
_USER: Final = "_codeassess_hub_user"
_PROBLEM: Final = "_codeassess_hub_problem"


class HubIdentity(JupyterHubIdentityProvider):  # type: ignore[misc]  # jupyterhub has no types
    """A `RoleProvider`: a token in a header has the role of its scopes, who signs in also that of their groups.

    So the token of a user's own server, which code in their notebooks can read, is never more than its scopes.
    """

    hub_auth = Instance(HubTokens)

    @default("hub_auth")
    def _hub_tokens(self) -> HubTokens:
        return HubTokens(parent=self)

    async def get_user(self, handler: RequestHandler) -> JupyterHubUser | None:
        """The Hub's user; a token of ours is none of the Hub's business, and is not sent to it."""
        if not hasattr(handler, _USER):  # Jupyter asks again when it has to tell of an error
            setattr(handler, _USER, None)
            self._patch_xsrf(handler)
            if header_token(handler) is None:  # type: ignore[arg-type]  # it reads the request alone
                setattr(handler, _USER, await self._user(handler))
        found: JupyterHubUser | None = getattr(handler, _USER)
        return found

    async def _user(self, handler: RequestHandler) -> JupyterHubUser | None:
        try:
            model = await self.hub_auth.get_user(handler, sync=False)
        except HubUnavailable as problem:  # files of the page need nobody: who needs somebody asks `problem`
            setattr(handler, _PROBLEM, problem)
            return None
        return JupyterHubUser(model) if model is not None else None

    def get_handlers(self) -> list[tuple[str, object]]:
        """None of Jupyter's: `routes` are ours."""
        return []

    # ── a RoleProvider

    def sign_in_address(self) -> str:
        return SIGN_IN

    def elsewhere(self, handler: RequestHandler) -> dict[str, str] | None:
        if not self.by_cookie(handler):
            return None
        hub = self.hub_auth.hub_host + self.hub_auth.hub_prefix
        return {"sign_out_url": f"{hub}logout", "lab_url": f"{hub}user-redirect/lab"}

    def forget(self, handler: RequestHandler) -> None:
        self.hub_auth.clear_cookie(handler)

    def by_cookie(self, handler: RequestHandler) -> bool:
        tokens = self.hub_auth
        return tokens.get_token(handler, in_cookie=False) is None and tokens.get_token(handler) is not None

    def problem(self, handler: RequestHandler) -> CodeAssessError | None:
        found: HubUnavailable | None = getattr(handler, _PROBLEM, None)
        return found

    def principal(self, handler: RequestHandler, settings: Settings) -> Principal:
        try:
            return self._principal(handler.current_user.hub_user, settings, signed_in=self.by_cookie(handler))
        except Forbidden as problem:
            raise Forbidden(problem.message, **(self.elsewhere(handler) or {})) from problem

    async def still(self, handler: RequestHandler, principal: Principal, settings: Settings) -> bool:
        token = self.hub_auth.get_token(handler)
        model = await self.hub_auth.user_for_token(token) if token else None
        try:
            return model is not None and principal == self._principal(
                model, settings, signed_in=self.by_cookie(handler)
            )
        except Forbidden:
            return False

    def routes(self, app: Application) -> list[tuple[str, type, dict[str, Any]]]:
        self.hub_auth.recheck, self.hub_auth.grace = app.chosen.hub_recheck, app.chosen.hub_grace
        return [
            (rf"/{SIGN_IN}/?", HubSignIn, {"app": app}),
            (r"/oauth_callback", HubCallback, {"hub_auth": self.hub_auth}),
        ]

    async def aclose(self) -> None:
        await JupyterHubHTTPClient.loop_instance().close()

    def sign_in_url(self, handler: RequestHandler) -> str:
        """Where the Hub asks who somebody is and sends them back to the page, which this browser may do for a while."""
        tokens = self.hub_auth
        state = tokens.set_state_cookie(handler)
        challenge = challenge_of(tokens.get_code_verifier(state))
        asked = {"state": state, "code_challenge": challenge, "code_challenge_method": "S256"}
        return str(url_concat(tokens.login_url, asked))

    def _principal(self, model: dict[str, Any], settings: Settings, *, signed_in: bool) -> Principal:
        """Raises Forbidden: the Hub does not let this user, or this token, in here."""
        name, scopes = str(model["name"]), set(model.get("scopes") or ())
        if model.get("kind", "user") != "user":
            raise Forbidden(f"{name} is a service of JupyterHub and nobody here: use a token of codeassess.")
        if not self.hub_auth.check_scopes(self.hub_auth.access_scopes, model):
            access = min(self.hub_auth.access_scopes, key=len, default="access:services")
            raise Forbidden(f"JupyterHub does not let {name} use this service with this login or token ({access}).")
        groups: tuple[str, ...] = tuple(model.get("groups") or ()) if signed_in else ()
        role = role_of(scopes, groups, read_groups(settings.hub_groups))
        if signed_in and name in settings.grader_names():
            role = role if role in (Role.TEACHER, Role.OPERATOR) else Role.GRADER
        if role is None:
            raise Forbidden(
                f"JupyterHub knows {name}, and gives this login or token no role in codeassess: it needs one of the "
                f"scopes {', '.join(SCOPES)}. Ask who runs the Hub."
            )
        return Principal(name=name, role=role)
