"""Where the lines of a question are in the editor now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from codeassess_core.errors import CodeAssessError

from .conversation import Exchange
from .relocate import Lines, relocate
from .texts import OpenTexts, Spot


async def spot_of(exchange: Exchange, uri: str, *, texts: OpenTexts, snapshot: Callable[[int], Awaitable[str]]) -> Spot:
    """The lines in `uri`, found by what the code was when it was asked about; as they were, when that is not known."""
    lines = Lines(exchange.start_line - 1, exchange.end_line - 1)
    text = texts.read(uri)
    if text is None:
        return Spot(uri, lines.start, lines.end)
    try:
        asked_about = await snapshot(exchange.snapshot)
        lines = relocate(asked_about.splitlines(), text.code.splitlines(), lines)
    except CodeAssessError:
        pass  # offline: the lines as they were are better than none
    return texts.spot(uri, lines.start, lines.end)
