"""Making an export: what is stored is read page by page and written in a thread, never all of it in memory at once."""

from __future__ import annotations

import asyncio
import io
from contextlib import closing
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from .. import __version__
from ..model import AssessmentSession
from .export import Export, ExportMaterial

if TYPE_CHECKING:
    from ..storage.record import Record

_PAGE = 50  # documents of up to 1 MiB


async def exported(record: Record, session: AssessmentSession, form: type[Export]) -> bytes:
    """The session in this form, as a zip; as it was when `session` was read.

    Raises:
        StoreUnavailable: a snapshot is damaged, or the database is away.
    """
    material = ExportMaterial(
        session=session,
        interactions=await record.sessions.interactions(session.id, limit=session.interaction_count),
        questions=await record.questions.of_session(session.id),
        reviews=await record.reviews.list(session.id, limit=session.interaction_count),
        server_version=__version__,
    )
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive, closing(form(archive, material)) as export:
        done = 0
        while done < session.snapshot_count:
            limit = min(_PAGE, session.snapshot_count - done)
            page = await record.snapshots.texts(session.id, after=done, limit=limit)
            await asyncio.to_thread(export.add, page)
            done = page[-1].n
    return written.getvalue()
