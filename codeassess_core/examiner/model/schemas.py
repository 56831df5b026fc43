"""What the model must answer, as pydantic models: the only way from its text into the core.

The same models give the JSON schema that is sent along (`json_schema`). It names
fields, types and choices only: bounds on lengths and numbers are left out, since
servers differ in the keywords that they allow in strict mode. They are checked here.
Fields are in the order in which the model writes them: evidence and reason come
before the verdict that rests on them.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

Kind = Literal[
    "purpose",
    "value",
    "trace",
    "edge_case",
    "complexity",
    "alternative",
    "debugging",
    "test",
    "paste",
    "design",
    "data",
]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _writable(text: str) -> str:
    """Text that every store and editor can hold: PostgreSQL has no NUL."""
    if _CONTROL.search(text):
        raise ValueError("control characters are not allowed")
    return text


Text = Annotated[str, AfterValidator(_writable)]
Point = Annotated[str, Field(min_length=3, max_length=400), AfterValidator(_writable)]


class Reply(BaseModel):
    """A reply of the model. Unknown fields and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


class QuestionReply(Reply):
    """One question about the marked lines of the candidate's code."""

    kind: Kind = Field(description="What the question is about.")
    start_line: int = Field(ge=1, description="First line of the code that the question is about.")
    end_line: int = Field(ge=1, description="Last line of the code that the question is about.")
    text: Text = Field(min_length=1, max_length=2_000, description="The question itself: one, of 15 to 400 characters.")
    expected: list[Point] = Field(
        min_length=2, max_length=4, description="The 2 to 4 points that a good answer makes, one short sentence each."
    )
    call: Text = Field(
        default="",
        max_length=200,
        description="Where the question asks what a call of a function of this code comes to: the call, with literals "
        "only, as it stands in the question. Else empty.",
    )


class CriterionReply(Reply):
    """The verdict on one criterion of the rubric."""

    criterion: Text = Field(min_length=1, max_length=200, description="The criterion's name, exactly as in the rubric.")
    quote: Text = Field(
        max_length=600,
        description="Words copied verbatim from the answer, or else from the code, on which the verdict rests; "
        "empty only when there are none.",
    )
    reason: Text = Field(min_length=1, max_length=600, description="One or two sentences for the grader.")
    verdict: Literal["met", "partly", "not"]


class EvaluationReply(Reply):
    """The evaluation of one answer, criterion by criterion."""

    working: Text = Field(
        default="",
        max_length=4_000,
        description="First: what is true of this code, worked out step by step, and what of it the answer says. "
        "Nobody reads it but you.",
    )
    criteria: list[CriterionReply] = Field(max_length=40, description="One for each criterion of the rubric, in order.")
    text: Text = Field(min_length=1, max_length=1_000, description="1 to 4 sentences to the candidate.")
    confidence: float = Field(ge=0, le=1, description="From 0 to 1: how sure you are that a person would agree.")


class Finding(Reply):
    """One strength or one concern."""

    question: int = Field(ge=1, description="The number of the question on which this rests.")
    text: Text = Field(min_length=3, max_length=400, description="One sentence.")


class SummaryReply(Reply):
    """The prose of a report on one session."""

    strengths: list[Finding] = Field(max_length=5, description="0 to 5, each resting on one question.")
    concerns: list[Finding] = Field(max_length=5, description="0 to 5, each resting on one question.")
    summary: Text = Field(min_length=1, max_length=1_200, description="At most 1200 characters.")


def no_name_twice(text: str) -> str:
    """The JSON text, unchanged. Raises ValueError when it is no JSON, or an object has a name twice."""
    json.loads(text, object_pairs_hook=_once)
    return text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has a name twice")
    return found


class _Portable(GenerateJsonSchema):
    """JSON schema with types, choices and descriptions only."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        return {"type": "string"}

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        return {"type": "integer"}

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        return {"type": "number"}

    def list_schema(self, schema: core_schema.ListSchema) -> JsonSchemaValue:
        full = super().list_schema(schema)
        return {key: value for key, value in full.items() if key not in ("minItems", "maxItems")}


def json_schema(reply: type[Reply]) -> dict[str, Any]:
    """The schema of a reply for OpenAI's strict structured output: closed objects, every field required."""
    return _all_required(reply.model_json_schema(schema_generator=_Portable))


def _all_required(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with every field of every object required, even those that may be missing."""
    for part in (schema, *schema.get("$defs", {}).values()):
        for field in part.get("properties", {}).values():
            field.pop("default", None)
        part["required"] = list(part.get("properties", {}))
    return schema
