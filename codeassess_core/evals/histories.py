"""Edit histories: asks about every changed state and checks the questions."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..documents.lines import split_lines
from ..errors import ExaminerError, InvalidInput
from ..examiner.model.checks import check_question, same_question
from ..model import MAIN_DOCUMENT, Claim, ClaimOutcome, Plan, Region
from ..ports import Examiner, QuestionBrief, QuestionDraft
from ..questions import planning
from ..triggers import changed_region
from .answers import lines_of, wrong_line

T = TypeVar("T")

_REMEMBERED: Final = 8
"""Earlier questions of a history that a brief lists as asked: the default budget of a session."""


_GROUP: Final = 3


class State(BaseModel):
    """The content of the editor at one moment."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    code: Annotated[str, Field(max_length=1_000_000)]


class EditHistory(BaseModel):
    """One line of the file: the states of one person's code, in order."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    events: list[State]
    language: str = "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The outcome of asking about one changed state. Without a question, `problems` says why."""

    history: int  #: from 0
    state: int  #: from 0
    before: str  #: the code of the previous state
    code: str
    text: str
    kind: str
    expected: tuple[str, ...]  #: what a good answer says
    claims: tuple[dict[str, Any], ...]  #: what the question takes to be true (docs/quality.md)
    slots: tuple[dict[str, Any], ...]  #: what code checks of an answer
    problems: tuple[str, ...]
    seconds: float
    repeated: bool  #: equal to an earlier question that is remembered
    planned: str  #: the planned kind
    became: str  #: the plan's kind of the question that was made; empty without a question

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The results of a run over histories."""

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
            "with_slot": round(sum(bool(one.slots) for one in written) / len(written), 4) if written else None,
            "claims": sum(len(one.claims) for one in written),
            "groups_of_three_that_repeat": _repeating(self.asked),
            "planned_kinds": dict(Counter(one.became for one in written).most_common()),
            "kinds": dict(Counter(one.kind for one in passed).most_common()),
            "problems": dict(Counter(p for one in self.asked for p in map(_shape, one.problems)).most_common()),
            "milliseconds": {"median": _at(times, 0.5), "p95": _at(times, 0.95), "most": _at(times, 1.0)},
        }


def claim_as_dict(claim: Claim, code: str) -> dict[str, Any]:
    """A claim as `evaluate questions --json` writes it and `evaluate claims` reads it."""
    found: dict[str, Any] = {"code": code if claim.code is None else claim.code, "run": claim.run}
    found["outcome"] = claim.outcome.value
    if claim.outcome is ClaimOutcome.TRACE:
        found |= {"line": claim.line, "name": claim.name, "values": list(claim.values)}
    else:
        found["value"] = claim.value
    return found | ({"slot": claim.slot} if claim.slot else {})


def _repeating(asked: Sequence[Asked]) -> float | None:
    """The share of groups of three consecutive questions of one history in which a kind occurs twice."""
    groups = [
        three
        for _, group in groupby((one for one in asked if one.text), key=lambda one: one.history)
        for three in batched_by_three([one.kind for one in group])
    ]
    return round(sum(len(set(three)) < _GROUP for three in groups) / len(groups), 4) if groups else None


def batched_by_three(kinds: Sequence[str]) -> Iterator[Sequence[str]]:
    """Whole groups of three; the rest is left out."""
    for start in range(0, len(kinds) - _GROUP + 1, _GROUP):
        yield kinds[start : start + _GROUP]


def read_histories(path: Path) -> tuple[EditHistory, ...]:
    """The lines of a JSONL file. Raises InvalidInput for a wrong line."""
    found = tuple(_history(number, value, path) for number, value in lines_of(path))
    if not found:
        raise InvalidInput(f"{path} holds no histories.")
    return found


async def replay(examiner: Examiner, histories: Sequence[EditHistory], *, done: Callable[[], None]) -> Replay:
    """Ask about every state that differs from the previous one; the first is compared with nothing."""
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
    """At most `wanted` items, evenly spread, in order; always the same ones."""
    if wanted >= len(items):
        return tuple(items)
    return tuple(items[at * len(items) // wanted] for at in range(wanted))


def drawn(items: Sequence[T], wanted: int, *, seed: int | None) -> tuple[T, ...]:
    """The same, or random items: which ones depends only on the seed and the number of items."""
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
    """The plan as in a session with the default budget; a longer history stays at the last level."""
    region = brief.region
    lines = "\n".join(split_lines(brief.code)[region.start_line - 1 : region.end_line])
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
    try:
        told = _drafted(await examiner.ask(brief), brief)
    except ExaminerError as problem:
        told = _NOT_ASKED | {"problems": (problem.message,)}
    return Asked(
        history=history,
        state=state,
        before=brief.previous,
        code=brief.code,
        seconds=time.perf_counter() - began,
        planned=brief.plan.kind if brief.plan else "",
        **told,
    )


_NOT_ASKED: Final[dict[str, Any]] = {
    "text": "",
    "kind": "",
    "expected": (),
    "claims": (),
    "slots": (),
    "repeated": False,
    "became": "",
}


def _drafted(draft: QuestionDraft, brief: QuestionBrief) -> dict[str, Any]:
    """The fields of `Asked` that a draft decides."""
    return {
        "text": draft.text,
        "kind": draft.kind,
        "expected": tuple(point.text for point in draft.expected),
        "claims": tuple(claim_as_dict(claim, brief.code) for claim in draft.claims),
        "slots": tuple(asdict(slot) for slot in draft.slots),
        "problems": check_question(draft, brief),
        "repeated": any(same_question(draft.text, earlier) for earlier in brief.asked),
        "became": draft.provenance.plan.kind if draft.provenance.plan else "",
    }


def _history(number: int, value: dict[str, Any], path: Path) -> EditHistory:
    try:
        return EditHistory.model_validate(value)
    except ValidationError as problem:
        raise wrong_line(path, number, problem) from problem


def _shape(problem: str) -> str:
    """A problem without its details, for counting."""
    return problem.split(":")[0].split("`")[0].split(";")[0].strip()


def _at(times: Sequence[float], share: float) -> float | None:
    return round(1_000 * times[min(len(times) - 1, int(share * len(times)))], 2) if times else None
