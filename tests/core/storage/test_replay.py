"""The history as edits, page by page. Exactness over thousands of edits: test_recorder.py."""

from __future__ import annotations

import random

import pytest
from records import begin, finish, opened, replay, statements, update
from sqlalchemy import select

from codeassess_core.errors import StoreUnavailable
from codeassess_core.model import Cause, Step
from codeassess_core.storage.tables import snapshots

WRITTEN = [
    ("main", "a = 1\n"),
    ("main", "a = '👍'\n"),
    ("b.py", "x\r\n"),
    ("main", "a = '👎'\n"),
    ("b.py", ""),
    ("main", "a = '👎'\n"),
    ("main", "completely different, and longer than what a delta of it would be\n" * 9),
    ("b.py", "数 = 1"),
]


@pytest.mark.parametrize("page", [1, 2, 3, 5, 100])
async def test_the_steps_give_every_snapshot_whatever_the_page(database_url: str, page: int) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        assert await replay(record, session) == []
        for seq, (document, code) in enumerate(WRITTEN, 1):
            await record.recorder.record(update(session, code, seq, document=document))
        assert await replay(record, session, page=page) == WRITTEN


async def test_a_step_says_what_the_client_said(database_url: str) -> None:
    causes = [None, Cause.TYPING, Cause.PASTE, Cause.UNDO, None, Cause.RUN]
    async with opened(database_url) as record:
        session = await begin(record)
        for seq, cause in enumerate(causes, 1):
            if seq == 3:  # the record has more in it than code: its numbers run ahead of the snapshots'
                await record.recorder.record(update(session, "a", document="b", cause=Cause.SAVE))
            await record.recorder.record(update(session, "x" * seq, seq, cause=cause))
        steps = await record.snapshots.replay(session.id)
        assert [step.cause for step in steps] == [None, None, Cause.SAVE, *causes[2:]]
        assert [step.cause for step in await record.snapshots.replay(session.id, after=2, limit=3)] == [
            Cause.SAVE,
            Cause.PASTE,
            Cause.UNDO,
        ]
        infos = await record.snapshots.list(session.id)
        assert steps[3] == Step(
            n=4,
            seq=3,
            document="main",
            created_at=infos[3].created_at,
            start=2,
            deleted=0,
            inserted="x",
            cause=Cause.PASTE,
        )


async def test_a_paste_without_a_cause_has_none(database_url: str) -> None:
    """The record says that a block came in; the client said nothing."""
    block = "".join(f"value_{n} = compute_something(argument_{n})\n" for n in range(12))
    async with opened(database_url) as record:
        session = await begin(record)
        for code in ("a = 1\n", "a = 1\n" + block):
            await record.recorder.record(update(session, code))
        assert "pasted" in (await record.sessions.interactions(session.id))[1].payload
        assert [step.cause for step in await record.snapshots.replay(session.id)] == [None, None]


async def test_other_interactions_shift_nothing(database_url: str) -> None:
    async with opened(database_url) as record:
        session, other = await begin(record), await begin(record)
        await record.recorder.record(update(other, "theirs", cause=Cause.PASTE))
        await record.recorder.record(update(session, "ours"))
        await record.inbox.finish(finish(session), message={})
        (step,) = await record.snapshots.replay(session.id)
        assert (step.n, step.inserted, step.cause) == (1, "ours", None)


async def test_a_damaged_snapshot_is_told_by_its_number_and_not_shown(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        for n in range(1, 5):
            await record.recorder.record(update(session, "a = 1\n" * n * 20))
        for damage in ({"body": b"\xff", "form": "delta"}, {"sha256": bytes(32)}):
            async with record.database.write() as connection:
                await connection.execute(snapshots.update().where(snapshots.c.n == 3).values(damage))
            with pytest.raises(StoreUnavailable, match="Snapshot 3 is damaged"):
                await record.snapshots.replay(session.id)
            assert len(await record.snapshots.replay(session.id, limit=2)) == 2


async def test_a_page_costs_the_same_few_statements_whatever_its_size(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        for n in range(40):
            await record.recorder.record(update(session, f"{n}\n", document=f"{n % 20}.py"))
        told = []
        for limit in (1, 20):
            with statements(record) as seen:
                await record.snapshots.replay(session.id, after=20, limit=limit)
            told.append(seen)
        assert [len(seen) for seen in told] == [4, 4], told


async def test_each_document_is_walked_from_its_own_keyframe(database_url: str) -> None:
    """Rows between the oldest keyframe of a page and the keyframes of its other documents are not needed."""
    text = "value = compute_something(argument)\n" * 30
    other = "".join(chr(c) for c in random.Random(0).choices(range(0x4E00, 0x9FFF), k=4_000))  # no delta pays
    codes = [("main", text), ("main", text + "a"), ("b.py", "b"), ("main", text + "ab"), ("main", other)]
    codes += [("main", other + "c"), ("b.py", "bc"), ("main", other + "cd")]
    async with opened(database_url) as record:
        session = await begin(record)
        for document, code in codes:
            await record.recorder.record(update(session, code, document=document))
        async with record.database.read() as connection:
            keyframes = (await connection.execute(select(snapshots.c.keyframe).order_by(snapshots.c.n))).scalars()
            assert list(keyframes)[:6] == [1, 1, 3, 1, 5, 5], "the chains lie as the test wants them"
        steps = await record.snapshots.replay(session.id, after=6)
        assert [(s.document, s.deleted, s.inserted) for s in steps] == [("b.py", 0, "c"), ("main", 0, "d")]
