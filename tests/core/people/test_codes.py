"""The codes of invitations, as people type and paste them."""

from __future__ import annotations

import pytest

from codeassess_core.errors import InvalidInput
from codeassess_core.people.codes import ALPHABET, LENGTH, code_digest, new_code, read_code, split_link
from codeassess_core.people.links import invitation_link


def test_codes_are_random_and_of_the_alphabet() -> None:
    codes = {new_code() for _ in range(1_000)}
    assert len(codes) == 1_000
    assert {character for code in codes for character in code if character != "-"} == set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "7K3M-9QRT-2XWB",
        "7k3m9qrt2xwb",
        " 7K3M 9QRT 2XWB\n",
        "7K3M\u20119QRT–2XWB",
        "https://code.example.org/a/#/join/7k3m-9qrt-2xwb",
    ],
)
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert read_code(typed) == "7K3M9QRT2XWB"
    assert code_digest(typed) == code_digest("7K3M-9QRT-2XWB")


def test_characters_that_look_alike_are_the_same() -> None:
    assert read_code("oOiIlL-000000") == read_code("001111-000000")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "7K3M-9QRT",
        "7K3M-9QRT-2XWB-0",
        "7K3M-9QRT-2XW!",
        "7K3M-9QRT-2XWU",
        "ca_token",
        "x" * 5_000,
        "https://code.example.org/",
        "ftp://code.example.org/#/join/7K3M-9QRT-2XWB",
    ],
)
def test_what_cannot_be_a_code_is_told_what_one_looks_like(typed: str) -> None:
    with pytest.raises(InvalidInput, match=f"A code has {LENGTH} letters and digits, like"):
        read_code(typed)


def test_a_link_names_its_server() -> None:
    code = new_code()
    link = invitation_link("https://code.example.org/class/", code)
    assert split_link(link) == ("https://code.example.org/class", code)
    assert split_link(code) == (None, code)
