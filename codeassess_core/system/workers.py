"""Heavy work in a separate process, so that no update waits for it: exports, PDF, long analysis.

A `Workers` has at most one process, started when first needed and ended when idle. The process has
a low priority and limits of memory and time, and is replaced after some calls. Calls run in order,
one at a time. The working directory is never on its module path: in an embedded server it is the
candidate's folder.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from ..errors import CodeAssessError, WorkFailed
from .worker_process import FAILED, read_message, write_message

log = logging.getLogger(__name__)

T = TypeVar("T")
_ROOT: Final = str(Path(__file__).resolve().parents[2])
_START: Final = (
    "import sys; sys.path.append(sys.argv[1]); from codeassess_core.system.worker_process import main; main()"
)


class _Call(NamedTuple):
    future: Future[Any]
    work: Callable[..., Any]
    arguments: tuple[Any, ...]


class Workers:
    """One process for long work. May be used from any event loop and thread.

    Args:
        deadline: seconds for one call, without its time in the queue.
        idle: seconds without a call after which the process ends.
        calls: calls after which the process is replaced by a new one.
        waiting: calls that may wait; further calls are refused.
    """

    def __init__(self, *, deadline: float = 120.0, idle: float = 60.0, calls: int = 200, waiting: int = 16) -> None:
        self._deadline = deadline
        self._idle = idle
        self._most = calls
        self._waiting = waiting
        self._queue: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._calls = 0  # of the present process

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Call `work(*arguments)` in the worker. `work` is a function of a module; arguments and result are pickled.

        Raises:
            CodeAssessError: as `work` raised it.
            WorkFailed: it took longer than the deadline, its process ended, it raised
                something else, or too many calls wait.
        """
        if self._queue.qsize() >= self._waiting:
            raise WorkFailed(f"{self._waiting} exports or analyses wait already; try again in a minute.")
        future: Future[T] = Future()
        self._queue.put(_Call(future, work, arguments))
        self._begin()
        return await asyncio.wrap_future(future)

    async def aclose(self) -> None:
        """End the process; running and waiting calls fail. A later call starts a new process."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is None:
                return
            self._queue.put(None)
            if self._process is not None:
                self._process.kill()
        await asyncio.to_thread(thread.join)

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="codeassess-workers", daemon=True)
                self._thread.start()

    def _serve(self) -> None:
        """The thread that passes the calls to the process, one at a time."""
        while True:
            try:
                call = self._queue.get(timeout=self._idle if self._process else None)
            except queue.Empty:
                self._end()
                continue
            if call is None:
                break
            if call.future.set_running_or_notify_cancel():
                _settle(call, self._made)
        self._end()
        while not self._queue.empty():
            if (left := self._queue.get()) is not None and left.future.set_running_or_notify_cancel():
                left.future.set_exception(WorkFailed("The server is closing."))

    def _made(self, call: _Call) -> Any:
        """The result of a call from the process."""
        process = self._living()
        alarm = _Alarm(process, self._deadline)
        try:
            kind, value = _exchange(process, pickle.dumps((call.work, call.arguments)))
        except (EOFError, OSError) as problem:
            self._end()
            raise alarm.reason() from problem
        finally:
            alarm.cancel()
        if kind == FAILED:
            raise _as_ours(value)
        return value

    def _living(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._calls >= self._most or self._process.poll() is not None):
            self._end()
        with self._lock:
            if self._thread is not threading.current_thread():
                raise WorkFailed("The server is closing.")
            if self._process is None:
                self._process, self._calls = _started(), 0
            self._calls += 1
            return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


class _Alarm:
    """Ends the process when a call exceeds its deadline."""

    def __init__(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        self._process = process
        self._deadline = deadline
        self._rang = False
        self._timer = threading.Timer(deadline, self._ring)
        self._timer.daemon = True
        self._timer.start()

    def _ring(self) -> None:
        self._rang = True
        self._process.kill()

    def cancel(self) -> None:
        self._timer.cancel()

    def reason(self) -> WorkFailed:
        """Why the process ended during a call."""
        if self._rang:
            return WorkFailed(f"It took longer than {self._deadline:g} s and was stopped.")
        return WorkFailed(f"The worker process ended (status {self._process.returncode}).")


def _exchange(process: subprocess.Popen[bytes], call: bytes) -> tuple[str, Any]:
    """Send one call and read its answer. Raises EOFError or OSError when the process has ended."""
    assert process.stdin is not None and process.stdout is not None
    write_message(process.stdin, call)
    kind, value = pickle.loads(read_message(process.stdout))
    return kind, value


def _settle(call: _Call, make: Callable[[_Call], Any]) -> None:
    try:
        call.future.set_result(make(call))
    except BaseException as problem:
        call.future.set_exception(problem)


def _started() -> subprocess.Popen[bytes]:
    """Start a worker process. With `-P` and another folder nothing is imported from the working directory."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"PYTHONPATH": path} if (path := _absolute(os.environ.get("PYTHONPATH", ""))) else {}
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _START, _ROOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(_ROOT).anchor,
        env=environment,
        start_new_session=True,
    )


def _absolute(path: str) -> str:
    """The absolute folders of a search path."""
    return os.pathsep.join(part for part in path.split(os.pathsep) if Path(part).is_absolute())


def _as_ours(problem: BaseException | str) -> CodeAssessError:
    if isinstance(problem, CodeAssessError):
        return problem
    log.error("work in the worker process failed:\n%s", problem)
    return WorkFailed("The work failed; the server's log says why.")
