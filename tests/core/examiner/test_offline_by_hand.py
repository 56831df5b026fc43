"""Small functions are worked out as Python would, within bounds, and without being run."""

from __future__ import annotations

import ast
import contextlib
import io
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassess_core.examiner.offline.by_hand import Run, Unknown, fold, run

PROGRAMS = {
    "a sum of digits": """
        def f(n):
            total = 0
            while n > 0:
                total += n % 10
                n //= 10
            return total
    """,
    "recursion": """
        def f(n):
            if n <= 1:
                return 1
            return n * f(n - 1)
    """,
    "a helper and a default": """
        def twice(x, by=2):
            return x * by

        def f(n):
            return twice(n) + twice(n, 3)
    """,
    "lists, changed on the way": """
        def f(n):
            found = []
            for i in range(n):
                if i % 3 == 0:
                    continue
                found.append(i)
                found[-1] += 1
            found.reverse()
            del found[0]
            return found
    """,
    "texts": """
        import string
        def f(n):
            text = "Garden-" + str(n)
            out = ""
            for c in text:
                if c in string.digits or not c.isalpha():
                    break
                out = c.upper() + out
            return out[1:-1] + f"{n}!" + "ab".replace("b", "")
    """,
    "an element too far": """
        def f(n):
            xs = [1, 2, 3]
            return xs[n]
    """,
    "a text and a number": """
        def f(n):
            return "n is " + n
    """,
    "a name that is not there": """
        def f(n):
            return m + n
    """,
    "a name that comes later": """
        def f(n):
            if n > 4:
                k = 1
            return k
    """,
    "what a module has and has not": """
        import math
        def f(n):
            if n > 4:
                return math.floor(math.sqrt(n)) + math.pi
            return math.power(n, 2)
    """,
    "printing": """
        def f(n):
            for i in range(n):
                print(i, end=" ")
            print()
    """,
    "a division": """
        def f(n):
            return 12 / (n - 4)
    """,
    "types": """
        def f(n):
            return type(n) == int and isinstance(n, int) and not (n is None)
    """,
    "what is gone through once": """
        def f(n):
            word = "abcd"[:n]
            back = "".join(reversed(word)) + str(sum(i * i for i in range(n)))
            return [back, list(zip(word, range(n))), sorted({"b": n, "a": 1}.keys())]
    """,
    "powers and roundings": """
        import math
        def f(n):
            return pow(n, 2), math.pow(n, 2), round(n / 3, 2), round(n * 111, -2)
    """,
    "several names at once": """
        def f(n):
            a, b = n, 1
            a, b = b, a
            return (a, b), max(a, b), sorted([b, a], reverse=True), [x * 2 for x in (a, b) if x > 1]
    """,
    "a text that cannot be changed": """
        def f(n):
            s = "abc"
            s[0] = n
            return s
    """,
    "a value that is called": """
        import string
        def f(n):
            return string.punctuation()
    """,
    "a method without its call": """
        def f(n):
            s = "ab"
            return s.index[0]
    """,
}


def worked_out(code: str, *arguments: Any) -> Run:
    tree = ast.parse(textwrap.dedent(code))
    function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "f")
    return run(function, arguments, tree)


def truly(code: str, *arguments: Any) -> tuple[str | None, str, str]:
    """What Python makes of it: the code is our own."""
    names: dict[str, Any] = {}
    exec(textwrap.dedent(code), names)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            result: str | None = repr(names["f"](*arguments))
        error = ""
    except Exception as problem:
        result, error = None, type(problem).__name__
    return result, printed.getvalue(), error


@pytest.mark.parametrize("number", [0, 1, 3, 4, 7])
@pytest.mark.parametrize("case", PROGRAMS)
def test_a_call_comes_to_what_python_makes_of_it(case: str, number: int) -> None:
    found = worked_out(PROGRAMS[case], number)
    assert (found.result, found.printed, found.error) == truly(PROGRAMS[case], number)


_OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "==", "<", ">=", "and", "or", "in", "not in"]
_PARTS = ["a", "b", "s", "xs", "0", "2", "-1", "2.5", "'n'", "s[0]", "xs[a]", "s[1:]", "len(s)", "str(a)", "[]", "None"]


@settings(max_examples=300, deadline=None)
@given(
    first=st.sampled_from(_PARTS),
    rest=st.lists(st.tuples(st.sampled_from(_OPERATORS), st.sampled_from(_PARTS)), min_size=1, max_size=3),
)
def test_any_expression_comes_to_what_python_makes_of_it_or_to_nothing(first: str, rest: list[tuple[str, str]]) -> None:
    expression = " ".join([first, *(f"{operator} {part}" for operator, part in rest)])
    code = f"def f(a, b, s, xs):\n    return {expression}\n"
    try:
        found = worked_out(code, 3, 2, "planet", [4, 1, 7])
    except Unknown:
        return
    assert (found.result, found.printed, found.error) == truly(code, 3, 2, "planet", [4, 1, 7]), expression


def test_the_way_and_the_passes_are_known() -> None:
    found = worked_out("def f(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n", 3)
    assert (found.lines, found.last) == (frozenset({2, 3, 4, 5}), 5)
    assert [names["t"] for names in found.passes[3]] == ["0", "1", "3"]
    assert found.counts == {3: 3}


