"""From where the present request or command comes, for the lines of the audit that it leads to."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The way in (rest, page, socket, command line, language server) and the address, as far as they are known."""

    via: str = ""
    address: str = ""
    user: str = ""  #: of the machine, who runs a command


_origin: ContextVar[Origin] = ContextVar("codeassess_origin", default=Origin())  # noqa: B039  (it is frozen)


def origin() -> Origin:
    """The origin of what this task is doing."""
    return _origin.get()


def come_from(where: Origin) -> None:
    """From now on this task works for a request that comes from there."""
    _origin.set(where)
