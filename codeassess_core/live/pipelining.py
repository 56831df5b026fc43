"""Code updates that are recorded without waiting for the one before.

Nearly every message is a code update of a client that may write. It needs no task and no turn of the event
loop: parsed, put into the next commit, acknowledged after it. Whatever else a frame may be, and whenever
something has to be awaited, `take` says so, and the frame goes the general way (`Connection.receive`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..errors import CodeAssessError
from ..storage.entries import Receipt
from .messages import Ack, CodeUpdate, parse
from .rate_limit import ConnectionRate
from .recording import UpdateRecording

_ACK = '{"message_type":"ack","seq":%d}'  # as `dump(Ack(…))`; a test compares them

WriteNow = Callable[[str], bool]
"""Writes a text frame without waiting. False: nothing was written, because the client has not read what was before."""


class Pipeline:
    """The code updates of one connection. `otherwise(frame, answer, done)` answers what cannot be answered at once."""

    def __init__(
        self,
        updates: UpdateRecording,
        session_id: str,
        *,
        rate: ConnectionRate,
        write: WriteNow,
        otherwise: Callable[[str, Ack | CodeAssessError, Callable[[], None]], None],
    ) -> None:
        self._updates = updates
        self._session_id = session_id
        self._rate = rate
        self._write = write
        self._otherwise = otherwise
        self._later = 0  # answers that were given to `otherwise` and are not sent yet

    def take(self, frame: str | bytes, done: Callable[[], None]) -> bool:
        """Take a frame when it is a code update; `done` is called when its sender has been answered.

        False: nothing happened; the frame has to go the general way.
        """
        if isinstance(frame, bytes):
            return False
        try:
            update = parse(frame)
        except CodeAssessError:
            return False
        if not isinstance(update, CodeUpdate) or not self._rate.passes(len(frame)):
            return False
        return self._updates.submit(self._session_id, update, partial(self._answer, frame, update.seq, done))

    def _answer(
        self, frame: str, seq: int | None, done: Callable[[], None], outcome: Receipt | CodeAssessError
    ) -> None:
        if isinstance(outcome, CodeAssessError):
            self._answer_later(frame, outcome, done)
        elif seq is None:
            done()
        else:
            acked = outcome.acked_seq if outcome.known else seq
            if not self._later and self._write(_ACK % acked):
                done()
            else:  # answers keep the order of the messages
                self._answer_later(frame, Ack(seq=acked), done)

    def _answer_later(self, frame: str, answer: Ack | CodeAssessError, done: Callable[[], None]) -> None:
        def answered() -> None:
            self._later -= 1
            done()

        self._later += 1
        self._otherwise(frame, answer, answered)
