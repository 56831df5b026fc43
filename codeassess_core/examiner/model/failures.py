"""Translates the exceptions of providers into our own: worth another attempt, or not.

Code of providers is called inside `vendor_errors`, which turns every exception into
`ExaminerUnavailable` (may help to repeat) or `ExaminerRefused` (will fail again).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from ...errors import ExaminerError, ExaminerRefused, ExaminerUnavailable

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

MESSAGE_CHARS: Final = 200
"""Characters of a provider's own message that an error message repeats."""

_QUOTA = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "account_deactivated"})
_REFUSALS = frozenset({"OpenAIRefusalError", "ContentFilterFinishReasonError"})
_FORM_STATUS = frozenset({400, 404, 422, 501})
_FORM = re.compile(
    r"response[_ ]?format|json[_ ]?schema|json[_ ]?object|json mode|structured|\bstrict\b|guided|grammar"
    r"|\btools?\b|tool[_ ]choice|function[_ ]?call",
    re.IGNORECASE,
)
_BUSY_STATUS = frozenset({408, 409, 425, 429})
_UNREACHED = frozenset({"ModelConnectionError", "APIConnectionError", "TransportError", "ConnectionError"})
_TIMEOUTS = frozenset({"TimeoutError", "TimeoutException", "ModelTimeoutError", "APITimeoutError"})
_SECRET = re.compile(
    r"\b(?:sk|pk|rk|lsv2|gsk|xai)[-_][\w*.-]{6,}|\bAIza[\w-]{20,}|(?i:\b(?:bearer|basic)\s+[\w.~+/=*-]{6,})"
    r"|(?i:\b(?:api[-_ ]?key|token|secret|password)\b[\"']?\s*[:=]\s*[\"']?[^\s\"',}]{4,})"
    r"|(?<=//)[^/\s:@]+:[^/\s@]+(?=@)"
)


class ModelBusy(ExaminerUnavailable):
    """The model's server is busy, failing or not reached."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class FormRefused(ExaminerRefused):
    """The server does not take the way in which a reply's form was asked for; another way may work."""


@contextmanager
def setting_up(model: str) -> Iterator[None]:
    """Errors during set-up will happen again, so every exception inside becomes ExaminerRefused."""
    try:
        yield
    except Exception as problem:  # as in vendor_errors
        raise ExaminerRefused(f"The model {model} cannot be used. {_told(problem)}") from problem


@contextmanager
def vendor_errors() -> Iterator[None]:
    """Every exception of a provider inside becomes ExaminerUnavailable or ExaminerRefused, with its cause chained."""
    try:
        yield
    except ExaminerError:
        raise
    except Exception as problem:  # any exception of foreign code: httpx, json, pydantic, a provider's own classes
        raise translated(problem) from problem


def translated(problem: Exception) -> ExaminerError:
    """A provider's exception as one of ours. Classes are recognised by name: their packages may be missing."""
    kinds = {kind.__name__ for kind in type(problem).__mro__}
    what = "did not answer in time" if kinds & _TIMEOUTS else "gave no usable result"
    status, message = _status(problem), f"The model {what}. {_told(problem)}"
    if _codes(problem) & _QUOTA or kinds & _REFUSALS or _permanent(status, kinds):
        return FormRefused(message) if _of_form(status, problem) else ExaminerRefused(message)
    if status is not None or (kinds & _UNREACHED and not kinds & _TIMEOUTS):
        return ModelBusy(message, retry_after=_retry_after(problem))
    return ExaminerUnavailable(message)


def refusal(message: AIMessage) -> str | None:
    """The words with which a model refused, or None: OpenAI's field, or a provider's reason to stop."""
    said = message.additional_kwargs.get("refusal")
    if said:
        return str(said)
    metadata = message.response_metadata
    stop = str(metadata.get("stop_reason") or metadata.get("finish_reason") or "").lower()
    return stop if stop in ("refusal", "content_filter", "safety", "prohibited_content", "blocklist") else None


def scrubbed(text: str) -> str:
    """One line without keys and passwords, of at most MESSAGE_CHARS characters."""
    line = " ".join(_SECRET.sub("[key]", text).split())
    return line if len(line) <= MESSAGE_CHARS else f"{line[: MESSAGE_CHARS - 1]}…"


def _told(problem: Exception) -> str:
    said = next((body["message"] for body in _bodies(problem) if isinstance(body.get("message"), str)), str(problem))
    return f"{type(problem).__name__}: {scrubbed(said)}".removesuffix(": ")


def _of_form(status: int | None, problem: Exception) -> bool:
    """Is the request refused because of how it requests the form of the reply?"""
    said = " ".join(str(body.get(key)) for body in _bodies(problem) for key in ("message", "param", "code"))
    return status in _FORM_STATUS and _FORM.search(f"{said} {problem}") is not None


def _permanent(status: int | None, kinds: set[str]) -> bool:
    if "ContextOverflowError" in kinds:
        return True
    return status is not None and 400 <= status < 500 and status not in _BUSY_STATUS


def _status(problem: Exception) -> int | None:
    """The HTTP status of an error, also of one that was sent with a success status; None when there is none."""
    codes = (body.get("code") for body in _bodies(problem))
    found = (_attribute(problem, "status_code"), _attribute(problem, "response", "status_code"), *codes)
    return next((status for status in found if isinstance(status, int) and 400 <= status < 600), None)


def _codes(problem: Exception) -> set[str]:
    """The provider's own codes for the kind of error."""
    return {str(body.get(key)) for body in _bodies(problem) for key in ("code", "type")}


def _bodies(problem: Exception) -> Iterator[Mapping[str, Any]]:
    """A provider's data about an error: in attributes, in an argument, or in the body of a success (OpenRouter)."""
    yield vars(problem)
    yield from (arg for arg in problem.args if isinstance(arg, dict))
    try:
        body = _attribute(problem, "response").json()
    except (AttributeError, RuntimeError, ValueError):  # no response, one not read, one that is not JSON
        return
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        yield body["error"]


def _attribute(thing: Any, *names: str) -> Any:
    return reduce(lambda found, name: getattr(found, name, None), names, thing)


def _retry_after(problem: Exception) -> float | None:
    """Seconds that the server asks to wait (RFC 9110, 10.2.3: seconds or a date; openai also sends milliseconds)."""
    headers = _attribute(problem, "response", "headers") or {}
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        seconds = _seconds(str(headers.get(name, "")), said_at=str(headers.get("date", ""))) / unit
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None


def _seconds(value: str, *, said_at: str) -> float:
    """A number, or the time until a date by the server's own clock; NaN when it is neither."""
    try:
        return float(value)
    except ValueError:
        pass
    try:
        return (parsedate_to_datetime(value) - parsedate_to_datetime(said_at)).total_seconds()
    except (ValueError, TypeError):  # not a date, or one without a time zone
        return math.nan
