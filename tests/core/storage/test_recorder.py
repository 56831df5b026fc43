"""The record path: in order, once, exactly, and many sessions in one commit."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Sequence

import pytest
from records import action, begin, new_session, opened, replay, update
from sqlalchemy import event, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from codeassess_core.documents.lines import line_count
from codeassess_core.errors import (
    HashMismatch,
    InvalidInput,
    NotFound,
    SequenceConflict,
    SequenceGap,
    SessionEnded,
    StoreUnavailable,
)
from codeassess_core.model import AssessmentSession, InteractionKind
from codeassess_core.storage.database import Database
from codeassess_core.storage.record import Record
from codeassess_core.storage.tables import audit, snapshots
from codeassess_core.storage.writes.bulk import CodeRow, PostgresBulk, SqliteBulk
from codeassess_core.storage.writes.head_cache import HeadCache
from codeassess_core.storage.writes.recorder import Recorder
from codeassess_core.storage.writes.updates import Outcome, Update


async def codes(record: Record, session: AssessmentSession) -> list[str]:
    """Every snapshot of the session, rebuilt."""
    infos = await record.snapshots.list(session.id, limit=10_000)
    assert [info.n for info in infos] == list(range(1, len(infos) + 1))
    return [(await record.snapshots.get(session.id, info.n)).code for info in infos]


async def count(record: Record, table: object) -> int:
    async with record.database.read() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


# -- order and duplicates ---------------------------------------------------------------------------------------------


async def test_updates_are_stored_in_order_and_acknowledged(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        for seq in range(1, 6):
            receipt = await record.recorder.record(update(session, f"a = {seq}\n", seq))
            assert (receipt.acked_seq, receipt.snapshot, receipt.known) == (seq, seq, False)
        assert await codes(record, session) == [f"a = {n}\n" for n in range(1, 6)]
        stored = await record.sessions.get(session.id)
        assert (stored.acked_seq, stored.snapshot_count, stored.interaction_count) == (5, 5, 5)


async def test_an_update_that_comes_again_is_acknowledged_again_and_stored_once(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        for seq in (1, 2, 3):
            await record.recorder.record(update(session, f"a = {seq}\n", seq))
        again = await record.recorder.record(update(session, "a = 2\n", 2))
        assert (again.acked_seq, again.snapshot, again.known) == (3, 2, True)
        assert len(await codes(record, session)) == 3


async def test_the_same_update_twice_in_one_commit_is_stored_once(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        receipts = await asyncio.gather(*(record.recorder.record(update(session, "a = 1\n", 1)) for _ in range(5)))
        assert [receipt.known for receipt in receipts] == [False, True, True, True, True]
        assert await codes(record, session) == ["a = 1\n"]


async def test_other_content_under_a_taken_seq_is_a_conflict_and_audited(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, "a = 1\n", 1))
        for entry in (update(session, "stolen = 2\n", 1), update(session, "a = 1\n", 1, document="other.py")):
            with pytest.raises(SequenceConflict) as caught:
                await record.recorder.record(entry)
            assert caught.value.detail == {"seq": 1, "expected": 2}
        assert await codes(record, session) == ["a = 1\n"]
        async with record.database.read() as connection:
            noted = (await connection.execute(select(audit.c.action, audit.c.count, audit.c.detail))).all()
        assert [(row.action, row.count) for row in noted] == [("sequence_conflict", 2)], "one line a minute"
        assert "stolen" not in str(noted), "the audit says that it happened, not what was written"


async def test_the_seq_of_a_letter_is_taken_too(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.inbox.note(action(session, InteractionKind.ACTIVITY, {"kind": "run"}, seq=1))
        with pytest.raises(SequenceConflict):
            await record.recorder.record(update(session, "a = 1\n", 1))
        await record.recorder.record(update(session, "a = 1\n", 2))


async def test_a_gap_names_the_seq_that_is_expected(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, "a = 1\n", 1))
        with pytest.raises(SequenceGap) as caught:
            await record.recorder.record(update(session, "a = 3\n", 3))
        assert caught.value.expected == 2
        assert len(await codes(record, session)) == 1


async def test_updates_without_a_seq_are_all_stored(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        for _ in range(3):
            assert (await record.recorder.record(update(session, "a = 1\n"))).acked_seq == 0
        assert await codes(record, session) == ["a = 1\n"] * 3


async def test_an_ended_session_takes_no_update_but_knows_the_ones_it_has(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, "a = 1\n", 1))
        await record.inbox.finish(action(session, InteractionKind.FINISH, seq=2), message={"message_type": "x"})
        assert (await record.recorder.record(update(session, "a = 1\n", 1))).known
        with pytest.raises(SessionEnded):
            await record.recorder.record(update(session, "a = 3\n", 3))
        with pytest.raises(NotFound):
            await record.recorder.record(update(new_session(), "a = 1\n", 1))


# -- group commit -----------------------------------------------------------------------------------------------------


class Commits:
    """Counts the transactions that stored snapshots since it was made; on Postgres by what its rows say."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen = 0
        event.listen(database._of_updates.sync_engine, "commit", self._one)

    def _one(self, _: object) -> None:
        self._seen += 1

    async def count(self) -> int:
        if self._database.is_sqlite:
            return self._seen
        async with self._database.read() as connection:
            return int(await connection.scalar(text("SELECT count(DISTINCT xmin::text) FROM snapshots")) or 0)


