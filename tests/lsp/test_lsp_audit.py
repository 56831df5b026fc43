"""The audit says who wrote by an editor without a server."""

from __future__ import annotations

import asyncio
from pathlib import Path

from editor import TIMEOUT
from test_lsp_renames import recording

from codeassess_core.storage.audit import Audit, AuditFilter
from codeassess_core.storage.database import Database


async def test_the_writer_of_the_embedded_language_server_is_recorded(tmp_path: Path) -> None:
    async with recording(tmp_path) as (_, _, session):
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'lsp' / 'codeassess.sqlite'}")
        wanted = AuditFilter(tenant="default", session_id=session, action="write_session")
        try:
            async with asyncio.timeout(TIMEOUT):
                while True:
                    lines = await Audit(database).list(wanted)
                    if lines:
                        break
                    await asyncio.sleep(0.05)
        finally:
            await database.aclose()
    assert [(line.principal, line.via, line.outcome) for line in lines] == [("candidate", "language server", "done")]
