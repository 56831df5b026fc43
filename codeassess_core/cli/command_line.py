"""A command line that cannot be parsed, in one line: what is wrong, and where the help is."""

from __future__ import annotations

from typing import Any, Final

import typer

from ..errors import InvalidInput

Refused: Final[Any] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""The exception of the parser; typer has its own copy of click, without a public name."""


def unreadable(problem: Any) -> InvalidInput:
    """The words of the parser, and the command that explains the options."""
    context = getattr(problem, "ctx", None)
    where = context.command_path if context is not None else "codeassess"
    if type(problem).__name__ == "NoArgsIsHelpError":
        return InvalidInput(f"{where} needs a command, of those above.")
    said = problem.format_message().replace("Value error, ", "")
    return InvalidInput(f"{said}{'' if said.endswith(('.', '?')) else '.'} `{where} --help` shows what there is.")