async def test_two_hundred_sessions_share_commits(database_url: str) -> None:
    async with opened(database_url) as record:
        sessions = [await begin(record) for _ in range(200)]
        commits = Commits(record.database)

        async def type_on(session: AssessmentSession) -> None:
            for seq in range(1, 6):
                receipt = await record.recorder.record(update(session, "".join(f"x{i}\n" for i in range(seq)), seq))
                assert receipt.acked_seq == seq

        await asyncio.gather(*map(type_on, sessions))
        assert await commits.count() <= 100, "1,000 updates, at most 100 commits"
        for session in random.Random(1).sample(sessions, 5):
            assert await codes(record, session) == ["".join(f"x{i}\n" for i in range(n)) for n in range(1, 6)]


async def test_a_lonely_update_does_not_wait_for_company(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        commits = Commits(record.database)
        for seq in range(1, 4):
            await record.recorder.record(update(session, f"{seq}\n", seq))
        assert await commits.count() == 3


async def test_an_update_that_is_refused_sends_no_other_session_the_long_way(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(postgres_url) as record:
        sessions = [await begin(record) for _ in range(5)]
        for session in sessions:
            await record.recorder.record(update(session, "a = 1\n", 1))
        went: list[str] = []
        commit = record.recorder._writer.commit

        async def noted(updates: Sequence[Update]) -> list[Outcome]:
            went.extend(waiting.entry.session_id for waiting in updates)
            return await commit(updates)

        monkeypatch.setattr(record.recorder._writer, "commit", noted)
        bad = update(sessions[2], "a = 2\n", 2, sha256="0" * 64)
        entries = [bad if session is sessions[2] else update(session, "a = 2\n", 2) for session in sessions]
        outcomes = await asyncio.gather(*map(record.recorder.record, entries), return_exceptions=True)
        assert [isinstance(outcome, HashMismatch) for outcome in outcomes] == [False, False, True, False, False]
        assert went == [sessions[2].id]


async def test_a_batch_is_bounded_by_its_weight(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codeassess_core.storage.writes.recorder.MAX_BATCH_CHARACTERS", 1_000)
    async with opened(database_url) as record:
        sessions = [await begin(record) for _ in range(10)]
        commits = Commits(record.database)
        await asyncio.gather(*(record.recorder.record(update(s, "x" * 600, 1)) for s in sessions))
        assert await commits.count() == 5


async def test_a_sender_that_has_gone_loses_nothing_and_stops_nobody(database_url: str) -> None:
    async with opened(database_url) as record:
        session, other = await begin(record), await begin(record)
        leaving = asyncio.create_task(record.recorder.record(update(session, "a = 1\n", 1)))
        await asyncio.sleep(0)
        leaving.cancel()
        await record.recorder.record(update(other, "b = 1\n", 1))
        assert (await record.recorder.record(update(session, "a = 1\n", 1))).known
        assert await codes(record, session) == ["a = 1\n"]


async def test_what_waits_is_committed_before_the_recorder_closes(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        waiting = [asyncio.create_task(record.recorder.record(update(session, f"{n}\n", n))) for n in range(1, 20)]
        await asyncio.sleep(0)
        await record.recorder.aclose()
        assert [task.result().acked_seq for task in waiting] == list(range(1, 20))


# -- failures ---------------------------------------------------------------------------------------------------------


async def test_a_value_that_the_database_refuses_fails_alone(database_url: str) -> None:
    """A NUL in a name is refused by Postgres, a lone surrogate by both; messages.parse lets neither through."""
    async with opened(database_url) as record:
        sessions = [await begin(record) for _ in range(6)]
        poison = {2: update(sessions[2], "\ud800", 1)}
        if not record.database.is_sqlite:
            poison[4] = update(sessions[4], "a = 1\n", 1, document="a\0b")
        entries = [poison.get(n, update(session, "a = 1\n", 1)) for n, session in enumerate(sessions)]
        outcomes = await asyncio.gather(*(record.recorder.record(e) for e in entries), return_exceptions=True)
        for n, (session, outcome) in enumerate(zip(sessions, outcomes, strict=True)):
            assert isinstance(outcome, InvalidInput) == (n in poison), outcome
            assert await codes(record, session) == ([] if n in poison else ["a = 1\n"])


@pytest.mark.parametrize("failure", [RuntimeError("a defect"), KeyError("x")])
async def test_a_defect_in_one_row_is_logged_and_takes_no_neighbour_with_it(
    database_url: str, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(database_url) as record:
        sessions = [await begin(record) for _ in range(5)]
        base: type = SqliteBulk if record.database.is_sqlite else PostgresBulk

        class Poisoned(base):  # type: ignore[misc]
            async def insert(self, connection: AsyncConnection, rows: Sequence[CodeRow]) -> None:
                await super().insert(connection, rows)
                if any(row.session_id == sessions[1].id for row in rows):
                    raise failure

        record.recorder._writer._bulk = Poisoned()
        entries = [update(session, "a = 1\n", 1) for session in sessions]
        outcomes = await asyncio.gather(*(record.recorder.record(e) for e in entries), return_exceptions=True)
        assert [type(outcome).__name__ for outcome in outcomes] == [
            "Receipt",
            "StoreUnavailable",
            "Receipt",
            "Receipt",
            "Receipt",
        ]
        assert caplog.text.count("could not be recorded") == 1
        assert [await codes(record, s) for s in sessions] == [["a = 1\n"], [], *[["a = 1\n"]] * 3]


async def test_a_database_that_is_away_is_said_to_all_at_once(database_url: str) -> None:
    async with opened(database_url) as record:
        sessions = [await begin(record) for _ in range(20)]
        lost = Database(str(record.database.url.set(database=f"{record.database.url.database}-missing/x")))
        recorder = Recorder(lost)
        outcomes = await asyncio.gather(
            *(recorder.record(update(s, "a = 1\n", 1)) for s in sessions), return_exceptions=True
        )
        assert {type(outcome) for outcome in outcomes} == {StoreUnavailable}
        await recorder.aclose()
        await lost.aclose()


async def test_a_failing_neighbour_does_not_make_an_update_be_stored_twice(database_url: str) -> None:
    """An update of a plain client, without a seq, in one batch with an update that fails."""
    async with opened(database_url) as record:
        plain, poisoned = await begin(record), await begin(record)
        await record.recorder.record(update(plain, "a = 1\n"))
        outcomes = await asyncio.gather(
            record.recorder.record(update(plain, "a = 2\n")),
            record.recorder.record(update(poisoned, "\ud800")),
            return_exceptions=True,
        )
        assert isinstance(outcomes[1], InvalidInput)
        assert await codes(record, plain) == ["a = 1\n", "a = 2\n"]


async def test_a_lost_connection_costs_no_update(postgres_url: str) -> None:
    """The connection that is kept for the fast write dies between two updates; a plain client would not send again."""
    async with opened(postgres_url) as record:
        session = await begin(record)
        for n in (1, 2):
            await record.recorder.record(update(session, f"{n}\n"))
        async with record.database.write() as connection:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            await connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        for n in (3, 4):
            await record.recorder.record(update(session, f"{n}\n"))
        assert await codes(record, session) == ["1\n", "2\n", "3\n", "4\n"]


# -- heads ------------------------------------------------------------------------------------------------------------


async def test_two_processes_may_write_the_same_session(database_url: str) -> None:
    """Each process makes the cached head of the other one outdated."""
    async with opened(database_url) as record:
        session = await begin(record)
        other = Database(database_url)
        recorders = [record.recorder, Recorder(other)]
        texts = ["".join(f"line {i} {'x' * (i % 7)}\n" for i in range(n)) for n in range(1, 41)]
        for seq, text in enumerate(texts, 1):
            await recorders[(seq // 3) % 2].record(update(session, text, seq))
        assert await codes(record, session) == texts
        await recorders[1].aclose()
        await other.aclose()


async def test_two_processes_at_the_same_moment_keep_the_order(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        other = Database(database_url)
        recorders = [record.recorder, Recorder(other)]

        async def write(number: int) -> None:
            for n in range(20):
                await recorders[number].record(update(session, f"{number} {n}\n"))

        await asyncio.gather(write(0), write(1))
        stored = await codes(record, session)
        assert [c for c in stored if c[0] == "0"] == [f"0 {n}\n" for n in range(20)]
        assert [c for c in stored if c[0] == "1"] == [f"1 {n}\n" for n in range(20)]
        await recorders[1].aclose()
        await other.aclose()


async def test_an_evicted_tail_is_read_again(database_url: str) -> None:
    async with opened(database_url) as record:
        record.recorder._writer._heads = HeadCache(limit=100)
        sessions = [await begin(record) for _ in range(3)]
        texts = [f"{'y' * 60}\n{n}\n" for n in range(1, 9)]
        for seq, text in enumerate(texts, 1):
            for session in sessions:
                await record.recorder.record(update(session, text, seq))
        for session in sessions:
            assert await codes(record, session) == texts


async def test_a_session_may_have_several_documents(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        for n in range(1, 31):
            await record.recorder.record(update(session, f"{n}\n" * n, n, document=f"{n % 3}.py"))
        latest = await record.snapshots.latest(session.id)
        assert [(s.n, s.document, s.code) for s in latest] == [(n, f"{n % 3}.py", f"{n}\n" * n) for n in (28, 29, 30)]
        assert await codes(record, session) == [f"{n}\n" * n for n in range(1, 31)]


async def test_a_damaged_row_is_never_built_upon(database_url: str) -> None:
    """A stored snapshot is damaged: the next one is stored as a key."""
    async with opened(database_url) as record:
        session = await begin(record)
        for seq in (1, 2):
            await record.recorder.record(update(session, "a = 1\n" * seq * 20, seq))
        async with record.database.write() as connection:
            await connection.execute(snapshots.update().where(snapshots.c.n == 2).values(body=b"\xff", form="delta"))
        record.recorder._writer._heads = HeadCache()
        await record.recorder.record(update(session, "a = 1\n" * 60, 3))
        assert (await record.snapshots.get(session.id, 3)).code == "a = 1\n" * 60
        with pytest.raises(StoreUnavailable, match="Snapshot 2 is damaged"):
            await record.snapshots.get(session.id, 2)
        assert [size.n for size in await record.snapshots.sizes(session.id)] == [1]


# -- exactness --------------------------------------------------------------------------------------------------------


def edit(text: str, chance: random.Random) -> str:
    """What a person does next: types, cuts, pastes, renames, in any script and with any line end."""
    at = chance.randrange(len(text) + 1)
    kind = chance.random()
    if kind < 0.7:
        return text[:at] + chance.choice(["x", " = ", "\n", "\r\n", "é", "数", "🙂", "\t", "\u2028"]) + text[at:]
    if kind < 0.9:
        return text[:at] + text[at + chance.randrange(1, 30) :]
    if kind < 0.97:
        return text[:at] + "".join(chance.choices("abc \r\n数🙂", k=chance.randrange(200))) + text[at:]
    return text.replace("x", "velocity", 3)


async def test_five_thousand_snapshots_are_rebuilt_exactly(database_url: str) -> None:
    chance = random.Random(20)
    texts = {"main": "", "other.py": "# start\r\n"}
    written: list[tuple[str, str]] = []
    async with opened(database_url) as record:
        session = await begin(record)
        waiting = []
        for seq in range(1, 5_001):
            document = chance.choice(["main", "main", "main", "other.py"])
            texts[document] = edit(texts[document], chance)[:4_000]
            written.append((document, texts[document]))
            waiting.append(
                asyncio.ensure_future(record.recorder.record(update(session, texts[document], seq, document=document)))
            )
            if len(waiting) == 50:
                await asyncio.gather(*waiting)
                waiting.clear()
        infos = await record.snapshots.list(session.id, limit=5_000)
        assert [(i.n, i.seq, i.document) for i in infos] == [(n, n, d) for n, (d, _) in enumerate(written, 1)]
        assert [i.sha256 for i in infos] == [hashlib.sha256(t.encode()).hexdigest() for _, t in written]
        assert [i.bytes for i in infos] == [len(t.encode()) for _, t in written]
        for n in {1, 127, 128, 129, 130, 4_999, 5_000, *chance.sample(range(1, 5_001), 150)}:
            assert (await record.snapshots.get(session.id, n)).code == written[n - 1][1]
        sizes = await record.snapshots.sizes(session.id)
        assert [(s.n, s.document) for s in sizes] == [(n, d) for n, (d, _) in enumerate(written, 1)]
        assert [s.lines for s in sizes] == [line_count(t) for _, t in written]
        replayed = await replay(record, session, page=700)
        assert [(d, hashlib.sha256(t.encode()).digest()) for d, t in replayed] == [
            (d, hashlib.sha256(t.encode()).digest()) for d, t in written
        ]
