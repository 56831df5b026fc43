"""`python -m benchmarks [acks | faults | graders | lsp | snapshots | startup | trigger] [options]`."""

from __future__ import annotations

import os
import sys

from . import acks, faults, graders, lsp, snapshots, startup, trigger

BENCHMARKS = {
    "acks": acks.main,
    "faults": faults.main,
    "graders": graders.main,
    "lsp": lsp.main,
    "snapshots": snapshots.main,
    "startup": startup.main,
    "trigger": trigger.main,
}


def main() -> None:
    """Run one by name, or all that need no options."""
    if len(sys.argv) > 1:
        if sys.argv[1] not in BENCHMARKS:
            raise SystemExit(f"There is no benchmark {sys.argv[1]!r}; there is {', '.join(BENCHMARKS)}.")
        BENCHMARKS[sys.argv[1]](sys.argv[2:])
        return
    for name in ("lsp", "snapshots", "startup", "trigger"):
        print(f"── {name}")
        BENCHMARKS[name]([])
    if peers := os.environ.get("BENCH_PEERS"):
        print("── acks")
        acks.main(["--load", peers, "--compare", os.environ.get("BENCH_PYTHON", sys.executable)])


main()
