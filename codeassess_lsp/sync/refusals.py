"""What the candidate is told when the session refuses a message for good. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from codeassess_core.errors import CodeAssessError, Conflict, SessionEnded

TOO_LATE: Final = "The session is finished: this answer came too late and is not part of it."
NOT_RECORDED: Final = "The session has ended: what you typed since is not recorded."


def complaint(error: Mapping[str, Any], *, answered: bool, done: bool) -> CodeAssessError | None:
    """The error with its sentence; None when there is nothing to tell.

    `answered`: one of the messages is an answer. `done`: the candidate has finished, so they know that recording ended.
    """
    if error["code"] != SessionEnded.code:
        return Conflict(str(error.get("message", error["code"])), code=error["code"])
    if answered:
        return SessionEnded(TOO_LATE)
    return None if done else SessionEnded(NOT_RECORDED)
