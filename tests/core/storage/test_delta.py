"""Snapshots are stored compactly and rebuilt exactly."""

from __future__ import annotations

import random
import shelve
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassess_core.storage.delta import DELTA_LIMIT, KEY_EVERY, Body, encode, rebuild, splice

CODE = Path(shelve.__file__).read_text(encoding="utf-8")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))  # all of Unicode but lone surrogates
EDITS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.5), TEXT), max_size=12)


def chain(texts: list[str], *, every: int = KEY_EVERY) -> list[Body]:
    """The bodies of `texts`, with a key at every `every`-th."""
    before = [None, *texts]
    return [encode(before[n] if n % every else None, text) for n, text in enumerate(texts)]


def edited(text: str, edits: list[tuple[float, float, str]]) -> Iterator[str]:
    """`text` and its versions: each edit replaces a part of it."""
    yield text
    for place, share, instead in edits:
        start = int(place * len(text))
        text = text[:start] + instead + text[start + int(share * len(text)) :]
        yield text


def typing(source: str, *, seed: int) -> list[str]:
    """Snapshots of `source` as a person writes it: blocks in changing order, a burst of keys each, slips, renames."""
    chance = random.Random(seed)
    lines = source.splitlines(keepends=True)
    blocks = ["".join(lines[n : n + 8]) for n in range(0, len(lines), 8)]
    written: dict[int, str] = {}
    texts = []
    for block in sorted(range(len(blocks)), key=lambda n: n + chance.choice((0, 0, 0, 5))):
        at = 0
        while at < len(blocks[block]):
            at += chance.randint(3, 20)
            slip = chance.choice("qwert") if chance.random() < 0.08 else ""
            written[block] = blocks[block][:at] + slip
            texts.append("".join(written[n] for n in sorted(written)))
        written[block] = blocks[block]
    return [*texts, source.replace("key", "name"), source]


@settings(max_examples=60, deadline=None)
@given(TEXT, EDITS)
def test_any_sequence_of_edits_is_rebuilt_exactly(text: str, edits: list[tuple[float, float, str]]) -> None:
    texts = list(edited(text, edits))
    stored = chain(texts)
    assert [rebuild(stored[: n + 1]) for n in range(len(texts))] == texts


@settings(max_examples=40, deadline=None)
@given(EDITS, st.integers(1, 12))
def test_edits_of_a_real_file_are_rebuilt_exactly(edits: list[tuple[float, float, str]], repeated: int) -> None:
    texts = list(edited(CODE * repeated, edits))  # up to 100 kB, beyond deflate's window
    assert rebuild(chain(texts)) == texts[-1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "a"),
        ("a", ""),
        (CODE, CODE),  # nothing changed
        ("aaaa", "aaa"),  # prefix and suffix overlap
        ("aaa", "aaaa"),
        ("a\r\nb\r\n", "a\nb\n"),  # line ends are kept as they are
        ("a\nb", "a\r\nb"),
        ("é", "è"),  # the first byte of the character is shared
        ("😀", "😁"),  # the first three bytes are
        ("e\u0301", "é"),  # they look the same, but are different texts
        ("\ufeffx", "x"),  # a byte order mark is a character
        (CODE, CODE.upper()),
        (CODE * 130, CODE * 65 + "x" + CODE * 65),  # about 1 MiB
        (CODE * 12, (CODE * 12).replace("self", "this")),  # in many places, over more than one block
    ],
)
def test_the_text_after_an_edit_is_exact(before: str, after: str) -> None:
    assert rebuild([encode(None, before), encode(before, after)]) == after


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", (0, 0, "")),
        ("", "a = 1\n", (0, 0, "a = 1\n")),
        ("a = 1\n", "", (0, 6, "")),
        ("aaa", "aa", (2, 1, "")),
        ("x👍y", "x👍!y", (3, 0, "!")),  # 👍 is two units
        ("x👍y", "x👎y", (1, 2, "👎")),  # the same first three bytes of four
        ("👍", "👍👍", (2, 0, "👍")),
        ("𝒜", "𝕄", (0, 2, "𝕄")),
        ("é", "è", (0, 1, "è")),  # the same first byte
        ("é", "©", (0, 1, "©")),  # the same last byte
        ("1é", "1©é", (1, 0, "©")),
        ("€", "⚬", (0, 1, "⚬")),  # the same last byte of three
        ("a\r\nb", "a\nb", (1, 1, "")),
    ],
)
def test_a_splice_is_counted_in_utf16_and_cuts_no_character(
    before: str, after: str, expected: tuple[int, int, str]
) -> None:
    assert splice(before.encode(), after.encode()) == expected


