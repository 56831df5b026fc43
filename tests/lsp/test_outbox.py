"""The age of waiting messages is measured by a clock that nobody can set."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from codeassess_lsp.sync.local_store import LocalStore
from codeassess_lsp.sync.outbox import Body, Outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    store = LocalStore(tmp_path / "local-store.sqlite")
    store.begin("s", backend="p", folder="f", acked=0)
    yield store.client_session("s", "me", take=True).outbox
    store.close()


def typed(text: str) -> Body:
    return Body(json=f'{{"code":"{text}"}}', document="main", typing=True)


@pytest.mark.parametrize("jump", [-3600.0, 3600.0], ids=["put back", "put on"])
def test_a_clock_that_is_set_merges_nothing_and_separates_nothing(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    outbox.add(typed("a"), sent_up_to=0)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    assert outbox.add(typed("ab"), sent_up_to=0) == 1, "near each other: one"
    monkeypatch.setattr("codeassess_lsp.sync.outbox.MERGE_SECONDS", 0.0)
    assert outbox.add(typed("abc"), sent_up_to=0) == 2, "apart: two"
    waiting, seconds = outbox.waiting()
    assert waiting == 2 and 0 <= seconds < 600


def test_how_long_the_oldest_waits_follows_its_number(outbox: Outbox) -> None:
    for text in ("a", "b", "c"):
        outbox.add(Body(json=f'{{"code":"{text}"}}'), sent_up_to=9)
        time.sleep(0.02)
    ages = [outbox.waiting()[1]]
    outbox.acknowledge(1)
    ages.append(outbox.waiting()[1])
    outbox.renumber(2, 7)  # the server stands elsewhere
    assert outbox.last() == 8
    assert outbox.waiting()[1] >= ages[1]
    outbox.acknowledge(7)
    ages.append(outbox.waiting()[1])
    assert ages == sorted(ages, reverse=True) and outbox.waiting()[0] == 1
