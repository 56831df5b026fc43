"""One session as this editor has it: which documents are in it, what was asked, what is on the way."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from codeassess_core.clients import Superseded
from codeassess_core.errors import CodeAssessError, Conflict, NotFound, StoreUnavailable

from . import updates
from .background import background
from .conversation import Exchange, after, exchanges, last_status, said
from .courier import Courier, Standing
from .outbox import Body
from .places import Place, SessionInfo
from .placing import spot_of
from .recording import Recording
from .screens import Placed, Screen, State
from .sitting_ledger import SittingLedger, Written
from .texts import OpenTexts

UNSAVED_SECONDS: Final = 5.0
"""From then on, "saving" is no longer the honest word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a sitting lives in."""

    place: Place
    texts: OpenTexts
    folders: tuple[str, ...]  #: uris of the workspace's folders
    screen: Screen
    writer: str  #: this process, as the server and the ledger know it


class Sitting:
    """`open` it, and `aclose` it: everything that was typed is then written down."""

    def __init__(self, around: Surroundings, ledger: SittingLedger) -> None:
        self._around = around
        self._ledger = ledger
        self._info: SessionInfo | None = None
        self._exchanges = exchanges(ledger.events(), ledger.written())
        self._status = last_status(ledger.events())
        self.recording = Recording(
            texts=around.texts,
            folders=around.folders,
            ledger=ledger,
            post=self._post,
            writes=self._writes,
            changed=self._look,
            complain=around.screen.problem,
        )
        self._given: Mapping[str, str] = {}  # answers that the session has, by question
        self._disk_problem: CodeAssessError | None = None
        self._looking: asyncio.TimerHandle | None = None
        self._told: State | None = None
        self._courier = Courier(
            place=around.place,
            ledger=ledger,
            client_id=around.writer,
            take=self._take,
            changed=self._look,
            refused=self._on_refused,
        )
        self._running: asyncio.Task[None] | None = None

    @property
    def session(self) -> str:
        return self._ledger.session

    def open(self, *, consent: str | None = None) -> None:
        """Begin to send and to listen, and take in what is open already.

        `consent`: what the candidate has just agreed to, recorded as the first thing of the session.
        """
        if consent is not None:
            self._post(updates.activity("consent", text=consent))
        self._running = background(self._courier.run())
        for uri in self.recording.names:
            self.recording.noticed(uri, "open")

    async def aclose(self) -> None:
        self.recording.flush()
        if self._looking is not None:
            self._looking.cancel()
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def leave(self) -> None:
        """End the sitting here; the session goes on. What is not delivered waits in the ledger."""
        await self.aclose()
        self._ledger.end(left=True)

    # ── what the candidate does

    def write(self, question: str, text: str, *, draft: bool) -> Placed:
        """Keep an answer's draft, or give the answer.

        Raises:
            NotFound: no such question. Conflict: it is not open. InvalidInput: the answer cannot be stored.
        """
        exchange = self._exchanges.get(question)
        if exchange is None:
            raise NotFound("There is no such question in this session.")
        if exchange.state not in ("open", "deferred"):
            raise Conflict("This question has been answered.", question=question)
        written = Written(text=text, state="draft" if draft else "answered")
        if not draft:
            self.recording.flush()  # the answer is about the code as it is now
            self._post(updates.response(question, text))
        return self._keep(exchange, written)

    def defer(self, question: str) -> Placed:
        """ "Not now"."""
        exchange = self._exchanges.get(question)
        if exchange is None or exchange.state != "open":
            raise Conflict("This question is not open.", question=question)
        self._post(updates.deferral(question))
        return self._keep(exchange, Written(text=exchange.draft or "", state="deferred"))

    def finish(self) -> None:
        """The candidate is done."""
        self.recording.flush()
        self._post(updates.finish())
        self._status = "finishing"
        self._look()

    def hurry(self) -> None:
        """Try to connect now."""
        self._courier.hurry()

    # ── how things stand

    def state(self) -> State:
        info = self._info
        problem = self._disk_problem or self._courier.problem
        return State(
            keeping=self._keeping(),
            waiting=self._ledger.outbox.waiting()[0],
            problem=problem.as_dict() if problem else None,
            session=self.session,
            place=self._around.place.name,
            status=self._status or (info.status if info else None),
            title=info.title if info else "",
            instructions=info.instructions if info else "",
            deadline=info.deadline if info else None,
            documents=tuple(self.recording.names),
        )

    async def conversation(self) -> list[Placed]:
        """Every exchange, with where its lines are now."""
        return [await self._placed(exchange) for exchange in tuple(self._exchanges.values())]

    async def _placed(self, exchange: Exchange) -> Placed:
        """Where the lines of a question are in the editor now."""
        uri = next((uri for uri, name in self.recording.names.items() if name == exchange.document), None)
        if uri is None:
            return Placed(exchange, None)
        return Placed(exchange, await spot_of(exchange, uri, texts=self._around.texts, snapshot=self._snapshot))

    async def _snapshot(self, n: int) -> str:
        return await self._around.place.snapshot(self.session, n)

    def _keeping(self) -> str:
        standing = self._courier.standing
        if self._disk_problem is not None:
            return "unsaved"
        if standing is not Standing.ONLINE:
            return str(standing)
        waiting, since = self._ledger.outbox.waiting()
        if waiting == 0:
            return "saving" if self.recording.waiting else "saved"
        return "unsaved" if since is not None and time.time() - since > UNSAVED_SECONDS else "saving"

    def _look(self) -> None:
        """Tell the screen how things stand, and once more when time alone will have changed it."""
        state = self.state()
        if self._told is None or state != self._told:
            self._told = state
            self._around.screen.state(state)
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if state.keeping == "saving":
            self._looking = asyncio.get_running_loop().call_later(UNSAVED_SECONDS, self._look)
        if self._info is None and self._courier.standing is Standing.ONLINE:
            self._info = SessionInfo(id=self.session, status="active", created_at="", acked_seq=0, language="")
            background(self._learn())

    async def _learn(self) -> None:
        """Read what the session is about, once there is a connection, and the answers that were given elsewhere."""
        try:
            self._info = await self._around.place.session(self.session)
            self._given = await self._around.place.responses(self.session)
        except CodeAssessError:
            self._info = None  # with the next sign of life again
            return
        self._adopt()
        self._look()

    def _adopt(self) -> None:
        """Put answers that were given elsewhere to their questions, whichever came first."""
        for question, text in self._given.items():
            exchange = self._exchanges.get(question)
            if exchange is not None and exchange.answer is None:
                adopted = self._keep(exchange, Written(text=text, state="answered")).exchange
                if adopted.state in ("evaluated", "failed"):
                    background(self._show(adopted, news="evaluation"))

    # ── out and in

    def _writes(self) -> bool:
        """Is this the window that records, in a session that still takes something?"""
        return self._courier.standing is not Standing.ELSEWHERE and self._status in (None, "active")

    def _post(self, body: Body) -> None:
        """Write a message down and have it sent.

        Raises:
            StoreUnavailable: this machine's disk does not take it.
        """
        try:
            self._ledger.outbox.add(body, sent_up_to=self._courier.sent_up_to)
            self._disk_problem = None
        except sqlite3.Error as problem:
            self._disk_problem = StoreUnavailable(f"This machine cannot write down what is typed: {problem}.")
            raise self._disk_problem from problem
        except Superseded as problem:
            self._courier.standing, self._courier.problem = Standing.ELSEWHERE, problem
            raise
        finally:
            self._look()
        self._courier.wake()

    def _keep(self, exchange: Exchange, written: Written) -> Placed:
        self._ledger.write(exchange.id, written)
        self._exchanges[exchange.id] = changed = said(exchange, written)
        return Placed(changed, None)

    def _take(self, event: Mapping[str, Any]) -> None:
        """An event of the session."""
        if event["message_type"] == "session_state":
            self._status = event["status"]
        elif event["message_type"] == "report_ready":
            self._status = "ended"
            self._ledger.end()
            self._around.screen.report(self.session)
        changed = after(self._exchanges, event)
        self._adopt()
        if changed is not None:
            background(self._show(self._exchanges[changed.id], news=event["message_type"]))

    async def _show(self, exchange: Exchange, *, news: str) -> None:
        placed = await self._placed(exchange)
        if news == "question":
            self._around.screen.question(placed)
        else:
            self._around.screen.evaluation(placed)

    def _on_refused(self, error: Mapping[str, Any]) -> None:
        """A message that the session will never take."""
        problem = Conflict(str(error.get("message", error["code"])), code=error["code"])
        self._around.screen.problem(problem)
