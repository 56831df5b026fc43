"""One connection writes in a session; later ones read until they take the lease, in any process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from records import begin, opened
from servers import fresh_database

from codeassess_core.clock import new_id, utcnow
from codeassess_core.errors import NotFound
from codeassess_core.live import writers
from codeassess_core.live.writers import Writers
from codeassess_core.model import Lease
from codeassess_core.storage.leases import LIFETIME


class Editor:
    """A connection that notes what it was told."""

    def __init__(self, client_id: str, *, answers: bool = True) -> None:
        self.id = new_id()
        self.client_id = client_id
        self.answers = answers
        self.over = asyncio.Event()
        self.told: asyncio.Queue[str | None] = asyncio.Queue()

    def superseded(self) -> None:
        self.over.set()

    def writer_changed(self, lease: Lease | None) -> None:
        self.told.put_nowait(lease.client_id if lease else None)

    async def alive(self) -> bool:
        return self.answers


class Time:
    """A clock that is moved by the test."""

    def __init__(self) -> None:
        self.now = utcnow()

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def two_processes(url: str, clock: Time) -> AsyncIterator[tuple[str, Writers, Writers]]:
    """A session, and the writers of two processes on its database."""
    async with opened(url, clock=clock) as one, opened(url, clock=clock) as other:
        session = await begin(one)
        yield session.id, Writers(one.leases, clock=clock), Writers(other.leases, clock=clock)


async def stop(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_second_reads_until_it_is_asked_to_write(database_url: str) -> None:
    async with two_processes(database_url, Time()) as (session, here, _):
        lab, code = Editor("lab"), Editor("code")
        assert (await here.enter(session, lab, take=False)).holder == lab.id
        assert (await here.enter(session, code, take=False)).client_id == "lab"
        assert not lab.over.is_set()
        assert (await here.enter(session, code, take=True)).holder == code.id
        assert lab.over.is_set() and not code.over.is_set()
        await here.leave(session, lab)  # leaves late: another one has the lease already
        assert (await here.enter(session, Editor("third"), take=False)).holder == code.id


async def test_in_another_process_too(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "RENEW_SECONDS", 0.02)
    async with two_processes(database_url, Time()) as (session, here, there):
        watching = [asyncio.create_task(w.watch()) for w in (here, there)]
        lab, code = Editor("lab"), Editor("code")
        await here.enter(session, lab, take=False)
        assert (await there.enter(session, code, take=False)).holder == lab.id
        await there.enter(session, code, take=True)
        await asyncio.wait_for(lab.over.wait(), 60)  # its process notices when it renews
        await stop(*watching)


async def test_when_the_holder_goes_the_lease_is_free_at_once_and_readers_hear_of_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "RENEW_SECONDS", 0.02)
    async with two_processes(database_url, Time()) as (session, here, there):
        lab, near, far = Editor("lab"), Editor("near"), Editor("far")
        await here.enter(session, lab, take=False)
        await here.enter(session, near, take=False)
        await there.enter(session, far, take=False)
        await here.leave(session, lab)
        assert near.told.get_nowait() is None
        watching = asyncio.create_task(there.watch())
        assert await asyncio.wait_for(far.told.get(), 60) is None
        assert (await there.enter(session, far, take=False)).holder == far.id
        await here._look([session])
        assert near.told.get_nowait() == "far"
        await stop(watching)


async def test_a_holder_that_does_not_answer_has_lost_it(database_url: str) -> None:
    async with two_processes(database_url, Time()) as (session, here, _):
        asleep, awake = Editor("asleep", answers=False), Editor("awake")
        await here.enter(session, asleep, take=False)
        assert (await here.enter(session, awake, take=False)).holder == awake.id
        assert asleep.over.is_set()


async def test_the_lease_of_a_process_that_died_ends_by_itself(database_url: str) -> None:
    clock = Time()
    async with two_processes(database_url, clock) as (session, dead, there):
        await dead.enter(session, Editor("lab"), take=False)  # and is never renewed
        late = Editor("late")
        clock.now += LIFETIME - timedelta(seconds=1)
        assert (await there.enter(session, late, take=False)).client_id == "lab"
        clock.now += timedelta(seconds=1)
        assert (await there.enter(session, late, take=False)).holder == late.id


async def test_a_machine_whose_clock_is_wrong_takes_no_lease_away(
    postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of the database counts. On SQLite there is one machine, and so one clock."""
    with fresh_database(postgres_server) as url:
        await _two_clocks(url, monkeypatch)


