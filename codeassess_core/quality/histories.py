"""Edit histories: every changed state of each is asked about, and the questions are checked."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .. import planning
from ..errors import ExaminerError, InvalidInput
from ..examiner.checks import check_question, same_question
from ..model import MAIN_DOCUMENT, Plan, Region
from ..ports import Examiner, QuestionBrief
from ..triggers import changed_region
from .answers import lines_of, wrong_line

T = TypeVar("T")

_REMEMBERED: Final = 8
"""Questions of a history that a brief knows as asked: the default budget of a session."""


class State(BaseModel):
    """What stood in the editor at one moment."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    code: Annotated[str, Field(max_length=1_000_000)]


class EditHistory(BaseModel):
    """One line of the file: the states of one person's code, in order."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    events: list[State]
    language: str = "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of asking about one changed state. Without a question, `problems` says why."""

    history: int  #: from 0
    state: int  #: from 0
    before: str  #: the code of the state before
    code: str
    text: str
    kind: str
    expected: tuple[str, ...]  #: what a good answer says
    problems: tuple[str, ...]
    seconds: float
    repeated: bool  #: the same as an earlier question that is remembered
    planned: str  #: the kind of the plan
    became: str  #: the kind of the plan that the question is of; empty without a question

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a run over histories comes to."""

    histories: int
    states: int
    asked: tuple[Asked, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        times = sorted(one.seconds for one in self.asked)
        written = [one for one in self.asked if one.text]
        passed = [one for one in written if not one.problems]
        return {
            "histories": self.histories,
            "states": self.states,
            "changed": len(self.asked),
            "with_question": len(written),
            "passed": len(passed),
            "share_passed": round(len(passed) / len(self.asked), 4) if self.asked else None,
            "repeated": sum(one.repeated for one in written),
            "distinct_texts": len({one.text for one in passed}),
            "planned_kind_met": round(sum(one.planned == one.became for one in written) / len(written), 4)
            if written
            else None,
            "planned_kinds": dict(Counter(one.became for one in written).most_common()),
            "kinds": dict(Counter(one.kind for one in passed).most_common()),
            "problems": dict(Counter(p for one in self.asked for p in map(_shape, one.problems)).most_common()),
            "milliseconds": {"median": _at(times, 0.5), "p95": _at(times, 0.95), "most": _at(times, 1.0)},
        }


def read_histories(path: Path) -> tuple[EditHistory, ...]:
    """The lines of a JSONL file. Raises InvalidInput: a line is not as documented."""
    found = tuple(_history(number, value, path) for number, value in lines_of(path))
    if not found:
        raise InvalidInput(f"{path} holds no histories.")
    return found


async def replay(examiner: Examiner, histories: Sequence[EditHistory], *, done: Callable[[], None]) -> Replay:
    """Ask about every state that differs from the one before it; the first differs from nothing."""
    asked: list[Asked] = []
    for number, history in enumerate(histories):
        texts: list[str] = []
        kinds: list[str] = []
        for state, before, after in _changes(history):
            brief = _brief(before, after, language=history.language, asked=tuple(texts[-_REMEMBERED:]))
            brief = replace(brief, plan=_plan(brief, kinds, history=number))
            one = await _ask(examiner, brief, history=number, state=state)
            asked.append(one)
            texts += [one.text] if one.text else []
            kinds += [one.became] if one.became else []
        done()
    return Replay(histories=len(histories), states=sum(len(h.events) for h in histories), asked=tuple(asked))


def evenly(items: Sequence[T], wanted: int) -> tuple[T, ...]:
    """At most `wanted` of them, spread over the whole, in order; the same ones every time."""
    if wanted >= len(items):
        return tuple(items)
    return tuple(items[at * len(items) // wanted] for at in range(wanted))


def drawn(items: Sequence[T], wanted: int, *, seed: int | None) -> tuple[T, ...]:
    """The same, or at random by a seed: which ones depends on the seed and on how many there are, on nothing else."""
    if seed is None or wanted >= len(items):
        return evenly(items, wanted)
    return tuple(items[at] for at in sorted(random.Random(seed).sample(range(len(items)), wanted)))


def _changes(history: EditHistory) -> Iterator[tuple[int, str, str]]:
    before = ""
    for state, event in enumerate(history.events):
        if event.code != before:
            yield state, before, event.code
        before = event.code


def _plan(brief: QuestionBrief, kinds: Sequence[str], *, history: int) -> Plan:
    """As in a sitting of the default budget; a history may be longer, then its last level goes on."""
    region = brief.region
    lines = "\n".join(brief.code.splitlines()[region.start_line - 1 : region.end_line])
    return planning.plan(
        planning.Region(lines, brief.code, brief.rule),
        session=f"history {history}",
        assessment="histories",
        asked=kinds[-_REMEMBERED:],
        most=_REMEMBERED,
        number=min(_REMEMBERED, len(kinds) + 1),
    )


def _brief(before: str, after: str, *, language: str, asked: tuple[str, ...]) -> QuestionBrief:
    start, end = changed_region(before, after, language=language)
    return QuestionBrief(
        code=after,
        previous=before,
        document=MAIN_DOCUMENT,
        language=language,
        region=Region(document=MAIN_DOCUMENT, snapshot=1, start_line=start, end_line=end),
        rule="enough_lines",
        asked=asked,
    )


async def _ask(examiner: Examiner, brief: QuestionBrief, *, history: int, state: int) -> Asked:
    began = time.perf_counter()
    text, kind, became, repeated = "", "", "", False
    expected: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    try:
        draft = await examiner.ask(brief)
    except ExaminerError as problem:
        problems = (problem.message,)
    else:
        text, kind, problems = draft.text, draft.kind, check_question(draft, brief)
        became = draft.provenance.plan.kind if draft.provenance.plan else ""
        expected = tuple(point.text for point in draft.expected)
        repeated = any(same_question(text, earlier) for earlier in brief.asked)
    seconds = time.perf_counter() - began
    return Asked(
        history=history,
        state=state,
        before=brief.previous,
        code=brief.code,
        text=text,
        kind=kind,
        expected=expected,
        problems=problems,
        seconds=seconds,
        repeated=repeated,
        planned=brief.plan.kind if brief.plan else "",
        became=became,
    )


def _history(number: int, value: dict[str, Any], path: Path) -> EditHistory:
    try:
        return EditHistory.model_validate(value)
    except ValidationError as problem:
        raise wrong_line(path, number, problem) from problem


def _shape(problem: str) -> str:
    """A problem without its particulars."""
    return problem.split(":")[0].split("`")[0].split(";")[0].strip()


def _at(times: Sequence[float], share: float) -> float | None:
    return round(1_000 * times[min(len(times) - 1, int(share * len(times)))], 2) if times else None
