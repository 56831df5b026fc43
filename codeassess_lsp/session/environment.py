"""What a session needs from the editor window."""

from __future__ import annotations

from dataclasses import dataclass

from ..backends.backend import Backend
from ..editor.screens import Screen
from ..editor.texts import OpenTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What a session needs from the editor window."""

    backend: Backend
    texts: OpenTexts
    folders: tuple[str, ...]  #: uris of the workspace's folders
    screen: Screen
    writer: str  #: the id of this process, for the server and the local store
    take_over: bool = False  #: the candidate wants to write here, whoever writes until now
