"""A report set in the worker process, with its limits, is the same as one set here."""

from __future__ import annotations

import asyncio

from codeassess_core.reports import rendered
from codeassess_core.system.workers import Workers

from .hostile import hostile_report


async def test_a_pdf_of_the_worker_is_the_same_file() -> None:
    report = hostile_report("x = 1")
    workers = Workers()
    there = await workers.run(rendered, "pdf", report)
    await workers.aclose()
    assert there.startswith(b"%PDF") and there == await asyncio.to_thread(rendered, "pdf", report)
