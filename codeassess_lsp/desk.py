"""What the language server does besides keeping texts: the operations, and the one sitting of this editor.

Loaded in the background after `initialize` is answered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pydantic import BaseModel

from codeassess_core.clock import new_id
from codeassess_core.errors import CodeAssessError, StoreUnavailable

from . import requests
from .background import background
from .consent import consent_text
from .errors import ConsentNeeded
from .options import PROTOCOL
from .places import Place, Wanted
from .screens import ClientScreen, PlainScreen, Screen, placed_to_wire, state_to_wire
from .sheets import Sheets
from .window import Window

if TYPE_CHECKING:
    from .server import Server

Operation = Callable[[Any], Awaitable[Any]]


class Desk:
    """One editor window. `operate` is the door for everything that a client asks for."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._options = server.options
        self._texts = server.texts
        self._screen: Screen = (
            PlainScreen(server, self, shows_documents=self._options.shows_documents)
            if self._options.client_protocol is None
            else ClientScreen(server)
        )
        self._window = Window(self._options, self._texts, self._screen)
        self._sheets = Sheets(self._window.data / "answers")
        self._operations: dict[str, tuple[type[BaseModel], Operation]] = {
            "token": (requests.Token, self._use_token),
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
        background(self._window.resume())

    async def aclose(self) -> None:
        self._texts.listener = lambda uri, cause: None
        await self._window.aclose()

    async def operate(self, name: str, given: Mapping[str, Any]) -> Any:
        """Do what a client asks for; raises errors of the core's tree."""
        model, operation = self._operations[name]
        await self._window.resumed.wait()
        try:
            return await operation(requests.read(model, given))
        except sqlite3.Error as problem:
            raise StoreUnavailable(f"This machine cannot write down what is typed: {problem}.") from problem

    def actions(self, uri: str) -> list[types.Command]:
        """What can be done with a document, for editors without our commands."""
        if self._options.client_protocol is not None or self._window.sitting is None:
            return []
        known = self._texts.owner(uri) in self._window.sitting.state().documents
        title = (
            "CodeAssess: take this file out of the session" if known else "CodeAssess: put this file into the session"
        )
        name = "codeassess/removeDocument" if known else "codeassess/addDocument"
        finish = types.Command(title="CodeAssess: finish the session", command="codeassess/finish")
        return [types.Command(title=title, command=name, arguments=[{"uri": uri}]), finish]

    def _noticed(self, uri: str, cause: str) -> None:
        if self._window.sitting is None:
            return
        self._window.sitting.recording.noticed(uri, cause)
        text = self._texts.read(uri) if cause == "save" else None
        answer = self._sheets.answer(uri, text.code) if text is not None else None
        if answer is not None:
            background(self._answer_from_sheet(*answer))

    async def _answer_from_sheet(self, question: str, text: str) -> None:
        try:
            self._window.present().write(question, text, draft=False)
        except CodeAssessError as problem:
            self._screen.problem(problem)

    # ── what a plain screen does for the candidate

    async def open_sheet(self, question: str) -> None:
        """Show a file to write the answer in; where the editor cannot show files, say which command takes it."""
        exchange = next(
            (p.exchange for p in await self._window.present().conversation() if p.exchange.id == question), None
        )
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
            self._window.present().defer(question)
        except CodeAssessError as problem:
            self._screen.problem(problem)

    # ── the operations

    async def _use_token(self, wanted: requests.Token) -> Any:
        """Use this credential from now on; a sitting that the server had refused goes on with it."""
        await self._window.use_token(wanted.token, wanted.server_url)
        return state_to_wire(self._window.state())

    async def _start(self, wanted: requests.Start) -> Any:
        place = await self._window.open_place(wanted.server_url)
        await self._agree(consented=wanted.consent, place=place)
        info = await place.begin(Wanted(key=new_id(), assessment_id=wanted.assessment_id, language=wanted.language))
        await self._window.enter(info, tuple(wanted.documents))
        return state_to_wire(self._window.state())

    async def _join(self, wanted: requests.Join) -> Any:
        place = await self._window.open_place(wanted.server_url)
        info = await place.session(wanted.session)
        if not self._window.consented(info.id):
            await self._agree(consented=wanted.consent, place=place)
        await self._window.enter(info, tuple(wanted.documents))
        return state_to_wire(self._window.state())

    async def _agree(self, *, consented: bool, place: Place) -> None:
        text = consent_text(place.name)
        if not (consented or await self._screen.agrees(text)):
            raise ConsentNeeded(text)

    async def _leave(self, _: requests.Nothing) -> Any:
        await self._window.leave()
        return state_to_wire(self._window.state())

    async def _add_document(self, wanted: requests.Document) -> Any:
        self._window.present().recording.put_in(wanted.uri)
        return state_to_wire(self._window.state())

    async def _remove_document(self, wanted: requests.Document) -> Any:
        self._window.present().recording.take_out(wanted.uri)
        return state_to_wire(self._window.state())

    async def _draft(self, wanted: requests.Words) -> Any:
        return placed_to_wire(self._window.present().write(wanted.id, wanted.text, draft=True))

    async def _answer(self, wanted: requests.Words) -> Any:
        return placed_to_wire(self._window.present().write(wanted.id, wanted.text, draft=False))

    async def _defer(self, wanted: requests.Question) -> Any:
        return placed_to_wire(self._window.present().defer(wanted.id))

    async def _finish(self, _: requests.Nothing) -> Any:
        self._window.present().finish()
        return state_to_wire(self._window.state())

    async def _read_report(self, _: requests.Nothing) -> Any:
        sitting = self._window.present()
        return {"markdown": await (await self._window.open_place()).report(sitting.session)}

    async def _reconnect(self, _: requests.Nothing) -> Any:
        """Try now instead of later; take the session back from another window."""
        await self._window.reconnect()
        return state_to_wire(self._window.state())

    async def _status(self, _: requests.Nothing) -> Any:
        conversation = await self._window.sitting.conversation() if self._window.sitting is not None else []
        return {
            "protocol": PROTOCOL,
            "state": state_to_wire(self._window.state()),
            "questions": [placed_to_wire(placed) for placed in conversation],
        }
