"""Fail where a module, a function or its nesting is larger than CONTRIBUTING.md allows.

A module may have 300 lines, the body of a function 25 (its docstring not counted), and branches
and loops may stand 2 deep in one another inside a function. `with` and `try` add no depth.
There are no exceptions.

    python scripts/check_budget.py
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

MODULE, BODY, NESTING = 300, 25, 2
ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("codeassess_core", "codeassess_ext", "codeassess_lsp", "scripts", "benchmarks")
GENERATED = "migrations/versions"
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> int:
    """Print what is too large; returns the exit code."""
    modules = [module for package in PACKAGES for module in sorted((ROOT / package).rglob("*.py"))]
    found = [line for module in modules if GENERATED not in module.as_posix() for line in excesses(module)]
    for line in found:
        print(f"over the budget: {line}; make it smaller (CONTRIBUTING.md, Budget)")
    return 1 if found else 0


def excesses(module: Path) -> Iterator[str]:
    """One line for each thing in the module that is too large, with its place."""
    text, name = module.read_text("utf-8"), module.relative_to(ROOT).as_posix()
    if text.count("\n") > MODULE:
        yield f"{name}: more than {MODULE} lines"
    for function in (node for node in ast.walk(ast.parse(text)) if isinstance(node, Function)):
        if body_lines(function) > BODY:
            yield f"{name}:{function.lineno}: {function.name}: more than {BODY} lines"
        if depth(function.body) > NESTING:
            yield f"{name}:{function.lineno}: {function.name}: more than {NESTING} deep"


def body_lines(function: Function) -> int:
    """The lines of a function below its signature and its docstring."""
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return statements[-1].end_lineno - statements[0].lineno + 1 if statements else 0


def depth(statements: Iterable[ast.stmt]) -> int:
    """How many blocks stand in one another; functions and classes inside are counted by themselves."""
    return max((_depth_of(statement) for statement in statements), default=0)


def _depth_of(statement: ast.stmt) -> int:
    if isinstance(statement, Function | ast.ClassDef):
        return 0
    inside = max((depth(part) for part in _parts(statement)), default=0)
    deeper = 1 if isinstance(statement, BLOCKS) else 0
    if isinstance(statement, ast.If) and len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If):
        return max(deeper + depth(statement.body), depth(statement.orelse))  # an `elif` is no deeper than its `if`
    return deeper + inside


def _parts(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The lists of statements in a statement."""
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


if __name__ == "__main__":
    sys.exit(main())
