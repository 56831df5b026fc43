"""Characters that must not act: what a store refuses and what a reader cannot see."""

from __future__ import annotations

import re
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
    if isinstance(value, str):
        return _UNSEEN.sub(_by_number, value.replace("\r\n", "\n"))
    if isinstance(value, dict):
        return {key: visible(item) for key, item in value.items()}
    if isinstance(value, list):
        return [visible(item) for item in value]
    return value


def _by_number(match: re.Match[str]) -> str:
    return f"[U+{ord(match[0]):04X}]"
