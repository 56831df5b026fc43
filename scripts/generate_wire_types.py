"""Write the TypeScript types of everything that crosses the wire, from the classes that the server validates with.

    python scripts/generate_wire_types.py [--check]

JupyterLab's extension gets all of it. The one for VS Code talks to the language server instead of the
websocket, and gets what both pass on. `--check` writes nothing and fails when a file is stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from codeassess_core.exports import EXPORTS
from codeassess_core.live import messages
from codeassess_core.live.close_codes import FIRST_FINAL_CODE, CloseCode
from codeassess_core.reports import EXPORTERS, body
from codeassess_ext import (
    assessment_resources,
    audit_listing,
    contest_resources,
    people_resources,
    resources,
    session_lists,
    signing_in,
)

ROOT: Final = Path(__file__).parent.parent
HEADER: Final = """\
// Made by scripts/generate_wire_types.py from codeassess_core/live, codeassess_core/reports/body.py and
// codeassess_ext/{resources,assessment_resources,audit_listing,contest_resources,people_resources,session_lists,
// signing_in}.py.
// Do not edit: change the Python classes and run the script.
"""
PLAIN: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
CONSTANTS: Final = (
    "PROTOCOL_VERSION",
    "MAX_FRAME_BYTES",
    "MAX_DOCUMENT_BYTES",
    "MAX_RESPONSE_CHARACTERS",
    "MAX_SLOT_CHARACTERS",
)
REST: Final[tuple[type[BaseModel], ...]] = (
    resources.SessionOut,
    session_lists.SessionGroupOut,
    resources.InteractionOut,
    resources.SnapshotInfoOut,
    resources.SnapshotOut,
    resources.StepOut,
    resources.DecisionOut,
    assessment_resources.AssessmentListed,
    contest_resources.ContestsOut,
    people_resources.OwnInvitations,
    people_resources.PersonOut,
    people_resources.RosterOut,
    people_resources.InvitationsMade,
    people_resources.InvitationOut,
    people_resources.InvitedTo,
    people_resources.HandOverOut,
    signing_in.Elsewhere,
    signing_in.Me,
    body.ConsentPart,
    audit_listing.AuditLineOut,
    body.OverallPart,
    body.QuestionPart,
    resources.Health,
    resources.Error,
)

Schema = dict[str, Any]


def generate() -> dict[Path, str]:
    """The text of each file."""
    return {ROOT / "labextension/src/wire.ts": _whole(), ROOT / "vscode/src/protocol.ts": _of_vscode()}


def _whole() -> str:
    client, server = get_args(messages.ClientMessage), get_args(messages.ServerMessage)
    parts = [HEADER, *_constants()]
    parts += _types(_definitions(client, "validation") | _definitions((*server, *REST), "serialization"), server)
    parts += [_union("ClientMessage", client), _union("ServerMessage", server)]
    return "\n".join(parts)


def _of_vscode() -> str:
    definitions = _definitions([messages.SessionOutline, messages.WireSlot], "serialization")
    shared = {name: definitions[name] for name in ("SessionStatus", "SlotKind")}
    return "\n".join([HEADER, _constant("MAX_SLOT_CHARACTERS"), *_types(shared, ())])


def _definitions(models: Iterable[type[BaseModel]], mode: JsonSchemaMode) -> dict[str, Schema]:
    definitions: dict[str, Schema] = models_json_schema([(model, mode) for model in models])[1]["$defs"]
    return definitions


def _constants() -> list[str]:
    codes = "".join(f"  {code.name}: {code.value},\n" for code in CloseCode)
    return [
        *map(_constant, CONSTANTS),
        f"{_comment(CloseCode.__doc__, '')}export const CloseCode = {{\n{codes}}} as const;\n",
        "/** After a lower code a client connects again; after this one or a higher one it does not. */\n"
        f"export const FIRST_FINAL_CODE = {FIRST_FINAL_CODE};\n",
        _names("REPORT_FORMATS", "ReportFormat", EXPORTERS),
        _names("EXPORT_FORMATS", "ExportFormat", EXPORTS),
    ]


def _constant(name: str) -> str:
    return f"export const {name} = {getattr(messages, name)};\n"


def _names(constant: str, name: str, values: Iterable[str]) -> str:
    """A list of names, and the type of one of them."""
    listed = ", ".join(json.dumps(value) for value in values)
    return f"export const {constant} = [{listed}] as const;\nexport type {name} = (typeof {constant})[number];\n"


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
    stale = {path: text for path, text in generate().items() if not path.exists() or path.read_text() != text}
    if "--check" not in arguments:
        for path, text in stale.items():
            path.write_text(text)
        return 0
    for path in stale:
        print(f"{path.relative_to(ROOT)} is stale: run python scripts/generate_wire_types.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
