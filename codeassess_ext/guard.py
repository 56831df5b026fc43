"""What all our handlers share, REST and websocket: verbs, XSRF, errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from codeassess_core.errors import CodeAssessError, Forbidden
from codeassess_core.identity import Principal

from .accesses import VerbAccesses
from .application import Application
from .noting import note_refusal
from .principals import by_cookie, header_token
from .refusals import Refusal, write_refusal

Verb = Callable[..., Awaitable[None]]
_FORGED = "A request by cookie that changes something needs the header X-XSRFToken with the value of the cookie _xsrf."
VERBS = ("get", "post", "put", "patch", "delete", "head")


class Guarded(JupyterHandler):
    """Jupyter lets every verb pass (`allow_unauthenticated`): we require a principal of our own before any runs."""

    auth_resource = "codeassess"
    way_in = "rest"  #: in the audit
    app: Application
    accesses: VerbAccesses  #: what the audit says of each verb; none where nothing is recorded
    asking: Principal | None = None  #: who asks, once it is known
    refusal = ""  #: the code of the error with which it was answered
    refused_with: CodeAssessError | None = None

    def initialize(self, *, app: Application, accesses: VerbAccesses | None = None) -> None:
        self.app = app
        self.accesses = accesses or {}

    def on_finish(self) -> None:
        super().on_finish()
        note_refusal(self, self.get_status())

    @allow_unauthenticated
    async def _no_such_verb(self, **_: str) -> None:
        """Refuse a verb that a handler does not override, with an error in our form."""
        raise web.HTTPError(405)

    get: Verb = _no_such_verb
    post: Verb = _no_such_verb
    put: Verb = _no_such_verb
    patch: Verb = _no_such_verb
    delete: Verb = _no_such_verb
    head: Verb = _no_such_verb

    def check_xsrf_cookie(self) -> None:
        """Check it only for a request with a cookie, ours, a hub's or Jupyter's: no other can be forged.

        A token in a header is nothing that another page can make a browser send; a request
        without any credential gets 401 in any case.
        """
        jupyters = getattr(self, "_jupyter_current_user", None) is not None
        if header_token(self) is not None or not (jupyters or by_cookie(self)):
            return
        try:
            super().check_xsrf_cookie()
        except web.HTTPError as problem:
            raise Refusal(Forbidden(_FORGED)) from problem

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """Replace what is not UTF-8: such a name is then simply not found."""
        return value.decode(errors="replace")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        if status_code == 405:
            self.set_header("Allow", ", ".join(verb.upper() for verb in verbs(type(self))))
        write_refusal(self, status_code, kwargs)


def verbs(handler: type) -> tuple[str, ...]:
    """The verbs that a handler answers."""
    return tuple(verb for verb in VERBS if getattr(handler, verb) is not getattr(Guarded, verb))
