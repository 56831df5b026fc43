"""One editor window's way to its session: the place, the ledger, and the one sitting."""

from __future__ import annotations

import asyncio
import importlib
import os
from typing import Final, cast

from codeassess_core.clock import new_id
from codeassess_core.errors import CodeAssessError
from codeassess_core.settings import Settings

from .background import background
from .consent import consent_text
from .errors import NoServer, NoSession, NoToken
from .ledger import Ledger
from .options import Options
from .places import Place, SessionInfo
from .screens import Screen, State
from .sitting import Sitting, Surroundings
from .texts import OpenTexts

TOKEN_VARIABLE: Final = "CODEASSESS_TOKEN"


class Window:
    """What `open` finds is taken up again; `enter` begins a sitting, `end` ends it."""

    def __init__(self, options: Options, texts: OpenTexts, screen: Screen) -> None:
        self._options = options
        self._texts = texts
        self._screen = screen
        self._url = options.server_url
        self._token = os.environ.get(TOKEN_VARIABLE) or None
        self._writer = f"codeassess-lsp-{new_id()}"
        self.data = Settings.from_environment().data_path
        self._ledger = Ledger(self.data / "language-server.sqlite")
        self._opening = asyncio.Lock()
        self.resumed = asyncio.Event()  #: it is known whether there is a sitting to go on with
        self._place: Place | None = None
        self.sitting: Sitting | None = None
        self._problem: CodeAssessError | None = None
        self._offered: str | None = None

    async def aclose(self) -> None:
        """Write down what was just typed, and end the connections."""
        if self.sitting is not None:
            await self.sitting.aclose()
        if self._place is not None:
            await self._place.aclose()
        self._ledger.close()

    def consented(self, session: str) -> bool:
        """Has the candidate agreed to this session before, on this machine?"""
        return self._ledger.consented(session)

    # ── the place

    async def open_place(self, url: str | None = None) -> Place:
        """Where sessions are, opened once; with another `url`, the other server.

        Raises:
            NoServer, NoToken: it is not said where, or with which credential.
        """
        async with self._opening:
            url = (url or self._url or "").rstrip("/") or None
            if self._place is not None and (self._options.mode == "embedded" or url == self._url):
                return self._place
            place = await self._new_place(url)
            await self._end()
            if self._place is not None:
                await self._place.aclose()
            self._place, self._url = place, url
            return place

    async def _new_place(self, url: str | None) -> Place:
        if self._options.mode == "embedded":
            module = await asyncio.to_thread(importlib.import_module, "codeassess_lsp.embedded")
            return cast(Place, await module.EmbeddedPlace.open())
        if url is None:
            raise NoServer()
        if self._token is None:
            raise NoToken()
        module = await asyncio.to_thread(importlib.import_module, "codeassess_lsp.remote")
        return cast(Place, module.RemotePlace(url, token=self._token))

    async def resume(self) -> None:
        """Take up the sitting that was named at start, or else this folder's last one."""
        try:
            place = await self.open_place()
            known = self._ledger.latest(self._folder, place.name)
            session = self._options.session or (known.session if known else None)
            if session is None:
                pass
            elif self._ledger.consented(session):
                self._ledger.begin(session, place=place.name, folder=self._folder, acked=0)
                self._sit(session)
            else:
                self._offered = session
                background(self._offer(session))
        except (NoServer, NoToken) as problem:
            self._problem = problem
        except CodeAssessError as problem:
            self._problem = problem
            self._screen.problem(problem)
        finally:
            self.resumed.set()
        if self.sitting is None:
            self._screen.state(self.state())

    async def _offer(self, session: str) -> None:
        """Join the session that was named at start, if the candidate agrees here and now."""
        place = cast(Place, self._place)
        try:
            if await self._screen.agrees(consent_text(place.name)):
                await self.enter(await place.session(session), ())
        except CodeAssessError as problem:
            self._screen.problem(problem)

    @property
    def _folder(self) -> str:
        return self._options.folders[0] if self._options.folders else ""

    # ── the sitting

    async def enter(self, info: SessionInfo, documents: tuple[str, ...]) -> Sitting:
        """Begin the sitting of a session to which the candidate has agreed."""
        place = cast(Place, self._place)
        await self._end()
        first = not self._ledger.consented(info.id)
        self._ledger.begin(info.id, place=place.name, folder=self._folder, acked=info.acked_seq)
        sitting = self._sit(info.id, consent=consent_text(place.name) if first else None)
        for uri in documents:
            sitting.recording.put_in(uri)
        return sitting

    def _sit(self, session: str, *, consent: str | None = None) -> Sitting:
        place = cast(Place, self._place)
        around = Surroundings(
            place=place,
            texts=self._texts,
            folders=self._options.folders,
            screen=self._screen,
            writer=self._writer,
        )
        self.sitting = Sitting(around, self._ledger.sitting(session, self._writer))
        self._problem = self._offered = None
        self.sitting.open(consent=consent)
        return self.sitting

    async def _end(self) -> None:
        if self.sitting is not None:
            await self.sitting.aclose()
            self.sitting = None

    async def leave(self) -> None:
        """End the sitting here; the session goes on, and what is not delivered waits in the ledger."""
        await self.present().leave()
        self.sitting = None
        self._screen.state(self.state())

    async def reconnect(self) -> None:
        """Try now instead of later; take the session back from another window."""
        if self.present().state().keeping in ("elsewhere", "refused"):
            session = self.present().session
            await self._end()
            self._sit(session)
        self.present().hurry()

    def present(self) -> Sitting:
        if self.sitting is None:
            raise self._problem or NoSession()
        return self.sitting

    def state(self) -> State:
        if self.sitting is not None:
            return self.sitting.state()
        problem = self._problem.as_dict() if self._problem else None
        place = "embedded" if self._options.mode == "embedded" else self._url
        return State(keeping="idle", problem=problem, place=place, offered=self._offered)

    async def use_token(self, token: str, server_url: str | None) -> None:
        """Use this credential from now on; a sitting that the server had refused goes on with it."""
        session = self.sitting.session if self.sitting is not None else None
        await self._end()
        self._token = token
        if self._place is not None and self._options.mode != "embedded":
            await self._place.aclose()
            self._place = None
        self._url, self._problem = server_url or self._url, None
        if session is None:
            await self.resume()
        else:
            await self.open_place()
            self._sit(session)
