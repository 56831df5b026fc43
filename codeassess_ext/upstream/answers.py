"""What a service answered, as it is passed on: what the browser needs, and nothing that could act there."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from codeassess_core.client.errors import AWAY, away
from codeassess_core.client.service_errors import ServiceFault, ServiceUnreachable

from ..reply import JSON, Reply

PAGE_CSP: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""A report in HTML is a page on Jupyter's own origin: whatever it holds, it runs nothing and is of no origin."""
_HEADERS: Final = ("Content-Disposition", "ETag", "Retry-After")
_REPORTS: Final = frozenset({"text/html", "text/markdown", "application/pdf", JSON})


def read_answer(response: httpx.Response, content: bytes, *, server: str, page: bool) -> Reply:
    """The reply to pass on; `page`: it may be something else than JSON.

    Raises:
        ServiceUnreachable: a proxy in front of the service answered. ServiceFault: there is no codeassess.
    """
    if response.status_code >= 400:
        return _refusal(response, content, server)
    media_type = response.headers.get("Content-Type", "")
    kind = media_type.partition(";")[0].strip().lower()
    if response.is_redirect or (content and kind not in (_REPORTS if page else {JSON})):
        raise ServiceFault(f"There is no codeassess at {server}: it answered {response.status_code} with {kind!r:.80}.")
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    if kind == "text/html":
        headers["Content-Security-Policy"] = PAGE_CSP
    return Reply(
        status=response.status_code,
        body=content,
        media_type=media_type or JSON,
        headers=headers,
        location=_below(response.headers.get("Location"), server),
    )


def _refusal(response: httpx.Response, content: bytes, server: str) -> Reply:
    try:
        error: dict[str, Any] = json.loads(content)["error"]
        shown = {"code": str(error["code"]), "message": str(error["message"]), "detail": dict(error["detail"])}
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        status = response.status_code
        if status in AWAY:
            raise ServiceUnreachable(away(server, status)) from problem
        raise ServiceFault(f"There is no codeassess at {server}: it answered {status}.") from problem
    headers = {name: response.headers[name] for name in ("Retry-After",) if name in response.headers}
    return Reply(status=response.status_code, body=json.dumps({"error": shown}).encode(), headers=headers)


def _below(location: str | None, server: str) -> str | None:
    """An address below the service's base URL, as one below ours."""
    base = urlsplit(server).path.rstrip("/")
    if location is None or not location.startswith(f"{base}/") or location.startswith("//"):
        return None
    return location.removeprefix(base)
