"""What the language server does besides keeping texts: the operations, and the one sitting of this editor.

Loaded in the background after `initialize` is answered.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from lsprotocol import types
from pydantic import BaseModel

from codeassess_core.clock import new_id
from codeassess_core.errors import CodeAssessError, StoreUnavailable
from codeassess_core.settings import Settings

from . import requests
from .background import background
from .consent import consent_text
from .errors import ConsentNeeded, NoServer, NoSession, NoToken
from .ledger import Ledger
from .options import PROTOCOL, document_name
from .places import Place, SessionInfo, Wanted
from .screens import ClientScreen, PlainScreen, Screen, State, placed_to_wire, state_to_wire
from .sheets import Sheets
from .sitting import Sitting, Surroundings

if TYPE_CHECKING:
    from .server import Server

log = logging.getLogger(__name__)
Operation = Callable[[Any], Awaitable[Any]]
TOKEN_VARIABLE: Final = "CODEASSESS_TOKEN"


class Desk:
    """One editor window. `operate` is the door for everything that a client asks for."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._options = server.options
        self._texts = server.texts
        self._url = self._options.server_url
        self._token = os.environ.get(TOKEN_VARIABLE) or None
        self._writer = f"codeassess-lsp-{new_id()}"
        folder = Settings.from_environment().data_path
        self._ledger = Ledger(folder / "language-server.sqlite")
        self._sheets = Sheets(folder / "answers")
        self._opening = asyncio.Lock()
        self._resumed = asyncio.Event()  # it is known whether there is a sitting to go on with
        self._place: Place | None = None
        self._sitting: Sitting | None = None
        self._problem: CodeAssessError | None = None
        self._offered: str | None = None
        self._screen: Screen = (
            PlainScreen(server, self, shows_documents=self._options.shows_documents)
            if self._options.client_protocol is None
            else ClientScreen(server)
        )
        self._operations: dict[str, tuple[type[BaseModel], Operation]] = {
            "token": (requests.Token, self._take_token),
            "start": (requests.Start, self._start),
            "join": (requests.Join, self._join),
            "leave": (requests.Nothing, self._leave),
            "addDocument": (requests.Document, self._add_document),
            "removeDocument": (requests.Document, self._remove_document),
            "draft": (requests.Words, self._draft),
            "answer": (requests.Words, self._answer),
            "defer": (requests.Question, self._defer),
            "finish": (requests.Nothing, self._finish),
            "readReport": (requests.Nothing, self._read_report),
            "reconnect": (requests.Nothing, self._reconnect),
            "status": (requests.Nothing, self._status),
        }

    async def open(self) -> None:
        """Listen to the texts, and take up the sitting that this folder was in."""
        self._texts.listener = self._noticed
        background(self._resume())

    async def aclose(self) -> None:
        self._texts.listener = lambda uri, cause: None
        if self._sitting is not None:
            await self._sitting.aclose()
        if self._place is not None:
            await self._place.aclose()
        self._ledger.close()

    async def operate(self, name: str, given: Mapping[str, Any]) -> Any:
        """Do what a client asks for; raises errors of the core's tree."""
        model, operation = self._operations[name]
        await self._resumed.wait()
        try:
            return await operation(requests.read(model, given))
        except sqlite3.Error as problem:
            raise StoreUnavailable(f"This machine cannot write down what is typed: {problem}.") from problem

    def actions(self, uri: str) -> list[types.Command]:
        """What can be done with a document, for editors without our commands."""
        if self._options.client_protocol is not None or self._sitting is None:
            return []
        known = self._texts.owner(uri) in self._sitting.state().documents
        title = (
            "CodeAssess: take this file out of the session" if known else "CodeAssess: put this file into the session"
        )
        name = "codeassess/removeDocument" if known else "codeassess/addDocument"
        finish = types.Command(title="CodeAssess: finish the session", command="codeassess/finish")
        return [types.Command(title=title, command=name, arguments=[{"uri": uri}]), finish]

    # ── the place

    async def _open_place(self, url: str | None = None) -> Place:
        """Where sessions are, opened once; with another `url`, the other server.

        Raises:
            NoServer, NoToken: it is not said where, or with which credential.
        """
        async with self._opening:
            url = (url or self._url or "").rstrip("/") or None
            if self._place is not None and (self._options.mode == "embedded" or url == self._url):
                return self._place
            place = await self._new_place(url)
            await self._end_sitting()
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

    async def _resume(self) -> None:
        """Take up the sitting that was named at start, or else this folder's last one."""
        try:
            place = await self._open_place()
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
            self._resumed.set()
        if self._sitting is None:
            self._screen.state(self._state())

    async def _offer(self, session: str) -> None:
        """Join the session that was named at start, if the candidate agrees here and now."""
        place = cast(Place, self._place)
        try:
            if await self._screen.agrees(consent_text(place.name)):
                await self._enter(await place.session(session), ())
        except CodeAssessError as problem:
            self._screen.problem(problem)

    @property
    def _folder(self) -> str:
        return self._options.folders[0] if self._options.folders else ""

    # ── the sitting

    async def _enter(self, info: SessionInfo, documents: tuple[str, ...]) -> Sitting:
        """Begin the sitting of a session to which the candidate has agreed."""
        place = cast(Place, self._place)
        await self._end_sitting()
        first = not self._ledger.consented(info.id)
        self._ledger.begin(info.id, place=place.name, folder=self._folder, acked=info.acked_seq)
        sitting = self._sit(info.id)
        if first:
            sitting.consent(consent_text(place.name))
        for uri in documents:
            self._put_in(sitting, uri)
        return sitting

    def _sit(self, session: str) -> Sitting:
        place = cast(Place, self._place)
        around = Surroundings(place=place, texts=self._texts, screen=self._screen, writer=self._writer)
        self._sitting = Sitting(around, self._ledger.sitting(session, self._writer))
        self._problem = self._offered = None
        self._sitting.open()
        return self._sitting

    async def _end_sitting(self) -> None:
        if self._sitting is not None:
            await self._sitting.aclose()
            self._sitting = None

    def _present(self) -> Sitting:
        if self._sitting is None:
            raise self._problem or NoSession()
        return self._sitting

    def _put_in(self, sitting: Sitting, uri: str) -> None:
        owner = self._texts.owner(uri)
        sitting.put_in(owner, document_name(owner, self._options.folders))

    def _noticed(self, uri: str, cause: str) -> None:
        if self._sitting is None:
            return
        self._sitting.noticed(uri, cause)
        text = self._texts.read(uri) if cause == "save" else None
        answer = self._sheets.answer(uri, text.code) if text is not None else None
        if answer is not None:
            background(self._answer_from_sheet(*answer))

    async def _answer_from_sheet(self, question: str, text: str) -> None:
        try:
            self._present().write(question, text, draft=False)
        except CodeAssessError as problem:
            self._screen.problem(problem)

    def _state(self) -> State:
        if self._sitting is not None:
            return self._sitting.state()
        problem = self._problem.as_dict() if self._problem else None
        place = "embedded" if self._options.mode == "embedded" else self._url
        return State(keeping="idle", problem=problem, place=place, offered=self._offered)

    # ── what a plain screen does for the candidate

    async def open_sheet(self, question: str) -> None:
        """Show a file to write the answer in; where the editor cannot show files, say which command takes it."""
        exchange = next((p.exchange for p in await self._present().conversation() if p.exchange.id == question), None)
        if exchange is None:
            return
        uri = self._sheets.make(question, text=exchange.question, draft=exchange.draft or "")
        if self._options.shows_documents:
            await self._server.window_show_document_async(types.ShowDocumentParams(uri=uri, take_focus=True))
        else:
            where = (
                f'Write your answer in {uri} and save it, or run codeassess/answer {{"id": "{question}", "text": …}}.'
            )
            self._server.window_show_message(types.ShowMessageParams(type=types.MessageType.Info, message=where))

    def defer(self, question: str) -> None:
        try:
            self._present().defer(question)
        except CodeAssessError as problem:
            self._screen.problem(problem)

    # ── the operations

    async def _take_token(self, wanted: requests.Token) -> Any:
        """Use this credential from now on; a sitting that the server had refused goes on with it."""
        session = self._sitting.session if self._sitting is not None else None
        await self._end_sitting()
        self._token = wanted.token
        if self._place is not None and self._options.mode != "embedded":
            await self._place.aclose()
            self._place = None
        self._url, self._problem = wanted.server_url or self._url, None
        if session is None:
            await self._resume()
        else:
            await self._open_place()
            self._sit(session)
        return state_to_wire(self._state())

    async def _start(self, wanted: requests.Start) -> Any:
        place = await self._open_place(wanted.server_url)
        await self._agree(consented=wanted.consent, place=place)
        info = await place.begin(Wanted(key=new_id(), assessment_id=wanted.assessment_id, language=wanted.language))
        await self._enter(info, tuple(wanted.documents))
        return state_to_wire(self._state())

    async def _join(self, wanted: requests.Join) -> Any:
        place = await self._open_place(wanted.server_url)
        info = await place.session(wanted.session)
        if not self._ledger.consented(info.id):
            await self._agree(consented=wanted.consent, place=place)
        await self._enter(info, tuple(wanted.documents))
        return state_to_wire(self._state())

    async def _agree(self, *, consented: bool, place: Place) -> None:
        text = consent_text(place.name)
        if not (consented or await self._screen.agrees(text)):
            raise ConsentNeeded(text)

    async def _leave(self, _: requests.Nothing) -> Any:
        sitting = self._present()
        await sitting.leave()
        self._sitting = None
        self._screen.state(self._state())
        return state_to_wire(self._state())

    async def _add_document(self, wanted: requests.Document) -> Any:
        self._put_in(self._present(), wanted.uri)
        return state_to_wire(self._state())

    async def _remove_document(self, wanted: requests.Document) -> Any:
        self._present().take_out(self._texts.owner(wanted.uri))
        return state_to_wire(self._state())

    async def _draft(self, wanted: requests.Words) -> Any:
        return placed_to_wire(self._present().write(wanted.id, wanted.text, draft=True))

    async def _answer(self, wanted: requests.Words) -> Any:
        return placed_to_wire(self._present().write(wanted.id, wanted.text, draft=False))

    async def _defer(self, wanted: requests.Question) -> Any:
        return placed_to_wire(self._present().defer(wanted.id))

    async def _finish(self, _: requests.Nothing) -> Any:
        self._present().finish()
        return state_to_wire(self._state())

    async def _read_report(self, _: requests.Nothing) -> Any:
        sitting = self._present()
        return {"markdown": await cast(Place, self._place).report(sitting.session)}

    async def _reconnect(self, _: requests.Nothing) -> Any:
        """Try now instead of later; take the session back from another window."""
        sitting = self._present()
        if sitting.state().keeping in ("elsewhere", "refused"):
            session = sitting.session
            await self._end_sitting()
            sitting = self._sit(session)
        sitting.hurry()
        return state_to_wire(sitting.state())

    async def _status(self, _: requests.Nothing) -> Any:
        conversation = await self._sitting.conversation() if self._sitting is not None else []
        return {
            "protocol": PROTOCOL,
            "state": state_to_wire(self._state()),
            "questions": [placed_to_wire(placed) for placed in conversation],
        }
