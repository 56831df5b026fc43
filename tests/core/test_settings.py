"""The settings: defaults, the environment, and what cannot be."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from codeassess_core.errors import InvalidInput
from codeassess_core.model import Mode, TriggerPolicy
from codeassess_core.settings import Settings


def test_the_names_are_a_contract() -> None:
    assert [f.name for f in fields(Settings)] == [
        "mode", "database_url", "database_direct_url", "database_connections", "database_connect_timeout",
        "database_statement_timeout", "database_lock_timeout", "database_idle_timeout",
        "database_network_timeout", "database_commit_timeout", "database_checkout_timeout", "redis_url",
        "chroma_url", "redis_timeout", "chroma_timeout", "data_dir", "model", "model_base_url",
        "trusted_model", "evaluation_samples", "embedding_model", "min_code_change_lines",
        "min_code_change_statements", "min_time_between_interactions", "idle_pause", "cool_down",
        "max_questions", "min_questions", "follow_ups", "prices", "max_tokens_per_session",
        "max_cost_per_session", "work_timeout", "candidate", "rate_limit", "messages_per_minute", "bytes_per_minute",
        "max_sockets_per_candidate", "max_sockets_per_tenant", "max_sessions_per_candidate", "max_sessions_per_tenant",
        "max_session_bytes", "instance_id", "heartbeat",
        "reconnect_grace", "keep_finished_jobs", "job_deadline", "keep_audit", "upstream_url",
        "upstream_credential", "public_url", "lab_url", "credential_lifetime", "contest_days", "graders", "hub_groups",
        "hub_recheck", "hub_grace", "allowed_origins",
    ]  # fmt: skip


def test_the_policy_has_the_same_defaults_as_the_settings() -> None:
    assert Settings().policy == TriggerPolicy()


def test_the_environment_is_read_in_the_type_of_the_setting() -> None:
    environ = {
        "CODEASSESS_MAX_QUESTIONS": "3",
        "CODEASSESS_IDLE_PAUSE": "0",
        "CODEASSESS_MODEL": "offline",
        "OTHER": "x",
    }
    chosen = Settings.from_environment(environ)
    assert (chosen.max_questions, chosen.idle_pause, chosen.model) == (3, 0.0, "offline")
    assert type(chosen.idle_pause) is float
    assert Settings.from_environment(environ, max_questions=5, model=None) == Settings.from_environment(
        {**environ, "CODEASSESS_MAX_QUESTIONS": "5"}
    )


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"CODEASSESS_MODE": "exam"}, "mode must be one of embedded, service, upstream, not 'exam'."),
        (
            {"CODEASSESS_MODE": "upstream"},
            "mode upstream needs upstream_url, the address of the service",
        ),
        (
            {"CODEASSESS_MODE": "upstream", "CODEASSESS_UPSTREAM_URL": "exam.example.org"},
            "upstream_url must be the address that candidates reach, like https://code.example.org, not",
        ),
        (
            {
                "CODEASSESS_MODE": "upstream",
                "CODEASSESS_UPSTREAM_URL": "https://exam.example.org",
                "CODEASSESS_DATABASE_URL": "postgresql://x/y",
            },
            "database_url must be empty in mode upstream: the service has it",
        ),
        (
            {"CODEASSESS_UPSTREAM_URL": "https://exam.example.org"},
            "upstream_url is for mode upstream, and mode is embedded: set mode to upstream, or leave it empty.",
        ),
        ({"CODEASSESS_MAX_QUESTIONS": "three"}, "CODEASSESS_MAX_QUESTIONS must be a"),
        ({"CODEASSESS_MAX_QUESTIONS": "3.5"}, "CODEASSESS_MAX_QUESTIONS must be a"),
        ({"CODEASSESS_COOL_DOWN": ""}, "CODEASSESS_COOL_DOWN must be a"),
        ({"CODEASSESS_COOL_DOWN": "-1"}, "cool_down must be a number that is not negative."),
        ({"CODEASSESS_FOLLOW_UPS": "maybe"}, "CODEASSESS_FOLLOW_UPS must be true or false, not 'maybe'."),
        ({"CODEASSESS_PRICES": "openai:gpt-5-mini"}, "prices must be provider:name=input/output"),
        ({"CODEASSESS_MAX_TOKENS_PER_SESSION": "-1"}, "max_tokens_per_session must be a number"),
        (
            {"CODEASSESS_MAX_COST_PER_SESSION": "1", "CODEASSESS_MODEL": "openai:gpt-5-mini"},
            "max_cost_per_session needs the price of openai:gpt-5-mini",
        ),
        ({"CODEASSESS_EVALUATION_SAMPLES": "0"}, "evaluation_samples must be 1 to 5, not 0."),
        ({"CODEASSESS_EVALUATION_SAMPLES": "6"}, "evaluation_samples must be 1 to 5, not 6."),
        ({"CODEASSESS_RATE_LIMIT": "-0.5"}, "rate_limit must be a number that is not negative."),
    ],
    ids=str,
)
def test_what_cannot_be_is_named(environ: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Settings.from_environment(environ)
    assert refused.value.message.startswith(said)
    assert refused.value.detail["setting"] in said.lower()


@pytest.mark.parametrize(
    ("settings", "environ", "model", "embedding"),
    [
        (Settings(), {}, "offline", "hashed"),
        (Settings(), {"OPENAI_API_KEY": "sk-x"}, "openai:gpt-5-mini", "openai:text-embedding-3-small"),
        (Settings(), {"OPENAI_API_KEY": ""}, "offline", "hashed"),
        (Settings(model="offline"), {"OPENAI_API_KEY": "sk-x"}, "offline", "openai:text-embedding-3-small"),
        (Settings(model="a:b", embedding_model="hashed"), {"OPENAI_API_KEY": "sk-x"}, "a:b", "hashed"),
    ],
    ids=repr,
)
def test_a_model_is_used_when_there_is_a_key_for_it(
    settings: Settings, environ: dict[str, str], model: str, embedding: str
) -> None:
    assert settings.resolved_model(environ) == model
    assert settings.resolved_embedding_model(environ) == embedding


def test_without_a_url_the_database_is_a_file_among_the_data(tmp_path: Path) -> None:
    assert (
        Settings(data_dir=str(tmp_path)).resolved_database_url() == f"sqlite+aiosqlite:///{tmp_path}/codeassess.sqlite"
    )
    assert Settings(database_url="postgresql://x/y").resolved_database_url() == "postgresql://x/y"
    assert Settings().data_path.name == "codeassess"


def test_lists_are_read_by_commas() -> None:
    chosen = Settings(graders=" ada, bob ,,", allowed_origins="https://Lab.example/, http://localhost:8888")
    assert chosen.grader_names() == {"ada", "bob"}
    assert chosen.origins() == {"https://lab.example", "http://localhost:8888"}
    assert (Settings().grader_names(), Settings().origins()) == (frozenset(), frozenset())


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().mode = Mode.SERVICE  # type: ignore[misc]
