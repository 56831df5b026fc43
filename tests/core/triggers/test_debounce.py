"""When a decision is taken: at a pause, at the latest after a while, and never forgotten."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import pytest

from codeassess_core.clock import Clock, utcnow
from codeassess_core.errors import StoreUnavailable
from codeassess_core.model import Moment
from codeassess_core.triggers.debounce import AT_ONCE, Debounce


class Decisions:
    """Stands for the story: notes which session was decided when, and fails where it is told to."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.taken: list[tuple[str, float]] = []
        self.failures: dict[str, list[Exception]] = {}
        self.undecided: list[str] = []
        self.moments: list[Moment] = []
        self.asked_for: list[tuple[datetime, datetime]] = []
        self.slow = 0.0
        self.running = self.most = 0

    async def decide(self, session_id: str, moment: Moment) -> None:
        self.moments.append(moment)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(self.slow)
            if self.failures.get(session_id):
                raise self.failures[session_id].pop(0)
            self.taken.append((session_id, time.monotonic() - self.began))
            self.undecided = [s for s in self.undecided if s != session_id]
        finally:
            self.running -= 1

    async def overdue(self, *, quiet_since: datetime, waiting_since: datetime) -> list[str]:
        self.asked_for.append((quiet_since, waiting_since))
        return list(self.undecided)

    @property
    def sessions(self) -> list[str]:
        return [session for session, _ in self.taken]


NOW = utcnow()
HOUR = timedelta(hours=1)
NEVER = HOUR.total_seconds()  #: a pause that does not end while a test runs, only for what is as old as it


