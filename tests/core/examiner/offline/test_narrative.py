"""What the offline examiner says about a whole session."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.examiner.offline.kinds.table import KINDS
from codeassess_core.examiner.text.injection import FLAG
from codeassess_core.model import (
    CriterionResult,
    Evaluation,
    Provenance,
    Question,
    QuestionStatus,
    Region,
    Verdict,
)
from codeassess_core.ports import Narrative, ReportBrief
from codeassess_core.questions import planning

NOW = datetime(2024, 1, 1, tzinfo=UTC)
PROVENANCE = Provenance(examiner="offline", model="offline", version="1")


def question(
    kind: str, *verdicts: tuple[Verdict, str], line: int = 3, flags: tuple[str, ...] = (), settled: bool = True
) -> Question:
    """An evaluated question with one criterion for each verdict."""
    criteria = tuple(
        CriterionResult(criterion=text, verdict=verdict, reason="", quote="so it is", verified=True, settled=settled)
        for verdict, text in verdicts
    )
    evaluation = Evaluation(
        text="",
        score=5,
        score_min=5 if settled else 0,
        score_max=5 if settled else 10,
        confidence=0.4,
        criteria=criteria,
        flags=flags,
        provenance=PROVENANCE,
        evaluated_at=NOW,
    )
    return Question(
        id=kind,
        session_id="s",
        status=QuestionStatus.EVALUATED,
        rule="changed_lines",
        region=Region(document="main", snapshot=1, start_line=line, end_line=line + 1),
        created_at=NOW,
        text=f"What about {kind}?",
        kind=kind,
        evaluation=evaluation,
    )


async def told(*questions: Question, code: str = "x = 1\ny = 2\n") -> Narrative:
    brief = ReportBrief(final_code=code, language="python", instructions="", questions=questions)
    return await OfflineExaminer().summarize(brief)


async def test_a_session_without_questions_is_said_to_show_nothing() -> None:
    narrative = await told()
    assert "No question was asked" in narrative.summary
    assert narrative.strengths == narrative.concerns == ()


async def test_what_was_said_is_a_strength_and_what_was_not_is_a_concern_with_the_lines() -> None:
    narrative = await told(
        question("edge_result", (Verdict.MET, "The body does not run."), (Verdict.NOT, "It returns `[]`.")),
        question("slice", (Verdict.PARTLY, "The last one is left out."), line=8),
    )
    assert narrative.strengths == (
        "The answer on what comes of an unusual input (lines 3-4) covers “The body does not run”, "
        "in the words “so it is”.",
    )
    assert narrative.concerns == (
        "The answer on what comes of an unusual input (lines 3-4) does not cover “It returns `[]`”.",
        "The answer on what a slice takes and leaves out (lines 8-9) only partly covers “The last one is left out”.",
    )


SAID = {
    Verdict.MET: "says what `a` did, in the words “so it is”.",
    Verdict.PARTLY: "only partly says what `a` did.",
    Verdict.NOT: "does not say what `a` did.",
}


@pytest.mark.parametrize("verdict", SAID)
async def test_a_point_that_is_worded_as_what_it_says_becomes_part_of_the_sentence(verdict: Verdict) -> None:
    narrative = await told(question("removed", (verdict, "It says what `a` did.")))
    (sentence,) = (*narrative.strengths, *narrative.concerns)
    assert sentence == f"The answer on what a removed line did (lines 3-4) {SAID[verdict]}"


@pytest.mark.parametrize("kind", [*(kind.name for kind in KINDS), *(kind.name for kind in planning.KINDS), "new", ""])
async def test_no_kind_is_named_by_its_name_in_the_table(kind: str) -> None:
    narrative = await told(question(kind, (Verdict.NOT, "It is `None`.")))
    assert not re.search(r"\w_\w", narrative.summary + narrative.concerns[0])
    assert re.match(r"The answer on (what|why|which|how|when|where|for which|with which) ", narrative.concerns[0])


def checked(kind: str, verdict: Verdict, *, settled: bool = True) -> Question:
    """A question with one slot."""
    asked = question(kind, (verdict, "What does it return?"), settled=settled)
    assert asked.evaluation is not None
    slots = tuple(
        replace(c, slot="value", quote="3", reason="`4` is right, found by running the code.")
        for c in asked.evaluation.criteria
    )
    return replace(asked, evaluation=replace(asked.evaluation, criteria=slots))


async def test_only_what_is_settled_is_a_strength() -> None:
    """The words of an expected point also stand in sentences that are wrong."""
    narrative = await told(question("slice", (Verdict.MET, "The last one is left out."), settled=False))
    assert narrative.strengths == ()
    assert "all that was expected" not in narrative.summary


async def test_a_result_is_right_or_wrong_and_never_a_strength_when_it_is_wrong() -> None:
    right = await told(checked("slice", Verdict.MET))
    assert right.strengths == (
        "The answer on what a slice takes and leaves out (lines 3-4) gives the right result: `3`.",
    )
    assert "The right result was given about what a slice takes" in right.summary
    wrong = await told(checked("slice", Verdict.NOT))
    assert wrong.strengths == ()
    assert wrong.concerns == (
        "The answer on what a slice takes and leaves out (lines 3-4) does not give the right result. "
        "`4` is right, found by running the code.",
    )
    assert "A wrong result, or none, was given about what a slice takes" in wrong.summary
    unread = await told(checked("slice", Verdict.NOT, settled=False))
    assert "gives a result that code cannot read" in unread.concerns[0]


async def test_an_unproven_met_is_no_strength() -> None:
    proven = question("slice", (Verdict.MET, "The last one is left out."))
    assert proven.evaluation is not None
    doubtful = tuple(replace(c, verified=False) for c in proven.evaluation.criteria)
    narrative = await told(replace(proven, evaluation=replace(proven.evaluation, criteria=doubtful)))
    assert narrative.strengths == ()


async def test_a_flagged_answer_is_named_first() -> None:
    narrative = await told(
        question("slice", (Verdict.NOT, "The last one is left out.")),
        question("boundary", (Verdict.NOT, "It is false."), flags=(FLAG,)),
    )
    assert "speaks to the examiner" in narrative.concerns[0] and "exactly at a limit" in narrative.concerns[0]


async def test_questions_without_an_evaluation_are_named_with_what_became_of_them() -> None:
    open_ = replace(question("value"), evaluation=None, status=QuestionStatus.UNANSWERED)
    failed = replace(question("slice"), evaluation=None, status=QuestionStatus.FAILED)
    withdrawn = replace(question("role"), evaluation=None, status=QuestionStatus.WITHDRAWN)
    narrative = await told(open_, failed, withdrawn)
    assert "The examiner has judged none of the answers" in narrative.summary
    assert [("without an answer" in c, "could not be evaluated" in c) for c in narrative.concerns] == [
        (True, False),
        (False, True),
    ]
    assert "role" not in narrative.summary


async def test_the_summary_says_what_was_asked_what_was_covered_and_who_decides() -> None:
    narrative = await told(
        question("zero_division", (Verdict.MET, "When `n` is zero.")),
        question("removed", (Verdict.NOT, "It says why."), line=7),
        question("slice", (Verdict.MET, "The first."), (Verdict.NOT, "The last."), line=9),
        question("boundary", (Verdict.MET, "It is false."), line=11, settled=False),
        code="",
    )
    assert narrative.summary == (
        "There is no code at the end of the session. Four questions were asked and answered. "
        "The candidate said all that was expected about when a division goes wrong (lines 3-4). "
        "A part of what was expected was said about what a slice takes and leaves out (lines 9-10). "
        "Nothing of what was expected was said about what a removed line did (lines 7-8). "
        "The judgements were made offline, by running code and comparing words: what is open, a person decides."
    )


async def test_answers_that_are_not_evaluated_are_not_counted_as_such() -> None:
    open_ = replace(question("value"), evaluation=None, status=QuestionStatus.UNANSWERED)
    narrative = await told(question("slice", (Verdict.MET, "The last one.")), open_)
    assert "Two questions were asked, and one of the answers evaluated." in narrative.summary


async def test_what_a_person_has_yet_to_confirm_is_no_strength_and_no_certain_concern() -> None:
    asked = question("value", (Verdict.MET, "It returns 4."), (Verdict.NOT, "It says why."))
    assert asked.evaluation is not None
    unsettled = tuple(replace(criterion, settled=False) for criterion in asked.evaluation.criteria)
    narrative = await told(replace(asked, evaluation=replace(asked.evaluation, criteria=unsettled)))
    assert not narrative.strengths
    assert [concern.endswith("does not say why, as far as rules can tell.") for concern in narrative.concerns] == [True]
