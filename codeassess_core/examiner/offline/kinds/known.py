"""What a row about a well-known call holds."""

from __future__ import annotations

from dataclasses import dataclass

from ....model import ExpectedPoint


@dataclass(frozen=True, slots=True)
class KnownCall:
    """A call by its last name, what to ask about it, and what a good answer says."""

    name: str
    question: str
    expected: tuple[ExpectedPoint, ...]

    @classmethod
    def of(cls, name: str, question: str, *expected: ExpectedPoint) -> KnownCall:
        """A row, written flat."""
        return cls(name, question, expected)
