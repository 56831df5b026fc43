"""The extension's own checks and tests, which need no VS Code."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

EXTENSION = Path(__file__).parent.parent.parent / "vscode"

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm: install Node.js")


@pytest.mark.parametrize("script", ["check", "test"])
def test_its_own_checks_and_tests_pass(script: str) -> None:
    if not (EXTENSION / "node_modules" / "eslint").exists():
        subprocess.run(["npm", "ci"], cwd=EXTENSION, check=True)
    done = subprocess.run(["npm", "run", script], cwd=EXTENSION, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
