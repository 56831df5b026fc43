"""Sessions in which every word is a payload: the task's title, questions, answers, evaluations, claims, file names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from lab_sessions import MORNING, Population, opened_population, send
from payloads import payloads

from codeassess_core.identity import Principal, Role
from codeassess_core.model import (
    AssessmentSession,
    CriterionResult,
    ExpectedPoint,
    Provenance,
    Slot,
    TriggerPolicy,
    Verdict,
)
from codeassess_core.new_assessment import NewAssessment
from codeassess_core.new_session import SessionRequest
from codeassess_core.ports import EvaluationBrief, EvaluationDraft, Narrative, QuestionBrief, QuestionDraft, ReportBrief

ALWAYS: Final = TriggerPolicy(
    min_code_change_lines=1, min_time_between_interactions=0, cool_down=0, max_questions=1_000, follow_ups=False
)
CANDIDATE: Final = Principal(name="candidate", role=Role.CANDIDATE)  #: whom an embedded server takes its user for


@dataclass(kw_only=True)
class Parrot:
    """An examiner (the port) that says only what it is given to say."""

    words: str = ""
    slots: tuple[Slot, ...] = ()
    name: str = "model"

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        return QuestionDraft(
            text=self.words,
            kind="purpose",
            start_line=1,
            end_line=1,
            expected=(ExpectedPoint(text=self.words, any_of=()),),
            provenance=self._provenance(),
            slots=self.slots,
        )

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        criterion = CriterionResult(criterion=self.words, verdict=Verdict.MET, reason=self.words, quote=brief.answer)
        return EvaluationDraft(
            text=self.words, criteria=(criterion,), confidence=0.5, provenance=self._provenance(), flags=(self.words,)
        )

    async def summarize(self, brief: ReportBrief) -> Narrative:
        return Narrative(
            summary=self.words, strengths=(self.words,), concerns=(self.words,), provenance=self._provenance()
        )

    def _provenance(self) -> Provenance:
        return Provenance(examiner="model", model=self.words or "parrot:1", version="1")


def prepare(folder: Path) -> tuple[str, str]:
    """Fill the data folder of a server that is not running: the ids of a session with all payloads, which goes on, and
    of one that ended, whose report is made of them."""
    return asyncio.run(_prepare(folder))


async def _prepare(folder: Path) -> tuple[str, str]:
    parrot = Parrot()
    async with opened_population(folder, examiner=parrot, policy=ALWAYS) as population:
        going = await _session(population, parrot, payloads())
        ended = await _session(population, parrot, payloads()[::50])
        await send(population, ended, "finish")
        await population.settle()
    return going.id, ended.id


async def _session(population: Population, parrot: Parrot, texts: Sequence[str]) -> AssessmentSession:
    population.now = MORNING
    assessment = await population.record.assessments.add(
        NewAssessment(title=texts[0], instructions="\n\n".join(texts[-50:])).spec(CANDIDATE, now=population.clock())
    )
    session = await population.assessment.begin(CANDIDATE, SessionRequest(assessment_id=assessment.id))
    for number, text in enumerate(texts):
        population.now = MORNING + timedelta(seconds=20 * number)
        parrot.words = text
        await send(
            population,
            session,
            "code_update",
            code=f"{text}\nn = {number}\n",
            document={"uri": texts[number - number % 10]},
            cause="typing",
        )
        population.now += timedelta(seconds=5)
        await population.assessment.decide(session.id)
        await population.settle()
        question = (await population.record.questions.of_session(session.id))[-1]
        await send(population, session, "response_submitted", interaction_id=question.id, response=text)
        await send(population, session, "activity", kind=text[:40], detail={"text": text})
        await population.settle()
    return session
