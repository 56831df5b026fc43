"""Questions about a rewritten line: what is different now, for which call, and is anything different?

Both versions are run, so the effect of a change is known before it is asked about.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ....documents.lines import editor_lines, split_lines
from ....model import ExpectedPoint
from ....ports import QuestionBrief
from ...text.tables import alt
from .. import running, slot_making
from ..analysed_code import AnalysedCode, changed_lines, is_python
from ..example_runs import OF_NAMES, ExampleRuns, Run
from ..possible_question import PossibleQuestion, listed, point
from ..running import Program
from ..syntax import extent
from .changes import MOST_LINES, PART, about, bare_of, essence, is_stub, quotable, spoken_parts
from .lines import is_renamed, nearest, same_sense, sense_of
from .run_words import A_RESULT, QUOTED, call_of, can_be_asked, comes_to, differ_in_words, words_of

_PROVEN: Final = 4  #: depth of a change whose effect is known
ENOUGH: Final = 5  #: examples with the same result before a change counts as one without effect
_FEW: Final = 3  #: wrong options
_DEF = re.compile(r"^(?:async )?def\s+\w+")
_SAME = alt("same | equal | equivalent | no difference | not differ | does not matter | both | identical | not change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A line that replaced a similar one."""

    number: int
    old: str
    new: str
    alone: bool  #: is it the only change?

    def before(self, then: Run) -> str:
        """The result of a call before; after several changes, with the old line and all else as it is now."""
        if self.alone:
            return f"For the call {call_of(then)} {comes_to(then, past=True)} before"
        return f"With the old line, for the call {call_of(then)} {comes_to(then)}"

    @property
    def told(self) -> str:
        """The beginning of a question, which shows both lines."""
        return f"Line {self.number} read `{self.old}`; it has become `{self.new}`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The effect of a change on the examples: runs of the new version, each with that of the old one."""

    function: ast.FunctionDef
    same: tuple[tuple[Run, Run], ...]
    different: tuple[tuple[Run, Run], ...]


def rewritten(brief: QuestionBrief, analysed: AnalysedCode | None) -> Iterator[PossibleQuestion]:
    """A line that replaced a similar one: what is different now?"""
    if analysed is None:
        return
    pairs = tuple(_pairs(brief))
    yield from _unpaired(analysed, pairs)
    for pair in pairs:
        effect = _effect_of_line(pair, analysed)
        if effect is None:
            continue
        if effect.different:
            yield from _with_effect(pair, effect)
        elif (
            pair.alone and sum(not now.error for now, _ in effect.same) >= ENOUGH and not is_renamed(pair.old, pair.new)
        ):
            yield from _no_difference(pair, effect)


def _unpaired(analysed: AnalysedCode, pairs: Sequence[Pair]) -> Iterator[PossibleQuestion]:
    """A function in which no single line replaced another, and whose results differ from before."""
    for function in (examples.function for examples in analysed.example_runs.values()):
        start, end = extent(function)
        within = {*range(start, end + 1)}
        if any(pair.number in within and pair.alone for pair in pairs) or not analysed.changed & within:
            continue
        known = {line.rstrip() for line in split_lines(analysed.previous)}
        changed = [n for n in range(start, end + 1) if analysed.lines[n - 1].rstrip() not in known]
        effect = effect_of(start, analysed) if changed else None
        if effect is not None:
            yield from _new_result(changed, effect, analysed)


def _new_result(changed: Sequence[int], effect: Effect, analysed: AnalysedCode) -> Iterator[PossibleQuestion]:
    """One question about the first call that can be asked about."""
    for now, then in effect.different:
        text = (
            f"Before this change, for the call {call_of(then)} {comes_to(then, past=True)}. What does it come to "
            "now, and which line makes the difference?"
        )
        if can_be_asked(now, text):
            lines = min(changed[0], *analysed.changed), max(changed[-1], *analysed.changed)
            words = (*(f"line {n}" for n in changed), *alt("because | changed | new | now"))
            yield _asked(lines, text, (now, then), point(f"New in it: {listed(changed[:_FEW])}.", words))
            return


def _asked(lines: tuple[int, int], text: str, runs: tuple[Run, Run], *points: ExpectedPoint) -> PossibleQuestion:
    now, then = runs
    slot = slot_making.result(now, A_RESULT if now.error else "The result now")
    claims = (slot_making.claim(now, slot=slot_making.RESULT), slot_making.claim(then))
    made = about(lines, "new_result", text, points, depth=_PROVEN)
    return replace(made, slots=(slot,), claims=claims)


def _pairs(brief: QuestionBrief) -> Iterator[Pair]:
    lines, kept = split_lines(brief.code), set(split_lines(brief.code))
    broken = is_python(brief) and sense_of(brief.code) is None
    former = [bare_of(line) for line in split_lines(brief.previous) if line not in kept and quotable(bare_of(line))]
    former = [line for line in former if not is_stub(line)]
    changed = [n for n in sorted(changed_lines(brief)) if quotable(bare_of(lines[n - 1]))]
    for number in changed:
        new = bare_of(lines[number - 1])
        alone = len(former) == 1 and len(changed) == 1 and len(lines) == len(split_lines(brief.previous))
        old = former[0] if alone else nearest(new, former[:MOST_LINES])
        unread = broken and sense_of(new) is None  # a program that does not start does nothing different
        finished = new.startswith(old) and sense_of(old) is None  # the line was incomplete when it was last seen
        other_name = _DEF.sub("def", old) == _DEF.sub("def", new) and _DEF.match(new) is not None
        if old and not (unread or finished or other_name) and essence(new) != essence(old) and not same_sense(old, new):
            yield Pair(number=number, old=old, new=new, alone=alone)


