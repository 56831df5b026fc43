"""The report as JSON: the stored body as this version reads it, with the identity of this version under `report`."""

from __future__ import annotations

import json

from codeassess_core.clock import isoformat
from codeassess_core.model import Report

from .exporter import Exporter
from .stored_body import upgraded


def render(report: Report) -> bytes:
    """Keys sorted, ASCII only: the same bytes from every store, and no invisible characters in a terminal."""
    identity = {"id": report.id, "version": report.version, "created_at": isoformat(report.created_at)}
    document = {"report": identity} | upgraded(report.body)
    return json.dumps(document, indent=2, sort_keys=True, allow_nan=False).encode("ascii") + b"\n"


EXPORTER = Exporter(media_type="application/json", extension="json", render=render)
