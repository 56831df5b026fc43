"""The list of commands, in the order of the help."""

from __future__ import annotations

from typing import Annotated

import typer

from .. import __version__
from .assessment import app as assessment
from .audit import audit
from .demo.command import demo
from .demo.replay import replay
from .evaluate import app as evaluate
from .export import export
from .ingest import ingest
from .invite import app as invitations
from .invite import invite
from .join import join
from .migrate import migrate
from .output import say
from .people import app as people
from .report import report
from .token import app as token
from .vscode import app as vscode

app = typer.Typer(
    help="Live, explainable coding assessment inside the editor people already use.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(demo)
app.command()(replay)
app.add_typer(assessment, name="assessment")
app.add_typer(people, name="people")
app.command()(invite)
app.add_typer(invitations, name="invitations")
app.command()(join)
app.command()(ingest)
app.command()(report)
app.command()(export)
app.add_typer(evaluate, name="evaluate")
app.add_typer(token, name="token")
app.add_typer(vscode, name="vscode")
app.command()(audit)
app.command()(migrate)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"codeassess {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Live, explainable coding assessment inside the editor people already use."""
