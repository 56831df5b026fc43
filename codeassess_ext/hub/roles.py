"""Which role a user of the Hub has here: of the scopes of their token and, for who signs in, of their groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from codeassess_core.errors import InvalidInput
from codeassess_core.identity import Role

SCOPES: Final[Mapping[str, Role]] = {
    "custom:codeassess:operate": Role.OPERATOR,
    "custom:codeassess:teach": Role.TEACHER,
    "custom:codeassess:grade": Role.GRADER,
    "custom:codeassess:candidate": Role.CANDIDATE,
}
"""The role that each scope gives; of several the first one counts."""
_ORDER: Final = tuple(SCOPES.values())


def read_groups(text: str) -> dict[str, Role]:
    """The setting `hub_groups`, like `graders=grader, staff=teacher`.

    Raises:
        InvalidInput: it has another form; the message quotes the part that is wrong.
    """
    found: dict[str, Role] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        group, equals, role = (piece.strip() for piece in part.rpartition("="))
        if not (equals and group and role in tuple(Role)):
            raise InvalidInput(
                f"hub_groups must be like graders=grader, staff=teacher (roles: {', '.join(Role)}), not {part!r:.200}.",
                setting="hub_groups",
            )
        found[group] = Role(role)
    return found


def role_of(scopes: Iterable[str], groups: Iterable[str], roles: Mapping[str, Role]) -> Role | None:
    """The strongest role of a user; None: they have none here. `roles` are the roles of groups."""
    given = {SCOPES[scope] for scope in scopes if scope in SCOPES}
    given |= {roles[group] for group in groups if group in roles}
    return min(given, key=_ORDER.index, default=None)
