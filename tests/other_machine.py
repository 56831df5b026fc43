"""A process as if on another machine: it sees neither the processes nor some folders of this one, only its network."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path


def elsewhere(command: Sequence[str], *, hidden: Sequence[Path]) -> list[str]:
    """The command that runs `command` with processes of its own, and with the folders `hidden` empty."""
    empty = [f"mount -t tmpfs none {shlex.quote(str(folder))}" for folder in hidden]
    return [*_apart(), "sh", "-c", " && ".join([*empty, 'exec "$@"']), "sh", *command]


@cache
def why_not() -> str | None:
    """Why nothing can be run as on another machine here; None: it can."""
    try:
        done = subprocess.run([*_apart(), "true"], capture_output=True, text=True, check=False)
    except OSError as problem:
        return f"unshare cannot be run: {problem}"
    return None if done.returncode == 0 else f"unshare makes no namespaces here: {done.stderr.strip()}"


def _apart() -> list[str]:
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
