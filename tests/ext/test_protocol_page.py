"""docs/protocol.md says what the code says: no message, field, code or address more or less."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel
from test_identity import ALLOWED, operations

from codeassess_core import limits, rights_errors
from codeassess_core.client import service_errors
from codeassess_core.errors import CodeAssessError
from codeassess_core.live import connection
from codeassess_core.live.close_codes import CloseCode
from codeassess_core.live.messages import CLIENT_MESSAGE_TYPES, ClientMessage, Document, ServerMessage
from codeassess_core.settings import Settings
from codeassess_ext import guarded_socket, socket
from codeassess_ext.refusals import _CODES

PAGE = (Path(__file__).parents[2] / "docs/protocol.md").read_text()


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of the first table below a heading."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
    for line in section.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def named(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def message_type(model: type[BaseModel]) -> str:
    return str(get_args(model.model_fields["message_type"].annotation)[0])


@pytest.mark.parametrize(
    ("heading", "union"), [("Client to server", ClientMessage), ("Server to client", ServerMessage)], ids=["in", "out"]
)
def test_each_message_is_there_with_each_of_its_fields(heading: str, union: object) -> None:
    models = {message_type(model): model for model in get_args(union)}
    documented = {cells[0].strip("`"): named(cells[1]) for cells in rows(heading)}
    wanted = {name: set(model.model_fields) - {"message_type"} for name, model in models.items()}
    wanted |= {
        name: fields | {*Document.model_fields, "main"} for name, fields in wanted.items() if name == "code_update"
    }
    assert documented == wanted


def test_the_list_of_client_messages_is_the_union() -> None:
    assert [message_type(model) for model in get_args(ClientMessage)] == list(CLIENT_MESSAGE_TYPES)


def tree(root: type[CodeAssessError]) -> Iterator[type[CodeAssessError]]:
    """The errors of the core and of a relay; those that a client or the examiner adds never cross the wire."""
    ours = (CodeAssessError.__module__, limits.__name__, rights_errors.__name__, service_errors.__name__)
    if root.__module__ in ours:
        yield root
    for branch in root.__subclasses__():
        yield from tree(branch)


def test_each_error_code_is_there_with_its_status() -> None:
    ours = {problem.code: str(problem.status) for problem in tree(CodeAssessError)}
    https = {code: str(status) for status, code in _CODES.items()} | {"internal_error": "500"}
    assert {cells[0].strip("`"): cells[1] for cells in rows("Error codes")} == ours | https


def test_each_close_code_is_there() -> None:
    assert {cells[0].strip("`"): cells[1] for cells in rows("Close codes")} == {str(int(c)): c.name for c in CloseCode}


def test_each_call_is_there() -> None:
    documented = {cells[0].strip("`").rstrip("/") for cells in rows("REST")}
    assert documented == {operation for operation in operations() if "/ws/" not in operation}


def test_the_server_closes_with_each_of_the_close_codes() -> None:
    sources = "".join(Path(module.__file__).read_text() for module in (connection, socket, guarded_socket))
    assert set(re.findall(r"CloseCode\.([A-Z_]+)", sources)) == {code.name for code in CloseCode}


def test_each_setting_is_there_with_its_default_and_what_it_does() -> None:
    wanted = [
        [f"`{s.name}`", f"`{s.default}`" if s.default != "" else "", s.metadata["help"]] for s in fields(Settings)
    ]
    assert list(rows("Settings")) == wanted


def test_for_each_call_it_is_said_who_may() -> None:
    assert set(ALLOWED) == set(operations())
