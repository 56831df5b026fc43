"""The command line: `codeassess …`, or `python -m codeassess_core.cli …`.

Each command is one small module. None of them imports at its top what takes long (the
database, LangChain, Chroma, the network): `codeassess --help` answers at once.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from ..errors import CodeAssessError, InvalidInput


def main() -> NoReturn:
    """Run the command that the process was started with, and leave with its exit code.

    Every error of ours is one line on stderr: 2 when the input was wrong, else 1. Anything
    else is a mistake of ours and shows its traceback.
    """
    from .app import app

    try:
        app(prog_name="codeassess")
    except CodeAssessError as problem:
        from .speech import complain

        complain(problem)
        sys.exit(2 if isinstance(problem, InvalidInput) else 1)
    sys.exit(0)
