"""The errors of pydantic about a YAML file, in plain words, with the line and the right form."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..live.validation import json_type, printable
from .marked_yaml import Marked
from .problems import Problem

_MUST: Final = {
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "list_type": "must be a list: one line with `- ` for each",
    "model_type": "must be fields below it, indented",
    "model_attributes_type": "must be fields below it, indented",
    "missing": "is missing",
}


def validated(model: type[BaseModel], marked: Marked, *, file: str) -> tuple[Any, list[Problem]]:
    """The value of the file as `model`, or None; and everything that is wrong with it."""
    problems = [_twice(path, marked, file) for path in marked.twice]
    value = {} if marked.value is None else marked.value
    if not isinstance(value, dict):
        message = f"must be fields, `name: value` on each line, not {json_type(value)}"
        return None, [*problems, Problem(file=file, line=1, message=message)]
    try:
        return model.model_validate(value), problems
    except ValidationError as found:
        errors = found.errors(include_url=False)
        return None, [*problems, *(_problem(model, error, marked, file) for error in errors)]


def _twice(path: tuple[str | int, ...], marked: Marked, file: str) -> Problem:
    first = marked.lines[path[:-1]]
    name = ".".join(map(str, path[:-1]))
    return Problem(file=file, line=marked.lines[path], field=name, message=f"stands twice; the first is line {first}")


def _problem(model: type[BaseModel], error: ErrorDetails, marked: Marked, file: str) -> Problem:
    location = tuple(error["loc"])
    message = _said(error) + _suggestion(model, error) + _example(model, location, error["type"])
    return Problem(
        file=file, line=marked.line(location), field=printable(".".join(map(str, location))), message=message
    )


def _said(error: ErrorDetails) -> str:
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        return "is not a known field"
    if kind not in _MUST:
        text = error["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
        return text[0].lower() + text[1:]
    if kind == "string_type" and isinstance(given, int | float) and not isinstance(given, bool):
        return f'{_MUST[kind]}, and {given} is a number: write it in quotes, "{given}"'
    if kind == "bool_type" and isinstance(given, str):
        return f"{_MUST[kind]}, not the text {printable(given)!r}"
    return _MUST[kind] if kind == "missing" else f"{_MUST[kind]}, not {_named(given)}"


def _named(value: Any) -> str:
    return {"null": "empty", "an object": "fields", "an array": "a list", "a string": "a text"}.get(
        json_type(value), json_type(value)
    )


def _suggestion(model: type[BaseModel], error: ErrorDetails) -> str:
    """For a field that does not exist: the one that is meant, or all that exist."""
    if error["type"] != "extra_forbidden":
        return ""
    *around, name = error["loc"]
    known = list(_fields(model, tuple(around)))
    near = get_close_matches(str(name), known, n=1, cutoff=0.6)
    return f"; do you mean {near[0]}?" if near else f"; known are {', '.join(known)}"


def _example(model: type[BaseModel], location: tuple[str | int, ...], kind: str) -> str:
    """The right form, for a field that has one."""
    found = _field(model, location) if kind != "extra_forbidden" else None
    examples = found.get("examples") if found else None
    if not examples or not isinstance(location[-1], str) or isinstance(examples[0], list | dict):
        return ""
    written = str(examples[0]).lower() if isinstance(examples[0], bool) else examples[0]
    return f"; for example `{location[-1]}: {written}`"


def _fields(model: type[BaseModel], around: tuple[str | int, ...]) -> Iterator[str]:
    schema = _field(model, around)
    yield from (schema or {}).get("properties", {})


def _field(model: type[BaseModel], location: tuple[str | int, ...]) -> dict[str, Any] | None:
    """The JSON schema of one field."""
    whole = model.model_json_schema()
    schema: dict[str, Any] | None = whole
    for part in location:
        schema = _resolved(whole, schema or {})
        schema = schema.get("items") if isinstance(part, int) else schema.get("properties", {}).get(part)
    return {**_resolved(whole, schema), **{k: schema[k] for k in ("examples",) if k in schema}} if schema else None


def _resolved(whole: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return dict(whole.get("$defs", {})[name]) if name else schema
