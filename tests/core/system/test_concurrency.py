"""No cancellation is lost, and a task that loses one is stopped all the same."""

from __future__ import annotations

import ast
import asyncio
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from codeassess_core.system.concurrency import in_thread, stop, within

SOURCES = [
    module
    for package in ("codeassess_core", "codeassess_ext", "codeassess_lsp")
    for module in sorted((Path(__file__).parents[3] / package).rglob("*.py"))
]


async def test_a_cancellation_is_not_lost_when_the_result_comes_in_the_same_moment() -> None:
    result = asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(within(60, result))
    await asyncio.sleep(0)
    result.set_result("came")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_comes_in_time_is_given_back() -> None:
    assert await within(None, asyncio.sleep(0, "came")) == "came"
    there = asyncio.Event()
    there.set()
    assert await within(0, there.wait())


async def test_what_does_not_come_is_cancelled() -> None:
    waited_for = asyncio.create_task(asyncio.Event().wait())
    with pytest.raises(TimeoutError):
        await within(0, waited_for)
    assert waited_for.cancelled()


async def test_a_task_that_loses_a_cancellation_is_cancelled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codeassess_core.system.concurrency.AGAIN_SECONDS", 0.01)

    async def deaf_once() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    tasks = [asyncio.create_task(deaf_once()) for _ in range(3)]
    await asyncio.sleep(0)
    await stop(*tasks)
    assert all(task.cancelled() for task in tasks)


async def test_what_runs_in_a_thread_is_waited_for_however_often_its_caller_is_cancelled() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def whole() -> None:
        assert go_on.wait(60)
        ended.set()

    calling = asyncio.create_task(in_thread(whole))
    for _ in range(3):
        await asyncio.sleep(0)
        calling.cancel()
    await asyncio.sleep(0)
    assert not calling.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert ended.is_set()


async def test_a_thread_gives_back_what_it_returns_or_raises() -> None:
    assert await in_thread(lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)


async def test_what_a_stopped_task_raises_is_dropped() -> None:
    async def fails() -> None:
        raise ValueError("nobody asks for it")

    failed = asyncio.create_task(fails())
    await asyncio.sleep(0)
    await stop(failed, asyncio.create_task(asyncio.Event().wait()))
    await stop()


def test_nothing_calls_the_function_that_loses_cancellations() -> None:
    """`asyncio.wait_for` loses them on Python 3.11: `concurrency.within` does not."""
    calling = [str(module) for module in SOURCES if "wait_for" in attributes(module)]
    assert calling == []


def attributes(module: Path) -> set[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
