"""Finds the JSON object in a model's reply. Pure.

It removes a byte order mark, a `<think>` block before the answer, a code fence around
everything, and prose after the object. The object is then validated as strictly as any other.
A text with two JSON objects is not changed, because it is unclear which one is the answer.
"""

from __future__ import annotations

import json
import re
from typing import Final

from ...documents.lines import unified

_MARKS: Final = "\ufeff\u200b\u2060 \t\r\n"
_THINKING: Final = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_CLOSED_ONLY: Final = re.compile(r"\A[^{]*</(?:think|thinking|reasoning)>", re.IGNORECASE)
_FENCE: Final = re.compile(r"\A```[\w-]*[ \t]*\n(.*?)\n?```[ \t]*(?:\n(.*))?\Z", re.DOTALL)


def json_object(text: str) -> str:
    """The text of the only JSON object in a reply; the whole text when there is nothing to remove."""
    bare = _without_thinking(unified(text).strip(_MARKS)).strip(_MARKS)
    if fenced := _FENCE.match(bare):
        if _holds_object(fenced[2] or ""):
            return bare
        bare = fenced[1].strip(_MARKS)
    return _without_prose(bare)


def _without_thinking(text: str) -> str:
    """The text after the leading thinking; some servers leave out its opening tag."""
    opened = _THINKING.match(text)
    if opened:
        return _without_thinking(text[opened.end() :].lstrip(_MARKS))
    closed = _CLOSED_ONLY.match(text)
    return text[closed.end() :] if closed else text


def _without_prose(text: str) -> str:
    """The object at the beginning of the text, when only prose follows."""
    if not text.startswith("{"):
        return text
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return text
    return text if _holds_object(text[end:]) else text[:end]


def _holds_object(text: str) -> bool:
    """Does the text contain another JSON object? Braces in prose are none."""
    for at in (match.start() for match in re.finditer(r"\{", text)):
        try:
            json.JSONDecoder().raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        return True
    return False
