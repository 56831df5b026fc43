"""The story of a session in order, with runs of alike entries told in one line. Pure.

Of an interaction's payload this reads, all optional: for a code_update `snapshot`,
`cause` and `pasted`; for an activity `kind`; for the others `interaction_id`, the
question they belong to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from codeassess_core.clock import isoformat
from codeassess_core.model import MAIN_DOCUMENT, Cause, Interaction, InteractionKind, Question, RecordedDecision

from .body import TimelineEntry
from .wording import counted, document_words, duration, lines_words

PAUSE: Final = timedelta(seconds=60)
"""A run ends where nothing of its kind happened for longer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSize:
    """How many lines a document had at snapshot `n`."""

    n: int
    document: str
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One code_update: the snapshot it made and how the document grew (None: not known)."""

    snapshot: int
    document: str
    before: int | None
    after: int | None
    paste: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that happened. Items of one `group` that follow each other in their lane are told together.

    The first word of `group` is the lane; no group: always told alone, and it ends every run.
    """

    at: datetime
    source: Interaction | RecordedDecision
    group: tuple[str, ...] = ()
    update: Update | None = None


def timeline(
    interactions: Sequence[Interaction],
    decisions: Sequence[RecordedDecision],
    *,
    sizes: Sequence[SnapshotSize] = (),
    questions: Sequence[Question],
    start: datetime,
) -> list[TimelineEntry]:
    """Everything that happened, in order, offsets in seconds from `start`."""
    teller = _Teller(start=start, questions={q.id: (number, q) for number, q in enumerate(questions, 1)})
    return [teller.entry(run) for run in _runs(_items(_merged(interactions, decisions), sizes))]


def is_paste(interaction: Interaction) -> bool:
    """Did the editor call the update a paste, or did a large block appear in it without another cause?"""
    payload = interaction.payload
    return payload.get("cause") == Cause.PASTE or ("pasted" in payload and "cause" not in payload)


def _merged(
    interactions: Sequence[Interaction], decisions: Sequence[RecordedDecision]
) -> Iterator[Interaction | RecordedDecision]:
    """Interactions in the order of the record, each decision where its time puts it."""
    waiting = deque(sorted(decisions, key=lambda d: d.created_at))
    for interaction in sorted(interactions, key=lambda i: i.seq):
        while waiting and _comes_first(waiting[0], interaction):
            yield waiting.popleft()
        yield interaction
    yield from waiting


def _comes_first(decision: RecordedDecision, interaction: Interaction) -> bool:
    """At the same moment a decision follows the update that it is about and precedes the question that it makes."""
    if decision.created_at == interaction.created_at:
        return interaction.kind is not InteractionKind.CODE_UPDATE
    return decision.created_at < interaction.created_at


def _items(sources: Iterator[Interaction | RecordedDecision], sizes: Sequence[SnapshotSize]) -> Iterator[Item]:
    known = {size.n: size for size in sizes}
    lines: dict[str, int] = {}
    snapshot = 0
    for source in sources:
        update = None
        if isinstance(source, Interaction) and source.kind is InteractionKind.CODE_UPDATE:
            snapshot = _snapshot_number(source, snapshot + 1)
            update = _update(source, known.get(snapshot), snapshot=snapshot, lines=lines)
        yield Item(at=source.created_at, source=source, group=_group(source, update), update=update)


def _snapshot_number(interaction: Interaction, following: int) -> int:
    """Each code_update makes the next snapshot; a payload that names its number is believed."""
    stated = interaction.payload.get("snapshot")
    return stated if isinstance(stated, int) else following


def _update(interaction: Interaction, size: SnapshotSize | None, *, snapshot: int, lines: dict[str, int]) -> Update:
    """`lines` holds the last known number of lines of each document and is brought up to date."""
    document = size.document if size else MAIN_DOCUMENT
    before = lines.get(document)
    if size:
        lines[document] = size.lines
    return Update(
        snapshot=snapshot,
        document=document,
        before=before,
        after=size.lines if size else None,
        paste=is_paste(interaction),
    )


def _group(source: Interaction | RecordedDecision, update: Update | None) -> tuple[str, ...]:
    if isinstance(source, RecordedDecision):
        return () if source.decision.asked else ("decision", source.decision.rule)
    if update:
        return ("code_update", update.document, "paste" if update.paste else "edit")
    if source.kind is InteractionKind.ACTIVITY:
        return ("activity", str(source.payload.get("kind", "")))
    return ()


