"""The options that commands share, and the settings that they give.

A setting that is not on the command line comes from `CODEASSESS_*`, then from the defaults.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ..errors import InvalidInput
from ..identity import Principal, Role

if TYPE_CHECKING:
    from ..settings import Settings

_STORES: Final = "Stores and model"


def _setting(flag: str, text: str) -> Any:
    variable = f"CODEASSESS_{flag[2:].replace('-', '_').upper()}"
    return typer.Option(flag, envvar=variable, help=text, rich_help_panel=_STORES, show_default=False)


DatabaseUrl = Annotated[
    str | None, _setting("--database-url", "postgresql+psycopg://… or sqlite+aiosqlite:///…; else a file of its own.")
]
DataDir = Annotated[
    str | None, _setting("--data-dir", "Where embedded data lives; else codeassess/ in the Jupyter data directory.")
]
RedisUrl = Annotated[str | None, _setting("--redis-url", "Redis for the chat history; else in the process.")]
ChromaUrl = Annotated[str | None, _setting("--chroma-url", "A Chroma server, http://host:port; else a local folder.")]
Model = Annotated[str | None, _setting("--model", "The examiner: offline, or provider:name.")]
ModelBaseUrl = Annotated[str | None, _setting("--model-base-url", "Base URL of an OpenAI-compatible server.")]
EmbeddingModel = Annotated[str | None, _setting("--embedding-model", "hashed, minilm or openai:name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Tenant = Annotated[str, typer.Option(help="The organisation.", show_default=True)]


def settings(**chosen: Any) -> Settings:
    """The settings: defaults, then environment, then the command line (where not None).

    Raises:
        InvalidInput: a value is not allowed; the message names it.
    """
    from ..settings import Settings

    return Settings.from_environment(**chosen)


_LONGEST: Final = {"name": 200, "tenant": 63}  # the lengths of the columns in the database


def principal(role: Role, name: str, tenant: str) -> Principal:
    """Somebody who was named on the command line.

    Raises:
        InvalidInput: the database cannot store the name, or it is not printable.
    """
    for what, text in (("name", name), ("tenant", tenant)):
        if not 1 <= len(text) <= _LONGEST[what] or not text.isprintable():
            raise InvalidInput(f"The {what} must have 1 to {_LONGEST[what]} printable characters.", field=what)
    return Principal(name=name, role=role, tenant=tenant)


_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def seconds(text: str) -> float:
    """A length of time as people write it: 90s, 30m, 8h, 7d.

    Raises:
        InvalidInput: it is not one, or it is zero.
    """
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdigit() and len(number) < 9 and unit in _UNITS and int(number) > 0):
        raise InvalidInput(f"{text!r:.40} is no length of time; write it like 90s, 30m, 8h or 7d.")
    return float(int(number) * _UNITS[unit])


def canonical_id(text: str, name: str) -> str:
    """An id as it is stored.

    Raises:
        InvalidInput: not a UUID.
    """
    from uuid import UUID

    try:
        return str(UUID(text))
    except ValueError as problem:
        raise InvalidInput(f"{name} must be a UUID, not {text!r:.60}.") from problem


def moment(text: str, name: str) -> datetime:
    """A moment: a length of time before now (8h), or a date and time with its offset from UTC.

    Raises:
        InvalidInput: it is neither.
    """
    from ..clock import utcnow

    if text[-1:] in _UNITS:
        return utcnow() - timedelta(seconds=seconds(text))
    found = None
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
    if found is None or found.tzinfo is None:
        raise InvalidInput(f"{name} must be like 8h, or like 2026-01-31T09:00:00Z, not {text!r:.60}.")
    return found
