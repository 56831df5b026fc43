"""Fixtures for all tests of the examiner."""

from __future__ import annotations

import pytest

from codeassess_core.examiner.offline import running


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which question is asked must not depend on the load of the machine."""
    monkeypatch.setattr(running, "BUDGET", 20.0)
