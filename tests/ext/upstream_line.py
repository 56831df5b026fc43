"""A relay in front of a service."""

from __future__ import annotations

from pathlib import Path

from jupyter_process import Jupyter
from service_process import MAIN

NEWER = f"import codeassess_core.live.messages as messages; messages.PROTOCOL_VERSION = 2; {MAIN}"
"""A service that speaks only the next version of the protocol."""


def relay_to(url: str, folder: Path) -> Jupyter:
    """A candidate's own Jupyter, as a process, that passes everything on to `url`."""
    relay = Jupyter(folder, CODEASSESS_MODE="upstream", CODEASSESS_UPSTREAM_URL=url)
    relay.probe = "/api/status"
    return relay
