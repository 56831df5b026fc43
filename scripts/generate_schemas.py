"""Write the JSON schemas of assessment.yaml and rubric.yaml into docs/schemas, for editors.

    python scripts/generate_schemas.py [--check]

`--check` writes nothing and fails when a file is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

from codeassess_core.authoring.fields import SCHEMAS
from codeassess_core.authoring.template import schema_text

FOLDER = Path(__file__).parent.parent / "docs/schemas"


def main(arguments: list[str]) -> int:
    """Write the schemas, or compare them; returns the exit code."""
    files = {FOLDER / f"{name}.schema.json": schema_text(name) for name in SCHEMAS}
    stale = [file for file, text in files.items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    for file in stale if "--check" not in arguments else ():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(files[file], encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"{', '.join(file.name for file in stale)}: run python scripts/generate_schemas.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
