"""Builtins of the second run whose results differ between versions of Python. Pure.

Monty rounds to digits in its own way, and sums of fractions differ between CPython 3.11 and
3.12. In its second run, a text that calls these gets another implementation: only outcomes
that are equal in both runs are known.
"""

from __future__ import annotations

import ast
import re
from typing import Final

_CALLED: Final = re.compile(r"\b(round|sum)\s*\(")
_ROUND: Final = """\
_ca_round = round
def round(number, ndigits=None):
    if ndigits is None or not isinstance(number, float) or ndigits < 0:
        return _ca_round(number) if ndigits is None else _ca_round(number, ndigits)
    return float(('%.' + str(ndigits) + 'f') % number)
"""
_SUM: Final = """\
_ca_sum = sum
def sum(numbers, start=0):
    numbers = list(numbers)
    total = _ca_sum(numbers, start)
    if not isinstance(total, float) or total != total or total - total != 0:
        return total
    whole, rest = float(start), 0.0
    for number in numbers:
        new = whole + number
        if abs(whole) >= abs(number):
            rest += (whole - new) + number
        else:
            rest += (number - new) + whole
        whole = new
    return whole + rest
"""


def before(tree: ast.Module, call: str) -> str:
    """What runs before the text and the call in the second run."""
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    called.update(_CALLED.findall(call))
    return ("" if "round" not in called else _ROUND) + ("" if "sum" not in called else _SUM)
