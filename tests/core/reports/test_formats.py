"""The list of formats, and JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from codeassess_core.reports import EXPORTERS
from codeassess_core.reports.body import ReportBody

from .hostile import CORPUS, hostile_report
from .material import report

PAGE = (Path(__file__).parents[3] / "docs/reports.md").read_text()


def test_the_four_formats_that_clients_rely_on_are_there() -> None:
    assert list(EXPORTERS)[:4] == ["json", "markdown", "html", "pdf"]


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_format_is_documented_with_its_media_type_and_file(name: str) -> None:
    exporter = EXPORTERS[name]
    assert f"| `{name}` | `{exporter.media_type}` | `.{exporter.extension}` |" in PAGE


def test_the_documented_formats_are_the_ones_there_are() -> None:
    assert re.findall(r"^\| `(\w+)` \| `\w+/", PAGE, re.MULTILINE) == list(EXPORTERS)


def test_every_field_of_the_body_is_documented() -> None:
    parts = [ReportBody.model_fields]
    for part in parts:
        for name, field in part.items():
            assert f"`{name}`" in PAGE, name
            parts += [inner.model_fields for inner in _parts(field.annotation)]


def _parts(annotation: object) -> list[type[ReportBody]]:
    candidates = (annotation, *getattr(annotation, "__args__", ()))
    return [c for c in candidates if isinstance(c, type) and hasattr(c, "model_fields")]


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_same_report_is_the_same_bytes_whatever_the_order_of_its_keys(name: str) -> None:
    """Stores may give the keys of a JSON column back in another order."""
    first = report()
    turned = json.loads(json.dumps(first.body), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    second = type(first)(
        id=first.id, session_id=first.session_id, version=first.version, created_at=first.created_at, body=turned
    )
    assert list(turned) != list(first.body)
    assert EXPORTERS[name].render(first) == EXPORTERS[name].render(second)


def test_json_comes_back_as_the_stored_body_and_names_the_version() -> None:
    made = report()
    document = json.loads(EXPORTERS["json"].render(made))
    assert document.pop("report") == {"id": "report-1", "version": 1, "created_at": "2026-03-02T14:07:01.000Z"}
    assert document == made.body


@pytest.mark.parametrize("payload", CORPUS)
def test_json_keeps_hostile_text_exactly(payload: str) -> None:
    made = hostile_report(payload)
    rendered = EXPORTERS["json"].render(made)
    assert rendered.isascii()
    assert json.loads(rendered)["session"]["owner"] == made.body["session"]["owner"]


def test_a_body_of_a_newer_version_is_still_read() -> None:
    made = report()
    made.body["a_field_of_tomorrow"] = {"x": 1}
    made.body["session"]["another"] = 2
    for exporter in EXPORTERS.values():
        assert exporter.render(made)