@given(st.text(alphabet="aé€👍👎\n", max_size=30), st.text(alphabet="aé€👍👎\n", max_size=30))
def test_a_splice_makes_the_one_text_from_the_other(before: str, after: str) -> None:
    start, deleted, inserted = splice(before.encode(), after.encode())
    units = before.encode("utf-16-le")
    made = units[: 2 * start] + inserted.encode("utf-16-le") + units[2 * (start + deleted) :]
    assert made.decode("utf-16-le") == after
    for end in (start, start + deleted):
        units[: 2 * end].decode("utf-16-le")  # raises where a pair is cut


def test_a_keystroke_costs_a_dozen_bytes_wherever_it_falls() -> None:
    for place in (0, len(CODE) // 2, len(CODE)):
        body = encode(CODE, CODE[:place] + "return x" + CODE[place:])
        assert (body.form, len(body.data) <= 12) == ("delta", True)


def test_a_typed_file_costs_under_fifty_bytes_for_each_snapshot() -> None:
    texts = typing(CODE, seed=1)
    stored = chain(texts)
    assert len(texts) > 500
    assert sum(len(body.data) for body in stored) / len(stored) < 50
    assert [body.form for body in stored].count("key") <= len(
        texts
    ) / KEY_EVERY + 3  # and while hardly anything is there


def test_a_typed_file_is_rebuilt_at_every_step() -> None:
    texts = typing(CODE, seed=2)
    stored = chain(texts)
    for first in range(0, len(texts), KEY_EVERY):
        for n in range(first, min(first + KEY_EVERY, len(texts)), 9):
            assert rebuild(stored[first : n + 1]) == texts[n]


@pytest.mark.parametrize("copies", [1, 10])  # under and over deflate's window of 32 KiB
def test_a_rename_all_over_a_file_is_a_small_delta(copies: int) -> None:
    body = encode(CODE * copies, (CODE * copies).replace("writeback", "write_through"))
    assert body.form == "delta"
    assert len(body.data) < 250 * copies


def test_a_text_that_shares_nothing_is_stored_as_a_key() -> None:
    noise = "".join(chr(c) for c in random.Random(0).choices(range(0x4E00, 0x9FFF), k=8000))
    assert encode(CODE, noise) == encode(None, noise)


def test_a_delta_of_code_is_never_larger_than_a_key_or_the_limit() -> None:
    for before, after in pairwise(["", "x", CODE, CODE[4000:], CODE.upper(), CODE * 3, CODE[::2], ""]):
        body, key = encode(before, after), encode(None, after)
        assert body.form == "key" or len(body.data) <= min(len(key.data), DELTA_LIMIT)


def test_a_key_is_the_text_compressed() -> None:
    assert encode(None, CODE) == Body("key", zlib.compress(CODE.encode(), 6))


def test_a_key_inside_a_chain_starts_it_anew() -> None:
    assert rebuild([encode(None, "a"), encode(None, "b"), encode("b", "bc")]) == "bc"


@pytest.mark.parametrize(
    ("bodies", "problem"),
    [
        ([], "begin with a key"),
        ([encode("a" * 99, "a" * 100)], "begin with a key"),
        ([Body("key", b"no zlib")], "Body 0"),
        ([encode(None, "short"), encode(CODE, CODE + "x")], "Body 1 .* another text"),
        ([encode(None, CODE), Body("delta", b"")], "Body 1"),
        ([encode(None, CODE), Body("delta", b"\x80")], "Body 1"),  # a number without an end
        ([encode(None, CODE), Body("patch", b"\0\0")], "'patch'"),
        ([encode(None, CODE), encode(CODE, CODE.replace("key", "name"))._replace(form="key")], "Body 1"),
        ([encode(None, CODE), Body("delta", encode(CODE, CODE.replace("key", "name")).data[:-9])], "cut short"),
    ],
)
def test_a_broken_chain_says_which_body_cannot_be_read(bodies: list[Body], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        rebuild(bodies)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        encode("", "\ud800")
