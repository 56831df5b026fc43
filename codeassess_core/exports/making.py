"""Makes an export. What is stored is read page by page, so that not all code is in memory at once."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Collection
from contextlib import closing
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from .. import __version__
from ..errors import NotFound
from ..model import AssessmentSession, InteractionKind
from . import EXPORTS
from .export import Export, ExportMaterial

if TYPE_CHECKING:
    from ..settings import Settings
    from ..storage.record import Record

_PAGE = 128  # documents of up to 1 MiB; each page also reads what its first text is rebuilt from


def written(settings: Settings, session_id: str, form: str, hidden: Collection[InteractionKind] = ()) -> bytes:
    """The export `form` of a session in the database of the settings; for a worker process, which has no event loop.

    `hidden` are the kinds of interactions that are left out.

    Raises:
        NotFound: there is no such session (any more).
        StoreUnavailable: a snapshot is damaged, or the database cannot be reached.
    """
    return asyncio.run(_written(settings, session_id, form, hidden))


async def _written(settings: Settings, session_id: str, form: str, hidden: Collection[InteractionKind]) -> bytes:
    from ..storage.reading import reading

    async with reading(settings) as record:
        return await exported(record, await record.sessions.get(session_id), EXPORTS[form], hidden=hidden)


async def exported(
    record: Record, session: AssessmentSession, form: type[Export], *, hidden: Collection[InteractionKind] = ()
) -> bytes:
    """The session in this form, as a zip; as it was when `session` was read.

    Raises:
        NotFound: it is being erased.
        StoreUnavailable: a snapshot is damaged, or the database cannot be reached.
    """
    told = [kind for kind in InteractionKind if kind not in hidden]
    reviews = InteractionKind.REVIEW in told
    material = ExportMaterial(
        session=session,
        interactions=await record.sessions.interactions(session.id, limit=session.interaction_count, kinds=told),
        questions=await record.questions.of_session(session.id),
        reviews=await record.reviews.list(session.id, limit=session.interaction_count) if reviews else (),
        server_version=__version__,
    )
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive, closing(form(archive, material)) as export:
        done = 0
        while done < session.snapshot_count:
            limit = min(_PAGE, session.snapshot_count - done)
            page = await record.snapshots.texts(session.id, after=done, limit=limit)
            if not page:
                raise NotFound("The session has been erased.")
            export.add(page)
            done = page[-1].n
    return written.getvalue()
