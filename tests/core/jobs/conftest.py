"""What all tests of the jobs share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job engine may take long to load."""
    monkeypatch.setattr("codeassess_core.jobs.durable.READY_SECONDS", 120.0)
