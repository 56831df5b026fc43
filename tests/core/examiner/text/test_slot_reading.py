"""Tables of phrasings: what people type into a slot or write in their answer, and how it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from growth import grows_in_proportion

from codeassess_core.answers.slots import Reading, Stated, is_right
from codeassess_core.examiner.text.result_words import words
from codeassess_core.examiner.text.slot_reading import read_slot
from codeassess_core.model import Option, Slot, SlotKind

NAMES = ("phrasings.toml", "phrasings_unseen.toml")
RIGHT, WRONG, OPEN = "right", "wrong", "open"


@dataclass(frozen=True)
class Table:
    """A question with a slot, and how each phrasing is read."""

    slot: Slot
    question: str
    rows: tuple[tuple[str, str], ...]  #: what is typed, and how it is read


def tables(name: str) -> Iterator[Table]:
    for table in tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))["slot"]:
        slot = Slot(
            id="s",
            kind=SlotKind(table["kind"]),
            label="result",
            accepted=tuple(table["accepted"]),
            options=tuple(Option(text=text, reason="") for text in table.get("options", ())),
        )
        rows = ((text, becomes) for becomes in (RIGHT, WRONG, OPEN) for text in table[becomes])
        yield Table(slot, table["question"], tuple(rows))


ALL = [table for name in (*NAMES, "phrasings_later.toml") for table in tables(name)]


def outcome(slot: Slot, reading: Reading) -> str:
    if reading.state is Stated.CLEARLY:
        return RIGHT if is_right(slot, reading.value) else WRONG
    return OPEN if reading.state is Stated.UNREADABLY else WRONG


@pytest.mark.parametrize("sent", [False, True], ids=["in the answer", "in its own field"])
@pytest.mark.parametrize("table", ALL, ids=lambda table: f"{table.slot.kind} {table.slot.accepted[0]}"[:40])
def test_a_phrasing_is_read_as_it_is_meant(table: Table, sent: bool) -> None:
    read = {text: read_slot(table.slot, text, sent=sent, question=table.question) for text, _ in table.rows}
    misread = [(text, read[text]) for text, becomes in table.rows if outcome(table.slot, read[text]) != becomes]
    assert not misread
    assert all(reading.quote in text for text, reading in read.items()), "a quote is verbatim"


def test_the_tables_hold_enough_of_each() -> None:
    for name in NAMES:
        becomes = [one for table in tables(name) for _, one in table.rows]
        assert min(becomes.count(RIGHT), becomes.count(WRONG)) >= 150, name


def test_each_of_several_right_answers_is_right_also_together() -> None:
    slot = Slot(id="s", kind=SlotKind.VALUE, label="sign", accepted=("'+'", "'-'"))
    for text in ("'+'", "-", "It could be '+' or '-'."):
        assert outcome(slot, read_slot(slot, text, sent=False, question="Which sign could `op` be?")) == RIGHT


def test_the_numbers_of_the_question_are_no_result() -> None:
    slot = Slot(id="s", kind=SlotKind.VALUE, label="result", accepted=("3",))
    question = "What does `f(3)` return?"
    assert outcome(slot, read_slot(slot, "f(3) gives 7", sent=False, question=question)) == WRONG
    assert outcome(slot, read_slot(slot, "f(3) is called", sent=False, question=question)) == WRONG


HOSTILE = {
    "brackets that do not close": "(" * 20_000,
    "lists in lists": ("[" * 200 + "]" * 200) * 30,
    "a row of numbers": "3 " * 5_000,
    "or after or": "3 or " * 3_000,
    "lines": "line 5 and " * 2_000,
    "quotes": "'a " * 5_000,
    "backslashes": "'\\" * 5_000,
    "a number without end": "9" * 20_000,
    "calls that do not close": "a.b(" * 4_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("kind", list(SlotKind))
def test_hostile_text_costs_little(kind: SlotKind, text: str) -> None:
    options = (Option(text="5", reason=""), Option(text="the list", reason=""))
    slot = Slot(id="s", kind=kind, label="result", accepted=("5",), options=options)
    question = "What does `f(3)` return?"
    assert grows_in_proportion(lambda part: read_slot(slot, part, sent=False, question=question), text)


def test_every_language_has_the_same_parts() -> None:
    folder = Path(__file__).parents[4] / "codeassess_core/examiner/text/languages"
    tables = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in folder.glob("*.toml")}
    parts = {name: set(table["results"]) for name, table in tables.items() if "results" in table}
    assert len(parts) == 4
    assert all(names == parts["en"] for names in parts.values()), parts
    assert words().exceptions[("division", "by", "zero")] == "ZeroDivisionError"
