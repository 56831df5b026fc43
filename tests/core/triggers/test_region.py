"""Which lines a question is about, and what is not worth one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassess_core.documents.lines import line_count
from codeassess_core.triggers import changed_region
from codeassess_core.triggers.lines import middle
from codeassess_core.triggers.region import same_statements
from codeassess_core.triggers.statements import MAX_READ, MAX_TOKENS, statements

FUNCTION = "def area(w, h):\n    return w * h\n"
TEXTS = st.text(alphabet="ab=('\"#: \t\r\n\\", max_size=80)


def same(before: str, after: str, language: str = "python") -> bool:
    return same_statements(before, after, middle(before, after), language)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FUNCTION, FUNCTION + "\n\n# a note\n"),  # blank lines and a comment
        (FUNCTION, FUNCTION.replace("w * h", "w*h  # an area")),  # spaces and a comment inside a line
        (FUNCTION, FUNCTION.replace("    ", "\t")),  # another way to indent
        (FUNCTION, "import math\nfrom os import (\n    path,\n    sep,\n)\n\n" + FUNCTION),  # imports, one of them long
        (FUNCTION, '"""What this is.\n\nfor x in y: z()\n"""\n' + FUNCTION),  # a docstring with code in it
        (FUNCTION, FUNCTION.replace(":\n", ':\n    """The area.\n\n    Of a rectangle.\n    """\n')),  # of a function
        ('"""One.\n"""\n' + FUNCTION, '"""Two,\nlonger.\n"""\n' + FUNCTION),  # inside a docstring
        ("f(a, b)\n", "f(\n    a,\n    b\n)\n"),  # wrapped
        (FUNCTION + "x = (1,\n", "# a note\n" + FUNCTION + "x = (1,\n"),  # a bracket that is not closed yet
        ("if x:\n        y\n    z\n", "if x:\n        y\n    z\n# a note\n"),  # an indent that fits nowhere
    ],
)
def test_in_python_it_is_tokens_that_count(before: str, after: str) -> None:
    assert same(before, after)
    assert same(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FUNCTION, FUNCTION.replace("*", "+")),
        ("if x:\n    a()\nb()\n", "if x:\n    a()\n    b()\n"),  # the same words, one block deeper
        ("a()\nb()\n", "b()\na()\n"),  # another order
        ('x = ""\n', 'x = """\nlong\n"""\n'),  # a string that is no docstring
        ("", "import os; os.remove(name)\n"),  # an import is no hiding place
        ("if x:\n        y\n    z\n", "if x:\n        y\n    zz\n"),  # after the place where tokenize gives up
        ("x = (1,\n", "x = (1,\ny = 2\n"),  # in a bracket that is not closed
        (FUNCTION, ""),  # code removed
    ],
)
def test_a_change_of_statements_is_worth_a_question(before: str, after: str) -> None:
    assert not same(before, after)
    assert not same(after, before)


@pytest.mark.parametrize(
    ("language", "before", "after", "expected"),
    [
        ("javascript", "f(1);\n", "// f is odd\n/* it\n   is; */\nf(1);\n", True),
        ("javascript", "f(1);\n", "  f( 1 );\n", True),
        ("javascript", "f(1);\n", "import f from 'f';\nf(1);\n", True),
        ("javascript", "f(1);\n", "import('f');\nf(1);\n", False),  # a call
        ("javascript", "f(1);\n", "/* one */ g();\nf(1);\n", False),  # code after a comment
        ("c", "/*\na\n*/\nx;\n", "/*\nb;\nc;\n*/\nx;\n", True),  # inside a comment that begins in the shared lines
        ("c", 'p = "src/*";\nx;\n', 'p = "src/*";\ny;\n', False),  # no comment begins in a string
        ("c", "x;\n", "#include <stdio.h>\nx;\n", True),
        ("c", "x;\n", "#define N 3\nx;\n", False),
        ("sql", "SELECT 1;\n", "-- one\nSELECT 1;\n", True),
        ("c", "x;\n", "--y;\nx;\n", False),  # not a comment in C
        ("ruby", "x\n", "# note\nx\n", True),
        ("brainfog", "x\n", "# a\n// b\n-- c\nx\n", True),  # an unknown language: every mark is a comment
    ],
)
def test_other_languages_are_read_by_line(language: str, before: str, after: str, expected: bool) -> None:
    assert same(before, after, language) is expected


LONG_BODY = "".join(f"def f{n}():\n    return {n}\n" for n in range(2_000))


def test_in_a_long_document_only_the_definition_that_changed_is_read() -> None:
    assert len(LONG_BODY) > 2 * MAX_READ
    after = LONG_BODY.replace("def f999():\n", 'def f999():\n    """Code;\n    in_prose()\n    """\n')
    assert same(LONG_BODY, after)
    assert not same(LONG_BODY, LONG_BODY.replace("return 999\n", "return 998\n"))


def test_what_is_too_long_to_read_counts_as_code() -> None:
    docstring = '"""' + "x = 1\n" * MAX_READ + '"""\n'
    assert not same(FUNCTION, docstring + FUNCTION)


def test_no_more_tokens_are_read_than_the_limit() -> None:
    wrapped = "a = (\n1)\n"  # six tokens: by tokens one statement of two lines, by lines two
    found = list(statements(wrapped * MAX_TOKENS, 1, "python")), list(statements(wrapped * 400, 1, "python"))
    by_tokens = [[s for s in some if s.end > s.start] for some in found]
    assert len(by_tokens[0]) == 0  # too long to read at all
    assert 0 < len(by_tokens[1]) <= MAX_TOKENS / 6
    assert found[1][-1].end == 800


@pytest.mark.parametrize(
    ("before", "after", "region"),
    [
        ("", FUNCTION, (1, 2)),
        ("", "\n\n# a note\n" + FUNCTION + "\n\n", (4, 5)),  # without the blank lines and comments at the ends
        ("", "import os\n\n" + FUNCTION, (3, 4)),  # nor the imports
        (FUNCTION + "\n\n\nx = 1\n", FUNCTION.replace("*", "+") + "\n\n\nx = 1\ny = 2\nz = 3\n", (7, 8)),  # the larger
        # the larger is a docstring: the smaller is the one to ask about
        ("\n\n\n\n" + FUNCTION, '"""A\nlong\ntext\n"""\n\n\n\n\n' + FUNCTION.replace("*", "+"), (10, 10)),
        ("f(\n    a,\n    b,\n)\n", "f(\n    a,\n    c,\n)\n", (1, 4)),  # a whole statement
        ("a\nb\nc\nd\n", "a\nd\n", (1, 2)),  # removed: the statements beside the gap
        ("a\nb\n", "a\n", (1, 1)),  # removed at the end
        ("a\nb\n", "b\n", (1, 1)),  # removed at the beginning
        ("a\n", "", (1, 1)),  # an empty text has a line to point at
        ("a\nb\n", "a\nb\n", (1, 2)),  # no difference: everything
    ],
)
def test_the_region_is_the_most_substantial_stretch(before: str, after: str, region: tuple[int, int]) -> None:
    assert changed_region(before, after) == region


def test_a_long_statement_does_not_swell_the_region() -> None:
    table = ["TABLE = {", *[f"    {n}: {n}," for n in range(40)], "}"]
    edited = [*table[:20], "    20: 0,", *table[21:]]
    assert changed_region("\n".join(table), "\n".join(edited)) == (21, 21)


@pytest.mark.parametrize("language", ["python", "c", "sql", ""])
@settings(deadline=None)
@given(before=TEXTS, after=TEXTS)
def test_the_region_is_always_inside_the_text(language: str, before: str, after: str) -> None:
    low, high = changed_region(before, after, language=language)
    assert 1 <= low <= high <= max(1, line_count(after))
