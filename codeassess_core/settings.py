"""The settings, one list for every face (the names are a contract).

Jupyter reads them as traits of `c.CodeAssess`, every process as `CODEASSESS_*` in the
environment. Secrets (model keys, passwords inside URLs) come from the environment only.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

from jupyter_core.paths import jupyter_data_dir

from .costs import SpendingLimit
from .errors import InvalidInput
from .model import Mode, TriggerPolicy
from .prices import read_prices

PREFIX = "CODEASSESS_"
MOST_SAMPLES = 5


def _setting(help_text: str, default: Any) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an operator may set. Times in seconds, sizes in bytes."""

    mode: str = _setting("Where the server runs: embedded, service or upstream.", "embedded")
    database_url: str = _setting(
        "SQLAlchemy URL: postgresql+psycopg://… or sqlite+aiosqlite:///…; empty: a SQLite file in data_dir.", ""
    )
    redis_url: str = _setting("Redis for the chat history, redis://…; empty: kept in the process.", "")
    chroma_url: str = _setting("A Chroma server, http://host:port; empty: a local collection in data_dir.", "")
    data_dir: str = _setting("Where embedded data lives; empty: codeassess/ in the Jupyter data directory.", "")
    model: str = _setting(
        "The examiner: offline, or provider:name; empty: openai:gpt-5-mini when OPENAI_API_KEY is set, else offline.",
        "",
    )
    model_base_url: str = _setting("Base URL of an OpenAI-compatible server; empty: the provider's own.", "")
    trusted_model: str = _setting(
        "The model, provider:name, whose praise need not be confirmed by rules: one that was measured, "
        "with codeassess evaluate pairs.",
        "",
    )
    evaluation_samples: int = _setting(
        "Evaluations of one answer at most: the second is always made, further ones while they differ; "
        "their agreement is the confidence.",
        1,
    )
    embedding_model: str = _setting(
        "hashed, minilm (with the extra meaning), or openai:name; empty: OpenAI's when its key is set, else hashed.",
        "",
    )
    min_code_change_lines: int = _setting("Lines that must change before a question is asked.", 5)
    min_time_between_interactions: float = _setting("Seconds between two questions.", 60.0)
    idle_pause: float = _setting("Seconds without a change before a decision is taken; 0: at once.", 3.0)
    cool_down: float = _setting("Seconds without questions after 'not now'.", 120.0)
    max_questions: int = _setting("Questions in one session.", 8)
    follow_ups: bool = _setting("Whether an answer that left exactly one thing open is followed up, once.", True)
    prices: str = _setting(
        "What models cost, provider:name=input/output for a million tokens each, by commas; of others it is not known.",
        "",
    )
    max_tokens_per_session: int = _setting("Tokens that one session may use; beyond, the model is out. 0: any.", 0)
    max_cost_per_session: float = _setting("The same in money, in the unit of the prices. 0: any.", 0.0)
    candidate: str = _setting("The candidate's name in embedded mode.", "candidate")
    rate_limit: float = _setting("Client messages a second on one socket, burst twice that; 0: no limit.", 20.0)
    upstream_url: str = _setting("The service to relay to, in upstream mode.", "")
    graders: str = _setting("Jupyter user names that are graders, separated by commas.", "")
    allowed_origins: str = _setting("Origins that may open the websocket besides the server's own, by commas.", "")

    def __post_init__(self) -> None:
        if self.mode not in tuple(Mode):
            raise InvalidInput(f"mode must be one of {', '.join(Mode)}, not {self.mode!r}.", setting="mode")
        for name in _NOT_NEGATIVE:
            if not 0 <= getattr(self, name) < math.inf:
                raise InvalidInput(f"{name} must be a number that is not negative.", setting=name)
        if not 1 <= self.evaluation_samples <= MOST_SAMPLES:
            raise InvalidInput(
                f"evaluation_samples must be 1 to {MOST_SAMPLES}, not {self.evaluation_samples}.",
                setting="evaluation_samples",
            )
        self.spending_limit  # noqa: B018  # prices that cannot be read are named at the start

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
        """Defaults, then `CODEASSESS_*`, then `overrides` that are not None."""
        types = get_type_hints(cls)
        values: dict[str, Any] = {}
        for setting in fields(cls):
            text = environ.get(PREFIX + setting.name.upper())
            if text is not None:
                values[setting.name] = _read(setting.name, types[setting.name], text)
        values.update({name: value for name, value in overrides.items() if value is not None})
        return cls(**values)

    @property
    def policy(self) -> TriggerPolicy:
        """When to ask, unless the assessment says otherwise."""
        return TriggerPolicy(**{f.name: getattr(self, f.name) for f in fields(TriggerPolicy)})

    @property
    def spending_limit(self) -> SpendingLimit:
        """What one session may use. Raises InvalidInput: a price cannot be read, or the model in force has none."""
        prices = read_prices(self.prices)
        if self.max_cost_per_session and self.model not in ("", "offline", *prices):
            raise InvalidInput(
                f"max_cost_per_session needs the price of {self.model} in prices.", setting="max_cost_per_session"
            )
        return SpendingLimit(tokens=self.max_tokens_per_session, cost=self.max_cost_per_session, prices=prices)

    @property
    def data_path(self) -> Path:
        """The folder of embedded data (not made here)."""
        return Path(self.data_dir) if self.data_dir else Path(jupyter_data_dir()) / "codeassess"

    def resolved_database_url(self) -> str:
        """The URL in force: the setting, or the SQLite file in the data folder."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_path / 'codeassess.sqlite'}"

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


_NOT_NEGATIVE = (
    "min_code_change_lines",
    "min_time_between_interactions",
    "idle_pause",
    "cool_down",
    "max_questions",
    "max_tokens_per_session",
    "max_cost_per_session",
    "rate_limit",
)


_SHOWN = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}
_SWITCH = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


def _read(name: str, wanted: type, text: str) -> Any:
    try:
        return _SWITCH[text.lower()] if wanted is bool else wanted(text)
    except (ValueError, KeyError) as problem:
        raise InvalidInput(f"{PREFIX}{name.upper()} must be {_SHOWN[wanted]}, not {text!r}.", setting=name) from problem
