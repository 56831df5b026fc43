"""Checks what a question took to be true again, on the code as it is when the answer comes.

A question is asked at a pause, and the candidate goes on coding. An answer may be about the
earlier or the present code: both are right, so answers that are right now are accepted too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ...documents import notebook_lines
from ...documents.lines import line_count, unified
from ...model import Claim, ClaimOutcome, ExpectedPoint, Question, Region, Slot, SlotKind
from ...ports import EvaluationBrief, QuestionBrief
from ...sandbox import Outcome, Sandbox
from . import analysed_code, running
from .kinds import table
from .possible_question import PossibleQuestion

log = logging.getLogger(__name__)

_RUN_AGAIN: Final = (SlotKind.VALUE, SlotKind.EXCEPTION)


def recheck(question: Question, code: str, code_now: str, *, language: str, sandbox: Sandbox | None = None) -> Question:
    """The question, which accepts what is right for the code as asked about or as it is now.

    Blocks its thread for at most `running.BUDGET`. For other languages than Python the question
    does not change.
    """
    brief = _brief(question, code_now, language)
    if code == code_now or not analysed_code.is_python(brief):
        return question
    runs = running.Runs(sandbox or running.shared())
    present = _present(question, brief, runs)
    slots = tuple(_widened(slot, question, (code, code_now), runs, present) for slot in question.slots)
    return replace(question, slots=slots, expected=_points(question, present))


async def rechecked(question: Question, brief: EvaluationBrief, code_now: str) -> Question:
    """The `Recheck` port: `recheck` in a thread. After a failure of ours the question stays as it was asked."""
    try:
        return await asyncio.to_thread(recheck, question, brief.code, unified(code_now), language=brief.language)
    except Exception:
        log.exception("question %s could not be looked at again", question.id)
        return question


def _brief(question: Question, code: str, language: str) -> QuestionBrief:
    region = Region(document=question.region.document, snapshot=1, start_line=1, end_line=max(1, line_count(code)))
    return QuestionBrief(
        code=code, previous="", document=region.document, language=language, region=region, rule=question.rule
    )


def _present(question: Question, brief: QuestionBrief, runs: running.Runs) -> PossibleQuestion | None:
    """The same question about the code as it is now, if it would be asked."""
    seen = analysed_code.build(brief, runs)
    plain = notebook_lines.without_places(question.text)
    for possible in table.possible_questions(seen) if seen and not seen.repaired else ():
        if possible.kind == question.kind and notebook_lines.without_places(possible.text) == plain:
            return possible
    return None


def _widened(
    slot: Slot, question: Question, codes: tuple[str, str], runs: running.Runs, present: PossibleQuestion | None
) -> Slot:
    """The slot, which also accepts the answers that are right now."""
    now = [answer for s in (present.slots if present else ()) if s.id == slot.id for answer in s.accepted]
    if slot.kind in _RUN_AGAIN:
        now += _run_again(slot, question, codes, runs)
    known = {option.text for option in slot.options}
    fit = [answer for answer in now if slot.kind is not SlotKind.CHOICE or answer in known]
    return replace(slot, accepted=tuple(dict.fromkeys((*slot.accepted, *fit))))


def _run_again(slot: Slot, question: Question, codes: tuple[str, str], runs: running.Runs) -> Iterator[str]:
    code, code_now = (notebook_lines.program(code, question.region.document) for code in codes)
    for claim in (claim for claim in question.claims if claim.slot == slot.id):
        if claim.code in (None, code) and claim.outcome is not ClaimOutcome.TRACE:
            yield from _said(claim, runs.outcome(code_now, claim.run))


def _said(claim: Claim, outcome: Outcome) -> Iterator[str]:
    if outcome.error:
        yield outcome.error
    elif outcome.known and claim.outcome is ClaimOutcome.PRINTS:
        yield repr((outcome.by_call if claim.run else outcome.printed).strip())
    elif outcome.known and outcome.value is not None:
        yield outcome.value


def _points(question: Question, present: PossibleQuestion | None) -> tuple[ExpectedPoint, ...]:
    """The points for the present code, if the same question would be asked about it; else the earlier points."""
    if present is None:
        return question.expected
    return present.expected
