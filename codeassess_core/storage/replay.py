"""A session's history as edits; each document is rebuilt once. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from sqlalchemy import RowMapping

from ..errors import StoreUnavailable
from ..model import Cause, Step
from . import delta


def steps(found: Sequence[RowMapping], causes: Mapping[int, Cause], *, after: int) -> tuple[Step, ...]:
    """The snapshots with `n > after` as edits, in order; `found` and errors as of `walk`."""
    made = [_step(row, before, text, causes) for row, before, text in walk(found, after=after)]
    return tuple(sorted(made, key=lambda step: step.n))


def walk(found: Sequence[RowMapping], *, after: int) -> Iterator[tuple[RowMapping, bytes, bytes]]:
    """Each row with `n > after`, with the text before it and its own text in UTF-8, document by document.

    `found` also contains, for each document, the rows from which its last earlier snapshot is rebuilt.

    Raises:
        StoreUnavailable: a rebuilt text does not have the stored sha256.
    """
    for row, before, text in chain.from_iterable(map(_rebuilt, by_document(found).values())):
        if row["n"] > after:
            _check(text, row)
            yield row, before, text


def _rebuilt(rows: Sequence[RowMapping]) -> Iterator[tuple[RowMapping, bytes, bytes]]:
    """Each row of one document, with the text before it and its own text."""
    before, texts = b"", delta.texts(bodies(rows))
    for row in rows:
        text = _next_text(texts, row)
        yield row, before, text
        before = text


def _next_text(texts: Iterator[bytes], row: RowMapping) -> bytes:
    try:
        return next(texts)
    except ValueError as problem:
        raise damaged(row["n"]) from problem


def _check(text: bytes, row: RowMapping) -> None:
    if hashlib.sha256(text).digest() != bytes(row["sha256"]):
        raise damaged(row["n"])


def _step(row: RowMapping, before: bytes, text: bytes, causes: Mapping[int, Cause]) -> Step:
    start, deleted, inserted = delta.splice(before, text)
    return Step(
        n=row["n"],
        seq=row["client_seq"],
        document=row["document"],
        created_at=row["created_at"],
        start=start,
        deleted=deleted,
        inserted=inserted,
        cause=causes.get(row["n"]),
    )


def by_document(found: Sequence[RowMapping]) -> dict[str, list[RowMapping]]:
    """The rows of each document, in their order."""
    documents: dict[str, list[RowMapping]] = {}
    for row in found:
        documents.setdefault(row["document"], []).append(row)
    return documents


def bodies(rows: Sequence[RowMapping]) -> list[delta.Body]:
    """The stored body of each row."""
    return [delta.Body(form=row["form"], data=bytes(row["body"])) for row in rows]


def damaged(n: int) -> StoreUnavailable:
    """The error for snapshot `n`, which cannot be rebuilt as it was stored."""
    return StoreUnavailable(f"Snapshot {n} is damaged: it does not have the sha256 it was stored with.")
