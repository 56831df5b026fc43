"""One session in this editor: its documents, its questions, and the messages that wait."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from codeassess_core.client.errors import Superseded
from codeassess_core.errors import CodeAssessError, SessionEnded, StoreUnavailable
from codeassess_core.limits import SessionFull
from codeassess_core.system.concurrency import stop

from ..backends.backend import SessionInfo
from ..background import background
from ..editor.placing import spot_of
from ..editor.screens import Placed, State
from ..sync import updates
from ..sync.lease_watch import LeaseWatch
from ..sync.link_state import LinkState
from ..sync.outbox import Body, Content
from ..sync.refusals import TOO_LATE, complaint
from ..sync.session_store import SessionStore, Written
from ..sync.sync import Sync
from .conversation import Exchange, answer_text
from .dialogue import Dialogue
from .environment import Environment
from .progress import CLOSING, ENDED, progress_of
from .recording import Recording

UNSAVED_SECONDS: Final = 5.0
"""After so long without an acknowledgement the screen says "not saved"."""


class ClientSession:
    """After `aclose` everything that was typed is stored."""

    def __init__(self, environment: Environment, store: SessionStore) -> None:
        self._environment = environment
        self._store = store
        self._info: SessionInfo | None = None
        self._dialogue = Dialogue(store)
        self._progress = progress_of(store.events(), finish_waits=store.outbox.waits("finish"))
        self.recording = self._new_recording()
        self._disk_problem: CodeAssessError | None = None
        self._recheck: asyncio.TimerHandle | None = None
        self._shown: State | None = None
        self._full = False  # the session takes no more code
        self._free = False  # another window wrote, and nobody does any more
        self._report = False  # it is written, and the candidate may read it
        self._sync = Sync(
            backend=environment.backend,
            store=store,
            client_id=environment.writer,
            take_over=environment.take_over,
            take=self._take,
            changed=self._update,
            refused=self._on_refused,
        )
        self._running: asyncio.Task[None] | None = None

    def _new_recording(self) -> Recording:
        return Recording(
            texts=self._environment.texts,
            folders=self._environment.folders,
            store=self._store,
            post=self._post,
            writes=self._writes,
            changed=self._update,
            complain=self._environment.screen.problem,
        )

    @property
    def session(self) -> str:
        return self._store.session

    def open(self, *, consent: str | None = None) -> None:
        """Begin to send and to receive, and record the documents that are open.

        `consent`: the text to which the candidate has just agreed, the first message of the session.
        """
        if consent is not None:
            self._post(updates.activity("consent", text=consent))
        self._running = background(self._run())
        for uri in self.recording.names:
            self.recording.noticed(uri, "open")

    async def _run(self) -> None:
        """Exchange messages; when another window writes, watch until it does not any more."""
        await self._sync.run()
        if self._sync.link_state is LinkState.ELSEWHERE:
            await LeaseWatch(self._environment.backend, self.session, changed=self._on_lease).run()

    def _on_lease(self, free: bool) -> None:
        self._free = free
        self._update()

    async def aclose(self) -> None:
        self.recording.flush()
        if self._recheck is not None:
            self._recheck.cancel()
        if self._running is not None:
            await stop(self._running)

    async def leave(self) -> None:
        """Close the session in this editor. What is not delivered waits in the local store."""
        await self.aclose()
        self._store.end(left=True)

    # ── what the candidate does

    def keep_draft(self, question: str, text: str) -> Placed:
        """Keep an answer that is not finished.

        Raises:
            NotFound: no such question. Conflict: it is not open.
        """
        return self._keep(self._dialogue.answerable(question), Written(text=text, state="draft"))

    def answer(self, question: str, text: str, slots: Mapping[str, str]) -> Placed:
        """Give an answer; `slots`: what was put into the question's slots, by their ids.

        Raises:
            NotFound: no such question. Conflict: it is not open. SessionEnded: it comes too late.
            InvalidInput: the answer cannot be stored.
        """
        exchange = self._dialogue.answerable(question)
        if self._progress.over:
            raise SessionEnded(TOO_LATE)
        self.recording.flush()  # the answer is about the present code
        whole = answer_text(exchange, text, slots)
        takes_slots = "slots" in self._sync.features  # an older server reads the results from the text
        self._post(updates.response(question, text, slots) if takes_slots else updates.response(question, whole))
        return self._keep(exchange, Written(text=whole, state="answered"))

    def defer(self, question: str) -> Placed:
        """ "Not now"."""
        exchange = self._dialogue.open(question)
        self._post(updates.deferral(question))
        return self._keep(exchange, Written(text=exchange.draft or "", state="deferred"))

    def finish(self) -> None:
        """The candidate is done: the closing round begins. In the closing round: it ends, and the session with it."""
        if self._progress.over or self._progress.finish_sent:
            return
        self.recording.flush()
        self._post(updates.finish(closing=self._progress.status != CLOSING))
        self._progress = self._progress.finished()
        self._update()

    def hurry(self) -> None:
        """Try to connect now."""
        self._sync.hurry()

    # ── state

    def state(self) -> State:
        info = self._info
        problem = self._disk_problem or self._sync.problem
        return State(
            keeping=self._keeping(),
            waiting=self._store.outbox.waiting()[0],
            problem=problem.as_dict() if problem else None,
            session=self.session,
            backend=self._environment.backend.name,
            status=self._progress.status or (info.status if info else None),
            questions_left=self._progress.questions_left,
            finish_sent=self._progress.finish_sent,
            title=info.title if info else "",
            instructions=info.instructions if info else "",
            deadline=info.deadline if info else None,
            documents=tuple(self.recording.names),
            report=self._report,
            free=self._free,
        )

    async def conversation(self) -> list[Placed]:
        """Every question, with its lines in the editor."""
        return [await self._placed(exchange) for exchange in self._dialogue.all()]

    async def _placed(self, exchange: Exchange) -> Placed:
        """A question with its lines in the editor."""
        document = self.recording.present_name(exchange.document)
        uri = next((uri for uri, name in self.recording.names.items() if name == document), None)
        if uri is None:
            return Placed(exchange, None)
        return Placed(exchange, await spot_of(exchange, uri, texts=self._environment.texts, snapshot=self._snapshot))

    async def _snapshot(self, n: int) -> str:
        return await self._environment.backend.snapshot(self.session, n)

    def _keeping(self) -> str:
        link_state = self._sync.link_state
        if self._disk_problem is not None:
            return "unsaved"
        if link_state is not LinkState.ONLINE:
            return str(link_state)
        waiting, seconds = self._store.outbox.waiting()
        if self._full:
            return "full"
        if waiting == 0:
            return "saving" if self.recording.waiting else "saved"
        return "unsaved" if seconds > UNSAVED_SECONDS else "saving"

    def _update(self) -> None:
        """Show the state if it changed; while it says "saving", check again later, because time alone changes it."""
        state = self.state()
        if self._shown is None or state != self._shown:
            self._shown = state
            self._environment.screen.state(state)
        if self._recheck is not None:
            self._recheck.cancel()
            self._recheck = None
        if state.keeping == "saving":
            self._recheck = asyncio.get_running_loop().call_later(UNSAVED_SECONDS, self._update)
        if self._info is None and self._sync.link_state is LinkState.ONLINE:
            self._info = SessionInfo(id=self.session, status="active", created_at="", acked_seq=0, language="")
            background(self._learn())

    async def _learn(self) -> None:
        """Once there is a connection, read the assessment and the answers that another editor gave."""
        try:
            self._info = await self._environment.backend.session(self.session)
            given = await self._environment.backend.responses(self.session)
        except CodeAssessError:
            self._info = None  # tried again when there is a connection
            return
        for exchange in self._dialogue.learn(given):
            background(self._show(exchange, news="evaluation"))
        self._update()

    # ── messages and events

    def _writes(self) -> bool:
        """Does this window record, in a session that is not over?"""
        return self._sync.link_state is not LinkState.ELSEWHERE and not self._progress.over

    def _post(self, body: Body) -> None:
        """Store a message and send it.

        Raises:
            StoreUnavailable: it cannot be written to this machine's disk.
        """
        try:
            self._store.outbox.add(body, sent_up_to=self._sync.sent_up_to)
            self._disk_problem = None
        except sqlite3.Error as problem:
            self._disk_problem = StoreUnavailable(f"This machine cannot write down what is typed: {problem}.")
            raise self._disk_problem from problem
        except Superseded as problem:
            self._sync.link_state, self._sync.problem = LinkState.ELSEWHERE, problem
            raise
        finally:
            self._update()
        self._sync.wake()

    def _keep(self, exchange: Exchange, written: Written) -> Placed:
        return Placed(self._dialogue.keep(exchange, written), None)

    def _take(self, event: Mapping[str, Any]) -> None:
        """An event of the session."""
        self._progress = self._progress.after(event)
        if self._progress.status == ENDED and event["message_type"] == "report_ready":
            self._store.end()
            background(self._tell_report())
        changed = self._dialogue.take(event)
        if changed is not None:
            background(self._show(changed, news=event["message_type"]))

    async def _tell_report(self) -> None:
        """Tell that the report is written, once it is known whether this candidate may read it."""
        try:
            await self._environment.backend.report(self.session)
            self._report = True
        except CodeAssessError:
            self._report = False
        self._update()
        self._environment.screen.report(self.session)

    async def _show(self, exchange: Exchange, *, news: str) -> None:
        placed = await self._placed(exchange)
        if news == "question":
            self._environment.screen.question(placed)
        else:
            self._environment.screen.evaluation(placed)

    def _on_refused(self, error: Mapping[str, Any], contents: Sequence[Content]) -> None:
        """The session refused these messages for good."""
        self._full = self._full or error["code"] == SessionFull.code
        done = self._progress.finish_sent or self._progress.over
        if any(content.message_type == "finish" for content in contents):
            self._progress = self._progress.not_finished()
        answers = [c.question for c in contents if c.message_type == "response_submitted" and c.question is not None]
        for closed in filter(None, map(self._dialogue.refused, answers)):
            background(self._show(closed, news="evaluation"))
        problem = complaint(error, answered=bool(answers), done=done)
        if problem is not None:
            self._environment.screen.problem(problem)
