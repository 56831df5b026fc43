"""Plans the kind and the difficulty of the next question: chosen by code, not by a model. Pure.

A session goes from easy to hard (`difficulty`). For each difficulty the assessment determines the
kinds, and the session their order: candidates of one assessment get comparable sets of questions
in different orders. A kind is repeated only when all other suitable kinds were used as often.

To add a kind: one row in KINDS, and its word in the model's schema (a test compares them).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from ..model import Difficulty, Plan

MOST_READ: Final = 40_000
"""Characters: planning must take milliseconds only, on any text, because others wait."""

_LOOP: Final = re.compile(
    r"^[ \t}]*(?:async )?(?:for|while|foreach|loop|do)\b|\bfor\b.{1,200}?\bin\b|\.(?:map|forEach|apply)\(", re.M
)
_BRANCH: Final = re.compile(r"\b(?:if|elif|else|switch|match|case|when|except|catch|where)\b", re.I)
_DEFINED: Final = re.compile(r"\b(?:def|class|function|func|fn|struct|interface|impl|trait)\s+([^\W\d]\w*)|=>")
_NO_CALL: Final = "if|elif|while|for|return|and|or|not|in|switch|catch"
_CALL: Final = re.compile(rf"(?<!\bdef )(?<!\bfunc )(?<!\bfunction )\b(?!(?:{_NO_CALL})\b)[^\W\d]\w*\s*\(")
_CALLED: Final = re.compile(r"\b([^\W\d]\w*)\s*\(")
_COMPUTED: Final = re.compile(r"\breturn\b|[^=!<>]=[^=]|[-+*/%<>]|\b(?:select|count|sum)\b", re.I)
_REACHED_INTO: Final = re.compile(r"\w\[|\.(?:get|pop|split|index|read|open)\(|[^/]/[^/]|%|\bopen\(|\bint\(|\bfloat\(")
_DATA: Final = re.compile(
    r"^[ \t]*(?:import|from)\s+(?:pandas|numpy|polars|sklearn|scipy|torch|pyspark|statsmodels)\b"
    r"|^[ \t]*library\(|\bselect\b.{1,500}?\bfrom\b",
    re.M | re.I | re.S,
)


@dataclass(frozen=True, slots=True)
class Region:
    """The input of a plan: the lines to ask about, and the whole text; of each at most `MOST_READ` characters."""

    lines: str
    code: str
    rule: str  #: the trigger rule that asked

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", self.lines[:MOST_READ])
        object.__setattr__(self, "code", self.code[:MOST_READ])

    @property
    def repeats(self) -> bool:
        """True with a loop, or a function that calls itself."""
        calls = Counter(_CALLED.findall(self.lines))
        again = any(calls[name] > 1 for name in _DEFINED.findall(self.lines) if name)
        return again or _LOOP.search(self.lines) is not None


Carried = Callable[[Region], bool]
_EASY, _MEDIUM, _HARD = Difficulty


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: what is asked, the possible difficulties, the suitable regions, and words of such questions.

    `marks` are words of English questions; None when no words are typical.
    """

    name: str
    asks: str
    difficulties: tuple[Difficulty, ...]
    carried: Carried
    marks: re.Pattern[str] | None = None


def _always(region: Region) -> bool:
    return True


def _has(*shapes: re.Pattern[str]) -> Carried:
    return lambda region: any(shape.search(region.lines) for shape in shapes)


def _marks(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})", re.I)


KINDS: Final = (
    Kind("purpose", "why something is there, what it is responsible for", (_EASY,), _always),
    Kind(
        "value",
        "the value, type or shape of something at one point, for a given input",
        (_EASY, _MEDIUM),
        _has(_COMPUTED),
    ),
    Kind(
        "trace",
        "what happens, in which order, for a given input",
        (_EASY, _MEDIUM),
        lambda region: region.repeats or _has(_BRANCH, _CALL)(region),
    ),
    Kind(
        "edge_case",
        "what happens for empty, missing, extreme, duplicate or malformed input",
        (_MEDIUM, _HARD),
        lambda region: region.repeats or _has(_BRANCH, _REACHED_INTO, _DEFINED)(region),
    ),
    Kind(
        "test",
        "which test would catch a mistake here",
        (_MEDIUM,),
        _has(_DEFINED, _BRANCH),
        _marks("test|assert|check|verif|call|try|input|argument|example"),
    ),
    Kind(
        "debugging",
        "how a wrong result could come about, and how to find it",
        (_MEDIUM, _HARD),
        lambda region: region.repeats or _has(_BRANCH, _REACHED_INTO)(region),
    ),
    Kind(
        "data",
        "what the data are: shape, units, keys, ordering, missing values, leakage, joins and groups",
        (_MEDIUM, _HARD),
        lambda region: _DATA.search(region.code) is not None and _has(_CALL, _REACHED_INTO, _DATA)(region),
    ),
    Kind(
        "complexity",
        "time, memory, number of calls, growth with the input",
        (_MEDIUM, _HARD),
        lambda region: region.repeats,
        _marks(
            "time|times|long|longer|fast|slow|quick|cost|memory|space|grow|often|how many|how much|complexity|scal"
            "|double|larger|million|thousand|big|O\\("
        ),
    ),
    Kind(
        "alternative",
        "another way, and why this one was chosen",
        (_MEDIUM, _HARD),
        _always,
        _marks("instead|another|other|rather|alternativ|differ|compar|chos|choose|choice|why|without|replac|prefer"),
    ),
    Kind(
        "design",
        "names, responsibilities, state, coupling, errors",
        (_HARD,),
        _has(_DEFINED),
    ),
    Kind(
        "paste",
        "how pasted code fits with the rest, what had to be adapted",
        (_EASY, _MEDIUM, _HARD),
        lambda region: region.rule == "paste",
    ),
)
PASTE: Final = "paste"
"""The kind of a question about pasted code; it has priority over all others."""
_ROWS: Final = {kind.name: kind for kind in KINDS}
_LEVELS: Final = tuple(Difficulty)


