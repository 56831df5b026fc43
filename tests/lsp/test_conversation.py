"""What is told of questions and answers, without an editor."""

from __future__ import annotations

import pytest

from codeassess_core.examiner.text.slot_reading import read_slot
from codeassess_core.model import Option, Slot, SlotKind
from codeassess_lsp.session.conversation import AskedSlot, Exchange, answer_text

OPTIONS = (Option(text="a list", reason=""), Option(text="a text", reason=""))


@pytest.mark.parametrize(
    ("kind", "label", "value", "means"),
    [
        (SlotKind.VALUE, "The result of the call", "Trcn", "'Trcn'"),
        (SlotKind.VALUE, "The result then", "[9, 6, 6]", "[9, 6, 6]"),
        (SlotKind.EXCEPTION, "The error", "KeyError", "KeyError"),
        (SlotKind.LINES, "The other lines with b", "4, 5", "4, 5"),
        (SlotKind.CHOICE, "The sort of value", "a list", "a list"),
    ],
)
def test_a_server_without_slots_reads_them_from_the_text(kind: SlotKind, label: str, value: str, means: str) -> None:
    slot = Slot(id="s", kind=kind, label=label, accepted=(means,), options=OPTIONS if kind is SlotKind.CHOICE else ())
    backend = {"document": "main.py", "snapshot": 1, "start_line": 1, "end_line": 2}
    slots = (AskedSlot(id="s", kind=str(kind), label=label),)
    asked = Exchange(id="q", question="What?", kind="value", slots=slots, **backend)
    text = answer_text(asked, "because the loop goes over them.", {"s": value})
    assert text == f"{label}: {value}\nbecause the loop goes over them."
    assert read_slot(slot, text, sent=False, question="What does `f(3)` return?").value == means
