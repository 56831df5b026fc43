"""The sandbox of Pydantic's Monty, a Python interpreter in Rust; nothing else imports `pydantic_monty`.

Its workers are processes without files, network and environment; the parent ends and
replaces a worker that crashes or hangs. What Monty does differently from CPython is found
before anything runs (`fidelity`), so an outcome may be unknown, but not wrong.
"""

from __future__ import annotations

import ast
import atexit
import hashlib
import os
import re
import shlex
import string
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydantic_monty import (
    CollectString,
    ExternalModule,
    Monty,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    ResourceLimits,
)
from pydantic_monty._binary import find_monty_binary

from ..documents import python_text
from . import failures, fidelity, steps, variants
from .parsing import parse_error, tree_of
from .port import DEFAULT, Limits, Outcome, unknown
from .verified import MEMBERS

_GRACE: Final = 0.25  #: seconds that the parent waits for a worker beyond its limit
_LONGEST: Final = 5.0  #: seconds after which the parent ends a worker, whatever its limits are
_WORKERS: Final = 2
_WAIT: Final = 5.0  #: seconds for a free worker
_SESSIONS: Final = 2_000  #: sessions of a worker, which is then replaced
_REMEMBERED: Final = 2_000  #: outcomes that are kept: several questions are asked about the same text
_NICER: Final = 10  #: niceness of the workers, so that acks do not wait for a running program
_SPACE: Final = 2 << 20  #: kilobytes of address space; the system enforces it
_DEEP: Final = 4_000  #: nested calls; a recursion that ends earlier is not endless
_MORE: Final = 70  #: nested calls that the second run may make in addition
_MODULES: Final = {"string": ExternalModule({name: getattr(string, name) for name in sorted(MEMBERS["string"])})}
"""Modules of constants that the sandbox lacks."""
_BUILT_IN_TYPES: Final = "|".join(("int", "float", "str", "bool", "list", "tuple", "dict", "set", "NoneType", "range"))
_OF_ONE_RUN: Final = re.compile(
    rf"\bat 0x[0-9a-f]+>|<class '(?!(?:{_BUILT_IN_TYPES})'>)|<function|<built-in|<bound |<module "
)
"""Text that differs from run to run, or names something differently."""


class _Unsure(Exception):
    """The outcome of a run is not known; the message says why."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text to run; `before` runs first and is not the candidate's."""

    code: str
    tree: ast.Module
    before: str = ""
    copied: bool = False  #: is `code` an instrumented copy, whose lines are not those of `tree`?


@dataclass(frozen=True, slots=True)
class _Ended:
    value: str | None
    error: str
    says: str
    line: int
    printed: str
    before: int = 0  #: characters that the text itself printed
    said: object = None

    @property
    def seen(self) -> tuple[str | None, str, str]:
        return self.value, self.error, self.printed

    def outcome(self, call: str) -> Outcome:
        return Outcome(
            call=call,
            value=self.value,
            error=self.error,
            says=self.says,
            line=self.line,
            printed=self.printed,
            by_call=self.printed[self.before :] if call else "",
        )


