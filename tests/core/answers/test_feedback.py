"""The texts of an evaluation: everything for graders, only what was right for candidates."""

from __future__ import annotations

import pytest

from codeassess_core.answers.feedback import covered_text, evaluation_text, full_text
from codeassess_core.model import CriterionResult, Provenance, Verdict
from codeassess_core.ports import EvaluationDraft

MET, PARTLY, NOT = Verdict.MET, Verdict.PARTLY, Verdict.NOT


def point(verdict: Verdict, text: str, quote: str = "", *, settled: bool = False) -> CriterionResult:
    return CriterionResult(criterion=text, verdict=verdict, reason="So.", quote=quote, settled=settled)


def slot(verdict: Verdict, *, settled: bool = True) -> CriterionResult:
    return CriterionResult(
        criterion="What `f(3)` returns", verdict=verdict, reason="`7` is right.", quote="7", settled=settled, slot="s"
    )


ALL = (
    slot(MET),
    point(MET, "The loop ends at `n`.", "it stops before n"),
    point(PARTLY, "Zero is left out.", "not zero"),
    point(NOT, "The list is empty then."),
)


def test_graders_read_what_was_found_and_what_was_not() -> None:
    assert full_text(ALL) == (
        "What `f(3)` returns: right. The answer covers 1 of 3 expected points: The loop ends at `n`. "
        "In part: Zero is left out. Not found: The list is empty then. What is open waits for a person."
    )


@pytest.mark.parametrize("hidden", ["Zero", "empty", "loop ends", "Not found", "In part", "of 3", "`7`"])
def test_candidates_read_nothing_of_what_was_missing(hidden: str) -> None:
    assert hidden not in covered_text(ALL)


def test_candidates_read_what_they_have_in_their_own_words() -> None:
    assert covered_text(ALL) == (
        "What `f(3)` returns is right. This counts: “it stops before n”. A person may look at the rest."
    )
    assert covered_text((slot(NOT),)) == "Your answer is recorded."
    assert covered_text((point(NOT, "Zero is left out."),)) == "Your answer is recorded."
    assert covered_text((point(MET, "The loop ends.", "it ends."),)).startswith("This counts: “it ends”.")


@pytest.mark.parametrize(
    ("verdict", "settled", "said"), [(MET, True, "right"), (NOT, True, "not right"), (NOT, False, "not read")]
)
def test_a_slot_is_right_or_not_or_was_not_read(verdict: Verdict, settled: bool, said: str) -> None:
    assert full_text((slot(verdict, settled=settled),)).startswith(f"What `f(3)` returns: {said}.")


def test_no_answer_is_told_as_that() -> None:
    unsaid = tuple(point(NOT, text, settled=True) for text in ("One.", "Two."))
    assert (
        full_text(unsaid) == full_text(()) == "There is no answer here that could be compared with what was expected."
    )


def test_a_models_words_stand_behind_what_code_found() -> None:
    draft = EvaluationDraft(
        text="Well reasoned.",
        criteria=(),
        confidence=1.0,
        provenance=Provenance(examiner="model", model="openai:x", version="0"),
    )
    assert evaluation_text(draft, ALL) == "What `f(3)` returns: right. Well reasoned."
