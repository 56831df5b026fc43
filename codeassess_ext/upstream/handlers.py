"""What the browser reaches over REST. Who asks is authenticated by Jupyter alone, and XSRF is checked as everywhere."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from jupyter_server.auth.decorator import allow_unauthenticated

from codeassess_core.client.service_errors import NotRelayed
from codeassess_core.errors import InvalidInput, NotFound, Unauthenticated

from ..accesses import VerbAccesses
from ..application import Application
from ..refusals import Refusal
from ..rest import CoreHandler

_PASSED_ON = ("Accept", "Content-Type", "Idempotency-Key")
_DOTS = (".", "..")


class UpstreamHandler(CoreHandler):
    """Base of the handlers in mode upstream: whoever Jupyter knows is the candidate."""

    async def identify(self) -> None:
        if self.current_user is None:
            raise Unauthenticated()


class Relayed(UpstreamHandler):
    """An address of which some verbs are passed on to the service; the others are not for candidates."""

    def initialize(
        self,
        *,
        app: Application,
        accesses: VerbAccesses | None = None,
        address: str = "",
        relayed: tuple[str, ...] = (),
    ) -> None:
        super().initialize(app=app, accesses=accesses)
        self._address = address
        self._relayed = relayed

    async def _pass_on(self, **ids: str) -> None:
        method = self.request.method or ""
        if method not in self._relayed:
            raise Refusal(not_relayed(self.app))
        if any(text in _DOTS for text in ids.values()):
            raise Refusal(NotFound("There is no such thing."))
        path = self._address.format(**{name: quote(text, safe="") for name, text in ids.items()})
        headers = {name: self.request.headers[name] for name in _PASSED_ON if name in self.request.headers}
        body = self.body() if method == "POST" else None
        service = await self.app.service()
        await self.answer(service.ask(method, path, query=self.query(), body=body, headers=headers))

    @allow_unauthenticated
    async def get(self, **ids: str) -> None:
        await self._pass_on(**ids)

    post = put = patch = delete = get


class JoinHandler(UpstreamHandler):
    @allow_unauthenticated
    async def post(self) -> None:
        text, service = self.code(), await self.app.service()
        await self.answer(service.join(text))

    def code(self) -> str:
        """The code or link in the body.

        Raises:
            Refusal: the body has another form.
        """
        try:
            body: Any = json.loads(self.body())
        except (ValueError, RecursionError) as problem:
            raise Refusal(InvalidInput("The body must be JSON.")) from problem
        if not isinstance(body, dict) or set(body) != {"code"} or not isinstance(body["code"], str):
            raise Refusal(InvalidInput('The body must be {"code": "…"} and nothing else.', field="code"))
        return body["code"]


class LookHandler(JoinHandler):
    @allow_unauthenticated
    async def post(self) -> None:
        text, service = self.code(), await self.app.service()
        await self.answer(service.look(text))


class NoSuchAddress(UpstreamHandler):
    @allow_unauthenticated
    async def get(self, **_: str) -> None:
        raise Refusal(NotFound("There is no such address."))

    post = put = patch = delete = head = get


def not_relayed(app: Application) -> NotRelayed:
    """The refusal of what is for graders and teachers."""
    url = app.chosen.upstream_url
    return NotRelayed(f"This Jupyter passes on only what candidates need; for the rest open {url} itself.")
