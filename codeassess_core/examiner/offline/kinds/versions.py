"""Questions about a line that became another: what is different now, for which call, and is it at all?

Where both versions can be worked out on examples, the difference is known before it is
asked about; where they come to the same for all of them, that is what is asked about.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ....model import ExpectedPoint
from ....ports import QuestionBrief
from .. import repair
from ..by_hand import Run
from ..meaning import alt
from ..practice import OF_NAMES, Practice
from ..scene import Scene, changed_lines, extent, is_python
from ..sketch import Sketch, point
from .changes import MOST_LINES, PART, about, bare_of, essence, quotable, spoken_parts
from .lines import is_renamed, nearest, same_sense, sense_of
from .results import call_of, is_open, is_plain, outcome, told_differently, value_words

_PROVEN: Final = 4  #: depth of a change of which it is known what it makes different
_SHOWN: Final = 30  #: characters of printed text that a question quotes
ENOUGH: Final = 5  #: examples that must come to the same before a change is said to change no result
_NAMED: Final = 5  #: changed lines that are listed
_DEF = re.compile(r"^(?:async )?def\s+\w+")

_BEFORE = alt(
    "earlier | old | previous | used to | first version | wrong | error | bug | fail | instead | could not | crash"
)
_EFFECT = alt("so that | return | result | give | work | include | correct | fix | because | allow | avoid | prevent")
_SIGNS = alt(
    "missing | colon | bracket | parenthesis | quote | indent | syntax | keyword | sign | == | too many | close"
)
_SAME = alt("same | equal | equivalent | no difference | not differ | does not matter | both | identical | not change")
_BETTER = alt(
    "shorter | simpler | clearer | easier | readable | fewer | less | faster | name | unnecessary | not need | extra | "
    "safer | other input | case | also | style"
)
_AN_INPUT = alt("when | for | with | if | input | call | argument | zero | negative | empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A line that took the place of a similar one."""

    number: int
    old: str
    new: str
    alone: bool  #: is it all that changed?

    def before(self, call: str, then: Run) -> str:
        """What a call came to; where more has changed, what it comes to with the old line and all else as it is."""
        return (
            f"The call {call} {came_to(then)} before" if self.alone else f"With the old line, {call} {_comes_to(then)}"
        )

    @property
    def told(self) -> str:
        """How a question begins that shows both."""
        return f"Line {self.number} read `{self.old}`; it has become `{self.new}`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change comes to on the examples: runs now, each with that of before."""

    function: ast.FunctionDef
    same: tuple[tuple[Run, Run], ...]
    different: tuple[tuple[Run, Run], ...]


def rewritten(brief: QuestionBrief, scene: Scene | None) -> Iterator[Sketch]:
    """A line that replaced a similar one: what is different now?"""
    pairs, unread = tuple(_pairs(brief)), _unread_line(brief)
    yield from _unpaired(scene, pairs) if scene else ()
    for pair in pairs:
        effect = _effect_of_line(pair, scene) if scene else None
        if effect is None:
            yield _now_read(pair) if pair.old == unread else _change(pair, depth=2)
        elif effect.different:
            yield from _told_apart(pair, effect)
        elif (
            pair.alone and sum(not now.error for now, _ in effect.same) >= ENOUGH and not is_renamed(pair.old, pair.new)
        ):
            yield from _no_difference(pair, effect)


def _unpaired(scene: Scene, pairs: Sequence[Pair]) -> Iterator[Sketch]:
    """A function of which no line took the place of one other, and that comes to something else than before."""
    for function in (practice.function for practice in scene.practised.values()):
        start, end = extent(function)
        if any(start <= pair.number <= end and pair.alone for pair in pairs) or not scene.changed & {
            *range(start, end + 1)
        }:
            continue
        known = {line.rstrip() for line in scene.previous.splitlines()}
        changed = [n for n in range(start, end + 1) if scene.lines[n - 1].rstrip() not in known]
        effect = effect_of(start, scene) if changed else None
        for now, then in effect.different if effect else ():
            call, said = call_of(function, now), outcome(now)
            text = (
                f"Before this change the call {call} {came_to(then)}. What does it come to now, and which line makes "
                "the difference?"
            )
            if call and said and is_plain(now) and is_open(said[1], text):
                words = (*(f"line {n}" for n in changed), *map(str, changed), *alt("because | changed | new | now"))
                which = point(f"It names a line that changed: {', '.join(map(str, changed[:_NAMED]))}.", words)
                lines = min(changed[0], *scene.changed), max(changed[-1], *scene.changed)
                yield about(lines, "new_result", text, (point(said[0], said[1], weight=2), which), depth=_PROVEN)
                break


