"""The worker process of `workers`: reads calls and writes their results, until its input ends.

It imports little, so that it starts quickly; each call names its module.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import struct
import sys
import threading
import traceback
from typing import IO, Any, Final

DONE: Final = "done"
FAILED: Final = "failed"

_NICER: Final = 10
_MEMORY: Final = 4 << 30
"""Bytes of address space: hostile input must not use up the machine's memory."""
_LENGTH: Final = struct.Struct(">Q")


def write_message(stream: IO[bytes], message: bytes) -> None:
    """Write the length of the message, then the message."""
    stream.write(_LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def read_message(stream: IO[bytes]) -> bytes:
    """The next message; raises EOFError at the end of the stream."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    found = stream.read(length)
    if len(found) < length:
        raise EOFError
    return found


def main() -> None:
    """Write each answer to the original standard output; everything printed goes to the error output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit()
    calls: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(calls,), daemon=True).start()
    while True:
        write_message(answers, _answer(calls.get()))


def _limit() -> None:
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):  # where the system supports it
        os.nice(_NICER)
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _read(calls: queue.SimpleQueue[bytes]) -> None:
    """Read the calls; when the server has ended, end this process at once."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            calls.put(read_message(sys.stdin.buffer))
    os._exit(0)


def _answer(call: bytes) -> bytes:
    try:
        work, arguments = pickle.loads(call)
        return pickle.dumps((DONE, work(*arguments)))
    except BaseException as problem:
        return pickle.dumps((FAILED, _told(problem)))


def _told(problem: BaseException) -> Any:
    """Our own errors unchanged, others as the text of their traceback."""
    from ..errors import CodeAssessError

    return problem if isinstance(problem, CodeAssessError) else "".join(traceback.format_exception(problem))
