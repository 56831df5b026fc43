"""What the language server needs when its sessions are on a server, one requirement a line.

    pip install --no-deps dist/codeassess-*.whl
    python -m codeassess_lsp.requirements > light.txt
    pip install -r light.txt

That is a tenth of what the whole distribution needs. The list is the extra `light` of
pyproject.toml; the server, the examiner and practice without a server need the rest.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires, version

_EXTRA = "light"


def light() -> tuple[str, ...]:
    """The requirements of the extra `light`, as pip reads them."""
    found = (requirement.partition(";") for requirement in requires("codeassess") or ())
    return tuple(name.strip() for name, _, marker in found if _is_light(marker))


def missing() -> tuple[str, ...]:
    """What practice without a server needs besides, and is not installed, by name."""
    wanted = (requirement.partition(";") for requirement in requires("codeassess") or ())
    names = (re.split(r"[^\w.-]", name.strip())[0] for name, _, marker in wanted if "extra" not in marker)
    return tuple(name for name in names if not _installed(name))


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def _is_light(marker: str) -> bool:
    return marker.replace(" ", "").replace('"', "'") == f"extra=='{_EXTRA}'"


if __name__ == "__main__":
    print("\n".join(light()))
