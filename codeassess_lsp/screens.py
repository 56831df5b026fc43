"""What the candidate sees: two screens behind one interface.

A client of ours announces itself (`capabilities.experimental.codeassess`) and is sent
`codeassess/…` notifications. Any other editor gets what the standard has: messages,
messages with buttons, and documents that are shown.
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

from .background import background
from .conversation import Exchange
from .texts import Spot

ANSWER: Final = "Answer"
SHOW_CODE: Final = "Show code"
NOT_NOW: Final = "Not now"
AGREE: Final = "I agree"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How things stand. `keeping`: idle, connecting, saved, saving, unsaved, offline, elsewhere, refused or ended."""

    keeping: str
    waiting: int = 0  #: messages that the session has not acknowledged
    problem: Mapping[str, Any] | None = None
    session: str | None = None
    place: str | None = None
    status: str | None = None  #: of the session: active, finishing, ended
    title: str = ""
    instructions: str = ""
    deadline: str | None = None  #: ISO 8601
    documents: tuple[str, ...] = ()  #: uris
    offered: str | None = None  #: a session that was named at start and that the candidate has not agreed to yet


@dataclass(frozen=True, slots=True)
class Placed:
    """An exchange with where its lines are in the editor now; `spot` is None when the document is unknown."""

    exchange: Exchange
    spot: Spot | None


class Acts(Protocol):
    """What a plain screen may do on the candidate's behalf."""

    async def open_sheet(self, question: str) -> None: ...

    def defer(self, question: str) -> None: ...


class Screen(Protocol):
    def state(self, state: State) -> None: ...

    def question(self, placed: Placed) -> None: ...

    def evaluation(self, placed: Placed) -> None: ...

    def report(self, session: str) -> None: ...

    def problem(self, problem: CodeAssessError) -> None: ...

    async def agrees(self, text: str) -> bool:
        """Ask for consent, where the client does not do so itself."""
        ...


def to_wire(value: Any) -> Any:
    """Our values as JSON for a client: names in camelCase, nothing left out."""
    if isinstance(value, Mapping):
        return {_camel(name): to_wire(item) for name, item in value.items()}
    return [to_wire(item) for item in value] if isinstance(value, list | tuple) else value


def state_to_wire(state: State) -> dict[str, Any]:
    wire: dict[str, Any] = to_wire(asdict(state))
    return wire


def placed_to_wire(placed: Placed) -> dict[str, Any]:
    wire: dict[str, Any] = to_wire(asdict(placed.exchange))
    wire["spot"] = to_wire(asdict(placed.spot)) if placed.spot else None
    return wire


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


class ClientScreen:
    """A client of ours, which knows how to show things."""

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
    """Any other editor. One question is asked at a time, the newest."""

    def __init__(self, server: LanguageServer, acts: Acts, *, shows_documents: bool) -> None:
        self._server = server
        self._acts = acts
        self._shows_documents = shows_documents
        self._told = State(keeping="idle")
        self._asking: asyncio.Task[None] | None = None

    def state(self, state: State) -> None:
        before, self._told = self._told.keeping, state
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
        if exchange.state == "failed":
            text = f"Your answer could not be evaluated automatically; a person will: {exchange.reason}"
        else:
            review = " (provisional until a person decides)" if exchange.needs_review else ""
            text = f"Score {exchange.score:g}/10{review}: {exchange.evaluation}"
        self._say(types.MessageType.Info, text)

    def report(self, session: str) -> None:
        self._say(types.MessageType.Info, "CodeAssess: the session has ended and its report is written.")

    def problem(self, problem: CodeAssessError) -> None:
        self._say(types.MessageType.Error, f"CodeAssess: {problem.message}")

    async def agrees(self, text: str) -> bool:
        return await self._choose(text, AGREE, "No") == AGREE

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
                await self._acts.open_sheet(exchange.id)
            elif chosen == NOT_NOW:
                self._acts.defer(exchange.id)
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
