"""Incremental changes are applied to the document's last text under the lock, checked, and stored as any update."""

from __future__ import annotations

import hashlib

import pytest
from records import begin, opened, update

from codeassess_core.clock import utcnow
from codeassess_core.documents.edits import Edit, Position
from codeassess_core.errors import DocumentTooBig, HashMismatch, InvalidInput, SequenceConflict
from codeassess_core.model import MAX_DOCUMENT_BYTES, AssessmentSession
from codeassess_core.storage.entries import CodeEntry
from codeassess_core.storage.record import Record


def change(
    session: AssessmentSession, seq: int, text: str, *, line: int = 0, character: int = 0, sha256: str | None = None
) -> CodeEntry:
    """An update that inserts `text` into the document `main`."""
    place = Position(line, character)
    return CodeEntry(
        session_id=session.id,
        document="main",
        edits=(Edit(text=text, start=place, end=place),),
        sha256=sha256,
        client_seq=seq,
        received_at=utcnow(),
    )


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def text_of(record: Record, session: AssessmentSession, n: int) -> str:
    return (await record.snapshots.get(session.id, n)).code


async def test_a_change_is_made_to_the_last_text_of_its_document(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, "a = 1\n", 1))
        await record.recorder.record(update(session, "other", 2, document="b.py"))
        receipt = await record.recorder.record(change(session, 3, "b = 👍\n", line=1, sha256=sha256("a = 1\nb = 👍\n")))
        assert (receipt.acked_seq, receipt.snapshot) == (3, 3)
        assert await text_of(record, session, 3) == "a = 1\nb = 👍\n"


async def test_the_first_update_of_a_document_may_be_a_change_to_nothing(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(change(session, 1, "x"))
        assert await text_of(record, session, 1) == "x"


async def test_another_process_knows_the_text_that_a_change_is_made_to(database_url: str) -> None:
    async with opened(database_url) as record, opened(database_url) as other:
        session = await begin(record)
        await record.recorder.record(update(session, "a\n", 1))
        await other.recorder.record(change(session, 2, "b\n", line=1))
        await record.recorder.record(change(session, 3, "c\n", line=2, sha256=sha256("a\nb\nc\n")))
        assert await text_of(record, session, 3) == "a\nb\nc\n"


REFUSED = [
    # what is sent after "a\n" under seq 2, and what comes back
    ({"text": "x", "line": 7}, InvalidInput),  # no such line
    ({"text": "x", "sha256": sha256("something else")}, HashMismatch),  # client and server have different texts
    ({"text": "x" * MAX_DOCUMENT_BYTES}, DocumentTooBig),  # too big only after the change
]


@pytest.mark.parametrize(("sent", "problem"), REFUSED)
async def test_a_change_that_cannot_be_made_uses_up_nothing(
    database_url: str, sent: dict[str, object], problem: type[Exception]
) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, "a\n", 1))
        with pytest.raises(problem):
            await record.recorder.record(change(session, 2, **sent))  # type: ignore[arg-type]
        receipt = await record.recorder.record(update(session, "a\nx", 2))  # the client sends the whole text
        assert (receipt.acked_seq, await text_of(record, session, 2)) == (2, "a\nx")


async def test_a_change_that_comes_again_is_acknowledged_and_made_once(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(change(session, 1, "ab", sha256=sha256("ab")))
        again = await record.recorder.record(change(session, 1, "ab", sha256=sha256("ab")))
        bare = await record.recorder.record(change(session, 1, "ab"))
        assert again.known and bare.known
        assert [i.sha256 for i in await record.snapshots.list(session.id)] == [sha256("ab")]
        with pytest.raises(SequenceConflict):
            await record.recorder.record(change(session, 1, "cd", sha256=sha256("cd")))
