"""Every address in mode upstream: the same as elsewhere, and what becomes of each."""

from __future__ import annotations

import re
from typing import Any

from ..application import Application
from ..rest import UnknownHandler
from ..routes import ROUTES
from . import handlers
from .relay_socket import RelaySocket

RELAYED: dict[str, tuple[str, ...]] = {
    "/sessions": ("GET", "POST"),
    "/sessions/{session_id}": ("GET",),
    "/sessions/{session_id}/interactions": ("GET",),
    "/sessions/{session_id}/snapshots": ("GET",),
    "/sessions/{session_id}/snapshots/{n}": ("GET",),
    "/sessions/{session_id}/consent": ("POST",),
    "/sessions/{session_id}/generate-report": ("POST",),
    "/sessions/{session_id}/report": ("GET",),
    "/sessions/{session_id}/contests": ("GET", "POST"),
    "/invitations": ("GET",),
    "/codeassess/consent": ("GET",),
    "/codeassess/me": ("GET",),
    "/codeassess/health": ("GET",),
}
"""What candidates need of the service, by address."""

_OWN: dict[str, type] = {
    "/ws/session/{session_id}": RelaySocket,
    "/codeassess/join": handlers.JoinHandler,
    "/codeassess/join/look": handlers.LookHandler,
    "/codeassess/sign-in": handlers.NoSuchAddress,  # a service has it, for its own page
    "/codeassess/sign-out": handlers.NoSuchAddress,
}


def upstream_routes(app: Application) -> list[tuple[str, type, dict[str, Any]]]:
    """The routes, with the application that their handlers need."""
    return [_route(app, pattern, handler) for pattern, handler in ROUTES]


def _route(app: Application, pattern: str, handler: type) -> tuple[str, type, dict[str, Any]]:
    if handler is UnknownHandler:
        return pattern, handlers.NoSuchAddress, {"app": app}
    address = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern).removesuffix("/?")
    if address in _OWN:
        return pattern, _OWN[address], {"app": app}
    return pattern, handlers.Relayed, {"app": app, "address": address, "relayed": RELAYED.get(address, ())}
