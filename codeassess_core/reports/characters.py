"""Makes characters harmless that a store refuses or that a reader cannot see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..escaping import UNSEEN, by_number

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: Any) -> Any:
    """`text` as every store accepts it: NUL becomes `[U+0000]`, lone surrogates U+FFFD. Other types are unchanged."""
    if not isinstance(text, str):
        return text
    return _LONE_SURROGATE.sub("\ufffd", text).replace("\x00", "[U+0000]")


def visible(value: Any) -> Any:
    """A JSON value in whose texts (not in its keys) control characters are shown by number, `[U+202E]`.

    By number, because few fonts have pictures of control characters. CR LF counts as a line end.
    Bidi controls can make source code look different from what it does: "Trojan Source", Boucher
    and Anderson 2021, CVE-2021-42574.
    """
    return each_text(value, lambda text: UNSEEN.sub(lambda match: by_number(match[0]), text.replace("\r\n", "\n")))


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with every text in it (keys apart) changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: each_text(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [each_text(item, change) for item in value]
    return value