def _pairs(brief: QuestionBrief) -> Iterator[Pair]:
    lines, kept = brief.code.splitlines(), set(brief.code.splitlines())
    broken = is_python(brief) and sense_of(brief.code) is None
    former = [bare_of(line) for line in brief.previous.splitlines() if line not in kept and quotable(bare_of(line))]
    changed = [n for n in sorted(changed_lines(brief)) if quotable(bare_of(lines[n - 1]))]
    for number in changed:
        new = bare_of(lines[number - 1])
        alone = len(former) == 1 and len(changed) == 1 and len(lines) == len(brief.previous.splitlines())
        old = former[0] if alone else nearest(new, former[:MOST_LINES])
        unread = broken and sense_of(new) is None  # a program that does not start does nothing differently
        finished = new.startswith(old) and sense_of(old) is None  # it was being typed when it was last looked at
        other_name = _DEF.sub("def", old) == _DEF.sub("def", new) and _DEF.match(new) is not None
        if old and not (unread or finished or other_name) and essence(new) != essence(old) and not same_sense(old, new):
            yield Pair(number=number, old=old, new=new, alone=alone)


def effect_of(number: int, scene: Scene) -> Effect | None:
    """What the function around the line came to before and comes to now; None when that cannot be told."""
    practice = _practice_at(number, scene)
    return _effect(practice, scene.before) if practice and scene.before else None


def _effect_of_line(pair: Pair, scene: Scene) -> Effect | None:
    """What one line makes different, all else being as it is now."""
    whole = effect_of(pair.number, scene)
    if pair.alone or (whole is not None and not whole.different):
        return whole
    lines = list(scene.lines)
    if pair.number > len(lines) or bare_of(lines[pair.number - 1]) != pair.new:
        return whole  # an earlier version that could be read stands in
    new = lines[pair.number - 1]
    lines[pair.number - 1] = new[: len(new) - len(new.lstrip())] + pair.old
    practice = _practice_at(pair.number, scene)
    parsed = repair.parse("\n".join(lines), "") if practice else None
    effect = _effect(practice, parsed.tree) if practice and parsed and parsed.is_whole else None
    if effect is None:
        return None
    own = tuple(runs for runs in effect.different if runs[1].error not in OF_NAMES)  # else the old line stands alone
    return replace(effect, different=own)


def _practice_at(number: int, scene: Scene) -> Practice | None:
    every = scene.practised.values()
    return next((p for p in every if extent(p.function)[0] <= number <= extent(p.function)[1]), None)


def _effect(practice: Practice, other: ast.Module) -> Effect | None:
    """The function beside that of another state of the document; None when there is none, or nothing can be told."""
    name = practice.function.name
    earlier = next((n for n in other.body if isinstance(n, ast.FunctionDef) and n.name == name), None)
    if earlier is None or len(earlier.args.args) != len(practice.function.args.args):
        return None
    runs = tuple(practice.beside(earlier, other))
    different = tuple(pair for pair in runs if pair[0].outcome != pair[1].outcome and told_differently(*pair))
    same = tuple((now, then) for now, then in runs if now.outcome == then.outcome)
    return Effect(function=practice.function, same=same, different=different) if runs else None


def _unread_line(brief: QuestionBrief) -> str:
    """The line at which Python stopped reading the document before the change; empty when it read all."""
    problem = repair.problem(brief.previous) if is_python(brief) and brief.previous.strip() else None
    return bare_of(brief.previous.splitlines()[problem.line - 1]) if problem else ""


def _now_read(pair: Pair) -> Sketch:
    """A line that Python could not read, and now can."""
    text = f"{pair.told} Why could Python not read it before, and what does it do now?"
    wrong, effect = _change_points(pair.old, pair.new, "")
    fresh = tuple(w for part in PART.findall(pair.new) for w in spoken_parts(part))
    points = (
        point(f"It says what was wrong with `{pair.old}`.", (*wrong.any_of[0], *_SIGNS)),
        point(f"It says what `{pair.new}` does.", (*effect.any_of[0], *fresh)),
    )
    return about((pair.number, pair.number), "change", text, points, depth=2)


