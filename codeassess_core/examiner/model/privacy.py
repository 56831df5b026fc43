"""Keeps candidates' text away from LangSmith, unless the operator allows it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ...errors import ExaminerRefused

ALLOW_TRACING: Final = "CODEASSESS_ALLOW_TRACING"
"""Environment variable: "1" allows LangSmith, when it is configured, to see candidates' text."""

_OUTDATED: Final = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")
"""They trace nothing any more; LangChain refuses every call while one is set and tracing is off."""


def tracing_allowed() -> bool:
    """Has the operator allowed LangSmith to see candidates' text?"""
    return os.environ.get(ALLOW_TRACING) == "1"


@contextmanager
def untraced() -> Iterator[None]:
    """No LangSmith tracing inside, whatever LANGSMITH_TRACING or LANGCHAIN_TRACING_V2 say, unless it is allowed."""
    if tracing_allowed():
        yield
        return
    from langsmith import tracing_context

    for name in _OUTDATED:
        os.environ.pop(name, None)
    with tracing_context(enabled=False, parent=False):
        yield


def refuse_gateway(base_url: str) -> None:
    """Raise ExaminerRefused when LANGSMITH_GATEWAY would send calls through LangSmith's servers."""
    gateway = os.environ.get("LANGSMITH_GATEWAY", "").strip().lower()
    if gateway not in ("", "0", "no", "false") and not base_url and not tracing_allowed():
        raise ExaminerRefused(
            f"LANGSMITH_GATEWAY would send candidates' text through LangSmith; unset it, or set {ALLOW_TRACING}=1."
        )
