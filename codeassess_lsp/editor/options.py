"""The options that an editor gives at `initialize`: where the sessions are. Never a token: editors log them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from codeassess_core.errors import InvalidInput

PROTOCOL: Final = 1
"""Of the `codeassess/…` messages between a client of ours and this server."""

MODES: Final = ("remote", "embedded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How this language server is to work."""

    mode: str = "remote"
    server_url: str | None = None
    session: str | None = None
    folders: tuple[str, ...] = ()  #: uris of the workspace's folders
    client_protocol: int | None = None  #: None: not a client of ours
    shows_documents: bool = False


def read_options(given: Any, *, folders: tuple[str, ...], capabilities: Any) -> Options:
    """The options; `CODEASSESS_SERVER_URL` is used when no server is named.

    Raises:
        InvalidInput: they are not as docs/vscode.md describes.
    """
    if given is not None and not isinstance(given, Mapping):
        raise InvalidInput("initializationOptions must be an object.", field="initializationOptions")
    values = dict(given or {})
    if values.get("mode", "remote") not in MODES:
        raise InvalidInput(f"mode must be one of {', '.join(MODES)}, not {values['mode']!r:.40}.", field="mode")
    window = getattr(capabilities, "window", None)
    return Options(
        mode=values.get("mode", "remote"),
        server_url=_text(values, "serverUrl") or os.environ.get("CODEASSESS_SERVER_URL") or None,
        session=_text(values, "session"),
        folders=folders,
        client_protocol=_announced(getattr(capabilities, "experimental", None)),
        shows_documents=bool(getattr(getattr(window, "show_document", None), "support", False)),
    )


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise InvalidInput(f"{name} must be a text.", field=name)
    return value


def _announced(experimental: Any) -> int | None:
    """A client of ours announces `{"codeassess": {"protocol": 1}}` as an experimental capability; None: it does not."""
    ours = experimental.get("codeassess") if isinstance(experimental, Mapping) else None
    protocol = ours.get("protocol") if isinstance(ours, Mapping) else None
    return protocol if isinstance(protocol, int) else None


def folder_of(uri: str) -> Path:
    """The folder that a uri names.

    Raises:
        InvalidInput: it is not the uri of a folder on this computer.
    """
    parts = urlsplit(uri)
    path = Path(
        url2pathname(re.sub("%3A", ":", parts.path, count=1, flags=re.IGNORECASE))
    )  # of a drive, as VS Code has it
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not path.is_absolute():
        raise InvalidInput(f"folder must be a uri like file:///home/ada/work, not {uri!r:.200}.", field="folder")
    return path


def document_name(uri: str, folders: tuple[str, ...]) -> str:
    """The name of a document in the session: its path in the workspace, else its file name.

    An absolute path would tell others the candidate's user name and folders.
    """
    for folder in folders:
        inside = uri.removeprefix(folder.rstrip("/") + "/")
        if inside != uri:
            return unquote(inside)
    path = urlsplit(uri).path or uri
    return unquote(path.rstrip("/").rpartition("/")[2]) or uri
