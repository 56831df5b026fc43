"""The settings as traits, made from the one list in `codeassess_core.settings`."""

from __future__ import annotations

import os
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

from traitlets import Bool, Float, HasTraits, Integer, TraitType, Unicode

from codeassess_core.model import Mode
from codeassess_core.modes import BY_HUB
from codeassess_core.settings import PREFIX, Settings

from .hub.environment import own_hub_token
from .hub.roles import read_groups

_KINDS: dict[type, type[TraitType[Any, Any]]] = {str: Unicode, int: Integer, float: Float, bool: Bool}


def _trait(name: str, kind: type, *, text: str, default: Any) -> TraitType[Any, Any]:
    shown = f"{text} Environment: {PREFIX}{name.upper()}. Default: {default!r}."
    return _KINDS[kind](None, allow_none=True, help=shown).tag(config=True)


def _all_traits() -> dict[str, TraitType[Any, Any]]:
    kinds = get_type_hints(Settings)
    return {
        f.name: _trait(f.name, kinds[f.name], text=f.metadata["help"], default=f.default)
        for f in fields(Settings)
        if f.default is not MISSING
    }


SettingsTraits: type[HasTraits] = type("SettingsTraits", (HasTraits,), _all_traits())
"""A class with one configurable trait for each setting; None: the value of the environment, else the default."""


def settings_from(traits: HasTraits, *, mode: Mode) -> Settings:
    """The settings in force: defaults (with this mode), environment, then the traits that were set.

    Raises:
        InvalidInput: a value is not allowed; the message names the setting.
    """
    chosen = {f.name: getattr(traits, f.name) for f in fields(Settings)}
    settings = Settings.from_environment({f"{PREFIX}MODE": str(mode), **os.environ}, **chosen)
    read_groups(settings.hub_groups)
    if settings.upstream_credential == BY_HUB:
        own_hub_token()
    return settings
