"""How talking to a server can fail."""

from __future__ import annotations

from ..errors import CodeAssessError


class ServerUnreachable(CodeAssessError):
    """The server cannot be reached."""

    code = "server_unreachable"
    status = 503


class ServerFault(CodeAssessError):
    """The server did not do what it was asked; its log has more."""

    code = "server_fault"


class ConnectionRefused(CodeAssessError):
    """The server ended the connection for good."""

    code = "connection_refused"


class Superseded(ConnectionRefused):
    """Another client has opened this session; the newest one writes."""

    code = "superseded"
