"""What each mode needs of the settings, and what it must not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .errors import InvalidInput
from .model import Mode

if TYPE_CHECKING:
    from .settings import Settings

BY_HUB: Final = "hub"
"""`upstream_credential`: the JupyterHub token of the candidate's own server is their credential."""
_BY_CODE: Final = "code"
_OF_THE_SERVICE: Final = ("database_url", "database_direct_url", "redis_url", "chroma_url")


def check_mode(settings: Settings) -> None:
    """Refuse settings that do not fit their mode.

    Raises:
        InvalidInput: there is no such mode, or a setting is missing or too much in it.
    """
    mode = settings.mode
    if mode not in tuple(Mode):
        raise InvalidInput(f"mode must be one of {', '.join(Mode)}, not {mode!r}.", setting="mode")
    if mode == Mode.UPSTREAM:
        _check_upstream(settings)
    elif settings.upstream_credential != _BY_CODE:
        raise InvalidInput(
            f"upstream_credential is for mode upstream, and mode is {mode}: set mode to upstream, or leave it out.",
            setting="upstream_credential",
        )
    elif settings.upstream_url:
        raise InvalidInput(
            f"upstream_url is for mode upstream, and mode is {mode}: set mode to upstream, or leave it empty.",
            setting="upstream_url",
        )


def _check_upstream(settings: Settings) -> None:
    """The candidate's own machine holds nothing of the service."""
    if not settings.upstream_url:
        raise InvalidInput(
            "mode upstream needs upstream_url, the address of the service, like https://code.example.org.",
            setting="upstream_url",
        )
    if settings.upstream_credential not in (_BY_CODE, BY_HUB):
        raise InvalidInput(
            f"upstream_credential must be {_BY_CODE} or {BY_HUB}, not {settings.upstream_credential!r:.200}.",
            setting="upstream_credential",
        )
    for name in _OF_THE_SERVICE:
        if getattr(settings, name):
            raise InvalidInput(
                f"{name} must be empty in mode upstream: the service has it, never the candidate's Jupyter.",
                setting=name,
            )
