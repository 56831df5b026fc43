"""Recording code updates, and telling the timer of decisions about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..clock import Clock
from ..errors import CodeAssessError
from ..model import Moment
from ..ports import DecisionTimer
from ..storage.entries import CodeEntry, Receipt, Tell
from .actions import MOMENTS, code_entry
from .integrity import IntegritySignals
from .messages import CodeUpdate

if TYPE_CHECKING:
    from ..storage.record import Record


class UpdateRecording:
    """Records the code updates of all sessions; `submit` does so without waiting."""

    def __init__(self, record: Record, signals: IntegritySignals, timer: DecisionTimer, *, clock: Clock) -> None:
        self._record = record
        self._signals = signals
        self._timer = timer
        self._clock = clock

    async def record(self, session_id: str, update: CodeUpdate) -> Receipt:
        """Store the update; returns when it is stored. Errors as of `Recorder.record`."""
        signals = await self._signals.wanted(session_id)
        entry = code_entry(session_id, update, received_at=self._clock(), signals=signals)
        receipt = await self._record.recorder.record(entry)
        self._recorded(entry, receipt)
        return receipt

    def submit(self, session_id: str, update: CodeUpdate, tell: Tell) -> bool:
        """Take the update and return at once; `tell` is called with its receipt or error.

        False: it was not taken, because something has to be awaited first; call `record`.
        """
        signals = self._signals.known(session_id)
        if signals is None:
            return False
        entry = code_entry(session_id, update, received_at=self._clock(), signals=signals)

        def stored(outcome: Receipt | CodeAssessError) -> None:
            if isinstance(outcome, Receipt):
                self._recorded(entry, outcome)
            tell(outcome)

        return self._record.recorder.submit(entry, stored)

    def _recorded(self, entry: CodeEntry, receipt: Receipt) -> None:
        if not receipt.known:
            moment = MOMENTS.get(entry.cause, Moment.PAUSE) if entry.cause else Moment.PAUSE
            self._timer.touch(entry.session_id, entry.received_at, moment)
