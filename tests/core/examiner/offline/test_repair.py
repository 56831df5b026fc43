"""Code that does not parse is made to parse, without moving a line and without running it."""

import ast

import pytest

from codeassess_core.examiner.offline.repair import MAX_PARSED, parse, problem

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


def test_a_missing_colon_or_sign_is_added_where_the_parser_asks_for_it() -> None:
    parsed = parse("def f(n)\n    if n = 3:\n        return 1\n    return 2\n", "")
    assert parsed is not None
    assert not parsed.blanked and not parsed.is_whole
    assert isinstance(parsed.tree.body[0], ast.FunctionDef)
    assert [type(n.ops[0]) for n in ast.walk(parsed.tree) if isinstance(n, ast.Compare)] == [ast.Eq]


def test_what_keeps_python_from_reading_is_named_with_its_line() -> None:
    found = problem("def f(n):\n    if n > 3\n        return n\n")
    assert found is not None
    assert found.line == 2 and "expected" in found.says
    assert problem("def f(n):\n    return n\\") is None