class MontySandbox:
    """The `Sandbox` port. One pool of workers for each process; threads may share it."""

    def __init__(self, *, workers: int = _WORKERS) -> None:
        self._workers = workers
        self._pool: Monty | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._lock = threading.Lock()
        self._known: dict[bytes, Outcome] = {}

    def run(
        self, code: str, calls: Sequence[str], limits: Limits = DEFAULT, *, follow: bool = False
    ) -> tuple[Outcome, ...]:
        """See `port.Sandbox`. Each outcome was reproduced; what differs between two runs is unknown."""
        problem = parse_error(code)
        if problem is not None:
            failed = Outcome(call="", error=problem.error, says=problem.says, line=problem.line)
            return tuple(replace(failed, call=call) for call in calls)
        tree = tree_of(code)
        why = fidelity.doubt(tree, code) if tree else "it is too large or too deep for Python to be asked"
        if tree is None or why:
            return tuple(unknown(call, why) for call in calls)
        return tuple(self._remembered(_Text(code, tree), call, limits, follow=follow) for call in calls)

    def close(self) -> None:
        """End the workers. The next run starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
            folder, self._folder = self._folder, None
        if pool is not None:
            pool.__exit__(None, None, None)
        if folder is not None:
            folder.cleanup()

    def _remembered(self, text: _Text, call: str, limits: Limits, *, follow: bool) -> Outcome:
        """The known outcome. Unknown ones are not kept: they may be due to lack of time."""
        key = hashlib.blake2b(repr((text.code, call, limits, follow)).encode(errors="replace")).digest()
        found = self._known.get(key)
        if found is None:
            found = self._told(text, call, limits, follow=follow)
            if found.known:
                self._known[key] = found
            while len(self._known) > _REMEMBERED:
                self._known.pop(next(iter(self._known)), None)
        return found

    def _told(self, text: _Text, call: str, limits: Limits, *, follow: bool) -> Outcome:
        why = fidelity.doubt_of_call(call, text.tree)
        if why:
            return unknown(call, why)
        try:
            return self._reproduced(text, call, limits, follow=follow)
        except _Unsure as problem:
            return unknown(call, str(problem))

    def _reproduced(self, text: _Text, call: str, limits: Limits, *, follow: bool) -> Outcome:
        """A run of the text as typed, and a second one that must have the same outcome."""
        first = self._attempt(text, call, limits)
        if first.error == "RecursionError":
            deep = replace(limits, recursion=_DEEP, seconds=3 * limits.seconds)
            if self._attempt(text, call, deep).seen != first.seen:
                raise _Unsure("how deep the calls go decides")
            return first.outcome(call)
        wider = replace(limits, recursion=limits.recursion + _MORE, seconds=2 * limits.seconds)
        followed = self._followed(text, call, wider) if follow else None
        if followed is not None and followed.seen == first.seen:
            return steps.with_steps(first.outcome(call), followed, text.tree)
        if self._attempt(replace(text, before=variants.before(text.tree, call)), call, wider).seen != first.seen:
            raise _Unsure("two runs do not come to the same")
        return first.outcome(call)

    def _followed(self, text: _Text, call: str, limits: Limits) -> steps.Followed | None:
        copy = steps.instrumented(text.tree)
        if copy is None:
            return None
        before = f"{variants.before(text.tree, call)}\n{steps.PRELUDE}"
        try:
            begun = f"{steps.BEGUN}({call}\n)" if call else ""
            ended = self._attempt(_Text(copy, text.tree, before, copied=True), begun, limits, asked=steps.ASKED)
        except _Unsure:
            return None
        return steps.read(ended.said, ended.seen)

    def _attempt(self, text: _Text, call: str, limits: Limits, *, asked: str = "") -> _Ended:
        """One run in a session of its own. Raises _Unsure."""
        out = CollectString(max_bytes=limits.printed)
        try:
            with self._session(limits) as session:
                return self._fed(session, text, (call, asked), out)
        except MontyCrashedError as problem:
            raise _Unsure("the sandbox ended without an answer") from problem
        except (TimeoutError, OSError, RuntimeError) as problem:
            raise _Unsure("no worker of the sandbox was free") from problem

    def _fed(self, session: MontySession, text: _Text, then: tuple[str, str], out: CollectString) -> _Ended:
        call, asked = then
        value: str | None = None
        feeds = [text.before] if text.before else []
        failed: tuple[str, str, int] = "", "", 0
        before = 0
        try:
            for piece in (*feeds, text.code):
                _feed(session, piece, out)
            before = len(out.output)
            value = str(_feed(session, _evaluated(call), out)) if call else "None"
        except MontyError as problem:
            failed = _failure(problem, text, call, len(feeds))
        ended = _Ended(value, *failed, out.output, before)
        if _OF_ONE_RUN.search(f"{value}\n{ended.printed}"):
            raise _Unsure("it shows where something is in memory, or the name of a class")
        return replace(ended, said=_feed(session, asked, out)) if asked else ended

    @contextmanager
    def _session(self, limits: Limits) -> Iterator[MontySession]:
        allowed = ResourceLimits(
            max_feed_duration_secs=limits.seconds,
            max_memory=limits.memory,
            max_recursion_depth=limits.recursion,
            max_suspensions=1,
            max_total_sleep_secs=0,
        )
        with self._started().checkout(
            limits=allowed,
            assert_message_annotations=False,
            os_policy={"datetime": "call_host", "random_start": "call_host", "sleep": "call_host"},
            external_modules=_MODULES,
        ) as session:
            yield session

    def _started(self) -> Monty:
        with self._lock:
            if self._pool is None:
                self._folder = tempfile.TemporaryDirectory(prefix="codeassess-sandbox-")
                self._pool = Monty(
                    binary_path=_launcher(Path(self._folder.name)),
                    min_processes=1,
                    max_processes=self._workers,
                    checkout_timeout=_WAIT,
                    request_timeout=_LONGEST,
                    max_checkouts_per_worker=_SESSIONS,
                    feed_duration_limit_grace=_GRACE,
                )
                self._pool.__enter__()
                atexit.register(self.close)
            return self._pool


def _launcher(folder: Path) -> str:
    """A program that starts the worker outside of the workspace, niced and with a memory limit of the system."""
    binary = find_monty_binary()
    if os.name != "posix":
        return binary
    script = folder / "worker"
    start = f'exec nice -n {_NICER} env -i {shlex.quote(binary)} "$@"'
    script.write_text(f"#!/bin/sh\ncd /\nulimit -c 0\nulimit -v {_SPACE}\n{start}\n")
    script.chmod(0o700)
    return str(script)


def _feed(session: MontySession, piece: str, out: CollectString) -> object:
    return session.feed_run(piece, print_callback=out, skip_type_check=True)


def _failure(problem: MontyError, text: _Text, call: str, feed: int) -> tuple[str, str, int]:
    """Class, message and line of an exception of the candidate's code; raises _Unsure for one of the sandbox's own."""
    if not isinstance(problem, MontyRuntimeError):
        raise _Unsure("the sandbox cannot read what Python can")
    raised = problem.exception()
    error, says = type(raised).__name__, str(raised)
    inside, behind = _places(problem, feed), _places(problem, feed + 1)
    if not text.copied:
        why = failures.doubt(text.tree, error, says, inside)
        if call and not why:
            why = failures.doubt_of_order(text.tree, python_text.parse(_evaluated(call)), error, behind)
        if why:
            raise _Unsure(why)
    return error, says, inside[-1].line if inside else 0


def _places(problem: MontyRuntimeError, feed: int) -> list[failures.Place]:
    """Where an exception passed through one of the pieces that were fed."""
    frames = (frame for frame in problem.traceback() if frame.filename == f"<python-input-{feed}>")
    return [failures.Place(frame.line, frame.column) for frame in frames]


def _evaluated(call: str) -> str:
    return f"repr(({call}\n))"
