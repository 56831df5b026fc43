"""Lengths of time and moments, as people write them."""

from __future__ import annotations

import pytest

from codeassess_core.authoring.times import moment, seconds


@pytest.mark.parametrize(
    ("written", "length"),
    [("90s", 90), ("45m", 2_700), ("1h30m", 5_400), ("1h 30m", 5_400), ("7d", 604_800), ("1.5h", 5_400), (60, 60)],
)
def test_a_length_is_read(written: object, length: float) -> None:
    assert seconds(written) == length


@pytest.mark.parametrize("written", ["soon", "90", "90 minutes", "m", "", "-5m", "5m later", True, [1]])
def test_another_length_is_refused_with_the_right_form(written: object) -> None:
    with pytest.raises(ValueError, match="90s, 45m, 1h30m, 7d"):
        seconds(written)


@pytest.mark.parametrize(
    "written",
    [
        "2026-09-01 09:00 Europe/Berlin",
        "2026-09-01T09:00:00 Europe/Berlin",
        "2026-09-01T09:00:00+02:00",
        "2026-09-01 07:00 UTC",
        "2026-09-01T07:00:00Z",
    ],
)
def test_the_same_moment_may_be_written_in_many_ways(written: str) -> None:
    assert moment(written).timestamp() == 1_788_246_000


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026-09-01 09:00", "with its zone"),
        ("tomorrow", "with its zone"),
        (1_788_246_000, "with its zone"),
        ("2026-02-30 09:00 Europe/Berlin", "with its zone"),
        ("2026-09-01 09:00 Europe/Nowhere", "a known time zone"),
        ("2026-09-01 09:00 ../etc/passwd", "with its zone"),
        ("2026-03-29 02:30 Europe/Berlin", "they skip this one"),
        ("2026-10-25 02:30 Europe/Berlin", "show this time twice"),
    ],
)
def test_another_moment_is_refused_with_the_right_form(written: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        moment(written)
