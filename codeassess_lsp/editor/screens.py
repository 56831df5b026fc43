"""What the candidate sees: two screens behind one interface.

A client of ours announces itself (`capabilities.experimental.codeassess`) and gets
`codeassess/…` notifications. Any other editor gets the messages of the standard: text,
text with buttons, and documents to show.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from codeassess_core.errors import CodeAssessError

from ..background import background
from ..session.conversation import Exchange
from .texts import Spot

ANSWER: Final = "Answer"
SHOW_CODE: Final = "Show code"
NOT_NOW: Final = "Not now"
AGREE: Final = "I agree"
WRITE_HERE: Final = "Write here"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of the session for the candidate.

    `keeping`: idle, connecting, saved, saving, unsaved, full, offline, elsewhere, refused or ended.
    """

    keeping: str
    waiting: int = 0  #: messages that the session has not acknowledged
    problem: Mapping[str, Any] | None = None
    session: str | None = None
    backend: str | None = None
    status: str | None = None  #: of the session: active, closing, finishing, ended
    questions_left: int | None = None  #: of the closing round, the open one included
    finish_sent: bool = False  #: the candidate is done, and the session has not answered yet
    title: str = ""
    instructions: str = ""
    free: bool = False  #: another window wrote, and nobody does any more
    deadline: str | None = None  #: ISO 8601
    documents: tuple[str, ...] = ()  #: uris
    report: bool = False  #: it is written, and this candidate may read it
    offered: str | None = None  #: a session that was named at start and that the candidate has not agreed to yet


@dataclass(frozen=True, slots=True)
class Placed:
    """An exchange with where its lines are in the editor now; `spot` is None when the document is unknown."""

    exchange: Exchange
    spot: Spot | None


class Actions(Protocol):
    """What a plain screen does for the candidate."""

    async def open_answer_file(self, question: str) -> None: ...

    def defer(self, question: str) -> None: ...

    async def write_here(self) -> None: ...


class Screen(Protocol):
    def state(self, state: State) -> None: ...

    def question(self, placed: Placed) -> None: ...

    def evaluation(self, placed: Placed) -> None: ...

    def report(self, session: str) -> None: ...

    def problem(self, problem: CodeAssessError) -> None: ...

    async def agrees(self, text: str) -> bool:
        """Ask for consent, where the client does not do so itself."""
        ...


def closing_words(questions_left: int | None) -> str:
    """Explains the closing round to a candidate who has just finished."""
    if questions_left is None:
        number = "a few last questions"
    else:
        number = "one last question" if questions_left == 1 else f"{questions_left} last questions"
    return f"CodeAssess: before you finish, {number} about your code. Finish again to end without them."


def to_wire(value: Any) -> Any:
    """Our values as JSON for a client: names in camelCase, nothing left out."""
    if isinstance(value, Mapping):
        return {_camel(name): to_wire(item) for name, item in value.items()}
    return [to_wire(item) for item in value] if isinstance(value, list | tuple) else value


def state_to_wire(state: State) -> dict[str, Any]:
    wire: dict[str, Any] = to_wire(asdict(state))
    wire["place"] = wire.pop("backend")  # its name in the protocol
    return wire


def placed_to_wire(placed: Placed) -> dict[str, Any]:
    wire: dict[str, Any] = to_wire(asdict(placed.exchange))
    wire["spot"] = to_wire(asdict(placed.spot)) if placed.spot else None
    return wire


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


class ClientScreen:
    """A client of ours, which shows everything itself."""

    def __init__(self, server: LanguageServer) -> None:
        self._notify = server.protocol.notify

    def state(self, state: State) -> None:
        self._notify("codeassess/state", state_to_wire(state))

    def question(self, placed: Placed) -> None:
        self._notify("codeassess/question", placed_to_wire(placed))

    def evaluation(self, placed: Placed) -> None:
        self._notify("codeassess/evaluation", placed_to_wire(placed))

    def report(self, session: str) -> None:
        self._notify("codeassess/report", {"session": session})

    def problem(self, problem: CodeAssessError) -> None:
        self._notify("codeassess/problem", problem.as_dict())

    async def agrees(self, text: str) -> bool:
        return False  # the client asks, and says `consent: true`


