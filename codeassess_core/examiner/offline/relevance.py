"""Finds the questions whose subject is in the assessment's material. Pure.

What a grader uploads says what matters in this task: of two questions of the same depth,
the one whose subject is in the retrieved passages is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from ...model import Passage
from ..text import normalized
from ..text.tables import word_set
from .possible_question import PossibleQuestion

_MOST: Final = 2  #: depth that the material can add
_OWN_PAST: Final = re.compile(r"question [\w-]+")  # the source of passages from the session itself
_QUOTED: Final = re.compile(r"`[^`]*`")
_ASKING: Final = frozenset(
    map(normalized.stem, word_set("happen line program code question answer part say give take come go know see"))
)
"""Words of every question, which say nothing of its subject."""
_STRONG: Final = 3  #: words of the material in a question, and in few others, that add the most


def to_material(questions: Sequence[PossibleQuestion], passages: Sequence[Passage]) -> Mapping[str, int]:
    """Depth to add, by the text of the question; questions without a word of the material are left out."""
    material = _stems(" ".join(p.text for p in passages if not _OWN_PAST.fullmatch(p.source)))
    if not material:
        return {}
    subjects = {question.text: _subject(question) & material for question in questions}
    common = Counter(stem for subject in subjects.values() for stem in subject)
    telling = {stem for stem, times in common.items() if times * 2 <= max(2, len(subjects))}
    shared = {text: len(subject & telling) for text, subject in subjects.items()}
    return {text: _MOST if count >= _STRONG else 1 for text, count in shared.items() if count}


def _subject(question: PossibleQuestion) -> frozenset[str]:
    """The words of the question and of its expected points, without code: names agree only by chance."""
    points = " ".join(point.text for point in question.expected)
    return _stems(f"{_QUOTED.sub(' ', question.text)} {_QUOTED.sub(_names_of_errors, points)}")


def _names_of_errors(quoted: re.Match[str]) -> str:
    return quoted[0] if "Error" in quoted[0] else " "


def _stems(text: str) -> frozenset[str]:
    return frozenset(
        stem for stem in normalized.content(normalized.words(text)) if len(stem) > 1 and stem not in _ASKING
    )
