"""Which questions the assessment's material speaks of. Pure.

What a grader put on the shelf says what matters in this task: of two questions that tell
equally much, the one whose subject is in the retrieved passages is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from ...model import Passage
from . import wording
from .sketch import Sketch

_MOST: Final = 2  #: depth that the material can add
_OWN_PAST: Final = re.compile(r"question [\w-]+")  # the source of what the session itself put on its shelf
_QUOTED: Final = re.compile(r"`[^`]*`")
_ASKING: Final = frozenset(
    map(wording.stem, wording.bag("happen line program code question answer part say give take come go know see"))
)
"""Words of every question, which say nothing of its subject."""
_STRONG: Final = 3  #: words of the material in a question, and in few others, that add the most


def to_material(sketches: Sequence[Sketch], passages: Sequence[Passage]) -> Mapping[str, int]:
    """Depth to add, by the text of the question; questions of which the material does not speak are left out."""
    material = _stems(" ".join(p.text for p in passages if not _OWN_PAST.fullmatch(p.source)))
    if not material:
        return {}
    subjects = {sketch.text: _subject(sketch) & material for sketch in sketches}
    common = Counter(stem for subject in subjects.values() for stem in subject)
    telling = {stem for stem, times in common.items() if times * 2 <= max(2, len(subjects))}
    shared = {text: len(subject & telling) for text, subject in subjects.items()}
    return {text: _MOST if count >= _STRONG else 1 for text, count in shared.items() if count}


def _subject(sketch: Sketch) -> frozenset[str]:
    """The words of the question and of what it expects, without the code in them: names are chance."""
    points = " ".join(point.text for point in sketch.expected)
    return _stems(f"{_QUOTED.sub(' ', sketch.text)} {_QUOTED.sub(_names_of_errors, points)}")


def _names_of_errors(quoted: re.Match[str]) -> str:
    return quoted[0] if "Error" in quoted[0] else " "


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem for stem in wording.content(wording.words(text)) if len(stem) > 1 and stem not in _ASKING)
