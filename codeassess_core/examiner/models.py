"""Models by name, "provider:name", and their failures in our two words: worth another attempt, or not.

Everything that a provider's package raises is foreign here: `vendor_errors` is the one
door where it is called, and turns every exception into `ExaminerUnavailable` or
`ExaminerRefused`. Nothing of LangChain is imported before `load`, which takes
seconds the first time and belongs in a thread.

The retries of the provider's own client are off: openai's retries an exhausted quota,
which no waiting mends. `patiently` does what it should do, with tenacity.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from ..clock import utcnow
from ..errors import ExaminerError, ExaminerRefused, ExaminerUnavailable, InvalidInput

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

T = TypeVar("T")

ALLOW_TRACING: Final = "CODEASSESS_ALLOW_TRACING"
"""Environment: "1" lets LangSmith, when it is configured, see what candidates wrote."""
BUSY_TRIES: Final = 3
"""Calls in all when the server is busy, failing or not reached."""
LONGEST_WAIT: Final = 20.0
"""Seconds: a server that asks for more patience (Retry-After) is given up at once."""
MESSAGE_CHARS: Final = 200
"""How much of a provider's own words an error message repeats."""

_QUOTA = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "account_deactivated"})
_REFUSALS = frozenset({"OpenAIRefusalError", "ContentFilterFinishReasonError"})
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


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model as the settings name it."""

    provider: str
    name: str

    @classmethod
    def parse(cls, text: str) -> ModelName:
        """Read "provider:name"; the name may hold colons itself. Raises InvalidInput."""
        provider, _, name = text.strip().partition(":")
        if not provider or not name:
            raise InvalidInput(
                f"A model is named provider:name, like openai:gpt-5-mini, not {text!r}.", setting="model"
            )
        return cls(provider, name)

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"


def load(model: ModelName, *, base_url: str, timeout: float) -> BaseChatModel:
    """The LangChain chat model, without retries of its own. Imports its package: seconds, the first time.

    Raises ExaminerRefused when the package, the key or a right setting is missing.
    """
    _refuse_gateway(base_url)
    build = _openai if model.provider == "openai" else _other
    with setting_up(model):
        return build(model, base_url, timeout)


def _openai(model: ModelName, base_url: str, timeout: float) -> BaseChatModel:
    from langchain_openai import ChatOpenAI
    from openai import Timeout
    from pydantic import SecretStr

    limits = Timeout(timeout)  # not a float: LangChain would share one HTTP client between event loops
    if not base_url:
        return ChatOpenAI(model=model.name, timeout=limits, max_retries=0)
    # Local servers take any key but openai's client takes none; and few of them know OpenAI's Responses API.
    key = SecretStr(os.environ.get("OPENAI_API_KEY") or "none")
    return ChatOpenAI(
        model=model.name, base_url=base_url, api_key=key, timeout=limits, max_retries=0, use_responses_api=False
    )


def _other(model: ModelName, base_url: str, timeout: float) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"timeout": timeout, "max_retries": 0}
    if base_url:
        options["base_url"] = base_url
    chat: BaseChatModel = init_chat_model(model.name, model_provider=model.provider, **options)
    return chat


# --- privacy -------------------------------------------------------------------------------------------------------


def tracing_allowed() -> bool:
    """Has the operator allowed that LangSmith sees candidates' text?"""
    return os.environ.get(ALLOW_TRACING) == "1"


@contextmanager
def untraced() -> Iterator[None]:
    """No LangSmith tracing inside, whatever LANGSMITH_TRACING or LANGCHAIN_TRACING_V2 say, unless it is allowed."""
    if tracing_allowed():
        yield
        return
    from langsmith import tracing_context

    with tracing_context(enabled=False, parent=False):
        yield


def _refuse_gateway(base_url: str) -> None:
    """LANGSMITH_GATEWAY moves a model's default address to LangSmith's servers: tracing by another name."""
    gateway = os.environ.get("LANGSMITH_GATEWAY", "").strip().lower()
    if gateway not in ("", "0", "no", "false") and not base_url and not tracing_allowed():
        raise ExaminerRefused(
            f"LANGSMITH_GATEWAY would send candidates' text through LangSmith; unset it, or set {ALLOW_TRACING}=1."
        )


