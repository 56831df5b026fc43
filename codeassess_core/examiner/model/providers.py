"""Language models by name, "provider:name", as LangChain's chat models.

LangChain is not imported before `load`: the first import takes seconds and belongs in a
thread. The retries of the provider's own client are off, because openai's client also
retries an exhausted quota; `retrying` retries what is worth it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput
from .failures import setting_up
from .privacy import refuse_gateway

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


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
    refuse_gateway(base_url)
    build = _openai if model.provider == "openai" else _other
    with setting_up(str(model)):
        return build(model, base_url, timeout)


def _openai(model: ModelName, base_url: str, timeout: float) -> BaseChatModel:
    from langchain_openai import ChatOpenAI
    from openai import Timeout
    from pydantic import SecretStr

    limits = Timeout(timeout)  # not a float: LangChain would share one HTTP client between event loops
    if not base_url:
        return ChatOpenAI(model=model.name, timeout=limits, max_retries=0)
    # Local servers accept any key, but openai's client needs one. Few of them know OpenAI's Responses API.
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
