"""Questions about lines that are gone: what did they do, and what is different without them?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ....ports import QuestionBrief
from ..meaning import Words, alt
from ..scene import Scene, is_python
from ..sketch import Sketch, point
from .changes import MOST_LINES, PART, about, bare_of, essence, quotable, spoken_parts
from .lines import sense_of
from .results import call_of, outcome
from .versions import ENOUGH, came_to, effect_of

_DISPENSABLE = alt("because | not need | no longer | instead | wrong | replace | error | since | simpler | unnecessary")


def taken_out(brief: QuestionBrief, scene: Scene) -> Iterator[Sketch]:
    """Lines that are gone: what is different without them, or why is nothing?"""
    removed = tuple(_gone(brief))
    for function in (practice.function for practice in scene.practised.values()):
        effect = effect_of(function.lineno, scene) if len(removed) == 1 else None
        if effect is None:
            continue
        for now, then in effect.different or effect.same:
            call, said = call_of(function, now), outcome(now)
            if not call or not said or (not effect.different and (now.error or len(effect.same) < ENOUGH)):
                continue
            yield _without(removed[0], _place_of(brief), (call, said, came_to(then)), same=not effect.different)
            break


def _without(line: str, place: tuple[int, int], run: tuple[str, tuple[str, Words], str], *, same: bool) -> Sketch:
    call, said, before = run
    does = tuple(w for part in PART.findall(line) for w in spoken_parts(part))
    if same:
        text = f"You took out `{line}`, and the call {call} comes to the same as before. Why was it not needed?"
        points = (
            point(f"It says what `{line}` did, or that it did nothing.", (*does, *_NOTHING)),
            point("It gives the reason: what does the same now, or that nothing needed it.", _UNNEEDED),
        )
        return about(place, "removed", text, points, depth=2)
    text = f"You took out `{line}`. The call {call} {before} before: what does it come to now, and why?"
    why = point(f"It says what `{line}` did.", (*does, *_NOTHING))
    return about(place, "new_result", text, (point(said[0], said[1], weight=2), why), depth=4)


_NOTHING: Final = alt("nothing | no effect | never | not use | unused | anyway | already")
_UNNEEDED: Final = alt("because | already | same | anyway | never | not use | not need | without | default | end")


def _gone(brief: QuestionBrief) -> Iterator[str]:
    """The lines that were taken out, and are worth a question."""
    kept = {essence(line) for line in brief.code.splitlines()}
    for line in brief.previous.splitlines()[: 10 * MOST_LINES]:
        bare = bare_of(line)
        unread = is_python(brief) and sense_of(bare) is None  # a line that was never finished did nothing
        if essence(bare) not in kept and quotable(bare) and not unread:
            yield bare


def _place_of(brief: QuestionBrief) -> tuple[int, int]:
    """Where a question about what is no longer there belongs."""
    at = max(1, min(brief.region.start_line, len(brief.code.splitlines())))
    return at, at


def removed(brief: QuestionBrief) -> Iterator[Sketch]:
    """Lines that are gone: what did they do?"""
    for bare in _gone(brief):
        did = tuple(w for part in PART.findall(bare) for w in spoken_parts(part)) or alt("value | set | call")
        points = (
            point(f"It says what `{bare}` did.", did),
            point("It says why the program does without it.", _DISPENSABLE),
        )
        text = f"You took out `{bare}`. What did it do, and what takes its place?"
        yield about(_place_of(brief), "removed", text, points)
