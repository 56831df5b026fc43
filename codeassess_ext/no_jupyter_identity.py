"""Jupyter's own authentication, switched off: in a service Jupyter's token makes nobody the operator."""

from __future__ import annotations

import os
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, User
from tornado.web import RequestHandler
from traitlets import Unicode, default, validate

_NOT_USED = (
    "A token for Jupyter is set and not used: jupyter codeassess knows nobody by it. Remove it, and make a token with "
    "`codeassess token create --role operator --name NAME`."
)


class NobodyByJupyter(IdentityProvider):
    """The identity provider of `jupyter codeassess`, where none is configured: it recognises nobody.

    It generates no token that could be printed or written to a file.
    """

    token: Unicode[str, str | bytes] = Unicode("", help="Not used.").tag(config=True)

    @default("token")
    def _no_token(self) -> str:
        if os.environ.get("JUPYTER_TOKEN") or os.environ.get("JUPYTER_TOKEN_FILE"):
            self.log.warning(_NOT_USED)
        return ""

    @validate("token")
    def _not_used(self, proposal: Any) -> str:
        if proposal["value"]:
            self.log.warning(_NOT_USED)
        return ""

    def get_user(self, handler: RequestHandler) -> User | None:
        return None

    @property
    def login_available(self) -> bool:
        return False

    @property
    def logout_available(self) -> bool:
        return False
