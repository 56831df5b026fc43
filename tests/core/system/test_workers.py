"""Heavy work in another process: its results, and what happens when it fails.

These tests call builtins and the standard library, because the process cannot import test modules.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from codeassess_core.errors import NotFound, WorkFailed
from codeassess_core.system.workers import Workers


@pytest_asyncio.fixture
async def workers() -> AsyncIterator[Workers]:
    made = Workers(deadline=120.0)
    yield made
    await made.aclose()


async def test_work_runs_in_another_process_that_yields_to_ours(workers: Workers) -> None:
    there = await workers.run(os.getpid)
    assert there != os.getpid()
    assert await workers.run(os.getpid) == there, "one process for all calls"
    assert await workers.run(os.nice, 0) == min(os.nice(0) + 10, 19)


async def test_a_large_value_comes_back_whole(workers: Workers) -> None:
    assert await workers.run(bytes, 30_000_000) == bytes(30_000_000)


async def test_an_error_of_ours_comes_back_as_it_was_raised(workers: Workers) -> None:
    with pytest.raises(NotFound, match="no such thing") as caught:
        await workers.run(exec, "from codeassess_core.errors import *\nraise NotFound('no such thing', field='x')")
    assert caught.value.detail == {"field": "x"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise ValueError('odd')", "log says why"),
        ("import os; os._exit(3)", "ended"),
        ("x = bytearray(1 << 40)", "log says why"),  # more memory than it may have
        ("raise SystemExit", "log says why"),
    ],
)
async def test_work_that_fails_says_so_and_the_next_call_works(workers: Workers, code: str, said: str) -> None:
    with pytest.raises(WorkFailed, match=said):
        await workers.run(exec, code)
    assert await workers.run(abs, -3) == 3


async def test_work_that_prints_disturbs_nothing(workers: Workers) -> None:
    await workers.run(exec, "print('x' * 100); import os; os.write(1, b'y' * 100)")
    assert await workers.run(abs, -3) == 3


async def test_work_past_its_deadline_is_stopped_and_the_next_call_works() -> None:
    workers = Workers(deadline=0.5)
    with pytest.raises(WorkFailed, match=r"longer than 0\.5 s"):
        await workers.run(exec, "while True: pass")
    await workers.aclose()
    patient = Workers(deadline=120.0)
    assert await patient.run(abs, -3) == 3
    await patient.aclose()


async def test_the_loop_goes_on_while_the_process_works(workers: Workers, tmp_path: Path) -> None:
    """The work ends when the loop says so, and the loop says so when the work has begun."""
    begun, end = tmp_path / "begun", tmp_path / "end"
    code = f"import os\nos.mkdir({str(begun)!r})\nwhile not os.path.exists({str(end)!r}): pass"
    working = asyncio.ensure_future(workers.run(exec, code))
    while not begun.exists():  # noqa: ASYNC110 (another process makes it)
        await asyncio.sleep(0.01)
    end.touch()
    await working


async def test_too_many_calls_are_refused_at_once() -> None:
    workers = Workers(waiting=2)
    calls = [asyncio.ensure_future(workers.run(time.sleep, 0.2)) for _ in range(6)]
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(value) for value in done} == {type(None), WorkFailed}
    await workers.aclose()


async def test_an_idle_process_ends_and_a_worn_one_is_replaced() -> None:
    workers = Workers(idle=0.1, calls=2)
    first, second, third = [await workers.run(os.getpid) for _ in range(3)]
    assert first == second != third
    await asyncio.to_thread(_wait_for_its_end, third)
    assert await workers.run(abs, -3) == 3
    await workers.aclose()


async def test_closing_ends_what_runs_and_what_waits() -> None:
    workers = Workers()
    there = await workers.run(os.getpid)
    calls = [asyncio.ensure_future(workers.run(time.sleep, 3_600)) for _ in range(2)]
    await asyncio.sleep(0.05)
    await workers.aclose()
    assert all(isinstance(value, WorkFailed) for value in await asyncio.gather(*calls, return_exceptions=True))
    assert not _alive(there)
    assert await workers.run(abs, -3) == 3, "another call begins anew"
    await workers.aclose()


async def test_nothing_of_the_working_directory_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("queue", "token", "random", "pickle", "codeassess_core", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("open(__file__ + '.ran', 'w')\nraise SystemExit('the candidate')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f".{os.pathsep}")
    workers = Workers()
    for name in ("queue", "token", "random"):
        assert str(tmp_path) not in await workers.run(eval, f"__import__({name!r}).__file__")
    assert (
        await workers.run(eval, "__import__('codeassess_core.documents.lines').documents.lines.line_count('a\\nb')")
        == 2
    )
    await workers.aclose()
    assert _files(tmp_path, "*.ran") == []


def _files(folder: Path, pattern: str) -> list[Path]:
    return list(folder.glob(pattern))


SERVER = """
import asyncio, os
from codeassess_core.system.workers import Workers

async def main():
    workers = Workers()
    print(await workers.run(os.getpid), flush=True)
    await workers.run(exec, "while True: pass")

asyncio.run(main())
"""


def test_a_process_whose_server_was_killed_ends() -> None:
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        there = int(server.stdout.readline())
        server.kill()
    _wait_for_its_end(there)


def _wait_for_its_end(pid: int) -> None:
    while _alive(pid):
        time.sleep(0.01)


def _alive(pid: int) -> bool:
    """True for a running process; False for a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False
