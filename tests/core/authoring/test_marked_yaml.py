"""YAML as people write it: what is taken, and what is said of the rest."""

from __future__ import annotations

import pytest

from codeassess_core.authoring.marked_yaml import DEEPEST, LONGEST, NotYaml, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("title: no", {"title": "no"}),  # in YAML 1.1 it would be false
        ("title: on", {"title": "on"}),
        ("a: true\nb: False\nc: null\nd:", {"a": True, "b": False, "c": None, "d": None}),
        ("a: 010\nb: 1.5\nc: 1e3\nd: .5", {"a": 10, "b": 1.5, "c": 1000.0, "d": 0.5}),
        ('a: "12"', {"a": "12"}),
        ("a: 1:30\nb: 2026-09-01\nc: 1_000", {"a": "1:30", "b": "2026-09-01", "c": "1_000"}),
        ("a:\r\n  - x\r\n  - y\r\n", {"a": ["x", "y"]}),
        ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        ("", None),
    ],
)
def test_a_word_is_what_a_reader_takes_it_for(text: str, value: object) -> None:
    assert read_yaml(text.encode()).value == value


def test_a_mark_at_the_beginning_is_no_part_of_the_first_name() -> None:
    assert read_yaml("\ufefftitle: x".encode()).value == {"title": "x"}


def test_each_part_has_its_line() -> None:
    marked = read_yaml(b"a: 1\nb:\n  - x\n  - c: 2\n")
    assert [marked.line(path) for path in ((), ("a",), ("b", 0), ("b", 1, "c"), ("b", 1, "gone"))] == [1, 1, 3, 4, 4]


def test_a_name_that_stands_twice_is_told_and_the_first_counts() -> None:
    marked = read_yaml(b"a: 1\nb: 2\na: 3\n")
    assert marked.value == {"a": 1, "b": 2}
    assert [(path[0], marked.line(path)) for path in marked.twice] == [("a", 3)]


BOMB = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(9))


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"a: 1\n\tb: 2", 2, "indent with spaces"),
        (b"a: b: c", 1, "quotes"),
        (b"a: [1, 2", 1, "not YAML"),
        (b"a: @x", 1, "quotes"),
        (BOMB.encode(), 1, "anchors (`&a`)"),
        (b"a: *x", 1, "aliases (`*x`)"),
        (b"a: !!python/object:os.system x", 1, "tags"),
        (b"a: 1\n---\nb: 2\n", 2, "only one document"),
        (b"a: " + b"[" * (DEEPEST + 5), 1, f"nested more than {DEEPEST} deep"),
        (b"a: x\nb: \x00", 2, "U+0000"),
        (b"a: x\nb: \xff", 2, "UTF-8"),
        ("a: 1".encode("utf-16"), 0, "UTF-16"),
        (b"a: " + b"x" * LONGEST, 0, "characters"),
    ],
)
def test_what_is_not_taken_is_told_with_its_line(content: bytes, line: int, said: str) -> None:
    with pytest.raises(NotYaml) as refused:
        read_yaml(content)
    assert refused.value.line == line
    assert said in str(refused.value)
