"""Exports: a whole session as a zip in a form that other tools read (docs/exports.md).

To add one: a class in its own module, one line in `EXPORTS`, one line in the docs.
"""

from __future__ import annotations

from typing import Final

from .export import Export
from .jsonl import JsonLines
from .progsnap2 import ProgSnap2

EXPORTS: Final[dict[str, type[Export]]] = {"progsnap2": ProgSnap2, "jsonl": JsonLines}
"""Every form by the name that `?format=` takes."""

__all__ = ["EXPORTS", "Export"]
