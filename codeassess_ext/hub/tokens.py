"""Whose a token is: asked of the Hub, within a deadline, and believed for a short while."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from jupyterhub.services.auth import HubOAuth
from tornado.web import HTTPError, RequestHandler

from codeassess_core.client.service_errors import HubUnavailable
from codeassess_core.errors import REASON
from codeassess_core.identity import token_digest
from codeassess_core.system.concurrency import within

from .login_state import new_state, suffix_of, verifier_of

ANSWER_SECONDS: Final = 5.0
PAUSE_SECONDS: Final = 2.0  # after a question without an answer, in which the Hub is not asked again
MOST_TOKENS: Final = 20_000  # the one that was asked about longest ago is forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What the Hub said of a token, and when (on the monotonic clock)."""

    model: dict[str, Any] | None  #: None: it does not know the token
    at: float


class HubTokens(HubOAuth):  # type: ignore[misc]  # jupyterhub has no types
    """The Hub's OAuth for this service; the Hub's answers are kept here, not in its own cache of five minutes."""

    recheck = 5.0  # seconds for which an answer is believed
    grace = 300.0  # seconds for which a good one is believed while the Hub gives none

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._silent_until = 0.0
        self._silence = ""

    def get_token(self, handler: RequestHandler, in_cookie: bool = True) -> str | None:
        """The token of the header, or of the cookie that signing in set. Never of the address, which is logged."""
        sent = self.auth_header_pat.match(handler.request.headers.get(self.auth_header_name, ""))
        if sent is not None:
            return str(sent.group(1)).strip()
        return self._get_token_cookie(handler) if in_cookie else None

    # ── the state of a login (see `login_state`); the library would keep it in this process

    def generate_state(self, next_url: str | None = None, **extra_state: str) -> str:
        """A new state. `cookie_name` is that of its cookie; the other arguments are not needed."""
        name = extra_state.get("cookie_name") or ""  # that of a second login in the same browser has an end of its own
        return new_state(self.oauth_state_max_age, name.removeprefix(f"{self.state_cookie_name}-"))

    def _decode_state(self, state_id: str, /) -> dict[str, str]:
        suffix = suffix_of(state_id)
        if suffix is None:  # a name that no cookie has: the callback finds no cookie that equals the state
            return {"cookie_name": f"{self.state_cookie_name}-none"}
        name = f"{self.state_cookie_name}-{suffix}" if suffix else self.state_cookie_name
        return {"cookie_name": name, "code_verifier": verifier_of(state_id, self.api_token)}

    async def user_for_token(
        self, token: str, use_cache: bool = True, session_id: str = "", *, sync: bool = False
    ) -> dict[str, Any] | None:
        """The user (`name`, `groups`, `scopes`, …) whose token it is; None: the Hub does not know it any more.

        Raises:
            HubUnavailable: the Hub gives no answer, and no good one of the last `grace` seconds is there.
        """
        digest, now = token_digest(token), time.monotonic()
        known = self._answers.get(digest)
        if use_cache and known is not None and now - known.at < self.recheck:
            return known.model
        try:
            model = await self._ask(token, now)
        except HubUnavailable:
            if known is not None and known.model is not None and now - known.at < self.grace:
                return known.model
            raise
        self._keep(digest, _Answer(model=model, at=now))
        return model

    async def _ask(self, token: str, now: float) -> dict[str, Any] | None:
        if now < self._silent_until:
            raise HubUnavailable(**{REASON: self._silence})
        try:
            found = await within(ANSWER_SECONDS, super().user_for_token(token, use_cache=False, sync=False))
        except (HTTPError, OSError, TimeoutError, ValueError) as problem:
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            self._silence = str(problem) or type(problem).__name__
            self.log.warning("JupyterHub did not say whose a token is: %s", self._silence)
            raise HubUnavailable(**{REASON: self._silence}) from problem
        return dict(found) if found is not None else None

    def _keep(self, digest: str, answer: _Answer) -> None:
        self._answers[digest] = answer
        self._answers.move_to_end(digest)
        if len(self._answers) > MOST_TOKENS:
            self._answers.popitem(last=False)