def _runs(items: Iterator[Item]) -> list[list[Item]]:
    """Runs in the order of their first item. Suppressed decisions among updates do not end the run of updates."""
    runs: list[list[Item]] = []
    latest: dict[str, list[Item]] = {}
    for item in items:
        if not item.group:
            latest.clear()
            runs.append([item])
            continue
        run = latest.get(item.group[0])
        if run and run[-1].group == item.group and item.at - run[-1].at <= PAUSE:
            run.append(item)
        else:
            latest[item.group[0]] = [item]
            runs.append(latest[item.group[0]])
    return runs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Turns runs into entries; knows the numbers of the questions."""

    start: datetime
    questions: dict[str, tuple[int, Question]]

    def entry(self, run: list[Item]) -> TimelineEntry:
        first, last = run[0], run[-1]
        question = self._question(first.source)
        interaction = first.source if isinstance(first.source, Interaction) else None
        return TimelineEntry(
            at=isoformat(first.at),
            offset=max(0.0, round((first.at - self.start).total_seconds(), 1)),
            until=isoformat(last.at) if len(run) > 1 else None,
            seq=interaction.seq if interaction else None,
            kind=str(interaction.kind) if interaction else "decision",
            count=len(run),
            text=_sentence(run, question),
            interaction_id=question[1].id if question else None,
            snapshot=_snapshot(last),
        )

    def _question(self, source: Interaction | RecordedDecision) -> tuple[int, Question] | None:
        if isinstance(source, RecordedDecision):
            return self.questions.get(source.question_id or "")
        return self.questions.get(str(source.payload.get("interaction_id", source.id)))


def _snapshot(item: Item) -> int | None:
    if isinstance(item.source, RecordedDecision):
        return item.source.snapshot
    return item.update.snapshot if item.update else None


def _sentence(run: list[Item], question: tuple[int, Question] | None) -> str:
    source = run[-1].source
    updates = [item.update for item in run if item.update]
    if isinstance(source, RecordedDecision):
        return _decision_words(source, often=len(run))
    if updates:
        return _update_words(updates)
    if source.kind is InteractionKind.ACTIVITY:
        return f"Editor: {run[0].group[1] or 'activity'}" + (f", {len(run)} times" if len(run) > 1 else "")
    return _question_words(source, question)


def _update_words(updates: list[Update]) -> str:
    first, last = updates[0], updates[-1]
    what = counted(len(updates), "paste" if first.paste else "update")
    if last.document != MAIN_DOCUMENT:
        what += f" in {last.document}"
    before = first.after if first.before is None else first.before
    if before is None or last.after is None:
        return what
    after = counted(last.after, "line")
    return f"{what}, {after}" if before == last.after else f"{what}, {counted(before, 'line')} → {after}"


def _decision_words(recorded: RecordedDecision, *, often: int) -> str:
    decision = recorded.decision
    verb = "Decided to ask" if decision.asked else "Did not ask"
    times = f" {often} times" if often > 1 else ""
    return f"{verb}{times} ({decision.rule}): {decision.reason}"


def _question_words(source: Interaction, question: tuple[int, Question] | None) -> str:
    number, asked = question or (None, None)
    name = f"Question {number}" if number else "A question"
    match source.kind:
        case InteractionKind.QUESTION_ASKED:
            return f"{name} asked{_place(asked)}"
        case InteractionKind.QUESTION_DEFERRED:
            return f"{name} put off: “not now”"
        case InteractionKind.QUESTION_WITHDRAWN:
            return f"{name} withdrawn: none worth asking could be written"
        case InteractionKind.RESPONSE_RECEIVED:
            return f"{name} answered{_answer_time(asked)}"
        case InteractionKind.EVALUATION:
            return f"{name} evaluated{_score_words(asked)}"
        case InteractionKind.EVALUATION_FAILED:
            return f"{name} could not be evaluated: a task for a person"
        case InteractionKind.FINISH:
            return "The candidate finished"
        case InteractionKind.REPORT:
            return "A report was made"
        case _:
            return str(source.kind)


def _place(question: Question | None) -> str:
    if question is None:
        return ""
    region = lines_words(question.region.start_line, question.region.end_line)
    return f" about {region} of {document_words(question.region.document)}"


def _answer_time(question: Question | None) -> str:
    if question is None or question.asked_at is None or question.responded_at is None:
        return ""
    return f" after {duration((question.responded_at - question.asked_at).total_seconds())}"


def _score_words(question: Question | None) -> str:
    if question is None or question.evaluation is None:
        return ""
    waits = ", waits for a person" if question.evaluation.needs_review else ""
    return f": {question.evaluation.score:g} of 10{waits}"
