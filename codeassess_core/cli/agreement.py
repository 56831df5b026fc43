"""The text of an assessment to which a candidate agrees, on the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import typer

from ..rights_errors import ConsentNeeded
from .output import say

NOTHING = "Nothing was recorded."


def insist_on_agreement(title: str, text: str, *, agree: bool) -> None:
    """Show the text and ask; with `agree` it was said on the command line.

    Raises:
        ConsentNeeded: the candidate does not agree, or nobody is there to be asked.
    """
    say(f"“{title}” asks you to agree to this before anything is recorded:")
    say()
    say(text)
    say()
    if agree:
        say("You agree to it (--agree).")
        return
    if not sys.stdin.isatty():
        raise ConsentNeeded(f"Nobody is here to be asked. {NOTHING} If you agree to the text above, add --agree.")
    if not typer.confirm("Do you agree?"):
        raise ConsentNeeded(f"You did not agree, so the assessment does not begin. {NOTHING}")


def insist_on_agreements(title: str, texts: Iterable[str], *, agree: bool) -> None:
    """The same for each of the texts."""
    for text in texts:
        insist_on_agreement(title, text, agree=agree)
