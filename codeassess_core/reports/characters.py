"""Characters that must not act: what a store refuses and what a reader cannot see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

_UNSEEN: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1
    "\u00ad\u200b\u2060-\u2064\ufeff\u180e"  # soft hyphen, zero-width and invisible operators, BOM
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # bidi marks, embeddings, overrides and isolates
    "\u2028\u2029"  # line and paragraph separator: no line end in our numbering
    "\ufff9-\ufffb"  # interlinear annotation
    "\ud800-\udfff"  # lone surrogates
    "\U000e0000-\U000e007f"  # tags: invisible ASCII
    "]"
)
"""Controls and invisible characters. The joiners U+200C and U+200D are not among them: scripts and emoji need them."""


def storable(text: Any) -> Any:
    """`text` without what a store refuses: NUL as `[U+0000]`, lone surrogates as U+FFFD. Other types unchanged."""
    if not isinstance(text, str):
        return text
    return _LONE_SURROGATE.sub("\ufffd", text).replace("\x00", "[U+0000]")


def visible(value: Any) -> Any:
    """A JSON value whose every text (keys apart) shows its controls by number, `[U+202E]`.

    Numbers, because few fonts have the pictures of control characters. CR LF counts as a
    line end. Bidi controls made source code read other than it runs: "Trojan Source",
    Boucher and Anderson 2021, CVE-2021-42574.
    """
    return each_text(value, lambda text: _UNSEEN.sub(lambda match: by_number(match[0]), text.replace("\r\n", "\n")))


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with every text in it (keys apart) changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: each_text(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [each_text(item, change) for item in value]
    return value


def by_number(character: str) -> str:
    """`[U+202E]`."""
    return f"[U+{ord(character):04X}]"
