"""The page of `jupyter codeassess`: files that hold no data, for anybody. What it shows comes over REST."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web

from codeassess_core.errors import NotFound

from .application import Application
from .guard import Guarded
from .refusals import Refusal

FOLDER: Final = Path(__file__).parent / "page"
NOT_BUILT: Final = (
    "The front end of codeassess was not built, so there is no page here: install it again without CODEASSESS_SKIP_JS, "
    "or run `npm run build:prod` in labextension/ of a checkout. REST and websocket work without it.\n"
)
# Styles that scripts of JupyterLab's components make are allowed, their scripts only from files.
_POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".map": "application/json"}
)
_NAME: Final = re.compile(r"[\w.-]+")


class PageFiles(Guarded):
    """What the page and its files share."""

    def set_default_headers(self) -> None:
        self.set_header("Content-Security-Policy", _POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")

    def send(self, body: bytes, *, media_type: str, caching: str) -> None:
        self.set_header("Content-Type", f"{media_type}; charset=utf-8")
        self.set_header("Cache-Control", caching)
        self.finish(body)


class PageHandler(PageFiles):
    """The page itself; it also gives the browser the XSRF token for what it will send."""

    @allow_unauthenticated
    async def get(self) -> None:
        if not self.request.path.endswith("/"):
            self.redirect(self.base_url)  # the addresses in the page are relative to it
            return
        try:
            body = await asyncio.to_thread((FOLDER / "index.html").read_bytes)
        except OSError:
            self.set_status(503)
            self.send(NOT_BUILT.encode(), media_type="text/plain", caching="no-store")
            return
        assert self.xsrf_token
        self.send(body, media_type="text/html", caching="no-cache")

    head = get


class PageFileHandler(PageFiles):
    """A script or style of the page: its name holds a hash of its content, so that it never changes."""

    @allow_unauthenticated
    async def get(self, file: str) -> None:
        media_type = _MEDIA_TYPES.get(Path(file).suffix)
        if media_type is None or not _NAME.fullmatch(file):
            raise Refusal(NotFound("There is no such address."))
        zipped = "gzip" in self.request.headers.get("Accept-Encoding", "")
        body, encoding = await asyncio.to_thread(_read, file, zipped=zipped)
        self.set_header("Vary", "Accept-Encoding")
        if encoding is not None:
            self.set_header("Content-Encoding", encoding)
        self.send(body, media_type=media_type, caching="public, max-age=31536000, immutable")

    head = get


class NothingHandler(PageFiles):
    """Every other address: nothing of Jupyter's own is reachable in a service."""

    @allow_unauthenticated
    async def get(self) -> None:
        raise Refusal(NotFound("There is no such address."))

    post = put = patch = delete = head = options = get

    def check_xsrf_cookie(self) -> None:
        """Nothing is changed here."""


def _read(file: str, *, zipped: bool) -> tuple[bytes, str | None]:
    """A file of the page as it is, or as the build compressed it, and how it is encoded.

    Raises:
        Refusal: there is none.
    """
    with suppress(OSError):
        if zipped:
            return (FOLDER / f"{file}.gz").read_bytes(), "gzip"
    try:
        return (FOLDER / file).read_bytes(), None
    except OSError as problem:
        raise Refusal(NotFound("There is no such address.")) from problem


PAGE_ROUTES: Final[list[tuple[str, type[web.RequestHandler]]]] = [
    (r"/?", PageHandler),
    (r"/codeassess/page/(?P<file>[^/]+)", PageFileHandler),
]


def page_routes(app: Application) -> list[tuple[str, type, dict[str, Any]]]:
    """The routes of the page, with the application that their handlers need."""
    return [(pattern, handler, {"app": app}) for pattern, handler in PAGE_ROUTES]
