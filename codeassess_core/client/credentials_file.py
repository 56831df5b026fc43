"""The credentials of a person who joined with a code, in a file that is for its owner alone.

One credential for each service: joining again at the same service replaces it. The candidate's own
Jupyter (mode upstream), `codeassess join` and the language server use the same file.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from ..clock import isoformat
from ..errors import REASON, InvalidInput
from .errors import server_url
from .service_errors import CredentialsUnusable

if TYPE_CHECKING:
    from ..settings import Settings

NAME: Final = "credentials.json"
_VERSION: Final = 1
_LARGEST: Final = 1_048_576  # bytes
_TEXTS: Final = ("token", "candidate", "assessment_id", "title")
_AGREED: Final = "agreed_sha256"
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCredential:
    """What a person got for a code. `expires_at` is as it was at joining: the credential renews itself while used.

    `agreed_sha256` is of the assessment's text to which they agreed at joining; empty: they were not asked.
    """

    token: str = field(repr=False)
    expires_at: datetime
    candidate: str
    assessment_id: str
    title: str
    agreed_sha256: str = ""

    @classmethod
    def of(cls, joined: Mapping[str, Any]) -> Self:
        """From what `POST /codeassess/join` answers, or what the file holds of one service.

        Raises:
            InvalidInput: a field is missing or has another form.
        """
        texts = {name: joined.get(name) for name in _TEXTS}
        try:
            expires_at = datetime.fromisoformat(str(joined.get("expires_at")))
        except ValueError as problem:
            raise InvalidInput("expires_at is no time.", field="expires_at") from problem
        wrong = [name for name, text in texts.items() if not isinstance(text, str)]
        if wrong or expires_at.tzinfo is None or not texts["token"]:
            raise InvalidInput(f"{(wrong or ['token or expires_at'])[0]} is missing.", field=(wrong or ["token"])[0])
        agreed = joined.get(_AGREED, "")
        if not isinstance(agreed, str):
            raise InvalidInput(f"{_AGREED} is no text.", field=_AGREED)
        return cls(expires_at=expires_at, agreed_sha256=agreed, **texts)  # type: ignore[arg-type]  # they are texts

    def as_dict(self) -> dict[str, str]:
        """As the file holds it."""
        agreed = {_AGREED: self.agreed_sha256} if self.agreed_sha256 else {}
        return {name: getattr(self, name) for name in _TEXTS} | {"expires_at": isoformat(self.expires_at)} | agreed


def default_path(settings: Settings) -> Path:
    """Where the credentials are: in the folder of embedded data."""
    return settings.data_path / NAME


def same_server(text: str) -> str:
    """A server's base URL in one spelling, by which it is compared and found.

    Raises:
        InvalidInput: not http(s)://host….
    """
    parts = urlsplit(server_url(text))
    host = (parts.hostname or "").rstrip(".")
    shown = f"[{host}]" if ":" in host else host
    try:
        port = parts.port
    except ValueError as problem:
        raise InvalidInput(f"The server's port must be a number up to 65535: {text!r:.200}.") from problem
    suffix = "" if port in (None, _PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{shown}{suffix}{parts.path.rstrip('/')}"


class CredentialsFile:
    """The file. It is read anew for each call, because another program may have changed it.

    Every method raises CredentialsUnusable: the file cannot be read or written, is open to others, or is not ours.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, server: str) -> StoredCredential | None:
        """The credential for a service, or None."""
        return self._read().get(same_server(server))

    def servers(self) -> tuple[str, ...]:
        """The services for which there is a credential."""
        return tuple(self._read())

    def put(self, server: str, credential: StoredCredential) -> None:
        """Keep a credential, in place of an earlier one for the same service."""
        self._write({**self._read(), same_server(server): credential})

    def forget(self, server: str) -> None:
        """Remove the credential for a service, if there is one."""
        kept = self._read()
        if kept.pop(same_server(server), None) is not None:
            self._write(kept)

    def _read(self) -> dict[str, StoredCredential]:
        try:
            file = os.open(self.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            return {}
        except OSError as problem:
            raise self._unusable("cannot be opened; it must be a file of yours", problem) from problem
        try:
            self._check(os.fstat(file))
            with os.fdopen(file, "rb", closefd=False) as opened:
                return self._parse(opened.read(_LARGEST + 1))
        finally:
            os.close(file)

    def _check(self, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise self._unusable("is not a file; remove it and join again with a code")
        if os.name != "posix":  # elsewhere the modes say nothing
            return
        if found.st_uid != os.geteuid():
            raise self._unusable("belongs to another user; remove it and join again with a code")
        if found.st_mode & 0o077:
            raise self._unusable(f"can be read by others; run: chmod 600 {self.path}")

    def _parse(self, content: bytes) -> dict[str, StoredCredential]:
        try:
            stored = json.loads(content)
            if len(content) > _LARGEST or stored["version"] != _VERSION:
                raise ValueError("it is too large, or of another version")
            return {same_server(server): StoredCredential.of(kept) for server, kept in stored["servers"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidInput) as problem:
            raise self._unusable(
                "does not hold what codeassess wrote; remove it and join again with a code", problem
            ) from problem

    def _write(self, kept: Mapping[str, StoredCredential]) -> None:
        """Replace the file as a whole: whoever reads meanwhile finds the old one or the new one."""
        stored = {"version": _VERSION, "servers": {server: one.as_dict() for server, one in kept.items()}}
        folder, new = self.path.parent, ""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file, new = tempfile.mkstemp(prefix=f".{NAME}.", dir=folder)  # with mode 0600
            with os.fdopen(file, "w", encoding="utf-8") as opened:
                json.dump(stored, opened, indent=1)
                opened.flush()
                os.fsync(opened.fileno())
            Path(new).replace(self.path)
        except OSError as problem:
            with suppress(OSError):
                Path(new).unlink()
            raise self._unusable("cannot be written", problem) from problem

    def _unusable(self, what: str, cause: BaseException | None = None) -> CredentialsUnusable:
        detail = {REASON: str(cause)} if cause is not None else {}
        return CredentialsUnusable(f"The file with your credentials {what} ({self.path}).", **detail)
