"""Play a short whole session on each Python that is on this machine: a server, questions, answers, the report.

It looks for interpreters and downloads none. Run it as `make test-pythons`: each gets an
environment of its own in `.venv/pythons/`, which is kept; `.venv` serves its own version.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

VERSIONS = ("3.11", "3.12", "3.13", "3.14")
SPEED = 40  #: times as fast as the session was recorded
SECONDS = 300  #: for one step, the installation or the session
PLACE = Path(".venv/pythons")
_ASK = "import ensurepip, sqlite3, ssl, sys; print(sys.version.split()[0], sqlite3.sqlite_version, sys.executable)"


def folders(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """Where interpreters are kept: PATH, and where pyenv and uv put them."""
    home = Path(environ.get("HOME", "/"))
    kept = (Path(environ.get("PYENV_ROOT") or home / ".pyenv") / "versions", home / ".local/share/uv/python")
    found = [Path(part) for part in environ.get("PATH", "").split(os.pathsep) if part]
    return found + [folder for place in kept for folder in sorted(place.glob("*/bin"))]


def interpreter(version: str, places: Sequence[Path]) -> tuple[Path, str] | None:
    """The first `python<version>` that really runs (a shim may not), and what it says of itself."""
    for candidate in (place / f"python{version}" for place in places):
        said = _asked(candidate) if candidate.is_file() else ""
        if said.startswith(f"{version}."):
            number, sqlite, executable = said.split(maxsplit=2)
            return Path(executable), f"{number}, SQLite {sqlite}"
    return None


def _asked(candidate: Path) -> str:
    try:
        answer = subprocess.run([candidate, "-c", _ASK], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def installed(version: str, python: Path) -> Path:
    """The folder of programs of an environment on `python` in which this project is installed."""
    if f"{sys.version_info.major}.{sys.version_info.minor}" == version:
        return Path(sys.executable).parent
    home = PLACE / version
    uv = _uv()
    if not (home / "bin/python").exists():
        _run([uv, "venv", "--quiet", "--python", str(python), str(home)] if uv else [str(python), "-m", "venv", home])
    install = [uv, "pip", "install", "--quiet", "--python"] if uv else []
    _run([*install, home / "bin/python", *([] if uv else ["-m", "pip", "install", "--quiet"]), "-e", "."])
    return home / "bin"


def _uv() -> str:
    """The installer that takes seconds; empty: there is none to be had, pip does it in a minute or two."""
    own = PLACE / "uv/bin/uv"
    for known in (shutil.which("uv"), shutil.which(own)):
        if known and subprocess.run([known, "--version"], capture_output=True).returncode == 0:
            return known
    subprocess.run([sys.executable, "-m", "venv", PLACE / "uv"], check=False)
    subprocess.run([PLACE / "uv/bin/python", "-m", "pip", "install", "--quiet", "uv"], check=False)
    return shutil.which(own) or ""


def _run(command: Sequence[Path | str]) -> None:
    subprocess.run(command, check=True, timeout=SECONDS, env={**os.environ, "CODEASSESS_SKIP_JS": "1"})


def session(programs: Path) -> Iterator[str]:
    """Play it; yields what went wrong, in lines. Nothing: all went well."""
    with TemporaryDirectory(prefix="codeassess-pythons-") as folder:
        command = [programs.absolute() / "python", "-m", "codeassess_core.cli", "demo"]
        options = ["--speed", str(SPEED), "--out", "report", "--keep-data", "kept"]
        played = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, timeout=SECONDS)
        if played.returncode:
            yield from (played.stdout + played.stderr).splitlines()[-20:]
        elif not (Path(folder) / "report/report.json").is_file():
            yield "The session was played and there is no report."


def main() -> int:
    places = folders()
    found = {version: python for version in VERSIONS if (python := interpreter(version, places))}
    for version in VERSIONS:
        print(f"Python {version}: {found[version][1] if version in found else 'not on this machine'}")
    failed = []
    for version, (python, _) in found.items():
        began = time.monotonic()
        problems = list(session(installed(version, python)))
        print(f"Python {version}: {'FAILED' if problems else 'ok'}, {time.monotonic() - began:.0f} s")
        print("".join(f"    {line}\n" for line in problems), end="")
        failed += [version] * bool(problems)
    return 1 if failed or not found else 0


if __name__ == "__main__":
    raise SystemExit(main())
