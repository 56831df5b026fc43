"""Questions about deleted lines: what is different without them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ....documents.lines import split_lines
from ....ports import QuestionBrief
from ...text.tables import alt
from .. import slot_making
from ..analysed_code import AnalysedCode, is_python
from ..possible_question import PossibleQuestion, point
from .changes import MOST_LINES, PART, about, bare_of, essence, is_stub, quotable, spoken_parts
from .lines import sense_of
from .rewrites import ENOUGH, Effect, effect_of
from .run_words import A_RESULT, call_of, can_be_asked, comes_to

_DID = alt("because | without | no longer | line | gone | missing | same | not needed")


def taken_out(brief: QuestionBrief, analysed: AnalysedCode) -> Iterator[PossibleQuestion]:
    """A deleted line: what is the result of a call without it?"""
    removed = tuple(_gone(brief))
    if len(removed) != 1:
        return
    for examples in analysed.example_runs.values():
        effect = effect_of(examples.function.lineno, analysed)
        if effect is not None and (effect.different or len(effect.same) >= ENOUGH):
            yield from _without(removed[0], effect, _place_of(brief))


def _without(line: str, effect: Effect, place: tuple[int, int]) -> Iterator[PossibleQuestion]:
    """One question about the first call that can be asked about."""
    for now, then in effect.different or effect.same:
        before = f"For the call {call_of(then)} {comes_to(then, past=True)} before."
        same = "The call {call} comes to the same as before. To what, and why was the line not needed?"
        asked = f"{before} What does it come to now, and why?" if effect.different else same
        text = f"You took out `{line}`. {asked.replace('{call}', call_of(now))}"
        if not call_of(now) or not can_be_asked(now, text) or (now.error and not effect.different):
            continue
        does = tuple(w for part in PART.findall(line) for w in spoken_parts(part))
        told = f"Before, {comes_to(then, past=True)}; all that is gone is `{line}`."
        made = about(place, "removed", text, (point(told, (*does, *_DID)),), depth=4)
        slot = slot_making.result(now, A_RESULT if now.error else "The result now")
        claims = (slot_making.claim(now, slot=slot_making.RESULT), slot_making.claim(then))
        yield replace(made, slots=(slot,), claims=claims)
        return


def _gone(brief: QuestionBrief) -> Iterator[str]:
    """The deleted lines that are worth a question."""
    kept = {essence(line) for line in split_lines(brief.code)}
    for line in split_lines(brief.previous, most=10 * MOST_LINES):
        bare = bare_of(line)
        unread = is_python(brief) and sense_of(bare) is None  # an incomplete line did nothing
        if essence(bare) not in kept and quotable(bare) and not unread and not is_stub(bare):
            yield bare


def _place_of(brief: QuestionBrief) -> tuple[int, int]:
    """The lines for a question about what is no longer there."""
    at = max(1, min(brief.region.start_line, len(split_lines(brief.code))))
    return at, at