class PlainScreen:
    """Any other editor. It asks one question at a time, the newest."""

    def __init__(self, server: LanguageServer, actions: Actions, *, shows_documents: bool) -> None:
        self._server = server
        self._actions = actions
        self._shows_documents = shows_documents
        self._told = State(keeping="idle")
        self._asking: asyncio.Task[None] | None = None

    def state(self, state: State) -> None:
        told, self._told = self._told, state
        before = told.keeping
        if state.status == "closing" and told.status != "closing":
            self._say(types.MessageType.Info, closing_words(state.questions_left))
        if state.free and not told.free:
            background(self._offer_to_write())
        if state.keeping == "unsaved" and before != "unsaved":
            self._say(types.MessageType.Warning, "CodeAssess: your latest changes are not saved on the server yet.")
        elif state.keeping == "offline" and before not in ("offline", "unsaved"):
            self._say(types.MessageType.Warning, "CodeAssess is offline; what you type is kept here and sent later.")
        elif state.keeping == "saved" and before in ("offline", "unsaved"):
            self._say(types.MessageType.Info, "CodeAssess: everything is saved.")

    def question(self, placed: Placed) -> None:
        if placed.exchange.state == "open":
            if self._asking is not None:
                self._asking.cancel()
            self._asking = background(self._ask(placed))

    def evaluation(self, placed: Placed) -> None:
        exchange = placed.exchange
        if exchange.state == "closed":
            return  # `problem` has told the reason
        if exchange.state == "failed":
            text = f"Your answer could not be evaluated automatically; a person will: {exchange.reason}"
        else:
            text = f"Evaluated: {exchange.score_text or f'{exchange.score:g} of 10'}. {exchange.evaluation}"
        self._say(types.MessageType.Info, text)

    def report(self, session: str) -> None:
        self._say(types.MessageType.Info, "CodeAssess: the session has ended and its report is written.")

    def problem(self, problem: CodeAssessError) -> None:
        self._say(types.MessageType.Error, f"CodeAssess: {problem.message}")

    async def agrees(self, text: str) -> bool:
        return await self._choose(text, AGREE, "No") == AGREE

    async def _offer_to_write(self) -> None:
        text = "CodeAssess: the other window does not write any more, and nothing is recorded until you write here."
        if await self._choose(text, WRITE_HERE, "No") == WRITE_HERE:
            await self._actions.write_here()

    async def _ask(self, placed: Placed) -> None:
        exchange, spot = placed.exchange, placed.spot
        lines = f"{exchange.document}, lines {exchange.start_line}-{exchange.end_line}"
        buttons = (ANSWER, SHOW_CODE, NOT_NOW) if spot and self._shows_documents else (ANSWER, NOT_NOW)
        while True:
            chosen = await self._choose(f"{exchange.question} ({lines})", *buttons)
            if chosen == SHOW_CODE and spot:
                await self._show(spot)
                continue
            if chosen == ANSWER:
                await self._actions.open_answer_file(exchange.id)
            elif chosen == NOT_NOW:
                self._actions.defer(exchange.id)
            return

    async def _choose(self, text: str, *titles: str) -> str | None:
        actions = [types.MessageActionItem(title=title) for title in titles]
        request = types.ShowMessageRequestParams(type=types.MessageType.Info, message=text, actions=actions)
        try:
            chosen = await self._server.window_show_message_request_async(request)
        except JsonRpcException:  # an editor without such messages
            return None
        return chosen.title if chosen else None

    async def _show(self, spot: Spot) -> None:
        selection = types.Range(types.Position(spot.start, 0), types.Position(spot.end, 0))
        wanted = types.ShowDocumentParams(uri=spot.uri, take_focus=False, selection=selection)
        await self._server.window_show_document_async(wanted)

    def _say(self, kind: types.MessageType, text: str) -> None:
        self._server.window_show_message(types.ShowMessageParams(type=kind, message=text))
