"""An examiner for tests whose questions hold slots: the offline one, with a draft that stays the same."""

from __future__ import annotations

from typing import Final

from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.model import Claim, ClaimOutcome, ExpectedPoint, Option, Provenance, Slot, SlotKind
from codeassess_core.ports import QuestionBrief, QuestionDraft

CODE: Final = """def total(values):
    result = 0
    for value in values:
        result += value
    return result
"""
SECRET_REASON: Final = "The loop adds nothing to itself."
VALUE = Slot(id="value", kind=SlotKind.VALUE, label="What does `total([2, 1])` return?", accepted=("3",), weight=4)
CHOICE = Slot(
    id="when",
    kind=SlotKind.CHOICE,
    label="When does line 4 run?",
    accepted=("once for each value",),
    options=(
        Option(text="once for each value", reason="It is in the loop's body."),
        Option(text="only at the end", reason=SECRET_REASON),
    ),
    weight=3,
)
CLAIM = Claim(run="total([2, 1])", outcome=ClaimOutcome.RETURNS, value="3", slot="value")


class SlotExaminer(OfflineExaminer):
    """Asks the same with every question; judges the reason as the offline examiner does."""

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        """A question with a value, a choice and a reason."""
        return QuestionDraft(
            text=f"Call {len(brief.asked) + 1}: what does `total([2, 1])` return, when does line 4 run "
            "(once for each value, or only at the end), and why?",
            kind="value",
            start_line=1,
            end_line=5,
            expected=(ExpectedPoint(text="Each value is added to `result`.", any_of=(("add",), ("value",))),),
            provenance=Provenance(examiner="offline", model="offline", version="1"),
            slots=(VALUE, CHOICE),
            claims=(CLAIM,),
        )
