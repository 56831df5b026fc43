"""Signing in through the Hub: there, and back with the Hub's token in a cookie that no script can read."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final, cast

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyterhub.singleuser.extension import JupyterHubOAuthCallbackHandler

from codeassess_core.client.service_errors import HubUnavailable

from ..page import PageFiles

if TYPE_CHECKING:
    from .identity import HubIdentity

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>codeassess</title>
<body><main><h1>Signing in did not work</h1><p>{reason}</p><p><a href="{back}">Try again</a></p></main></body></html>
"""


class HubSignIn(PageFiles):
    """Sends a browser to the Hub."""

    @allow_unauthenticated
    async def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.redirect(cast("HubIdentity", self.identity_provider).sign_in_url(self))


class HubCallback(JupyterHubOAuthCallbackHandler):  # type: ignore[misc]  # jupyterhub has no types
    """Where the Hub sends a browser back to. What goes wrong is told on a page of its own."""

    def get_current_user(self) -> None:
        """Nobody: to ask the Hub here would hold the whole server up."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        problem = (kwargs.get("exc_info") or (None, None, None))[1]
        reason = getattr(problem, "log_message", None) or "JupyterHub did not say who you are."
        if isinstance(problem, HubUnavailable):
            self.set_status(problem.status)
            reason = problem.message
        self.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        self.set_header("Cache-Control", "no-store")
        self.finish(_PAGE.format(reason=escape(str(reason)), back=escape(self.hub_auth.base_url)))
