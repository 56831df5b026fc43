"""The measure of growth tells work in proportion from work that is squared."""

from __future__ import annotations

from growth import grows_in_proportion

TEXT = "x" * 4_000


def squared(text: str) -> int:
    return sum(1 for _ in text for _ in text)


def in_proportion(text: str) -> int:
    return sum(1 for _ in text for _ in range(1_000))


def test_work_in_proportion_is_told_from_squared_work() -> None:
    assert grows_in_proportion(in_proportion, TEXT)
    assert not grows_in_proportion(squared, TEXT)
