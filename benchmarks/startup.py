"""What the extension adds to the start of `jupyter server`, in CPU seconds until /api answers, in turns."""

from __future__ import annotations

import os
import statistics

from .server import jupyter_server

ROUNDS = 7


def main(_arguments: list[str]) -> None:
    """Print the median with and without the extension, and the difference."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for extension in (False, True):
            with jupyter_server(extension=extension) as server:
                seconds[extension].append(_cpu_seconds(server.pid))
    without, with_it = (statistics.median(seconds[extension]) for extension in (False, True))
    added = statistics.median(b - a for a, b in zip(seconds[False], seconds[True], strict=True))
    print(
        f"without {without:.2f} s, with {with_it:.2f} s of CPU; added {1000 * added:.0f} ms (median of {ROUNDS} pairs)"
    )


def _cpu_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123  # not a file: its content is made when it is read
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
