"""A session with an open question that has a field of each kind."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Final

from lab_sessions import MORNING, opened_population, send
from lab_texts import ALWAYS, CANDIDATE, Parrot

from codeassess_core.model import Option, Slot, SlotKind
from codeassess_core.new_session import SessionRequest

CODE: Final = """def mean(values):
    total = 0
    for value in values:
        total += value
    return total / len(values)
"""
QUESTION: Final = "What does `mean([])` do, what does `mean([1, 2])` return, and which line does it come from?"
SLOTS: Final = (
    Slot(
        id="raises",
        kind=SlotKind.CHOICE,
        label="`mean([])`",
        accepted=("raises ZeroDivisionError",),
        options=(
            Option(text="returns `0`", reason="`total` is 0, but it is divided."),
            Option(text="raises ZeroDivisionError", reason="`len(values)` is 0."),
            Option(text="raises TypeError", reason="A list has a length."),
        ),
    ),
    Slot(id="value", kind=SlotKind.VALUE, label="`mean([1, 2])` returns", accepted=("1.5",), weight=2.0),
    Slot(id="line", kind=SlotKind.LINES, label="It is worked out in line", accepted=("5",), weight=2.0),
)


def prepare(folder: Path) -> str:
    """Fill the data folder of a server that is not running: the id of the session."""
    return asyncio.run(_prepare(folder))


async def _prepare(folder: Path) -> str:
    parrot = Parrot(words=QUESTION, slots=SLOTS)
    async with opened_population(folder, examiner=parrot, policy=ALWAYS) as population:
        population.now = MORNING
        session = await population.assessment.begin(CANDIDATE, SessionRequest())
        await send(population, session, "code_update", code=CODE, document={"uri": "work.py"}, cause="typing")
        population.now += timedelta(seconds=5)
        await population.assessment.decide(session.id)
        await population.settle()
    return session.id
