"""An answer that is evaluated several times, over a real socket: the effect of agreement and disagreement."""

from __future__ import annotations

import json
from typing import Any

import pytest
from model_cases import GOOD_EVALUATION, Reply, completion, evaluation_brief, examiner, serving

from codeassess_core import scoring
from codeassess_core.costs.budget import Allowance, estimated
from codeassess_core.examiner.model import material
from codeassess_core.examiner.model.chains import read_prompt
from codeassess_core.examiner.model.self_consistency import FLAG, SelfConsistentExaminer
from codeassess_core.model import Verdict

MET, PARTLY, NOT = Verdict.MET, Verdict.PARTLY, Verdict.NOT


def reply(depth: Verdict, correctness: Verdict) -> Reply:
    """An evaluation with these verdicts."""
    given = {"depth": depth, "correctness": correctness}
    criteria = [{**one, "verdict": given[str(one["criterion"])]} for one in GOOD_EVALUATION["criteria"]]  # type: ignore[attr-defined]
    return Reply(completion(json.dumps({**GOOD_EVALUATION, "criteria": criteria})))


def verdicts(draft: Any) -> dict[str, Verdict]:
    return {result.criterion: result.verdict for result in draft.criteria}


# the evaluations in their order; how many are asked for; the verdicts that count; the confidence; is it flagged?
CASES = {
    "the second agrees: no third is paid for": ([(MET, MET)] * 2, 2, (MET, MET), 0.9, False),
    "two of three say the same": ([(PARTLY, MET), (MET, MET), (MET, MET)], 3, (MET, MET), 0.9, False),
    "one sees nothing where two see all": ([(MET, MET), (MET, NOT), (MET, MET)], 3, (MET, MET), 0.2, True),
    "all three differ": ([(MET, MET), (PARTLY, PARTLY), (NOT, NOT)], 3, (PARTLY, PARTLY), 0.0, True),
}


@pytest.mark.parametrize(("said", "calls", "counts", "confidence", "flagged"), CASES.values(), ids=CASES)
async def test_agreement_is_the_confidence(
    said: list[tuple[Verdict, Verdict]], calls: int, counts: tuple[Verdict, Verdict], confidence: float, flagged: bool
) -> None:
    with serving(*(reply(*one) for one in said)) as model:
        brief = evaluation_brief()
        draft = await SelfConsistentExaminer(examiner(model.base_url, trusted=True), samples=3).evaluate(brief)
        assert len(model.bodies) == calls
    assert verdicts(draft) == dict(zip(("depth", "correctness"), counts, strict=True))
    assert draft.confidence == pytest.approx(confidence)
    assert (FLAG in draft.flags) is flagged
    sources = (brief.answer, brief.code)
    scored = scoring.scored(draft.criteria, *sources, confidence=draft.confidence, flags=draft.flags)
    assert scored.needs_review is flagged
    assert draft.provenance.samples == calls


async def test_all_samples_are_paid_for_and_the_quotes_belong_to_one_of_them() -> None:
    with serving(reply(MET, MET), reply(MET, MET)) as model:
        once = await examiner(model.base_url).evaluate(evaluation_brief())
    with serving(reply(MET, MET), reply(MET, MET)) as model:
        twice = await SelfConsistentExaminer(examiner(model.base_url), samples=3).evaluate(evaluation_brief())
    assert once.provenance.input_tokens and twice.provenance.input_tokens == 2 * once.provenance.input_tokens
    assert twice.criteria == once.criteria


async def test_a_sample_that_fails_or_cannot_be_afforded_is_done_without() -> None:
    with serving(reply(MET, MET), Reply(completion("no JSON")), Reply(completion("no JSON"))) as model:
        draft = await SelfConsistentExaminer(examiner(model.base_url), samples=3).evaluate(evaluation_brief())
    assert verdicts(draft) == {"depth": MET, "correctness": MET}
    assert (draft.provenance.samples, draft.confidence) == (1, 0.9)
    with serving(reply(MET, MET)) as model:
        sent = {**material.evaluation_inputs(evaluation_brief()), "problems": material.told(())}
        one_prompt = estimated(read_prompt("evaluation").filled(sent))  # a call uses 120, the script says
        brief = evaluation_brief(allowance=Allowance(tokens=one_prompt + 100))
        draft = await SelfConsistentExaminer(examiner(model.base_url), samples=3).evaluate(brief)
        assert (draft.provenance.samples, len(model.bodies)) == (1, 1)
