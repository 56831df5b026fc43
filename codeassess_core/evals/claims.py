"""Checks the claims of questions with CPython itself; a tool for developers, on their own machine.

The sandbox found what a question takes to be true. Here the same code really runs, each claim
in its own process with limits on time, memory, files and processes (`cpython_runner`). POSIX
only. No server calls this.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..documents.lines import split_lines
from ..errors import InvalidInput

_RUNNER: Final = Path(__file__).with_name("cpython_runner.py")
OUTCOMES: Final = ("returns", "raises", "prints", "is", "trace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A claim, and the outcome in CPython. `differs` says how they differ; empty when they agree."""

    claim: Mapping[str, Any]
    found: Mapping[str, Any]
    differs: str


def check(claims: Sequence[Mapping[str, Any]], *, python: str = sys.executable) -> tuple[Checked, ...]:
    """Run each claim in CPython. Raises InvalidInput for an undocumented claim, or a system other than POSIX."""
    if os.name != "posix":
        raise InvalidInput("Claims are checked on POSIX systems only: the limits are theirs.")
    for claim in claims:
        _validated(claim)
    lines = "".join(json.dumps(dict(claim)) + "\n" for claim in claims)
    command = [python, "-I", str(_RUNNER)]
    ran = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, env={})
    found = [json.loads(line) for line in split_lines(ran.stdout)]
    return tuple(
        Checked(claim=claim, found=result, differs=_difference(claim, result))
        for claim, result in zip(claims, found, strict=True)
    )


def claims_of(path: Path) -> Iterator[Mapping[str, Any]]:
    """The claims in the output of `evaluate questions --json`. Raises InvalidInput for any other file."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        for question in body["questions"]:
            yield from question["claims"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise InvalidInput(f"{path} is not what `evaluate questions --json` writes: {problem}") from problem


def _validated(claim: Mapping[str, Any]) -> None:
    wanted: dict[str, type] = {"code": str, "outcome": str}
    wanted |= {"line": int, "name": str, "values": list} if claim.get("outcome") == "trace" else {"value": str}
    for name, sort in wanted.items():
        if not isinstance(claim.get(name), sort):
            raise InvalidInput(f"A claim needs {name!r}, {sort.__name__}: {str(dict(claim))[:200]}")
    if claim["outcome"] not in OUTCOMES:
        raise InvalidInput(f"The outcome of a claim is one of {', '.join(OUTCOMES)}, not {claim['outcome']!r}.")


def _difference(claim: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    if found.get("died"):
        return "CPython came to no end"
    ended = found.get("error") or found.get("value", "None")
    match claim["outcome"]:
        case "raises":
            same = found.get("error") == claim["value"]
        case "prints":
            ended = found["by_call" if claim.get("run") else "printed"]
            same = ended == claim["value"] and "error" not in found
        case "trace":
            same, ended = list(found["values"]) == list(claim["values"]), found["values"]
        case _:
            same = "error" not in found and found.get("value") == claim["value"]
    return "" if same else f"CPython: {ended!r}"
