"""The address of a server, the credential for it, and how a request or a connection to it can fail."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import httpx

from ..errors import (
    ChangedMeanwhile,
    CodeAssessError,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    StoreUnavailable,
    Unauthenticated,
)
from ..rights_errors import ConsentNeeded


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
    """Another window or editor writes in this session."""

    code = "superseded"
    status = 409


_REFUSALS: Final[dict[int, type[CodeAssessError]]] = {
    400: InvalidInput,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: ChangedMeanwhile,
    503: StoreUnavailable,
}


AWAY: Final = frozenset({502, 503, 504})  #: what a proxy answers while the server behind it is away


def server_url(text: str) -> str:
    """A server's base URL without the slash at its end.

    Raises:
        InvalidInput: not http(s)://host….
    """
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise InvalidInput(f"The server must be a URL like http://localhost:8888, not {text!r:.200}.")
    return text.rstrip("/")


def heeds_proxies(url: str) -> bool:
    """Do proxies of the environment count? By https alone, where they see nothing but TLS, and not on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1")


def credentials(token: str) -> dict[str, str]:
    """The headers that carry a token."""
    return {"Authorization": f"token {token}"}


def away(server: str, status: int) -> str:
    """The sentence about a server in whose place a proxy answered."""
    return f"{server} is not there at the moment ({status}); try again."


def refusal(response: httpx.Response, server: str) -> CodeAssessError:
    """The error that a response stands for."""
    try:
        error = response.json()["error"]
        code, message, detail = error["code"], str(error["message"]), dict(error["detail"])
    except (ValueError, KeyError, TypeError):
        if response.status_code in AWAY:
            return ServerUnreachable(away(server, response.status_code))
        return ServerFault(f"There is no codeassess at {server}: it answered {response.status_code}.")
    if code == ConsentNeeded.code:
        return ConsentNeeded(message, **detail)
    return _REFUSALS.get(response.status_code, ServerFault)(message, **detail)
