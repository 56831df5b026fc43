"""The recipes of CONTRIBUTING.md ("Where does one add …"): what was written and is not listed is named here."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import get_args

from pydantic import BaseModel

import codeassess_ext
from codeassess_core import exports, reports
from codeassess_core.cli.export import Form
from codeassess_core.examiner.offline import kinds
from codeassess_core.examiner.offline.kind_labels import plan_kind
from codeassess_core.examiner.offline.kinds.table import KINDS
from codeassess_core.exports import EXPORTS, Export
from codeassess_core.live.messages import ClientMessage, ServerMessage, inbound, outbound
from codeassess_core.reports import EXPORTERS
from codeassess_core.triggers import RULES, rules
from codeassess_ext import rest
from codeassess_ext.grading import GraderOperations
from codeassess_ext.guard import verbs
from codeassess_ext.operations import Operations
from codeassess_ext.routes import ROUTES

TESTS = Path(__file__).parent


def modules_of(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{found.name}")


def functions_of(module: ModuleType) -> Iterator[tuple[str, inspect.Signature]]:
    """The public functions that the module itself defines."""
    for name, found in vars(module).items():
        if inspect.isfunction(found) and found.__module__ == module.__name__ and not name.startswith("_"):
            yield name, inspect.signature(found)


def messages_of(module: ModuleType) -> set[type[BaseModel]]:
    classes = {found for found in vars(module).values() if inspect.isclass(found) and issubclass(found, BaseModel)}
    return {one for one in classes if one.__module__ == module.__name__ and "message_type" in one.model_fields}


def test_each_class_of_a_message_is_in_its_union() -> None:
    assert messages_of(inbound) - set(get_args(ClientMessage)) == set()
    assert messages_of(outbound) - set(get_args(ServerMessage)) == set()


def test_each_trigger_rule_is_in_the_list_and_in_a_case() -> None:
    of_a_rule = str(inspect.signature(rules.too_soon))
    written = {name for name, signature in functions_of(rules) if str(signature) == of_a_rule}
    written -= {rules.against_follow_up.__name__}  # it asks the rules about another question
    listed = [rule.__name__ for rule in RULES]
    assert written - set(listed) == set(), "not in RULES"
    cases = (TESTS / "core/triggers/test_rules.py").read_text()
    assert [name for name in listed if f'"{name}"' not in cases] == [], "without a case in test_rules.py"


def test_each_function_that_makes_questions_is_in_the_table_and_each_kind_has_a_label() -> None:
    tabled = {kind.write for kind in KINDS}
    made = {
        f"{module.__name__}.{name}"
        for module in modules_of(kinds)
        for name, signature in functions_of(module)
        if signature.return_annotation == "Iterator[Idea]"
    }
    assert made - {f"{write.__module__}.{write.__name__}" for write in tabled} == set(), "not in KINDS"
    assert all(plan_kind(kind.name) for kind in KINDS)  # else it names the kind


def test_each_format_of_a_report_is_in_the_list() -> None:
    written = {module.__name__: module.EXPORTER for module in modules_of(reports) if hasattr(module, "EXPORTER")}
    assert [name for name, exporter in written.items() if exporter not in EXPORTERS.values()] == []


def test_each_form_of_an_export_is_in_the_list() -> None:
    classes = {found for module in modules_of(exports) for found in vars(module).values() if inspect.isclass(found)}
    written = {one for one in classes if issubclass(one, Export) and one is not Export}
    assert written - set(EXPORTS.values()) == set()


def test_each_handler_has_a_route_and_each_operation_a_handler() -> None:
    handlers = {
        handler
        for handler in vars(rest).values()
        if inspect.isclass(handler) and issubclass(handler, rest.CoreHandler) and verbs(handler)
    }
    assert {handler.__name__ for handler in handlers - {handler for _, handler in ROUTES}} == set(), "not in ROUTES"
    package = Path(codeassess_ext.__file__ or "").parent
    source = "".join(module.read_text() for module in package.glob("*.py"))
    public = [
        f"{owner.__name__}.{name}"
        for owner, call in ((Operations, "operations."), (GraderOperations, "graders."))
        for name, found in vars(owner).items()
        if inspect.isfunction(found) and name[0] != "_" and f"{call}{name}(" not in source
    ]
    assert public == [], "called by no handler"


def test_the_command_knows_each_form_of_an_export() -> None:
    assert list(Form) == list(EXPORTS)
