"""The command line: `codeassess …`, or `python -m codeassess_core.cli …`.

Each command is one small module. None of them imports at its top what is slow to import
(the database, LangChain, Chroma, the network), so that `codeassess --help` is fast.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import typer
from typer.main import get_command

from ..errors import CodeAssessError, InvalidInput
from .command_line import Refused, unreadable


def main() -> NoReturn:
    """Run the command of this process and exit with its code.

    An error of ours, or a command line that cannot be parsed, is one line on stderr: exit code 2
    when the input was wrong, else 1. Any other exception is a mistake of ours and shows its traceback.
    """
    from .accesses import remember
    from .app import app

    command = get_command(app)
    remember(command)
    try:
        status = command(prog_name="codeassess", standalone_mode=False)
    except Refused as problem:
        from .output import complain

        complain(unreadable(problem))
        sys.exit(2)
    except typer.Abort:
        sys.exit(130)
    except CodeAssessError as problem:
        from .output import complain

        complain(problem)
        sys.exit(2 if isinstance(problem, InvalidInput) else 1)
    sys.exit(status if isinstance(status, int) else 0)
