"""What the trigger has to know before it decides: the changed code, what it is compared with, and the counters.

Everything here only reads the record; `triggers` decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..documents.lines import split_lines
from ..documents.notebooks import as_written
from ..model import (
    AssessmentSession,
    AssessmentSpec,
    Evaluation,
    Moment,
    Question,
    Region,
    SessionStatus,
    Snapshot,
    TriggerPolicy,
)
from ..triggers import ClosingRound, Situation, against_follow_up
from . import follow_ups
from .baselines import Baselines, find_lines

if TYPE_CHECKING:
    from ..storage.decisions import DecisionContext
    from ..storage.record import Record

_DEFAULTS = TriggerPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class _FollowUpSituation:
    """What decides whether an answer is followed up, and the region of its code now."""

    situation: Situation
    policy: TriggerPolicy
    number: int  #: of the question that was answered, from 1
    region: Region


class Situations:
    """Reads from the record; `policy` is the server's."""

    def __init__(self, record: Record, *, policy: TriggerPolicy = _DEFAULTS) -> None:
        self._record = record
        self._baselines = Baselines(record)
        self._policy = policy

    async def policy(self, session: AssessmentSession) -> TriggerPolicy:
        """When and how often questions are asked in this session."""
        return policy_for(await self._record.assessments.of_session(session), self._policy)

    async def changed(
        self, session: AssessmentSession, now: datetime, moment: Moment = Moment.PAUSE
    ) -> list[tuple[Snapshot, Situation]]:
        """One situation for each document changed since the last decision, the newest change first.

        At a run or a save the newest document is looked at again when nothing has changed.
        """
        spec = await self._record.assessments.of_session(session)
        context = await self._record.decisions.decision_context(session.id)
        latest = await self._record.snapshots.latest(session.id)
        names = await self._record.snapshots.names(session.id)
        return [
            (
                snapshot,
                replace(
                    _situation(session, snapshot, spec=spec, context=context, now=now),
                    moment=moment,
                    base=base,
                    paste=await self._baselines.paste(session.id, snapshot, since=base_n, names=names),
                ),
            )
            for snapshot in _to_decide(latest, context.decided_snapshot, moment)
            for base_n, base in [await self._baselines.of(session.id, snapshot, spec, names=names)]
        ]

    async def closing_round(self, session: AssessmentSession) -> ClosingRound:
        """What decides about the closing round of a session."""
        return ClosingRound(
            policy=await self.policy(session),
            language=session.language,
            questions=await self._record.questions.of_session(session.id),
            documents=tuple(await self._record.snapshots.latest(session.id)),
        )

    async def follow_up(
        self, session: AssessmentSession, question: Question, evaluation: Evaluation, *, now: datetime
    ) -> follow_ups.FollowUp | None:
        """The follow-up to an answer; None: it left no single point open, its code is gone, or the trigger refuses."""
        if follow_ups.left_open(question, evaluation) is None:
            return None
        found = await self._after(session, question, now)
        if found is None or against_follow_up(found.situation, found.policy) is not None:
            return None
        most = found.policy.max_questions
        plan = follow_ups.plan_after(question, evaluation, number=found.number, most=most)
        return follow_ups.FollowUp(region=found.region, plan=plan)

    async def _after(self, session: AssessmentSession, question: Question, now: datetime) -> _FollowUpSituation | None:
        """The situation after the answer to `question`; None when its code is no longer in its document."""
        spec = await self._record.assessments.of_session(session)
        latest = await self._record.snapshots.latest(session.id)
        names = await self._record.snapshots.names(session.id)
        document = names.now(question.region.document, question.region.snapshot)
        snapshot = next((s for s in latest if s.document == document), None)
        region = _region_now(question, snapshot) if snapshot else None
        if snapshot is None or region is None:
            return None
        context = await self._record.decisions.decision_context(session.id)
        asked = [q.id for q in await self._record.questions.of_session(session.id) if q.text]
        return _FollowUpSituation(
            situation=_situation(session, snapshot, spec=spec, context=context, now=now),
            policy=policy_for(spec, self._policy),
            number=asked.index(question.id) + 1,
            region=region,
        )


def policy_for(spec: AssessmentSpec | None, policy: TriggerPolicy) -> TriggerPolicy:
    """The policy in force: the server's, overridden by what the assessment sets."""
    return replace(policy, **spec.policy) if spec else policy  # type: ignore[arg-type]


def _to_decide(latest: Sequence[Snapshot], decided: int, moment: Moment) -> list[Snapshot]:
    """The newest snapshots of the documents to decide about, the newest first."""
    changed = [snapshot for snapshot in reversed(latest) if snapshot.n > decided]
    return changed or (list(latest[-1:]) if moment is not Moment.PAUSE else [])


def _region_now(question: Question, snapshot: Snapshot) -> Region | None:
    """Where the lines of the question are in this snapshot; None when they are not there."""
    excerpt = split_lines(question.excerpt)
    start = find_lines(excerpt, split_lines(as_written(snapshot.code, snapshot.document)))
    if start is None:
        return None
    return Region(document=snapshot.document, snapshot=snapshot.n, start_line=start + 1, end_line=start + len(excerpt))


def _situation(
    session: AssessmentSession,
    snapshot: Snapshot,
    *,
    spec: AssessmentSpec | None,
    context: DecisionContext,
    now: datetime,
) -> Situation:
    """The situation of a snapshot, not yet compared with earlier code."""
    return Situation(
        now=now,
        code=snapshot.code,
        base="",
        language=snapshot.language or session.language,
        last_question_at=context.last_question_at,
        last_deferred_at=context.last_deferred_at,
        question_open=context.question_open,
        questions_asked=context.questions_asked,
        paste=None,
        closing=session.status is not SessionStatus.ACTIVE,
        time_left=_time_left(session, spec, now),
    )


def _time_left(session: AssessmentSession, spec: AssessmentSpec | None, now: datetime) -> float | None:
    limit = session.time_limit(spec)
    return None if limit is None else limit - (now - session.created_at).total_seconds()
