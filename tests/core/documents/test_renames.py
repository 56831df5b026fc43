"""A document stays the same under another name, and its language is its own."""

from __future__ import annotations

import pytest

from codeassess_core.documents.renames import Names, Rename, language_of


def names(*renames: tuple[str, str, int]) -> Names:
    return Names([Rename(before=before, after=after, snapshot=n) for before, after, n in renames])


def places(known: Names, document: str, upto: int = 100) -> list[tuple[str, int, int]]:
    return [(s.document, s.after, s.upto) for s in known.named_ranges(document, upto)]


def test_without_a_rename_a_document_is_its_name() -> None:
    assert names().now("a.py", 3) == "a.py"
    assert places(names(), "a.py") == [("a.py", 0, 100)]


def test_a_renamed_document_has_all_that_it_had() -> None:
    known = names(("a.py", "b.py", 5))
    assert (known.now("a.py", 5), known.now("b.py", 6)) == ("b.py", "b.py")
    assert places(known, "b.py") == [("b.py", 5, 100), ("a.py", 0, 5)]
    assert known.is_same("b.py", 9, name="a.py", snapshot=3)


def test_another_document_under_the_old_name_is_another_document() -> None:
    known = names(("a.py", "b.py", 5))
    assert known.now("a.py", 6) == "a.py"
    assert places(known, "a.py") == [("a.py", 5, 100)]
    assert not known.is_same("a.py", 9, name="a.py", snapshot=3)


def test_names_may_go_round_in_a_circle() -> None:
    known = names(("a.py", "b.py", 2), ("b.py", "a.py", 4), ("a.py", "sub/a.py", 6))
    assert known.now("a.py", 1) == "sub/a.py"
    assert places(known, "sub/a.py") == [("sub/a.py", 6, 100), ("a.py", 4, 6), ("b.py", 2, 4), ("a.py", 0, 2)]


def test_two_documents_may_change_names() -> None:
    known = names(("a.py", "t", 3), ("b.py", "a.py", 3), ("t", "b.py", 3))
    assert (known.now("a.py", 1), known.now("b.py", 2)) == ("b.py", "a.py")
    assert known.is_same("a.py", 9, name="b.py", snapshot=2) and known.is_same("b.py", 9, name="a.py", snapshot=2)
    assert not known.is_same("a.py", 9, name="a.py", snapshot=2)


@pytest.mark.parametrize(
    ("document", "said", "language"),
    [
        ("main", None, None),
        ("main", "Julia", "julia"),
        ("fit.jl", None, "julia"),
        ("fit.jl", "plaintext", "julia"),  # an editor that does not know Julia
        ("analysis.R", None, "r"),
        ("app.js", "", "javascript"),
        ("solution.py", "python", "python"),
        ("solution.txt", "python", "python"),  # the editor knows better
        ("Makefile", None, None),
        ("notes.weird", None, None),
        ("notes.weird", "plaintext", "plaintext"),
        ("folder.py/notes", None, None),
    ],
)
def test_a_language_is_that_of_its_document(document: str, said: str | None, language: str | None) -> None:
    assert language_of(document, said) == language
