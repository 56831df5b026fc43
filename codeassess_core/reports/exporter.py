"""The description of a report format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codeassess_core.model import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """One format: its media type with charset, its file extension without the dot, and the function that writes it."""

    media_type: str
    extension: str
    render: Callable[[Report], bytes]
