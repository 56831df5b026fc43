"""Which settings are checked how, and how they are read from the environment."""

from __future__ import annotations

from typing import Any

from .errors import InvalidInput

PREFIX = "CODEASSESS_"

POSITIVE = (
    "database_connect_timeout",
    "database_statement_timeout",
    "database_lock_timeout",
    "database_idle_timeout",
    "database_network_timeout",
    "database_commit_timeout",
    "database_checkout_timeout",
    "redis_timeout",
    "chroma_timeout",
    "heartbeat",
    "job_deadline",
    "credential_lifetime",
)
NOT_NEGATIVE = (
    "hub_recheck",
    "hub_grace",
    "contest_days",
    "reconnect_grace",
    "keep_finished_jobs",
    "keep_audit",
    "min_code_change_lines",
    "min_code_change_statements",
    "min_time_between_interactions",
    "idle_pause",
    "cool_down",
    "max_questions",
    "min_questions",
    "max_tokens_per_session",
    "max_cost_per_session",
    "rate_limit",
    "messages_per_minute",
    "bytes_per_minute",
    "max_sockets_per_candidate",
    "max_sockets_per_tenant",
    "max_sessions_per_candidate",
    "max_sessions_per_tenant",
    "max_session_bytes",
    "work_timeout",
)


_SHOWN = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}
_SWITCH = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


def read_setting(name: str, wanted: type, text: str) -> Any:
    """The value of a setting as text of the environment says it.

    Raises:
        InvalidInput: it has another type.
    """
    try:
        return _SWITCH[text.lower()] if wanted is bool else wanted(text)
    except (ValueError, KeyError) as problem:
        raise InvalidInput(f"{PREFIX}{name.upper()} must be {_SHOWN[wanted]}, not {text!r}.", setting=name) from problem