@asynccontextmanager
async def running(
    *, idle_pause: float, longest: float = 30.0, sweeping: bool = False, grace: float = 0.0, clock: Clock = utcnow
) -> AsyncIterator[tuple[Debounce, Decisions]]:
    decisions = Decisions()
    pauses = Debounce(
        idle_pause=idle_pause,
        decide=decisions.decide,
        undecided=decisions.overdue,
        clock=clock,
        longest_wait=longest,
        grace=grace,
    )
    tasks = [asyncio.create_task(pauses.run())] + ([asyncio.create_task(pauses.sweep())] if sweeping else [])
    try:
        yield pauses, decisions
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def until(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        await asyncio.sleep(0.005)


async def test_one_decision_for_a_burst_after_the_pause() -> None:
    async with running(idle_pause=NEVER, longest=2 * NEVER) as (pauses, decisions):
        for session in ("a", "b"):
            for _ in range(10):
                pauses.touch(session, utcnow())
                await asyncio.sleep(0)
            assert session not in decisions.sessions
            pauses.touch(session, utcnow() - HOUR)
            await until(lambda: session in decisions.sessions)  # noqa: B023
        assert decisions.sessions == ["a", "b"]


async def test_the_pause_is_waited_for() -> None:
    async with running(idle_pause=0.3) as (pauses, decisions):
        pauses.touch("a", utcnow())
        await until(lambda: bool(decisions.taken))
        assert decisions.taken[0][1] > 0.25


async def test_without_a_pause_the_decision_is_taken_at_once() -> None:
    async with running(idle_pause=0.0) as (pauses, decisions):
        for n in range(3):
            pauses.touch("a", utcnow())
            await until(lambda: len(decisions.taken) == n + 1)  # noqa: B023


async def test_a_run_is_decided_about_at_once_and_more_text_does_not_take_it_back() -> None:
    async with running(idle_pause=30) as (pauses, decisions):
        now = utcnow()
        pauses.touch("a", now)
        pauses.touch("a", now, Moment.RUN)
        pauses.touch("a", now)
        await until(lambda: bool(decisions.taken))
    assert decisions.moments == [Moment.RUN]


async def test_who_types_on_is_decided_about_in_the_end() -> None:
    async with running(idle_pause=NEVER, longest=0.8) as (pauses, decisions):
        while not decisions.taken:
            pauses.touch("a", utcnow())
            await asyncio.sleep(0.02)
        assert decisions.taken[0][1] > 0.7


async def test_each_session_has_its_own_pause() -> None:
    async with running(idle_pause=NEVER, longest=2 * NEVER) as (pauses, decisions):
        pauses.touch("late", utcnow())
        pauses.touch("early", utcnow() - HOUR)
        await until(lambda: bool(decisions.taken))
        assert decisions.sessions == ["early"]


async def test_a_session_is_decided_once_at_a_time_however_much_comes_meanwhile() -> None:
    async with running(idle_pause=0.0) as (pauses, decisions):
        decisions.slow = 0.05
        for _ in range(10):
            pauses.touch("a", utcnow())
            await asyncio.sleep(0.01)
        await until(lambda: len(decisions.sessions) >= 2 and not decisions.running)
        assert decisions.most == 1
        assert len(decisions.sessions) < 10, "what came during a decision is one more, not one each"


async def test_a_rush_leaves_connections_to_others() -> None:
    async with running(idle_pause=0.0) as (pauses, decisions):
        decisions.slow = 0.02
        for n in range(50):
            pauses.touch(str(n), utcnow())
        await until(lambda: len(decisions.taken) == 50)
        assert decisions.most <= AT_ONCE


@pytest.mark.parametrize("failure", [StoreUnavailable(), RuntimeError("a defect")])
async def test_a_decision_that_fails_stops_no_other_and_is_taken_up_by_the_sweep(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codeassess_core.triggers.debounce.SWEEP_SECONDS", 0.1)
    async with running(idle_pause=0.0, sweeping=True) as (pauses, decisions):
        decisions.failures["a"] = [failure, failure]
        decisions.undecided = ["a"]
        pauses.touch("a", utcnow())
        pauses.touch("b", utcnow())
        await until(lambda: sorted(decisions.sessions) == ["a", "b"])
        assert decisions.sessions == ["b", "a"] and decisions.failures["a"] == []


async def test_what_the_database_knows_is_decided_after_a_restart() -> None:
    """Nobody touches: the process is new."""
    async with running(idle_pause=0.05, sweeping=True) as (_, decisions):
        decisions.undecided = ["a", "b"]
        await until(lambda: sorted(decisions.sessions) == ["a", "b"])


async def test_the_sweep_asks_only_for_what_is_overdue() -> None:
    async with running(idle_pause=3.0, longest=30.0, sweeping=True, clock=lambda: NOW) as (_, decisions):
        await until(lambda: bool(decisions.asked_for))
        quiet, waiting = decisions.asked_for[0]
        assert NOW - quiet == timedelta(seconds=4), "who is here decides first"
        assert NOW - waiting == timedelta(seconds=31)


async def test_the_sweep_leaves_alone_what_is_waited_for_or_being_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codeassess_core.triggers.debounce.SWEEP_SECONDS", 0.02)
    async with running(idle_pause=0.2, sweeping=True) as (pauses, decisions):
        decisions.slow = 0.3
        pauses.touch("a", utcnow())
        decisions.undecided = ["a"]
        await until(lambda: bool(decisions.taken))
        await asyncio.sleep(0.1)
        assert decisions.sessions == ["a"] and decisions.most == 1


async def test_a_sweep_without_a_database_goes_on_sweeping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codeassess_core.triggers.debounce.SWEEP_SECONDS", 0.02)
    problems: list[Exception] = [StoreUnavailable(), StoreUnavailable()]

    class Away(Decisions):
        async def overdue(self, *, quiet_since: datetime, waiting_since: datetime) -> list[str]:
            if problems:
                raise problems.pop()
            return await super().overdue(quiet_since=quiet_since, waiting_since=waiting_since)

    decisions = Away()
    decisions.undecided = ["a"]
    pauses = Debounce(idle_pause=0.0, decide=decisions.decide, undecided=decisions.overdue, clock=utcnow, grace=0.0)
    tasks = [asyncio.create_task(pauses.run()), asyncio.create_task(pauses.sweep())]
    await until(lambda: decisions.sessions == ["a"])
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_decision_that_waits_keeps_no_other_waiting() -> None:
    async with running(idle_pause=0.0) as (pauses, decisions):
        stuck = asyncio.Event()

        async def waits(session_id: str, moment: Moment) -> None:
            if session_id == "held":
                await stuck.wait()
            await decisions.decide(session_id, moment)

        pauses._decide = waits
        pauses.touch("held", utcnow())
        await asyncio.sleep(0)
        for n in range(3 * AT_ONCE):
            pauses.touch(f"s{n}", utcnow())
        await until(lambda: len(decisions.sessions) == 3 * AT_ONCE)
        stuck.set()
        await until(lambda: "held" in decisions.sessions)


async def test_a_clock_that_is_put_back_delays_no_decision() -> None:
    now = [utcnow()]
    decisions = Decisions()
    pauses = Debounce(idle_pause=0.1, decide=decisions.decide, undecided=decisions.overdue, clock=lambda: now[0])
    running_on = asyncio.create_task(pauses.run())
    pauses.touch("a", now[0])
    now[0] -= timedelta(hours=1)
    pauses.touch("b", now[0])
    await until(lambda: sorted(decisions.sessions) == ["a", "b"])
    running_on.cancel()


async def test_a_session_whose_client_is_about_to_come_back_is_not_decided_without_it() -> None:
    """After a restart the database has a line that was being typed; the rest of it is in the client's outbox."""
    async with running(idle_pause=NEVER, longest=2 * NEVER, sweeping=True, grace=0.5) as (pauses, decisions):
        decisions.undecided = ["back", "gone"]
        pauses.returned("back")
        for _ in range(5):  # it sends what it kept, and types on
            pauses.touch("back", utcnow())
            await asyncio.sleep(0)
        await until(lambda: bool(decisions.taken))
        assert decisions.sessions == ["gone"] and decisions.taken[0][1] > 0.4
        pauses.touch("back", utcnow() - HOUR)
        await until(lambda: decisions.sessions == ["gone", "back"])


async def test_a_session_whose_client_has_just_gone_waits_for_it_and_no_longer_than_that() -> None:
    async with running(idle_pause=0.2, grace=1.0) as (pauses, decisions):
        sessions = ("run", "back", "gone")
        for session in sessions:
            pauses.touch(session, utcnow())
        pauses.touch("run", utcnow(), Moment.RUN)  # what was run is the whole text
        for session in (*sessions, "unknown"):
            pauses.left(session)
        pauses.returned("back")
        await until(lambda: len(decisions.taken) == 3)
        taken = dict(decisions.taken)
        assert decisions.sessions[0] == "run" and min(taken["gone"], taken["back"]) > 0.9
