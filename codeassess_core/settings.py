"""The settings of all faces. Their names must not change.

Jupyter reads them as traits of `c.CodeAssess`; every process reads `CODEASSESS_*` from the
environment. Secrets (model keys, passwords in URLs) come from the environment only.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import quote

from jupyter_core.paths import jupyter_data_dir

from .costs.budget import SpendingLimit
from .costs.prices import read_prices
from .errors import InvalidInput
from .limits import Limits
from .model import Mode, TriggerPolicy
from .modes import check_mode
from .people.links import checked_address
from .settings_rules import NOT_NEGATIVE, POSITIVE, read_setting
from .settings_rules import PREFIX as PREFIX
from .system.deadlines import FEWEST_CONNECTIONS, DatabaseLimits

MOST_SAMPLES = 5
LONGEST_ID = 200


def _setting(help_text: str, default: Any) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. Times in seconds, sizes in bytes."""

    mode: str = _setting("Where the server runs: embedded, service or upstream.", "embedded")
    database_url: str = _setting(
        "SQLAlchemy URL: postgresql+psycopg://… or sqlite+aiosqlite:///…; empty: a SQLite file in data_dir.", ""
    )
    database_direct_url: str = _setting(
        "The same database without the pooler of database_url; set it when database_url goes through a pooler that "
        "gives each transaction another connection (pgbouncer, pool_mode = transaction).",
        "",
    )
    database_connections: int = _setting("Maximum number of connections to Postgres of one process, all together.", 10)
    database_connect_timeout: float = _setting("Maximum time in seconds to connect to the database.", 5.0)
    database_statement_timeout: float = _setting("Maximum time in seconds for one statement.", 10.0)
    database_lock_timeout: float = _setting("Maximum time in seconds to wait for a lock of another transaction.", 2.0)
    database_idle_timeout: float = _setting(
        "Seconds after which Postgres ends an idle transaction, so that its locks delay nothing.", 5.0
    )
    database_network_timeout: float = _setting(
        "Maximum time in seconds without an answer from the network: of an idle connection, and after sending.", 3.0
    )
    database_commit_timeout: float = _setting(
        "Maximum time in seconds for one write, from its begin to its commit.", 5.0
    )
    database_checkout_timeout: float = _setting("Maximum time in seconds to wait for a free connection.", 5.0)
    redis_url: str = _setting("Redis for the chat history, redis://…; empty: the memory of the process.", "")
    chroma_url: str = _setting("A Chroma server, http://host:port; empty: a local collection in data_dir.", "")
    redis_timeout: float = _setting("Maximum time in seconds for an answer from Redis.", 2.0)
    chroma_timeout: float = _setting(
        "Maximum time in seconds for an answer from the Chroma server to one request.", 10.0
    )
    data_dir: str = _setting("The folder of embedded data; empty: codeassess/ in the Jupyter data directory.", "")
    model: str = _setting(
        "The examiner: offline, or provider:name; empty: openai:gpt-5-mini when OPENAI_API_KEY is set, else offline.",
        "",
    )
    model_base_url: str = _setting("Base URL of an OpenAI-compatible server; empty: the provider's own.", "")
    trusted_model: str = _setting(
        "The model, provider:name, whose praise rules need not confirm, because it was measured "
        "with codeassess evaluate pairs.",
        "",
    )
    evaluation_samples: int = _setting(
        "Maximum number of evaluations of one answer: from 2 on, a second one is always made, further ones while they "
        "differ; their agreement is the confidence.",
        1,
    )
    embedding_model: str = _setting(
        "hashed, minilm (with the extra meaning), or openai:name; empty: OpenAI's when its key is set, else hashed.",
        "",
    )
    min_code_change_lines: int = _setting("Lines that must change before a question is asked.", 5)
    min_code_change_statements: int = _setting(
        "Statements that must change in a small program, at a pause; 0: small programs are measured in lines as well.",
        2,
    )
    min_time_between_interactions: float = _setting("Seconds between two questions.", 60.0)
    idle_pause: float = _setting("Seconds without a change before a decision is taken; 0: at once.", 3.0)
    cool_down: float = _setting("Seconds without questions after a deferred question.", 120.0)
    max_questions: int = _setting("Maximum number of questions in one session.", 8)
    min_questions: int = _setting(
        "Minimum number of questions, which the closing round asks at the end; 0: no closing round.", 2
    )
    follow_ups: bool = _setting("Whether an answer that left exactly one thing open gets one follow-up.", True)
    prices: str = _setting(
        "Prices of models, provider:name=input/output for a million tokens each, separated by commas.",
        "",
    )
    max_tokens_per_session: int = _setting(
        "Maximum number of tokens for one session; after that the offline examiner is used. 0: no limit.", 0
    )
    max_cost_per_session: float = _setting("Maximum cost of one session, in the unit of the prices. 0: no limit.", 0.0)
    work_timeout: float = _setting(
        "Maximum time in seconds for one export, PDF or analysis in its worker process.", 120.0
    )
    candidate: str = _setting("The candidate's name in embedded mode.", "candidate")
    rate_limit: float = _setting("Client messages a second on one socket, burst twice that; 0: no limit.", 20.0)
    messages_per_minute: float = _setting(
        "Client messages a minute of one candidate, on all their sockets in one process; "
        "0: no limit. Not in embedded mode.",
        2_400.0,
    )
    bytes_per_minute: float = _setting(
        "Bytes of client messages a minute of one candidate, on all their sockets in one process; "
        "0: no limit. Not in embedded mode.",
        67_108_864.0,
    )
    max_sockets_per_candidate: int = _setting(
        "Maximum number of open websockets of one person, in all processes; 0: no limit. Not in embedded mode.", 8
    )
    max_sockets_per_tenant: int = _setting(
        "Maximum number of open websockets of one tenant, in all processes; 0: no limit. Not in embedded mode.", 10_000
    )
    max_sessions_per_candidate: int = _setting(
        "Maximum number of sessions of one candidate that have not ended; 0: no limit. Not in embedded mode.", 50
    )
    max_sessions_per_tenant: int = _setting(
        "Maximum number of sessions of one tenant that have not ended; 0: no limit. Not in embedded mode.", 20_000
    )
    max_session_bytes: int = _setting("Bytes that one session may store, as they are stored; 0: no limit.", 268_435_456)
    instance_id: str = _setting(
        "The unique id of this process among those that share the database; empty: a random one.", ""
    )
    heartbeat: float = _setting(
        "Seconds between two heartbeats of this process; after six missed ones others take over its jobs.", 5.0
    )
    reconnect_grace: float = _setting(
        "Seconds to wait for a disconnected client before a decision is taken without it; 0: at once.", 10.0
    )
    keep_finished_jobs: float = _setting("Seconds for which finished jobs are kept in the database.", 86_400.0)
    job_deadline: float = _setting("Maximum time in seconds to ask, evaluate or report, all attempts together.", 120.0)
    keep_audit: float = _setting("Seconds for which the lines of the audit are kept; 0: for ever.", 31_536_000.0)
    upstream_url: str = _setting(
        "In mode upstream: the address of the service to which everything is sent, https://…", ""
    )
    upstream_credential: str = _setting(
        "In mode upstream: code (of an invitation) or hub (the JupyterHub token of this server).", "code"
    )
    public_url: str = _setting(
        "The address at which candidates reach this service, https://…; the links of invitations begin with it.", ""
    )
    lab_url: str = _setting(
        "Where candidates work in JupyterLab, https://…/lab, or https://…/hub/user-redirect/lab of a Hub; the page of "
        "an invitation then leads there.",
        "",
    )
    credential_lifetime: float = _setting(
        "Seconds for which the credential of somebody who joined lives after its last use.", 7_200.0
    )
    contest_days: float = _setting(
        "Days after the report for which a candidate may contest the score of an answer; 0: never.", 14.0
    )
    graders: str = _setting("Jupyter user names that are graders, separated by commas.", "")
    hub_groups: str = _setting("Roles of JupyterHub groups, group=role, separated by commas; for who signs in.", "")
    hub_recheck: float = _setting("Seconds for which what JupyterHub said of a token is believed.", 5.0)
    hub_grace: float = _setting("The same in seconds, for a good token while JupyterHub gives no answer.", 300.0)
    allowed_origins: str = _setting("Further origins that may open the websocket, separated by commas.", "")

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if isinstance(value, str):  # without white space from a file or a shell
                object.__setattr__(self, setting.name, value.strip())
        check_mode(self)
        for name in ("public_url", "lab_url", "upstream_url"):
            object.__setattr__(self, name, checked_address(getattr(self, name), setting=name))
        for name in NOT_NEGATIVE:
            if not 0 <= getattr(self, name) < math.inf:
                raise InvalidInput(f"{name} must be a number that is not negative.", setting=name)
        if len(self.instance_id) > LONGEST_ID:
            raise InvalidInput(f"instance_id must have at most {LONGEST_ID} characters.", setting="instance_id")
        self._check_limits()
        if not 1 <= self.evaluation_samples <= MOST_SAMPLES:
            raise InvalidInput(
                f"evaluation_samples must be 1 to {MOST_SAMPLES}, not {self.evaluation_samples}.",
                setting="evaluation_samples",
            )
        self.spending_limit  # noqa: B018  # prices that cannot be read are named at the start

    def _check_limits(self) -> None:
        for name in POSITIVE:
            if not 0 < getattr(self, name) < math.inf:
                raise InvalidInput(f"{name} must be more than 0 seconds.", setting=name)
        if self.database_connections < FEWEST_CONNECTIONS:
            raise InvalidInput(
                f"database_connections must be at least {FEWEST_CONNECTIONS}, not {self.database_connections}.",
                setting="database_connections",
            )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
        """Defaults, then `CODEASSESS_*`, then `overrides` that are not None."""
        types = get_type_hints(cls)
        values: dict[str, Any] = {}
        for setting in fields(cls):
            text = environ.get(PREFIX + setting.name.upper())
            if text is not None:
                values[setting.name] = read_setting(setting.name, types[setting.name], text.strip())
        values.update({name: value for name, value in overrides.items() if value is not None})
        return cls(**values)

    @property
    def policy(self) -> TriggerPolicy:
        """The trigger policy for sessions whose assessment sets none."""
        return TriggerPolicy(**{f.name: getattr(self, f.name) for f in fields(TriggerPolicy)})

    @property
    def spending_limit(self) -> SpendingLimit:
        """The limit of one session. Raises InvalidInput: a price is unreadable, or the model in use has no price."""
        prices = read_prices(self.prices)
        if self.max_cost_per_session and self.model not in ("", "offline", *prices):
            raise InvalidInput(
                f"max_cost_per_session needs the price of {self.model} in prices.", setting="max_cost_per_session"
            )
        return SpendingLimit(tokens=self.max_tokens_per_session, cost=self.max_cost_per_session, prices=prices)

    @property
    def database_limits(self) -> DatabaseLimits:
        """The limits of waiting for the database, and the numbers of connections."""
        return DatabaseLimits(
            connect=self.database_connect_timeout,
            statement=self.database_statement_timeout,
            lock=self.database_lock_timeout,
            idle=self.database_idle_timeout,
            network=self.database_network_timeout,
            commit=self.database_commit_timeout,
            checkout=self.database_checkout_timeout,
            connections=self.database_connections,
        )

    @property
    def limits(self) -> Limits:
        """What one candidate, one tenant and one session may use; in embedded mode there is one person."""
        if self.mode == Mode.EMBEDDED:
            return Limits(session_bytes=self.max_session_bytes)
        return Limits(
            messages_per_minute=self.messages_per_minute,
            bytes_per_minute=self.bytes_per_minute,
            sockets_of_candidate=self.max_sockets_per_candidate,
            sockets_of_tenant=self.max_sockets_per_tenant,
            sessions_of_candidate=self.max_sessions_per_candidate,
            sessions_of_tenant=self.max_sessions_per_tenant,
            session_bytes=self.max_session_bytes,
        )

    @property
    def data_path(self) -> Path:
        """The folder of embedded data (not made here)."""
        if not self.data_dir:
            return Path(jupyter_data_dir()) / "codeassess"
        first = self.data_dir.split("/", 1)[0]
        return Path(self.data_dir).expanduser() if first == "~" else Path(self.data_dir)

    def resolved_database_url(self) -> str:
        """The URL in force: the setting, or the SQLite file in the data folder."""
        return self.database_url or f"sqlite+aiosqlite:///{quote(str(self.data_path / 'codeassess.sqlite'))}"

    def resolved_model(self, environ: Mapping[str, str] = os.environ) -> str:
        """`offline` or `provider:name`."""
        if self.model:
            return self.model
        return "openai:gpt-5-mini" if environ.get("OPENAI_API_KEY") else "offline"

    def resolved_embedding_model(self, environ: Mapping[str, str] = os.environ) -> str:
        """`hashed`, `minilm` or `provider:name`."""
        if self.embedding_model:
            return self.embedding_model
        return "openai:text-embedding-3-small" if environ.get("OPENAI_API_KEY") else "hashed"

    def origins(self) -> frozenset[str]:
        """The other origins that may open the websocket, in lower case as browsers send them."""
        return frozenset(o.strip().rstrip("/").lower() for o in self.allowed_origins.split(",") if o.strip())

    def grader_names(self) -> frozenset[str]:
        """The Jupyter users who are graders."""
        return frozenset(n.strip() for n in self.graders.split(",") if n.strip())
