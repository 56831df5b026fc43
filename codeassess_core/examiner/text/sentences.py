"""Splits a text into sentences. Pure."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?])\s+|\n+")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, verbatim. A line break ends a sentence, a dot inside `a.b` or `3.5` does not."""
    return tuple(part.strip() for part in _END.split(text) if part.strip())
