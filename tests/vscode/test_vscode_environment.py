"""The environment that the extension makes where sessions are on a server: small, and enough for them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MEGABYTES = 60  #: what is installed besides the environment's own pip
HEAVY = ("chromadb", "dbos", "langchain", "openai", "sqlalchemy", "tornado", "typst", "numpy")
MAKE = """
import { hasCodeassess, makeEnvironment } from './src/environment';
const [folder = '', requirement = '', python = ''] = process.argv.slice(2);
const steps: string[] = [];
const doing = (step: string) => steps.push(step);
void makeEnvironment({ extent: 'light', folder, requirement, pythons: [python], doing }).then(async made => {
  const [light, whole] = [await hasCodeassess(made, 'light'), await hasCodeassess(made, 'whole')];
  console.log(JSON.stringify({ made, steps, light, whole }));
});
"""

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm: install Node.js")


def _run(*command: str | Path, given: str = "", **environ: str) -> str:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | environ
    arguments = [str(part) for part in command]
    done = subprocess.run(
        arguments, cwd=ROOT / "vscode", env=environ, input=given, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_for_sessions_on_a_server_little_is_installed_and_practice_is_known_to_need_more(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir"]
    _run(*build, tmp_path, ROOT, CODEASSESS_SKIP_JS="1")
    [wheel] = tmp_path.glob("codeassess-*.whl")
    bundle = ["node_modules/.bin/esbuild", "--bundle", "--platform=node", "--loader=ts", "--log-level=error"]
    _run(*bundle, f"--outfile={tmp_path / 'make.js'}", given=MAKE)
    python = f"{sys.base_prefix}/bin/python3"
    constraints = str(ROOT / "constraints.txt")
    told: dict[str, Any] = json.loads(
        _run("node", tmp_path / "make.js", tmp_path / "made", wheel, python, PIP_CONSTRAINT=constraints)
    )
    assert (told["light"], told["whole"]) == (True, False)
    assert told["steps"][-1].endswith("and what it needs; this takes a moment")
    [packages] = (tmp_path / "made").glob("lib/python*/site-packages")
    ours = [entry for entry in packages.iterdir() if entry.name.split("-")[0] not in ("pip", "setuptools")]
    assert not [entry.name for entry in ours if entry.name.lower().startswith(HEAVY)]
    files = [file for entry in ours for file in [entry, *entry.rglob("*")] if file.is_file() and file.suffix != ".pyc"]
    assert sum(file.stat().st_size for file in files) <= MEGABYTES * 1_000_000
    _run(told["made"], "-c", "import codeassess_lsp.operations, codeassess_lsp.backends.remote")