def effect_of(number: int, analysed: AnalysedCode) -> Effect | None:
    """The effect on the function around the line; None when it is not known."""
    examples = _examples_at(number, analysed)
    return _effect(examples, analysed.before) if examples and analysed.before else None


def _effect_of_line(pair: Pair, analysed: AnalysedCode) -> Effect | None:
    """The effect of one line, with all else as it is now."""
    whole = effect_of(pair.number, analysed)
    if pair.alone or (whole is not None and not whole.different):
        return whole
    examples = _examples_at(pair.number, analysed)
    if examples is None or pair.number > len(analysed.lines) or bare_of(analysed.lines[pair.number - 1]) != pair.new:
        return None
    lines = editor_lines(examples.program.code)
    new = lines[pair.number - 1]
    lines[pair.number - 1] = new[: len(new) - len(new.lstrip())] + pair.old
    other = running.program("\n".join(lines), examples.program.runs)
    effect = _effect(examples, other) if other else None
    if effect is None:
        return None
    own = tuple(
        runs for runs in effect.different if runs[1].error not in OF_NAMES
    )  # otherwise the old line does not fit to the others
    return replace(effect, different=own)


def _examples_at(number: int, analysed: AnalysedCode) -> ExampleRuns | None:
    every = analysed.example_runs.values()
    return next((p for p in every if extent(p.function)[0] <= number <= extent(p.function)[1]), None)


def _effect(examples: ExampleRuns, other: Program) -> Effect | None:
    """The function compared with its version in another program; None when there is none, or nothing is known."""
    name = examples.function.name
    earlier = next((n for n in other.tree.body if isinstance(n, ast.FunctionDef) and n.name == name), None)
    if earlier is None or len(earlier.args.args) != len(examples.function.args.args):
        return None
    if all(is_stub(ast.unparse(statement)) for statement in earlier.body):
        return None  # a placeholder of the task is not the candidate's version
    runs = tuple(examples.compared_with(other))
    different = tuple(pair for pair in runs if pair[0].outcome != pair[1].outcome and differ_in_words(*pair))
    same = tuple((now, then) for now, then in runs if now.outcome == then.outcome)
    return Effect(function=examples.function, same=same, different=different) if runs else None


def _with_effect(pair: Pair, effect: Effect) -> Iterator[PossibleQuestion]:
    """A change that shows in the result of calls."""
    lines = (pair.number, pair.number)
    words = tuple(w for part in PART.findall(pair.new) for w in spoken_parts(part))
    for now, then in effect.different:
        text = f"{pair.told} {pair.before(then)}: what does it come to now, and why?"
        if call_of(then) and can_be_asked(now, text):
            cause = point(f"The cause is `{pair.new}` on line {pair.number}.", (*words, f"line {pair.number}"))
            yield _asked(lines, text, (now, then), cause)
            break
    yield from _apart(pair, effect)


def _apart(pair: Pair, effect: Effect) -> Iterator[PossibleQuestion]:
    """Which of some calls shows the difference?"""
    short = [p for p in effect.different if len(p[0].call) <= QUOTED // 2 and not p[0].error and all(map(words_of, p))]
    same = [now for now, _ in effect.same if len(now.call) <= QUOTED // 2 and not now.error]
    if not short or not same:
        return
    now, then = short[0]
    slot = slot_making.choice(
        [(now.call, f"With the old line {comes_to(then)}, now {comes_to(now)}.")],
        [(one.call, f"With either line, {comes_to(one)}.") for one in same[:_FEW]],
        "The call that shows it",
        seed=pair.new,
    )
    if slot is not None:
        text = f"{pair.told} Which of these calls shows the difference, and why? {slot_making.offered(slot)}"
        fact = f"`{now.call}`: with the old line {comes_to(then)}, now {comes_to(now)}."
        made = about(
            (pair.number, pair.number),
            "versions_apart",
            text,
            (point(fact, words_of(now), words_of(then)),),
            depth=_PROVEN,
        )
        claims = (slot_making.claim(now), slot_making.claim(then), *map(slot_making.claim, same[:_FEW]))
        yield replace(made, slots=(slot,), claims=claims)


def _no_difference(pair: Pair, effect: Effect) -> Iterator[PossibleQuestion]:
    """A change after which a call has the same result: which one?"""
    for now, then in effect.same:
        text = f"{pair.told} The call {call_of(now)} comes to the same with either. To what, and why to the same?"
        if now.error or not can_be_asked(now, text):
            continue
        words = tuple(w for line in (pair.old, pair.new) for part in PART.findall(line) for w in spoken_parts(part))
        fact = point(f"For this call `{pair.old}` and `{pair.new}` do the same.", (*_SAME, *words))
        made = about((pair.number, pair.number), "same_result", text, (fact,), depth=2)
        claims = (slot_making.claim(now, slot=slot_making.RESULT), slot_making.claim(then))
        yield replace(made, slots=(slot_making.result(now, "The result of the call"),), claims=claims)
        return
