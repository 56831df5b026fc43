"""Reads what an answer states for a slot: from the slot's own field, or from free text. Pure."""

from __future__ import annotations

from ...answers.slots import Reading, Stated
from ...model import Slot, SlotKind
from .choices import read_choice
from .exceptions import read_exception
from .giving_up import gives_up
from .injection import speaks_to_examiner
from .lines import read_lines
from .sentences import sentences
from .tokens import LONGEST
from .values import read_value


def read_slot(slot: Slot, text: str, *, sent: bool, question: str = "") -> Reading:
    """What `text` states. `sent`: the text is the whole content of the slot's own field.

    Sentences that give instructions to an examiner state nothing. `question` is the question's
    text: values that it names itself are not taken for a result.
    """
    if not text.strip() or (slot.kind is not SlotKind.VALUE and gives_up(text)):
        return Reading(state=Stated.NOT_AT_ALL)
    text = text[:LONGEST]
    if not sent and speaks_to_examiner(text):
        text = " ".join(sentence for sentence in sentences(text) if not speaks_to_examiner(sentence))
    match slot.kind:
        case SlotKind.VALUE:
            return read_value(slot, text, question=question)
        case SlotKind.EXCEPTION:
            return read_exception(slot, text, question=question)
        case SlotKind.LINES:
            return read_lines(slot, text)
        case SlotKind.CHOICE:
            return read_choice(slot, text, sent=sent)
