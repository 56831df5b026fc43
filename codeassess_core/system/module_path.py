"""Keeps the working directory off the module path of our processes.

An editor starts us in the candidate's workspace, and `python -m` puts the working directory on the
module path before the standard library. A file `queue.py` of the candidate would then be imported
instead of Python's: it would run in our process, and everything that needs the real module would fail.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

PROGRAMS: Final = frozenset({"-m", "codeassess", "codeassess-lsp", "jupyter-codeassess"})
"""The values of `sys.argv[0]` in our processes; `-m` while Python is still looking for the module."""


def leave_folder() -> None:
    """Remove the working directory from the module path, unless this process runs from its own sources."""
    if Path(sys.argv[0] if sys.argv else "").stem not in PROGRAMS:
        return
    try:
        here = os.path.realpath(Path.cwd())
    except OSError:  # the folder was deleted
        return
    if os.path.realpath(Path(__file__).parents[2]) == here:
        return
    sys.path[:] = [entry for entry in sys.path if entry and os.path.realpath(entry) != here]
