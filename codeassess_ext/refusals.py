"""Errors of the core as HTTP: always the same JSON, never a secret in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tornado import web

from codeassess_core.errors import CodeAssessError

if TYPE_CHECKING:
    from .guard import Guarded

_CODES = {400: "invalid_input", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}


class Refusal(web.HTTPError):
    """A CodeAssessError as an HTTP error.

    It has no log message: Tornado would log it with the requested address, which may contain
    a token. Jupyter logs the request in any case.
    """

    def __init__(self, problem: CodeAssessError) -> None:
        super().__init__(problem.status)
        self.problem = problem


def write_refusal(handler: Guarded, status: int, kwargs: dict[str, Any]) -> None:
    """Answer with the error as `{"error": {"code", "message", "detail"}}`.

    The traceback of an unexpected error and the words of a driver are in the log only.
    """
    problem = (kwargs.get("exc_info") or (None, None, None))[1]
    if isinstance(problem, Refusal):
        handler.refused_with = problem.problem
        error = problem.problem.as_dict()
        error["detail"] = {name: value for name, value in error["detail"].items() if name != "reason"}
        if "reason" in problem.problem.detail:
            handler.log.warning("%s: %s", error["code"], problem.problem.detail["reason"])
    else:
        code = _CODES.get(status, "internal_error" if status >= 500 else "invalid_input")
        message = handler._reason if status < 500 else "Something went wrong; the server's log has more."
        error = {"code": code, "message": message, "detail": {}}
    handler.refusal = error["code"]
    if "retry_after" in error["detail"]:
        handler.set_header("Retry-After", str(error["detail"]["retry_after"]))
    if status == 401:
        handler.set_header("WWW-Authenticate", "token")
    handler.set_header("Content-Type", "application/json")
    handler.finish({"error": error})
