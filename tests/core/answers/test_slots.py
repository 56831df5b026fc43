"""Which stated results are right: tables. How an answer is read: tests/core/examiner."""

from __future__ import annotations

import pytest

from codeassess_core.answers.slots import Reading, Stated, is_right, said, slot_results
from codeassess_core.clock import utcnow
from codeassess_core.model import (
    Claim,
    ClaimOutcome,
    Option,
    Question,
    QuestionStatus,
    Region,
    Slot,
    SlotKind,
    Verdict,
)

VALUE, EXCEPTION, LINES, CHOICE = SlotKind


def slot(kind: SlotKind, *accepted: str, id: str = "s") -> Slot:
    return Slot(id=id, kind=kind, label="What?", accepted=accepted)


@pytest.mark.parametrize(
    ("kind", "accepted", "right", "wrong"),
    [
        (VALUE, "3", ["3", "3.0", " 3 ", "+3"], ["4", "-3", "'3'", "three", "", "True", "[3]", "3.1"]),
        (VALUE, "1", ["1", "1.0"], ["True"]),  # Python's == would take it
        (VALUE, "True", ["True"], ["1", "False", "true?"]),
        (VALUE, "3.0", ["3", "3.0", "3.00"], ["3.01"]),
        (VALUE, "3.3333333333333335", ["3.3333333333333335", "3.33", "3.333"], ["3.3", "3.34", "3"]),
        (VALUE, "0.30000000000000004", ["0.3", "0.30"], ["0.31", "0.4"]),
        (VALUE, "'planet'", ["planet", "'planet'", '"planet"', " planet "], ["Planet", "planets", "'plan'"]),
        (VALUE, "'3'", ["'3'", "3"], ["3.0", "4"]),  # with or without quotes
        (VALUE, "''", ["''", '""'], ["None", "' '"]),
        (VALUE, "None", ["None"], ["'None'", "0", "False", "nothing"]),
        (VALUE, "{1, 2, 3}", ["{3, 2, 1}", "{1,2,3}"], ["{1, 2}", "[1, 2, 3]"]),
        (VALUE, "set()", ["set()"], ["{}", "()"]),
        (VALUE, "[1, 2]", ["[1,2]", "[1.0, 2]"], ["[2, 1]", "(1, 2)", "[1, 2, 3]", "[True, 2]"]),
        (VALUE, "{'a': 1}", ['{"a": 1}'], ["{'a': 2}", "{'b': 1}", "{'a': True}"]),
        (VALUE, "[('a', [1])]", ["[('a', [1])]"], ["[('a', [2])]"]),
        (VALUE, "range(0, 3)", ["range(0, 3)", "range(0,  3)"], ["range(0, 4)"]),
        (VALUE, "deque(['a'])", ['deque(["a"])'], ["deque(['b'])"]),
        (VALUE, "inf", ["inf"], ["nan", "0"]),
        (VALUE, "-1", ["-1", "-1.0"], ["1"]),
        (EXCEPTION, "ValueError", ["ValueError", "valueerror", "builtins.ValueError"], ["TypeError", "Value", ""]),
        (EXCEPTION, "BadRow", ["BadRow", "rows.BadRow"], ["KeyError"]),
        (LINES, "5", ["5", "line 5", "5-5"], ["4", "5-6", "5 and 6", "none"]),
        (LINES, "5-7", ["5-7", "5–7", "5, 6, 7", "7, 6 and 5", "lines 5 to 7"], ["5", "5-8", "5, 7"]),
        (LINES, "3, 5", ["5 and 3", "3, 5"], ["3-5"]),
        (CHOICE, "It stops.", ["It stops.", "it  stops."], ["It goes on.", "It stops"]),
    ],
)
def test_what_is_the_same_result(kind: SlotKind, accepted: str, right: list[str], wrong: list[str]) -> None:
    assert [text for text in right if not is_right(slot(kind, accepted), text)] == []
    assert [text for text in wrong if is_right(slot(kind, accepted), text)] == []


def test_each_of_several_right_answers_is_right() -> None:
    signs = slot(VALUE, "'<'", "'<='")
    assert [is_right(signs, sign) for sign in ("<", "<=", ">")] == [True, True, False]


