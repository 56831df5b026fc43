"""Where the lines of a question are in the editor now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from codeassess_core.documents.lines import split_lines
from codeassess_core.errors import CodeAssessError

from ..session.conversation import Exchange
from .relocate import Lines, relocate
from .texts import OpenTexts, Spot


async def spot_of(exchange: Exchange, uri: str, *, texts: OpenTexts, snapshot: Callable[[int], Awaitable[str]]) -> Spot:
    """The lines in `uri` now, found with the code of the question's snapshot; unchanged when that cannot be read."""
    lines = Lines(exchange.start_line - 1, exchange.end_line - 1)
    text = texts.read(uri)
    if text is None:
        return Spot(uri, lines.start, lines.end)
    try:
        asked_about = await snapshot(exchange.snapshot)
        lines = relocate(split_lines(asked_about), split_lines(text.code), lines)
    except CodeAssessError:
        pass  # offline: the former lines are better than none
    return texts.spot(uri, lines.start, lines.end)
