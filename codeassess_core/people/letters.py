"""What a teacher sends to the people who are invited: a table for a mail merge, or the letters themselves."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from ..clock import isoformat
from ..escaping import csv_cell
from ..model import NewInvitation
from .links import invitation_link

COLUMNS: Final = ("id", "name", "email", "group", "code", "link", "begin_until")
_RULE: Final = "-" * 60


def as_table(invitations: Iterable[NewInvitation], *, public_url: str) -> str:
    """The invitations as CSV with a line for each; `link` is empty without a `public_url`."""
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    for new in invitations:
        person = new.person
        link = invitation_link(public_url, new.code) if public_url else ""
        until = isoformat(new.invitation.expires_at)
        table.writerow(map(csv_cell, (person.id, person.name, person.email, person.group, new.code, link, until)))
    return written.getvalue()


def as_letters(invitations: Sequence[NewInvitation], title: str, *, public_url: str) -> str:
    """A letter for each person, with a line of dashes between two."""
    return f"\n{_RULE}\n\n".join(_letter(new, title, public_url) for new in invitations)


def _letter(new: NewInvitation, title: str, public_url: str) -> str:
    person = new.person
    link = f"this link,\n\n  {invitation_link(public_url, new.code)}\n\nor with " if public_url else ""
    until = new.invitation.expires_at.strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"To: {person.email or person.id}\n"
        f"Subject: Invitation: {title}\n\n"
        f"Hello {person.name or person.id},\n\n"
        f"you are invited to “{title}”. Begin it before {until}, with {link}this code:\n\n"
        f"  {new.code}\n\n"
        "In JupyterLab: “Code assessment”, then “Join with a code”. In an editor with a language server:\n"
        "`codeassess join CODE`. The code is yours alone: whoever has it writes in your name.\n"
    )
