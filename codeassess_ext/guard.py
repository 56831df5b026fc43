"""What every handler of ours does before and around its verbs, REST and websocket alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from .principals import our_token
from .refusals import write_refusal

Verb = Callable[..., Awaitable[None]]
VERBS = ("get", "post", "put", "patch", "delete", "head")


class Guarded(JupyterHandler):
    """Every verb is marked as open to Jupyter: a principal of our own is asked for before any of them runs."""

    auth_resource = "codeassess"

    @allow_unauthenticated
    async def _no_such_verb(self, **_: str) -> None:
        """What a handler does not override is answered in our form, whatever the address."""
        raise web.HTTPError(405)

    get: Verb = _no_such_verb
    post: Verb = _no_such_verb
    put: Verb = _no_such_verb
    patch: Verb = _no_such_verb
    delete: Verb = _no_such_verb
    head: Verb = _no_such_verb

    def check_xsrf_cookie(self) -> None:
        """Only a request that lives on a cookie can be forged.

        A token of ours is in a header, which no foreign page can make a browser send, and
        a stranger is refused with 401 in any case.
        """
        if our_token(self) is None and getattr(self, "_jupyter_current_user", None) is not None:
            super().check_xsrf_cookie()

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """What is not UTF-8 names nothing, and is found nowhere."""
        return value.decode(errors="replace")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        if status_code == 405:
            self.set_header("Allow", ", ".join(verb.upper() for verb in verbs(type(self))))
        write_refusal(self, status_code, kwargs)


def verbs(handler: type) -> tuple[str, ...]:
    """The verbs that a handler answers."""
    return tuple(verb for verb in VERBS if getattr(handler, verb) is not getattr(Guarded, verb))
