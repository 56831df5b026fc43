"""Renames, languages and gaps in the record."""

from __future__ import annotations

import pytest
from records import action, asked, begin, opened, rename, replay, update

from codeassess_core.clock import utcnow
from codeassess_core.errors import SequenceConflict
from codeassess_core.model import Cause, InteractionKind
from codeassess_core.questions.situations import Situations

OLD = "".join(f"old_{n} = {n}\n" for n in range(20))
BLOCK = "".join(f"total += weights[{n}] * values[{n}]\n" for n in range(12))


async def test_after_a_rename_only_what_changed_counts(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, OLD, 1, document="a.py"))
        await record.inbox.note(rename(session, "a.py", "b.py", 2))
        ((_, situation),) = await Situations(record).changed(session, utcnow())
        (before,) = await record.snapshots.latest(session.id)
        assert (before.document, before.code, situation.code) == ("b.py", OLD, OLD), "at once under its new name"
        await record.recorder.record(update(session, OLD + "new = 1\n", 3, document="b.py"))
        (after,) = await record.snapshots.latest(session.id)
        assert (after.document, after.code, after.n) == ("b.py", OLD + "new = 1\n", 2)
        assert await replay(record, session) == [("a.py", OLD), ("b.py", OLD + "new = 1\n")]


async def test_what_was_asked_about_under_the_old_name_was_asked_about(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        question_id = await asked(record, session)  # about "main", "a = 1\n"
        await record.inbox.defer(action(session, InteractionKind.QUESTION_DEFERRED, {"interaction_id": question_id}))
        await record.inbox.note(rename(session, "main", "b.py"))
        await record.recorder.record(update(session, "a = 1\nb = 2\n", document="b.py"))
        ((snapshot, situation),) = await Situations(record).changed(session, utcnow())
        assert (snapshot.document, situation.base) == ("b.py", "a = 1\n")


async def test_a_new_document_under_the_old_name_begins_anew(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, OLD, 1, document="a.py"))
        await record.inbox.note(rename(session, "a.py", "b.py", 2))
        await record.recorder.record(update(session, OLD, 3, document="b.py"))
        await record.recorder.record(update(session, BLOCK, 4, document="a.py"))
        latest = {s.document: s.code for s in await record.snapshots.latest(session.id)}
        assert latest == {"b.py": OLD, "a.py": BLOCK}
        assert await record.decisions.pastes(session.id, after=0) == (), "a first text is no paste"


@pytest.mark.parametrize("restarted", [False, True], ids=["same process", "after a restart"])
async def test_a_paste_into_a_renamed_document_is_one(database_url: str, restarted: bool) -> None:
    """A rename hides no paste: the text before it is that of the old name, in any process."""
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, OLD, 1, document="a.py"))
        await record.inbox.note(rename(session, "a.py", "b.py", 2))
        if not restarted:
            await record.recorder.record(update(session, OLD + BLOCK, 3, document="b.py"))
            (paste,) = await record.decisions.pastes(session.id, after=0)
            assert (paste.snapshot, paste.start_line, paste.end_line) == (2, 21, 32)
    if restarted:
        async with opened(database_url) as record:
            await record.recorder.record(update(session, OLD + BLOCK, 3, document="b.py"))
            assert len(await record.decisions.pastes(session.id, after=0)) == 1


async def test_a_name_that_comes_back_goes_on_from_the_last_text_not_from_the_one_it_had_then(
    database_url: str,
) -> None:
    async with opened(database_url) as record, opened(database_url) as other:
        session = await begin(record)
        await record.recorder.record(update(session, OLD, 1, document="a.py"))
        await other.inbox.note(rename(session, "a.py", "b.py", 2))  # by another process
        grown = OLD + BLOCK
        for seq, length in enumerate(range(len(OLD), len(grown), 40), start=3):
            await record.recorder.record(update(session, grown[:length], seq, document="b.py"))
        last = seq + 1
        await other.inbox.note(rename(session, "b.py", "a.py", last))
        await record.recorder.record(update(session, grown, last + 1, document="a.py"))
        assert await record.decisions.pastes(session.id, after=0) == (), "it was typed, under the other name"
        (snapshot,) = await record.snapshots.latest(session.id)
        assert (snapshot.document, snapshot.code) == ("a.py", grown)
        async with opened(database_url) as third:  # with an empty cache
            await third.recorder.record(update(session, grown + "x = 1\n", last + 2, document="a.py"))
            assert await third.decisions.pastes(session.id, after=0) == ()


async def test_a_rename_sent_twice_is_recorded_once(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, OLD, 1, document="a.py"))
        for _ in range(2):
            assert (await record.inbox.note(rename(session, "a.py", "b.py", 2))).acked_seq == 2
        with pytest.raises(SequenceConflict):
            await record.inbox.note(rename(session, "a.py", "c.py", 2))
        assert (await record.snapshots.names(session.id)).now("a.py", 1) == "b.py"


async def test_the_language_is_that_of_the_document_and_goes_with_it(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record, language="python")
        await record.recorder.record(update(session, "x = 1\n", document="a.jl", language="julia"))
        await record.recorder.record(update(session, "x = 2\n", document="a.jl"))
        await record.recorder.record(update(session, "x <- 1\n", document="b.R", language="r"))
        await record.inbox.note(rename(session, "a.jl", "c"))
        await record.recorder.record(update(session, "x = 3\n", document="c"))
        await record.recorder.record(update(session, "x = 1\n"))
        told = {s.document: s.language for s in await record.snapshots.list(session.id)}
        assert told == {"a.jl": "julia", "b.R": "r", "c": "julia", "main": None}
        languages = {
            snapshot.document: s.language for snapshot, s in await Situations(record).changed(session, utcnow())
        }
        assert languages == {"b.R": "r", "c": "julia", "main": "python"}


async def test_what_is_there_when_a_document_is_put_in_is_its_start(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, OLD * 300, document="a.py", cause=Cause.OPEN))
        ((_, situation),) = await Situations(record).changed(session, utcnow())
        assert (situation.base, situation.paste) == (OLD * 300, None)
        await record.recorder.record(update(session, OLD * 300 + "x = 1\n", document="a.py", cause=Cause.TYPING))
        ((_, situation),) = await Situations(record).changed(session, utcnow())
        assert situation.base == OLD * 300
        await record.inbox.note(rename(session, "a.py", "b.py"))
        await record.recorder.record(update(session, OLD * 300 + "y = 1\n", document="b.py"))
        ((_, situation),) = await Situations(record).changed(session, utcnow())
        assert situation.base == OLD * 300, "under another name too"


async def test_what_comes_after_a_gap_is_a_gap_and_no_paste(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, OLD, 1, document="a.py", cause=Cause.OPEN))
        await record.recorder.record(update(session, OLD, 2, document="a.py", cause=Cause.OPEN))  # opened again
        await record.recorder.record(update(session, OLD + BLOCK, 3, document="a.py", cause=Cause.OPEN))
        payloads = [i.payload for i in await record.sessions.interactions(session.id)]
        assert payloads == [
            {"cause": "open", "snapshot": 1},
            {"cause": "open", "snapshot": 2},
            {"cause": "open", "gap": {"lines": 12}, "snapshot": 3},
        ]
        ((_, situation),) = await Situations(record).changed(session, utcnow())
        assert (situation.base, situation.paste) == (OLD, None), "it is asked about like anything written"
