"""What every client of a codeassess server shares: how its address is read, and how talking to it can fail.

For the command line and the language server, whatever they talk with; nothing here
loads more than httpx.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import httpx

from .errors import CodeAssessError, Conflict, Forbidden, InvalidInput, NotFound, StoreUnavailable, Unauthenticated


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
    """This session was opened in another window or editor; the newest one writes."""

    code = "superseded"
    status = 409


_REFUSALS: Final[dict[int, type[CodeAssessError]]] = {
    400: InvalidInput,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    503: StoreUnavailable,
}


def server_url(text: str) -> str:
    """A server's base URL without the slash at its end.

    Raises:
        InvalidInput: not http(s)://host….
    """
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise InvalidInput(f"The server must be a URL like http://localhost:8888, not {text!r:.200}.")
    return text.rstrip("/")


def is_loopback(url: str) -> bool:
    """Is the server on this machine? Then no proxy stands in between."""
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")


def refusal(response: httpx.Response, server: str) -> CodeAssessError:
    """The error that a response says."""
    try:
        error = response.json()["error"]
        message, detail = str(error["message"]), dict(error["detail"])
    except (ValueError, KeyError, TypeError):
        return ServerFault(f"There is no codeassess at {server}: it answered {response.status_code}.")
    return _REFUSALS.get(response.status_code, ServerFault)(message, **detail)
