"""The events of a session in order, where runs of similar ones are one entry. Pure.

Of an interaction's payload this reads, all of it optional: for a code_update `snapshot`,
`cause`, `pasted` and `gap`; for an activity `kind`, and `detail` of a rename; for all others
`interaction_id`, the question to which they belong.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from codeassess_core.clock import isoformat
from codeassess_core.documents.renames import RENAMED
from codeassess_core.model import MAIN_DOCUMENT, Cause, Interaction, InteractionKind, Question, RecordedDecision

from .body import TimelineEntry
from .evidence import evaluation_words
from .wording import EVENTS, counted, document_words, duration, lines_words

PAUSE: Final = timedelta(seconds=60)
"""A run ends when nothing of its kind happens for longer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSize:
    """The number of lines of a document at snapshot `n`."""

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
    start: bool  #: the first text of the document when the editor opened it
    gap: int | None  #: lines that changed while no client recorded the document


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One event. Consecutive items of the same `group` within a lane become one entry.

    The first word of `group` is the lane. An item without a group is an entry of its own, and ends
    every run.
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
    """All events in order, offsets in seconds from `start`."""
    writer = _EntryWriter(start=start, questions={q.id: (number, q) for number, q in enumerate(questions, 1)})
    return [writer.entry(run) for run in _runs(_items(_merged(interactions, decisions), sizes))]


def is_paste(interaction: Interaction) -> bool:
    """Did the editor call the update a paste, or did a large block appear in it without another cause?"""
    payload = interaction.payload
    return payload.get("cause") == Cause.PASTE or ("pasted" in payload and "cause" not in payload)


def renamed(source: Interaction | RecordedDecision) -> tuple[str, str] | None:
    """The names of a document before and after, when this is a rename."""
    if not isinstance(source, Interaction) or source.payload.get("kind") != RENAMED:
        return None
    detail = source.payload.get("detail", {})
    return str(detail.get("from", "?")), str(detail.get("to", "?"))


def _merged(
    interactions: Sequence[Interaction], decisions: Sequence[RecordedDecision]
) -> Iterator[Interaction | RecordedDecision]:
    """Interactions in the order of the record, and decisions between them by their times."""
    waiting = deque(sorted(decisions, key=lambda d: d.created_at))
    for interaction in sorted(interactions, key=lambda i: i.seq):
        while waiting and _comes_first(waiting[0], interaction):
            yield waiting.popleft()
        yield interaction
    yield from waiting


def _comes_first(decision: RecordedDecision, interaction: Interaction) -> bool:
    """At the same time a decision comes after the update that it is about, and before its question."""
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
        elif (rename := renamed(source)) is not None and rename[0] in lines:
            lines[rename[1]] = lines.pop(rename[0])
        yield Item(at=source.created_at, source=source, group=_group(source, update), update=update)


def _snapshot_number(interaction: Interaction, following: int) -> int:
    """Each code_update makes the next snapshot; a number in the payload takes precedence."""
    stated = interaction.payload.get("snapshot")
    return stated if isinstance(stated, int) else following


def _update(interaction: Interaction, size: SnapshotSize | None, *, snapshot: int, lines: dict[str, int]) -> Update:
    """`lines` has the last known number of lines of each document and is updated."""
    document = size.document if size else MAIN_DOCUMENT
    before = lines.get(document)
    if size:
        lines[document] = size.lines
    gap = interaction.payload.get("gap")
    return Update(
        snapshot=snapshot,
        document=document,
        before=before,
        after=size.lines if size else None,
        paste=is_paste(interaction),
        start=before is None and interaction.payload.get("cause") == Cause.OPEN,
        gap=gap["lines"] if gap else None,
    )


def _group(source: Interaction | RecordedDecision, update: Update | None) -> tuple[str, ...]:
    if isinstance(source, RecordedDecision):
        return () if source.decision.asked else ("decision", source.decision.rule)
    if update:
        return () if update.start or update.gap else ("code_update", update.document, _manner(update))
    if renamed(source) is not None:
        return ()
    if source.kind is InteractionKind.ACTIVITY:
        return ("activity", str(source.payload.get("kind", "")))
    return ()


def _manner(update: Update) -> str:
    return "paste" if update.paste else "edit"


def _runs(items: Iterator[Item]) -> list[list[Item]]:
    """Runs in the order of their first item. Suppressed decisions between updates do not end the run of updates."""
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
class _EntryWriter:
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
    if (names := renamed(source)) is not None:
        return f"{document_words(names[0])} is now {document_words(names[1])}"
    if source.kind is InteractionKind.ACTIVITY:
        return f"Editor: {run[0].group[1] or 'activity'}" + (f", {len(run)} times" if len(run) > 1 else "")
    return _question_words(source, question)


def _update_words(updates: list[Update]) -> str:
    first, last = updates[0], updates[-1]
    if first.start:
        return _start_words(first)
    if first.gap:
        changed = f"{counted(first.gap, 'line')} changed while it was not recorded"
        return f"A gap in {document_words(first.document)}: {changed}"
    what = counted(len(updates), "paste" if first.paste else "update")
    if last.document != MAIN_DOCUMENT:
        what += f" in {last.document}"
    before = first.after if first.before is None else first.before
    if before is None or last.after is None:
        return what
    after = counted(last.after, "line")
    return f"{what}, {after}" if before == last.after else f"{what}, {counted(before, 'line')} → {after}"


def _start_words(update: Update) -> str:
    name = document_words(update.document)
    return f"{name} was put in with {counted(update.after, 'line')}" if update.after else f"{name} was put in"


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
        case _:
            return EVENTS.get(source.kind, str(source.kind))


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
    return f": {evaluation_words(question.evaluation)}"