def test_a_loop_that_changes_nothing_is_known_never_to_end() -> None:
    found = worked_out("def f(n):\n    while n > 0:\n        m = n\n    return m\n", 3)
    assert found.endless and found.last == 2
    assert worked_out("def f(n):\n    while n > 0:\n        n -= 1\n    return n\n", 3).result == "0"


def test_calls_without_end_are_known_to_fail() -> None:
    assert worked_out("def f(n):\n    return f(n)\n", 3).error == "RecursionError"


def test_the_arguments_themselves_are_left_alone() -> None:
    given_ = [1, 2]
    assert worked_out("def f(xs):\n    xs.append(3)\n    return xs\n", given_).result == "[1, 2, 3]"
    assert given_ == [1, 2]


NOT_FOLLOWED = {
    "files": "return open(n)",
    "what the user types": "return input()",
    "code in a text": "return eval('n')",
    "what lies behind the names": "return n.__class__.__mro__",
    "an import by name": "return __import__('os').getpid()",
    "modules that do things": "import os\n    return os.getpid()",
    "formats": "return '{:1000000}'.format(n)",
    "other formats": "return '%1000000d' % n",
    "numbers beyond a head": "return 10 ** 10 ** n",
    "texts beyond a head": "return 'x' * 10 ** 9",
    "lists beyond a head": "return [0] * 10 ** 9",
    "a list of everything": "return list(range(10 ** 9))",
    "a search through everything": "return 0.5 in range(10 ** 12)",
    "lists in lists beyond a head": "xs = [1]\n    for i in range(60):\n        xs = [xs, xs]\n    return xs",
    "a list in itself": "xs = [1]\n    xs.append(xs)\n    return xs",
    "rounding beyond all digits": "return round(n, -10 ** 9)",
    "a power with a modulus": "return pow(n, 2, 5)",
    "loops beyond patience": "while True:\n        n += 1",
    "lists that grow for ever": "xs = [1]\n    for x in xs:\n        xs.append(x)",
    "lists in lists, doubled": "xs = [1]\n    for i in range(60):\n        xs = [xs, xs]\n    return xs",
    "a list that holds itself": "xs = [1]\n    xs.append(xs)\n    return xs",
    "rounding to a power of ten beyond a head": "return round(n, -10 ** 12)",
    "a power and a remainder": "return pow(n, 2, 5)",
    "an iterator as a value": "return reversed('abc')",
    "an iterator that is compared": "return [n] == reversed([n])",
    "an iterator with a name": "pairs = zip('ab', 'cd')\n    return list(pairs)",
    "the length of an iterator": "return len(zip('ab', 'cd'))",
    "a view of a dict": "return {'a': n}.keys()",
    "a generator as a value": "return (i for i in range(n))",
    "a part of an iterator": "return reversed('abc')[0]",
    "order of a set": "return {'a', 'b'}",
    "names of the module": "global m\n    return n",
    "generators": "yield n",
    "handlers": "try:\n        return n\n    except ValueError:\n        return 0",
    "depth": "return " + "(" * 80 + "n" + ")" * 80 + "+ 1" * 1200,
}


@pytest.mark.parametrize("case", NOT_FOLLOWED)
def test_what_does_more_than_compute_is_not_followed(case: str) -> None:
    with pytest.raises(Unknown):
        worked_out(f"def f(n):\n    {NOT_FOLLOWED[case]}\n", 3)


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n        n += 1",
        "names = list(range(190))\n    a, b, c, d = names, names[:], names[:], names[:]\n    while n:\n        n += 1",
        "return f(n - 1) + f(n - 2) + f(n - 3)",
        "s = 'x' * 200\n    while n:\n        s = s.replace('x', 'y').replace('y', 'x')\n        n += 1",
        "return [[[i * j * k for i in range(200)] for j in range(200)] for k in range(200)]",
    ],
)
def test_hostile_code_comes_to_an_end(body: str) -> None:
    """The bounds hold together: not only each step is small, but all of them; without them this would never end."""
    with contextlib.suppress(Unknown):
        assert worked_out(f"def f(n):\n    {body}\n", 30).result is None


def test_nothing_is_executed(tmp_path: Path) -> None:
    target = tmp_path / "ran"
    for line in (f"open({str(target)!r}, 'w')", f"__import__('pathlib').Path({str(target)!r}).touch()"):
        with pytest.raises(Unknown):
            worked_out(f"def f(n):\n    {line}\n    return 1\n", 3)
    assert not target.exists()


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a // 4 + a % 4", 8),
        ("s[1:-1]", "lane"),
        ("len(s) * 2 > a", False),
        ("-a", -23),
        ("s[0] + s[-1]", "pt"),
        ("3 < a < 30", True),
        ("'an' in s", True),
        ("int(round(a / 2))", 12),
    ],
)
def test_small_expressions_are_worked_out(expression: str, value: object) -> None:
    assert fold(ast.parse(expression, mode="eval").body, {"a": 23, "s": "planet"}) == value


@pytest.mark.parametrize(
    "expression",
    ["unknown + 1", "a / 0", "s[99]", "s + a", "s * 1000000", "a ** a", "open('x')", "s[::0]", "1e308 * 10", "-s"],
)
def test_an_expression_that_fails_has_no_value(expression: str) -> None:
    with pytest.raises(Unknown):
        fold(ast.parse(expression, mode="eval").body, {"a": 23, "s": "planet"})
