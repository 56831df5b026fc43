"""Texts are read by CPython's parser, by one thread at a time."""

from __future__ import annotations

import ast
import gc
import re
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codeassess_core.documents import python_text

TREES = re.compile(r"\bast\.(parse|literal_eval)\(")
ROOT = Path(__file__).parents[3]
PACKAGES = ("codeassess_core", "codeassess_ext", "codeassess_lsp")
PROGRAM = "".join(
    f"def f{n}(x):\n    return [x * (y + {n}) for y in range(x) if not (y < x and y)]\n" for n in range(60)
)


class Finalized:
    """Cyclic garbage with a finalizer: during its collection another thread may run."""

    def __init__(self) -> None:
        self.circle = self

    def __del__(self) -> None:
        for _ in range(50):
            pass


@pytest.fixture
def threads_change_often() -> Iterator[None]:
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(10, 2, 2)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("threads_change_often")
def test_many_threads_read_at_once() -> None:
    """On Python 3.11 `ast.parse` fails in 12 of 300 here: its depth is counted for the whole process."""

    def functions(_: int) -> int:
        Finalized()
        return len(python_text.parse(PROGRAM).body)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(functions, range(300))) == {60}


def test_an_odd_escape_gives_no_warning_and_the_filters_stay_as_they_were() -> None:
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True) as told:
        python_text.parse(r"a = '\d'")
        python_text.check(r"a = '\d' is 1")
        assert isinstance(python_text.parse_expression(r"'\d'"), ast.Constant)
    assert told == [] and list(warnings.filters) == before


@pytest.mark.parametrize("read", [python_text.parse, python_text.parse_expression, python_text.check])
def test_what_python_does_not_read_is_told_as_python_tells_it(read: object) -> None:
    with pytest.raises(SyntaxError, match=r"expected ':'|invalid syntax"):
        read("if x\n    y = 1")  # type: ignore[operator]


def test_nothing_else_makes_trees_of_texts() -> None:
    modules = [module for package in PACKAGES for module in (ROOT / package).rglob("*.py")]
    calling = sorted(module.name for module in modules if TREES.search(module.read_text(encoding="utf-8")))
    assert calling == ["examples.py", "found.py", "python_text.py"]  # the first two have nodes
