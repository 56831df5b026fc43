"""Code that does not parse is made to, without moving a line and without running it."""

import ast

import pytest

from codeassess_core.examiner.offline.fold import Unfoldable, fold
from codeassess_core.examiner.offline.repair import MAX_PARSED, parse

GENTLE = {
    "notebook magics": "%matplotlib inline\nx = 1\n!ls\nx?\n",
    "a stray backslash at the end": "def f(n):\n    return n\\",
    "tabs of four columns among blanks": "def f(n):\n    if n:\n        return 1\n\telse:\n\t    return 2",
    "carriage returns": "def f(n):\r\n    return n\r\n",
    "a null byte": "x = 1\0\n",
}


@pytest.mark.parametrize("case", GENTLE)
def test_a_gentle_repair_gives_no_line_up(case: str) -> None:
    parsed = parse(GENTLE[case], "")
    assert parsed is not None
    assert not parsed.blanked


def test_a_hopeless_line_is_blanked_and_the_others_keep_their_numbers() -> None:
    parsed = parse("def f(n):\n    if n >\n    total = n // 2\n    return total\n", "")
    assert parsed is not None
    assert parsed.blanked == {2}
    returns = next(n for n in ast.walk(parsed.tree) if isinstance(n, ast.Return))
    assert returns.lineno == 4


def test_an_empty_block_is_filled() -> None:
    parsed = parse("for i in range(3):\nprint(i)\n", "")
    assert parsed is not None
    assert [type(s) for s in parsed.tree.body] == [ast.For, ast.Expr]


def test_the_previous_state_serves_with_the_lines_that_are_still_there() -> None:
    broken = "total = a // b\n" + "((((\n" * 30
    parsed = parse(broken, "total = a // b\nprint(total)\n")
    assert parsed is not None
    assert parsed.blanked == {2}
    assert isinstance(parsed.tree.body[0], ast.Assign)


@pytest.mark.parametrize("code", ["((((\n" * 30, "x" * (MAX_PARSED + 1)])
def test_what_is_beyond_repair_is_left_to_the_token_level(code: str) -> None:
    assert parse(code, "") is None


def test_valid_code_with_odd_escapes_warns_nobody(recwarn: pytest.WarningsRecorder) -> None:
    assert parse(r"x = '\d'", "") is not None
    assert not recwarn.list


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
    [
        "unknown + 1",
        "a / 0",
        "s[99]",
        "s + a",
        "2 ** 10 ** 10",
        "s * 1000000",
        "a ** a",
        "open('x')",
        "__import__('os').getcwd()",
        "[x for x in s]",
        "'%s' % a",
        "s[::0]",
        "1e308 * 10",
        "-s",
        "(-8) ** 0.5",
    ],
)
def test_everything_else_is_left_alone(expression: str) -> None:
    with pytest.raises(Unfoldable):
        fold(ast.parse(expression, mode="eval").body, {"a": 23, "s": "planet"})
