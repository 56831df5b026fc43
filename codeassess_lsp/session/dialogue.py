"""The questions of a session and what the candidate writes to them, kept in the local store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codeassess_core.errors import Conflict, NotFound

from ..sync.session_store import SessionStore, Written
from .conversation import Exchange, apply_event, exchanges, with_written


class Dialogue:
    """The questions in the order in which they were asked."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store
        self._exchanges = exchanges(store.events(), store.written())
        self._given: Mapping[str, str] = {}  # answers that the session has, by question

    def all(self) -> tuple[Exchange, ...]:
        return tuple(self._exchanges.values())

    def answerable(self, question: str) -> Exchange:
        """A question that may still be answered.

        Raises:
            NotFound: no such question. Conflict: it is not open.
        """
        exchange = self._exchanges.get(question)
        if exchange is None:
            raise NotFound("There is no such question in this session.")
        if exchange.state not in ("open", "deferred"):
            raise Conflict("This question has been answered.", question=question)
        return exchange

    def open(self, question: str) -> Exchange:
        """A question that is open.

        Raises:
            Conflict: it is not.
        """
        exchange = self._exchanges.get(question)
        if exchange is None or exchange.state != "open":
            raise Conflict("This question is not open.", question=question)
        return exchange

    def keep(self, exchange: Exchange, written: Written) -> Exchange:
        """Store what the candidate wrote; returns the question with it."""
        self._store.write(exchange.id, written)
        self._exchanges[exchange.id] = changed = with_written(exchange, written)
        return changed

    def take(self, event: Mapping[str, Any]) -> Exchange | None:
        """An event of the session; returns the question that it changed."""
        changed = apply_event(self._exchanges, event)
        self._adopt()
        return self._exchanges[changed.id] if changed is not None else None

    def refused(self, question: str) -> Exchange | None:
        """The session refused the answer; returns the question, now closed, unless it was evaluated."""
        exchange = self._exchanges.get(question)
        if exchange is None or exchange.state != "answered":
            return None
        return self.keep(exchange, Written(text=exchange.answer or "", state="closed"))

    def learn(self, given: Mapping[str, str]) -> list[Exchange]:
        """Adopt the answers that the session has, which another editor may have given.

        Returns the evaluated questions that got an answer by it.
        """
        self._given = given
        return [exchange for exchange in self._adopt() if exchange.state in ("evaluated", "failed")]

    def _adopt(self) -> list[Exchange]:
        """Store answers that another editor gave at their questions."""
        lacking = [e for e in self._exchanges.values() if e.answer is None and e.id in self._given]
        return [self.keep(e, Written(text=self._given[e.id], state="answered")) for e in lacking]