# --- failures ------------------------------------------------------------------------------------------------------


@contextmanager
def setting_up(model: ModelName) -> Iterator[None]:
    """Whatever fails while a model is set up will fail again: every exception inside becomes ExaminerRefused."""
    try:
        yield
    except Exception as problem:  # as in vendor_errors
        raise ExaminerRefused(f"The model {model} cannot be used. {_told(problem)}") from problem


@contextmanager
def vendor_errors() -> Iterator[None]:
    """Every exception of a provider inside becomes ExaminerUnavailable or ExaminerRefused, its cause chained."""
    try:
        yield
    except ExaminerError:
        raise
    except Exception as problem:  # the door to foreign code: httpx, json, pydantic, any provider's own tree
        raise translated(problem) from problem


def translated(problem: Exception) -> ExaminerError:
    """A provider's exception in our words. Classes are known by name: their packages need not be installed."""
    kinds = {kind.__name__ for kind in type(problem).__mro__}
    what = "did not answer in time" if kinds & _TIMEOUTS else "gave no usable result"
    status, message = _status(problem), f"The model {what}. {_told(problem)}"
    if _codes(problem) & _QUOTA or kinds & _REFUSALS or _permanent(status, kinds):
        return ExaminerRefused(message)
    if status is not None or (kinds & _UNREACHED and not kinds & _TIMEOUTS):
        return ModelBusy(message, retry_after=_retry_after(problem))
    return ExaminerUnavailable(message)


def refusal(message: AIMessage) -> str | None:
    """The words with which a model refused to answer, or None: OpenAI's field, or a provider's reason to stop."""
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


def _permanent(status: int | None, kinds: set[str]) -> bool:
    if "ContextOverflowError" in kinds:
        return True
    return status is not None and 400 <= status < 500 and status not in _BUSY_STATUS


def _status(problem: Exception) -> int | None:
    """The HTTP status of an error, also of one that was sent as a success; None when there is none."""
    codes = (body.get("code") for body in _bodies(problem))
    found = (_attribute(problem, "status_code"), _attribute(problem, "response", "status_code"), *codes)
    return next((status for status in found if isinstance(status, int) and 400 <= status < 600), None)


def _codes(problem: Exception) -> set[str]:
    """The provider's own words for the kind of error."""
    return {str(body.get(key)) for body in _bodies(problem) for key in ("code", "type")}


def _bodies(problem: Exception) -> Iterator[Mapping[str, Any]]:
    """What a provider says of an error: in attributes, in an argument, or in the body of a success (OpenRouter)."""
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
    """Seconds to wait as the server says (RFC 9110, 10.2.3: seconds or a date; openai also sends milliseconds)."""
    headers = _attribute(problem, "response", "headers") or {}
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        seconds = _seconds(str(headers.get(name, ""))) / unit
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None


def _seconds(value: str) -> float:
    """A number, or the time until a date; not a number when it is neither."""
    try:
        return float(value)
    except ValueError:
        pass
    try:
        return (parsedate_to_datetime(value) - utcnow()).total_seconds()
    except (ValueError, TypeError):  # not a date, or one without a zone
        return math.nan


# --- patience ------------------------------------------------------------------------------------------------------


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """The result of `call`, tried up to BUSY_TRIES times while the server is busy, waiting as long as it asks."""
    retrying = AsyncRetrying(
        retry=retry_if_exception(_worth_waiting), stop=stop_after_attempt(BUSY_TRIES), wait=_wait, reraise=True
    )
    return await retrying(call)


def _worth_waiting(problem: BaseException) -> bool:
    return isinstance(problem, ModelBusy) and (problem.retry_after or 0.0) <= LONGEST_WAIT


_backoff = wait_exponential(multiplier=0.5, max=8) + wait_random(0, 0.5)


def _wait(state: RetryCallState) -> float:
    problem = state.outcome.exception() if state.outcome else None
    told = problem.retry_after if isinstance(problem, ModelBusy) else None
    return _backoff(state) if told is None else told
