"""The operations of the language server: everything that a client asks for, in the one session of this editor.

Loaded in the background after `initialize` is answered.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from lsprotocol import types
from pydantic import BaseModel
from pygls.lsp.server import LanguageServer

from codeassess_core.client.starter import folder_name, put_files
from codeassess_core.clock import new_id
from codeassess_core.errors import CodeAssessError, StoreUnavailable
from codeassess_core.rights_errors import ConsentNeeded

from .backends.backend import Backend, Wanted
from .background import background
from .editor import requests
from .editor.answer_files import AnswerFiles
from .editor.options import PROTOCOL, Options, folder_of
from .editor.screens import ClientScreen, PlainScreen, Screen, placed_to_wire, state_to_wire
from .editor.texts import OpenTexts
from .session.consent import Agreement, whole_text
from .workspace import Workspace

Operation = Callable[[Any], Awaitable[Any]]


class Operations:
    """One editor window. `operate` does what a client asks for."""

    _shown: str | None = None  # the digest of the assessment's text that was shown last

    def __init__(self, server: LanguageServer, options: Options, texts: OpenTexts) -> None:
        self._server = server
        self._options = options
        self._texts = texts
        self._screen: Screen = (
            PlainScreen(server, self, shows_documents=self._options.shows_documents)
            if self._options.client_protocol is None
            else ClientScreen(server)
        )
        self._workspace = Workspace(self._options, self._texts, self._screen)
        self._answer_files = AnswerFiles(self._workspace.data / "answers")
        self._operations = self._table()

    def _table(self) -> dict[str, tuple[type[BaseModel], Operation]]:
        """What a client may ask for, with the form of its parameters."""
        return {
            "token": (requests.Token, self._use_token),
            "redeem": (requests.Redeem, self._redeem),
            "start": (requests.Start, self._start),
            "join": (requests.Join, self._join),
            "leave": (requests.Nothing, self._leave),
            "starter": (requests.Starter, self._starter),
            "addDocument": (requests.Document, self._add_document),
            "removeDocument": (requests.Document, self._remove_document),
            "draft": (requests.Draft, self._draft),
            "answer": (requests.Answer, self._answer),
            "defer": (requests.Question, self._defer),
            "finish": (requests.Nothing, self._finish),
            "readReport": (requests.Nothing, self._read_report),
            "reconnect": (requests.Nothing, self._reconnect),
            "status": (requests.Nothing, self._status),
        }

    async def open(self) -> None:
        """Listen to the texts, and continue the session of this folder."""
        self._texts.listener = self._noticed
        background(self._workspace.resume())

    async def aclose(self) -> None:
        self._texts.listener = lambda uri, cause: None
        await self._workspace.aclose()

    async def operate(self, name: str, given: Mapping[str, Any]) -> Any:
        """Do what a client asks for; raises errors of the core's tree."""
        model, operation = self._operations[name]
        await self._workspace.resumed.wait()
        try:
            return await operation(requests.read(model, given))
        except sqlite3.Error as problem:
            raise StoreUnavailable(f"This machine cannot write down what is typed: {problem}.") from problem

    def actions(self, uri: str) -> list[types.Command]:
        """The actions on a document, for editors without our commands."""
        if self._options.client_protocol is not None or self._workspace.client_session is None:
            return []
        known = self._texts.owner(uri) in self._workspace.client_session.state().documents
        title = (
            "CodeAssess: take this file out of the session" if known else "CodeAssess: put this file into the session"
        )
        name = "codeassess/removeDocument" if known else "codeassess/addDocument"
        finish = types.Command(title="CodeAssess: finish the session", command="codeassess/finish")
        return [types.Command(title=title, command=name, arguments=[{"uri": uri}]), finish]

    def moved(self, former: str, present: str) -> None:
        """The editor renamed a file or a folder."""
        if self._workspace.client_session is not None:
            self._workspace.client_session.recording.moved(former, present)

    def _noticed(self, uri: str, cause: str) -> None:
        if self._workspace.client_session is None:
            return
        self._workspace.client_session.recording.noticed(uri, cause)
        text = self._texts.read(uri) if cause == "save" else None
        answer = self._answer_files.answer(uri, text.code) if text is not None else None
        if answer is not None:
            background(self._answer_from_file(*answer))

    async def _answer_from_file(self, question: str, text: str) -> None:
        try:
            self._workspace.present().answer(question, text, {})
        except CodeAssessError as problem:
            self._screen.problem(problem)

    # ── actions of a plain screen (`editor.screens.Actions`)

    async def open_answer_file(self, question: str) -> None:
        """Show a file to write the answer in; where the editor cannot show files, name the command for it."""
        exchange = next(
            (p.exchange for p in await self._workspace.present().conversation() if p.exchange.id == question), None
        )
        if exchange is None:
            return
        uri = self._answer_files.make(question, text=exchange.question, draft=exchange.draft or "")
        if self._options.shows_documents:
            await self._server.window_show_document_async(types.ShowDocumentParams(uri=uri, take_focus=True))
        else:
            where = (
                f'Write your answer in {uri} and save it, or run codeassess/answer {{"id": "{question}", "text": …}}.'
            )
            self._server.window_show_message(types.ShowMessageParams(type=types.MessageType.Info, message=where))

    def defer(self, question: str) -> None:
        try:
            self._workspace.present().defer(question)
        except CodeAssessError as problem:
            self._screen.problem(problem)

    async def write_here(self) -> None:
        try:
            await self._workspace.reconnect()
        except CodeAssessError as problem:
            self._screen.problem(problem)

    # ── the operations

    async def _use_token(self, wanted: requests.Token) -> Any:
        """Use this credential from now on; a session that the server refused continues with it."""
        await self._workspace.use_token(wanted.token, wanted.server_url)
        return state_to_wire(self._workspace.state())

    async def _start(self, wanted: requests.Start) -> Any:
        backend = await self._workspace.open_backend(wanted.server_url)
        await backend.check()  # before anybody agrees to anything
        asked = await backend.agreement(wanted.assessment_id)
        known = asked is None or self._workspace.agreed_at_joining(asked.sha256)
        await self._agree(consented=wanted.consent, backend=backend, asked=None if known else asked)
        info = await backend.begin(
            Wanted(
                key=new_id(),
                assessment_id=wanted.assessment_id,
                language=wanted.language,
                consent_sha256=asked.sha256 if asked else None,
            )
        )
        await self._workspace.enter(info, tuple(wanted.documents))
        return state_to_wire(self._workspace.state())

    async def _join(self, wanted: requests.Join) -> Any:
        backend = await self._workspace.open_backend(wanted.server_url)
        info = await backend.session(wanted.session)
        if not self._workspace.consented(info.id):
            await self._agree(consented=wanted.consent, backend=backend)
        await self._workspace.enter(info, tuple(wanted.documents))
        return state_to_wire(self._workspace.state())

    async def _agree(self, *, consented: bool, backend: Backend, asked: Agreement | None = None) -> None:
        """`consented` counts for what was shown: for the assessment's text only when this very text was."""
        digest = asked.sha256 if asked else None
        text = whole_text(backend.name, asked)
        if consented and digest in (None, self._shown):
            return
        self._shown = digest
        if not await self._screen.agrees(text):
            raise ConsentNeeded(text, consent_text=asked.text if asked else "", consent_sha256=digest)

    async def _leave(self, _: requests.Nothing) -> Any:
        await self._workspace.leave()
        return state_to_wire(self._workspace.state())

    async def _add_document(self, wanted: requests.Document) -> Any:
        self._workspace.present().recording.add(wanted.uri)
        return state_to_wire(self._workspace.state())

    async def _remove_document(self, wanted: requests.Document) -> Any:
        self._workspace.present().recording.remove(wanted.uri)
        return state_to_wire(self._workspace.state())

    async def _draft(self, wanted: requests.Draft) -> Any:
        return placed_to_wire(self._workspace.present().keep_draft(wanted.id, wanted.text))

    async def _answer(self, wanted: requests.Answer) -> Any:
        return placed_to_wire(self._workspace.present().answer(wanted.id, wanted.text, wanted.slots))

    async def _defer(self, wanted: requests.Question) -> Any:
        return placed_to_wire(self._workspace.present().defer(wanted.id))

    async def _finish(self, _: requests.Nothing) -> Any:
        self._workspace.present().finish()
        return state_to_wire(self._workspace.state())

    async def _read_report(self, _: requests.Nothing) -> Any:
        client_session = self._workspace.present()
        return {"markdown": await (await self._workspace.open_backend()).report(client_session.session)}

    async def _reconnect(self, _: requests.Nothing) -> Any:
        """Connect now; take the session back from another window."""
        await self._workspace.reconnect()
        return state_to_wire(self._workspace.state())

    async def _status(self, _: requests.Nothing) -> Any:
        conversation = (
            await self._workspace.client_session.conversation() if self._workspace.client_session is not None else []
        )
        return {
            "protocol": PROTOCOL,
            "state": state_to_wire(self._workspace.state()),
            "questions": [placed_to_wire(placed) for placed in conversation],
        }

    # ── invitations

    async def _redeem(self, wanted: requests.Redeem) -> Any:
        joined = await self._workspace.redeem(wanted.code, wanted.server_url)
        credential = joined.credential
        backend = await self._workspace.open_backend(joined.server)
        invitation = await backend.invitation(credential.assessment_id)
        return {
            "server": joined.server,
            "candidate": credential.candidate,
            "assessmentId": credential.assessment_id,
            "title": credential.title,
            "folder": folder_name(credential.title),
            "session": invitation.session if invitation else None,
            "timeLimit": invitation.time_limit if invitation else None,
        }

    async def _starter(self, wanted: requests.Starter) -> Any:
        folder = folder_of(wanted.folder)
        session = self._workspace.present().session
        info = await (await self._workspace.open_backend()).session(session)
        put = await asyncio.to_thread(put_files, folder, info.files)
        return {
            "files": [(folder / file.path).as_uri() for file in put if file.outcome != "refused"],
            "kept": [file.path for file in put if file.outcome == "kept"],
            "refused": [{"path": file.path, "problem": file.problem} for file in put if file.outcome == "refused"],
        }
