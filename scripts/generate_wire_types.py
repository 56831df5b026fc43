"""Write the TypeScript types of everything that crosses the wire, from the classes that the server validates with.

    python scripts/generate_wire_types.py [--check]

`--check` writes nothing and fails when `labextension/src/wire.ts` is stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from codeassess_core import messages
from codeassess_core.reports import body
from codeassess_ext import resources

TARGET: Final = Path(__file__).parent.parent / "labextension/src/wire.ts"
HEADER: Final = """\
// Made by scripts/generate_wire_types.py from codeassess_core/messages.py, codeassess_core/reports/body.py and
// codeassess_ext/resources.py.
// Do not edit: change the Python classes and run the script.
"""
PLAIN: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
CONSTANTS: Final = ("PROTOCOL_VERSION", "MAX_FRAME_BYTES", "MAX_DOCUMENT_BYTES", "MAX_RESPONSE_CHARACTERS")
REST: Final[tuple[type[BaseModel], ...]] = (
    resources.SessionOut,
    resources.InteractionOut,
    resources.SnapshotInfoOut,
    resources.SnapshotOut,
    resources.StepOut,
    resources.DecisionOut,
    body.OverallPart,
    body.QuestionPart,
    resources.Health,
    resources.Error,
)

Schema = dict[str, Any]


def generate() -> str:
    """The whole file."""
    client, server = get_args(messages.ClientMessage), get_args(messages.ServerMessage)
    parts = [HEADER, *_constants()]
    parts += _types(_definitions(client, "validation") | _definitions((*server, *REST), "serialization"), server)
    parts += [_union("ClientMessage", client), _union("ServerMessage", server)]
    return "\n".join(parts)


def _definitions(models: Iterable[type[BaseModel]], mode: JsonSchemaMode) -> dict[str, Schema]:
    definitions: dict[str, Schema] = models_json_schema([(model, mode) for model in models])[1]["$defs"]
    return definitions


def _constants() -> list[str]:
    return [f"export const {name} = {getattr(messages, name)};\n" for name in CONSTANTS]


def _types(definitions: dict[str, Schema], server: tuple[type[BaseModel], ...]) -> list[str]:
    # What the server sends has its message_type always, though in Python the field has a default.
    sent = {model.__name__ for model in server}
    return [_declaration(name, schema, complete=name in sent) for name, schema in sorted(definitions.items())]


def _declaration(name: str, schema: Schema, *, complete: bool) -> str:
    comment = _comment(schema.get("description"), "")
    if "enum" in schema:
        return f"{comment}export type {name} = {_type(schema)};\n"
    required = set(schema.get("required", ())) | ({"message_type"} if complete else set())
    fields = [_field(key, value, key in required) for key, value in schema.get("properties", {}).items()]
    return f"{comment}export interface {name} {{\n" + "".join(fields) + "}\n"


def _field(name: str, schema: Schema, required: bool) -> str:
    return f"  {name}{'' if required else '?'}: {_type(schema)};\n"


def _type(schema: Schema) -> str:
    """The TypeScript type of one JSON schema of those that pydantic makes of our classes."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(option) for option in schema["anyOf"]))
    kind = schema.get("type")
    if kind == "array":
        return f"Array<{_type(schema['items'])}>"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"Record<string, {_type(values) if isinstance(values, dict) else 'unknown'}>"
    return PLAIN.get(kind or "", "unknown")


def _comment(text: str | None, indent: str) -> str:
    lines = (text or "").strip().splitlines()
    if len(lines) < 2:
        return f"{indent}/** {lines[0]} */\n" if lines else ""
    return f"{indent}/**\n" + "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines) + f"{indent} */\n"


def _union(name: str, models: tuple[type[BaseModel], ...]) -> str:
    return f"export type {name} =\n" + "\n".join(f"  | {model.__name__}" for model in models) + ";\n"


def main(arguments: list[str]) -> int:
    wanted = generate()
    if "--check" not in arguments:
        TARGET.write_text(wanted)
        return 0
    if TARGET.exists() and TARGET.read_text() == wanted:
        return 0
    print(f"{TARGET.name} is stale: run python scripts/generate_wire_types.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
