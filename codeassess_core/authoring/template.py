"""Writes a complete folder to begin with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from ..errors import InvalidInput
from .fields import SCHEMAS, schema

TEMPLATE: Final = Path(__file__).with_name("template")
SCHEMA_FOLDER: Final = ".codeassess"
"""Where the schemas are, beside assessment.yaml: an editor that knows them completes fields and shows mistakes."""


def schema_text(name: str) -> str:
    """The JSON schema of assessment.yaml or rubric.yaml as a file."""
    return json.dumps(schema(name), indent=2) + "\n"


def write_template(folder: Path) -> list[Path]:
    """Write the template into a folder that does not exist or is empty; returns the files.

    Raises:
        InvalidInput: the folder has something in it, or cannot be written to.
    """
    texts = {
        file.relative_to(TEMPLATE): file.read_text(encoding="utf-8")
        for file in sorted(TEMPLATE.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }
    texts |= {Path(SCHEMA_FOLDER) / f"{name}.schema.json": schema_text(name) for name in SCHEMAS}
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InvalidInput(f"{folder} is there already, with something in it; name a folder that is new or empty.")
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise InvalidInput(f"{folder} cannot be written to: {problem.strerror}.") from problem
    return [folder / path for path in texts]