def difficulty(number: int, most: int) -> Difficulty:
    """The difficulty of question `number` (from 1) of at most `most`: from easy to hard; a single one is medium."""
    if most < 2:
        return Difficulty.MEDIUM
    return _LEVELS[min(2, round(2 * (number - 1) / (most - 1)))]


def plan(
    region: Region,
    *,
    session: str,
    assessment: str | None,
    asked: Sequence[str],
    most: int,
    number: int | None = None,
    kinds: Sequence[str] = (),
    fixed: Difficulty | None = None,
) -> Plan:
    """The plan of the next question of a session.

    `asked` has the kinds of its earlier questions; `most` is the maximum of questions; `number` is that of
    the question, from 1 (default: one more than `asked`). `kinds` and `fixed` are what the assessment sets:
    other kinds are planned only where the lines carry none of these. Equal arguments give equal plans.
    """
    number = len(asked) + 1 if number is None else number
    wanted = fixed or difficulty(number, most)
    carried = [kind for kind in KINDS if kind.carried(region)]
    carried = [kind for kind in carried if not kinds or kind.name in (*kinds, PASTE)] or carried
    used = Counter(asked)
    due = _due(assessment, most)[wanted]

    def rank(kind: Kind) -> tuple[bool, int, int, bool, bytes]:
        far = min(abs(_LEVELS.index(d) - _LEVELS.index(wanted)) for d in kind.difficulties)
        order = _digest(session, str(number), kind.name)
        return kind.name != PASTE, far, used[kind.name], kind.name not in due, order

    best, *others = sorted(carried, key=rank)
    return Plan(
        kind=best.name,
        difficulty=wanted,
        reason=_reason(best, number=number, most=most, wanted=wanted, out_of=carried),
        others=tuple(kind.name for kind in others),
    )


@lru_cache(maxsize=256)
def _due(assessment: str | None, most: int) -> Mapping[Difficulty, frozenset[str]]:
    """The kinds for each difficulty that every candidate of the assessment should get, if the code is suitable.

    Each kind is listed once; with more questions than kinds, the others are chosen freely.
    """
    room = Counter(difficulty(number, most) for number in range(1, most + 1))
    due: dict[Difficulty, frozenset[str]] = {}
    for level in _LEVELS:
        taken_before = set(chain.from_iterable(due.values()))
        kinds = [k.name for k in KINDS if level in k.difficulties and k.name not in {PASTE, *taken_before}]
        kinds.sort(key=lambda name: _digest(assessment or "", name))
        due[level] = frozenset(kinds[: room[level]])
    return due


def _reason(kind: Kind, *, number: int, most: int, wanted: Difficulty, out_of: Sequence[Kind]) -> str:
    if kind.name == PASTE:
        return f"Question {number} of at most {most}: the code came in at once."
    return f"Question {number} of at most {most} is {wanted}; drawn from {len(out_of)} kinds that these lines carry."


def taken(planned: Plan, kind: str) -> Plan:
    """The plan of a question that was written with another kind; the reason names the planned kind."""
    if kind == planned.kind:
        return planned
    why = f"{planned.reason} Planned was {planned.kind}; nothing telling of that kind was found in these lines."
    others = tuple(dict.fromkeys(chain((planned.kind,), (other for other in planned.others if other != kind))))
    return Plan(kind=kind, difficulty=planned.difficulty, reason=why, others=others, follows=planned.follows)


def meaning(kind: str) -> str:
    """What a kind asks, for a prompt."""
    return _ROWS[kind].asks


def is_of_kind(text: str, kind: str) -> bool:
    """False when an English question has no word of this kind."""
    row = _ROWS.get(kind)
    return row is None or row.marks is None or row.marks.search(text) is not None


def _digest(*parts: str) -> bytes:
    return hashlib.blake2s("\0".join(parts).encode(errors="replace")).digest()
