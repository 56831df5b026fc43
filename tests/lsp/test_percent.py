"""A notebook as one text: the same for the language server as for the JupyterLab extension (labextension/tests)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codeassess_core.documents.notebook_lines import cells_of
from codeassess_lsp.editor.percent import Cell, to_percent

SHARED: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "percent.json").read_text())


@pytest.mark.parametrize("case", SHARED, ids=lambda case: case["text"][:40])
def test_what_the_jupyterlab_extension_sends_is_the_same_text(case: dict[str, Any]) -> None:
    cells = [Cell(id=c["id"], uri="", is_code=c["type"] == "code", source=c["source"]) for c in case["cells"]]
    assert to_percent(cells, case["language"]) == case["text"]


@pytest.mark.parametrize("case", SHARED, ids=lambda case: case["text"][:40])
def test_what_looks_like_a_marker_in_a_cell_is_none(case: dict[str, Any]) -> None:
    found = cells_of(case["text"], "n.ipynb")
    assert found is not None
    assert len(found.markers) == len(case["cells"])