def _change(pair: Pair, *, depth: int, effect: str = "") -> Sketch:
    text = f"{pair.told} What does the program do differently, and why?"
    return about((pair.number, pair.number), "change", text, _change_points(pair.old, pair.new, effect), depth=depth)


def _change_points(old: str, new: str, effect: str) -> tuple[ExpectedPoint, ...]:
    fresh = set(PART.findall(new)) - set(PART.findall(old))
    words = tuple(w for part in sorted(fresh) for w in spoken_parts(part))
    return (
        point(f"It says what `{old}` did or got wrong.", _BEFORE),
        point(f"It names the effect of `{new}`{effect}.", words + _EFFECT),
    )


def _told_apart(pair: Pair, effect: Effect) -> Iterator[Sketch]:
    """A change that shows in what calls come to."""
    shown = [(now, then) for now, then in effect.different if call_of(effect.function, now) and outcome(now)]
    shown.sort(key=lambda runs: not (is_plain(runs[0]) and is_plain(runs[1])))  # the others are for a calculator
    if not shown:
        yield _change(pair, depth=2)
        return
    now, then = shown[0]
    gave = f": {pair.before(call_of(effect.function, now), then)}, and now it {_comes_to(now)}"
    yield _change(pair, depth=_PROVEN, effect=gave)
    lines = (pair.number, pair.number)
    for now, then in shown:
        call, said = call_of(effect.function, now), outcome(now)
        text = f"{pair.told} {pair.before(call, then)}: what does it come to now, and why?"
        if said and is_plain(now) and is_open(said[1], text):
            why = point(f"The reason is `{pair.new}`.", _change_points(pair.old, pair.new, "")[1].any_of[0])
            yield about(lines, "new_result", text, (point(said[0], said[1], weight=2), why), depth=_PROVEN)
            break
    text = f"{pair.told} Which call of `{effect.function.name}` shows the difference, and what comes out each time?"
    yield about(lines, "versions_apart", text, _apart_points(effect.function, *shown[0]), depth=_PROVEN)


def _apart_points(function: ast.FunctionDef, now: Run, then: Run) -> tuple[ExpectedPoint, ...]:
    results = tuple(w for run in (now, then) for w in (outcome(run) or ("", ()))[1])
    given = tuple(w for value in now.arguments for w in value_words(repr(value)))
    return (
        point(f"It names a call for which the two differ, such as {call_of(function, now)}.", (*given, *_AN_INPUT)),
        point(
            f"It says what comes out, as there: it {came_to(then)} with the old line and {_comes_to(now)} now.", results
        ),
    )


def _no_difference(pair: Pair, effect: Effect) -> Iterator[Sketch]:
    """A change after which the calls come to the same: why, and what speaks for it?"""
    for now, _ in effect.same:
        call = call_of(effect.function, now)
        if not call or now.error or now.endless or not outcome(now):
            continue
        text = (
            f"{pair.told} With either, the call {call} {_comes_to(now)}. Why does it, and what speaks for the new line?"
        )
        words = tuple(w for line in (pair.old, pair.new) for part in PART.findall(line) for w in spoken_parts(part))
        points = (
            point("It says that both lines come to the same, and why.", (*_SAME, *words)),
            point("It gives a reason for the new line.", _BETTER),
        )
        yield about((pair.number, pair.number), "same_result", text, points, depth=2)
        return


def came_to(run: Run) -> str:
    if run.endless:
        return "never came to an end"
    if run.error:
        return f"raised `{run.error}`"
    return f"printed {_printed(run)}" if run.printed.strip() else f"returned `{run.result}`"


def _comes_to(run: Run) -> str:
    if run.endless:
        return "never comes to an end"
    if run.error:
        return f"raises `{run.error}`"
    return f"prints {_printed(run)}" if run.printed.strip() else f"returns `{run.result}`"


def _printed(run: Run) -> str:
    shown = repr(" ".join(run.printed.split()))
    return f"`{shown}`" if len(shown) <= _SHOWN and "`" not in shown else "something"