@pytest.mark.parametrize("text", ["(" * 100_000, "9" * 10_000, "1-999999999999999999", "-" * 50_000 + "1", "[" * 2_000])
@pytest.mark.parametrize("kind", SlotKind)
def test_hostile_text_is_wrong_and_quick(kind: SlotKind, text: str) -> None:
    assert not is_right(slot(kind, "3"), text)


def question(*slots: Slot, response: str = "", **answers: str) -> Question:
    return Question(
        id="q",
        session_id="s",
        status=QuestionStatus.ANSWERED,
        rule="paste",
        region=Region(document="main", snapshot=1, start_line=1, end_line=1),
        created_at=utcnow(),
        slots=slots,
        claims=(Claim(outcome=ClaimOutcome.RETURNS, run="f()", value="3", slot="s"),),
        response=response,
        slot_answers=answers,
    )


def read(slot: Slot, text: str, *, sent: bool, question: str) -> Reading:
    """Says what it was given, and where from."""
    return Reading(state=Stated.CLEARLY, value=text, quote="sent" if sent else "text")


@pytest.mark.parametrize(
    ("sent", "response", "quote", "verdict"),
    [
        ("3", "4", "sent", Verdict.MET),  # a sent slot wins over the text
        ("4", "3", "sent", Verdict.NOT),
        ("  ", "3", "text", Verdict.MET),  # a field that was left empty says nothing
        (None, "3", "text", Verdict.MET),
    ],
)
def test_a_slot_that_was_sent_wins(sent: str | None, response: str, quote: str, verdict: Verdict) -> None:
    answers = {} if sent is None else {"s": sent}
    (found,) = slot_results(question(slot(VALUE, "3"), response=response, **answers), read)
    assert (found.quote, found.verdict, found.settled, found.slot) == (quote, verdict, True, "s")


@pytest.mark.parametrize(
    ("state", "settled", "words"),
    [
        (Stated.NOT_AT_ALL, True, "Nothing was stated. `3` is right, found by running the code."),
        (Stated.CONTRADICTORY, True, "Two results that contradict each other were stated."),
        (Stated.UNREADABLY, False, "could not be read by code"),
    ],
)
def test_what_was_not_stated_is_worth_nothing_and_what_cannot_be_read_is_open(
    state: Stated, settled: bool, words: str
) -> None:
    (found,) = slot_results(question(slot(VALUE, "3"), s="?"), lambda *_, **__: Reading(state=state))
    assert (found.verdict, found.settled, found.verified) == (Verdict.NOT, settled, False)
    assert words in found.reason


@pytest.mark.parametrize(
    ("accepted", "shown"),
    [
        (("'7'", "7"), "`7`"),  # of printed text both forms are accepted; a reader needs one
        (("'a\\nb'", "a\nb"), r"`'a\nb'`"),  # with several lines the quoted form tells where they end
        (("'7'",), "`'7'`"),  # a text that a call returns
        (("3", "4"), "`3` or `4`"),  # before and after a change of the code
    ],
)
def test_each_right_answer_is_told_in_one_form(accepted: tuple[str, ...], shown: str) -> None:
    asked = question(Slot(id="s", kind=VALUE, label="Its value", accepted=accepted))
    (found,) = slot_results(asked, lambda *_, **__: Reading(state=Stated.NOT_AT_ALL))
    assert found.reason == f"Nothing was stated. {shown} is right, found by running the code."


def test_a_wrong_choice_is_told_why() -> None:
    options = (Option(text="yes", reason=""), Option(text="no", reason="The loop ends before."))
    choice = Slot(id="c", kind=CHOICE, label="Is it?", accepted=("yes",), options=options)
    (found,) = slot_results(question(choice, c="no"), read)
    assert found.reason == "`no` was stated. `yes` is right, found in the code. The loop ends before."


def test_the_whole_answer_is_what_was_filled_in_and_the_response() -> None:
    assert said("Because.", {"a": "3", "b": " "}) == "3\nBecause."
    assert said("", {"a": "3"}) == "3"
    assert said("", {}) == ""
