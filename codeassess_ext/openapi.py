"""OpenAPI 3.1 of the REST API, generated from the models that validate it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from codeassess_core import __version__

from .api_operation import Operation
from .api_operations import OPERATIONS
from .principals import COOKIE
from .resources import Error

_REF = "#/components/schemas/{model}"
_SECURITY = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`token ca_…`, issued by `codeassess token create`; or Jupyter's own token.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "Set by signing in. What changes something also needs the header X-XSRFToken.",
    },
}
_KEY = {"type": "string", "minLength": 1, "maxLength": 200}


@cache
def document() -> bytes:
    """The OpenAPI document as JSON."""
    refs, schemas = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.verb] = _operation(operation, refs)
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "codeassess", "version": __version__, "summary": "Live, explainable coding assessment."},
            "security": [{"token": []}, {"cookie": []}],
            "paths": paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": _SECURITY,
            },
        },
        indent=1,
    ).encode()


def _schemas() -> tuple[dict[type[BaseModel], str], dict[str, Any]]:
    """The name of each model's schema, and all schemas by name."""
    taken = {m for o in OPERATIONS for m in (o.body,) if m}
    given = {m for o in OPERATIONS for m in (o.answer,) if m} | {Error}
    wanted: Sequence[Any] = [(m, "validation") for m in taken] + [(m, "serialization") for m in given]
    keys, definitions = models_json_schema(sorted(wanted, key=lambda w: w[0].__name__), ref_template=_REF)
    refs: dict[Any, str] = {model: ref["$ref"] for (model, _), ref in keys.items()}
    return refs, definitions["$defs"]


def _operation(operation: Operation, refs: dict[type[BaseModel], str]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": _operation_id(operation),
        "responses": {str(status): _answer(operation, refs) for status in (operation.status, operation.again) if status}
        | {str(code): _content("Refused.", refs[Error]) for code in sorted({*operation.errors, 500, 503})},
    }
    if operation.conditional == "If-None-Match":
        described["responses"]["304"] = {"description": "It is as you know it."}
    parameters = [
        {"name": part[1:-1], "in": "path", "required": True, "schema": {"type": "string"}}
        for part in operation.path.split("/")
        if part.startswith("{")
    ] + _query(operation.query)
    if operation.keyed:
        parameters.append({"name": "Idempotency-Key", "in": "header", "schema": _KEY})
    if operation.conditional is not None:
        parameters.append({"name": operation.conditional, "in": "header", "schema": {"type": "string"}})
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        fields = operation.body.model_fields.values()
        needed = operation.body_needed or any(field.is_required() for field in fields)
        content = {"application/json": {"schema": {"$ref": refs[operation.body]}}}
        described["requestBody"] = {"content": content, "required": needed}
    return described


def _operation_id(operation: Operation) -> str:
    words = [w.strip("{}").replace("-", "_").replace(".", "_") for w in operation.path.split("/") if w]
    return "_".join([operation.verb, *words])


def _answer(operation: Operation, refs: dict[type[BaseModel], str]) -> dict[str, Any]:
    if operation.media_types:
        content: dict[str, Any] = {media_type: {"schema": {}} for media_type in operation.media_types}
        return {"description": "In the wanted format.", "content": content}
    if operation.answer is None:
        return {"description": "Done."}
    return _content("Done.", refs[operation.answer])


def _content(description: str, ref: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": {"$ref": ref}}}}


def _query(model: type[BaseModel] | None) -> list[dict[str, Any]]:
    if model is None:
        return []
    schema = model.model_json_schema()
    defined = schema.get("$defs", {})
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "explode": False,  # several values are one text with commas
            "schema": _inlined(property_, defined),
        }
        for name, property_ in schema["properties"].items()
    ]


def _inlined(value: Any, defined: dict[str, Any]) -> Any:
    """The schema with its references replaced: parameters stand outside the components."""
    if isinstance(value, dict) and "$ref" in value:
        return defined[value["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, dict):
        return {key: _inlined(item, defined) for key, item in value.items()}
    if isinstance(value, list):
        return [_inlined(item, defined) for item in value]
    return value
