"""One kind of call to a language model, as a LangChain chain: `prompt | model | validate`.

A chain answers by a JSON schema (`schemas`). A reply that does not fit it raises
`Unusable` with the problems; whether the reply makes sense is checked by `checks`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from pydantic import ValidationError

from ...errors import ExaminerRefused, ExaminerUnavailable
from . import failures, material
from .replies import json_object
from .schemas import Reply, json_schema, no_name_twice

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.runnables import Runnable

R = TypeVar("R", bound=Reply)

_BREAK: Final = "\n---\n"


class Form(StrEnum):
    """How the form of a reply is requested, in the order in which the ways are tried."""

    STRICT = "json schema, strict"
    SCHEMA = "json schema"
    FUNCTION = "function calling"
    PLAIN = "in the prompt only"


_IN_JSON: Final = "Answer with one JSON object and nothing else. It must fit this JSON schema:"


class Unusable(ExaminerUnavailable):
    """The model's reply cannot be used; `problems` say why, to the model and to the log."""

    def __init__(self, *problems: str) -> None:
        super().__init__(
            failures.scrubbed(f"The model's reply cannot be used. {' '.join(problems)}"), problems=problems
        )
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Prompt:
    """A file of prompts/: the system message above the line `---`, the template of the human message below it."""

    system: str
    human: str
    sha256: str  #: hex, of the file's bytes: the prompt's version

    def filled(self, inputs: Mapping[str, str]) -> str:
        """About the text that is sent, to estimate its length."""
        return "".join((self.system, self.human, *inputs.values()))


@cache
def read_prompt(name: str) -> Prompt:
    """The installed prompt `name`."""
    raw = resources.files(__package__).joinpath("prompts", f"{name}.md").read_bytes()
    system, _, human = raw.decode().partition(_BREAK)
    return Prompt(system.strip(), human.strip(), hashlib.sha256(raw).hexdigest())


@dataclass(frozen=True, slots=True)
class Chain(Generic[R]):
    """One kind of call: the prompt and the form of its reply."""

    prompt: Prompt
    reply: type[R]

    def runnable(self, model: BaseChatModel, form: Form) -> Runnable[dict[str, str], R]:
        """`prompt | model | validate` as a LangChain runnable; `form`: how the reply's form is requested."""
        from langchain_core.messages import SystemMessage
        from langchain_core.prompts import ChatPromptTemplate
        from langchain_core.runnables import RunnableLambda

        prompt = ChatPromptTemplate.from_messages([SystemMessage(self.prompt.system), ("human", self.prompt.human)])
        # Only the raw message is used. LangChain's own parser repairs truncated JSON, and with a pydantic class
        # it raises in spite of include_raw. With a plain schema we judge the reply ourselves.
        if form is Form.PLAIN:
            return prompt | model | RunnableLambda(_as_raw) | RunnableLambda(self.validate)
        method = "function_calling" if form is Form.FUNCTION else "json_schema"
        options: dict[str, Any] = {"strict": True} if form is Form.STRICT else {}
        structured = model.with_structured_output(json_schema(self.reply), method=method, include_raw=True, **options)
        return prompt | structured | RunnableLambda(self.validate)

    def asked(self, problems: tuple[str, ...], form: Form) -> str:
        """The end of the prompt: the problems of the last reply, and the schema if nothing else carries it."""
        told = material.told(problems)
        if form is not Form.PLAIN:
            return told
        return f"{told}\n\n{_IN_JSON}\n{json.dumps(json_schema(self.reply))}".strip()

    async def validate(self, result: dict[str, Any]) -> R:
        """The reply in the raw message. Raises Unusable for a wrong form, ExaminerRefused for a refusal."""
        message: AIMessage = result["raw"]
        if (refused := failures.refusal(message)) is not None:
            raise ExaminerRefused(f"The model refused to answer. {failures.scrubbed(refused)}")
        try:
            return self.reply.model_validate_json(no_name_twice(_json_of(message)))
        except ValidationError as problem:
            raise Unusable(*_problems(problem)) from problem
        except (ValueError, RecursionError) as problem:  # a name twice, or a lone surrogate, which cannot be encoded
            raise Unusable("The reply is not valid JSON, each name once.") from problem


def _as_raw(message: AIMessage) -> dict[str, Any]:
    return {"raw": message}


def _json_of(message: AIMessage) -> str:
    """The JSON text of a reply; some providers send a structured reply as the arguments of a tool call."""
    if message.tool_calls:
        return json.dumps(message.tool_calls[0]["args"])
    return json_object(str(message.text))


def _problems(problem: ValidationError) -> list[str]:
    """Where a reply differs from its schema, without repeating its text."""
    errors = problem.errors(include_input=False, include_url=False)[:6]
    return [f"{'.'.join(map(str, error['loc'])) or 'reply'}: {error['msg']}."[:300] for error in errors]