async def _two_clocks(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(url) as right, opened(url, clock=fast) as wrong:
        monkeypatch.setattr("codeassess_core.storage.moment.utcnow", fast)  # of the machine of `wrong`
        session = await begin(wrong)
        lease = Lease(holder=new_id(), client_id="one", taken_at=utcnow())
        assert await wrong.leases.take(session.id, lease) == lease
        monkeypatch.undo()
        other = Lease(holder=new_id(), client_id="other", taken_at=utcnow())
        assert (await right.leases.take(session.id, other)).holder == lease.holder
        assert set(await right.leases.of([session.id])) == {session.id}


def fast() -> datetime:
    """The clock of a machine that is an hour ahead."""
    return utcnow() + timedelta(hours=1)


async def test_a_renewed_lease_lives_on_and_a_clock_that_was_set_back_locks_nobody_out(database_url: str) -> None:
    clock = Time()
    async with two_processes(database_url, clock) as (session, here, there):
        await here.enter(session, Editor("lab"), take=False)
        for _ in range(3):
            clock.now += LIFETIME - timedelta(seconds=1)
            await here._renew()
        late = Editor("late")
        assert (await there.enter(session, late, take=False)).client_id == "lab"
        clock.now -= timedelta(hours=1)
        assert (await there.enter(session, late, take=False)).holder == late.id


async def test_a_client_that_comes_back_takes_its_own_lease_without_asking(database_url: str) -> None:
    async with two_processes(database_url, Time()) as (session, here, there):
        await here.enter(session, Editor("lab"), take=False)
        again = Editor("lab")
        assert (await there.enter(session, again, take=False)).holder == again.id


async def test_of_many_that_come_at_once_one_writes(database_url: str) -> None:
    async with two_processes(database_url, Time()) as (session, here, there):
        editors = [Editor(f"editor {i}") for i in range(10)]
        places = [here, there] * 5
        leases = await asyncio.gather(
            *(place.enter(session, e, take=False) for place, e in zip(places, editors, strict=True))
        )
        assert len({lease.holder for lease in leases}) == 1


async def test_of_many_that_take_it_at_once_the_last_one_keeps_it(database_url: str) -> None:
    async with two_processes(database_url, Time()) as (session, here, _):
        editors = [Editor(f"editor {i}") for i in range(10)]
        await asyncio.gather(*(here.enter(session, editor, take=True) for editor in editors))
        (left,) = [editor for editor in editors if not editor.over.is_set()]
        assert (await here.enter(session, Editor("reader"), take=False)).holder == left.id


async def test_nobody_writes_in_a_session_that_does_not_exist(database_url: str) -> None:
    async with two_processes(database_url, Time()) as (_, here, _):
        with pytest.raises(NotFound):
            await here.enter(new_id(), Editor("lab"), take=False)


async def test_an_erased_session_has_no_lease(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        here = Writers(record.leases, clock=utcnow)
        await here.enter(session.id, Editor("lab"), take=False)
        await record.sessions.erase(session.id, principal="root")
        assert await record.leases.of([session.id]) == {}


async def test_who_has_gone_is_forgotten(database_url: str) -> None:
    async with two_processes(database_url, Time()) as (session, here, _):
        lab, code = Editor("lab"), Editor("code")
        await here.enter(session, lab, take=False)
        await here.enter(session, code, take=False)
        for editor in (code, lab):
            await here.leave(session, editor)
        assert not here._writers and not here._readers and not here._told_holders
