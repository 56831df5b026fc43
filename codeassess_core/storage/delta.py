"""Stores snapshots compactly and rebuilds them exactly. Pure.

A snapshot is either a *key* (the whole text, compressed) or a *delta* against the snapshot
before it. One keystroke burst of an 8 kB file costs about 15 bytes and a few microseconds
instead of 2.4 kB and 200 µs. Everything works on UTF-8 bytes, and a cut may be
inside a character: only the end of a chain is decoded.

A delta is a splice, three fields and a body::

    varint  2 × (bytes kept at the front) + (1 if the body is packed)
    varint  bytes of the previous text that are removed after them
    body    the bytes that replace them; packed: their number as a varint, then deflate
            streams with the previous text around the same position as dictionary

Packing is for edits in many places (a rename, a formatter): a plain splice would store everything
between the first and the last of them. Varints are LEB128: seven bits per byte, the lowest first.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from rapidfuzz.distance import Postfix, Prefix

from ..documents.lines import line_count

KEY = "key"
DELTA = "delta"

KEY_EVERY = 128
"""A key is stored at least this often, so that a rebuild reads a bounded number of bodies."""

DELTA_LIMIT = 4096
"""Bytes; a longer delta is stored as a key, so that a chain is never larger than its texts."""

_LEVEL = 6
_WORTH_PACKING = 160  # bytes; a smaller body gains too little from deflate (60 µs)
_WORTH_COMPARING = 8  # a delta below 1/8 of the text counts as smaller than a key: code compresses 3 to 5 times
_BLOCK = 16 * 1024  # half of deflate's window of 32 KiB, so that the same position of the previous text is inside it
_SLACK = 8 * 1024  # how far a block may have moved and is still found in its dictionary
_STRIDE = 64 * 1024  # bytes compared at once: they fit into the processor's cache
_FOUR_BYTES = [bytes((first,)) for first in range(0xF0, 0xF5)]  # the first byte of a character beyond U+FFFF
_CLOSE = 2 * 1024  # bytes; comparing byte by byte costs no more than halving further


class Body(NamedTuple):
    """A stored snapshot. `form` is "key" or "delta"."""

    form: str
    data: bytes


def encode(previous: str | None, text: str) -> Body:
    """`text` as a delta against `previous`; as a key when `previous` is None or a delta is not smaller.

    Raises `UnicodeEncodeError` (a `ValueError`) for lone surrogates.
    """
    new = text.encode()
    if previous is None:
        return _key(new)
    delta = _delta(previous.encode(), new)
    if len(delta) * _WORTH_COMPARING <= len(new) and len(delta) <= DELTA_LIMIT:
        return Body(DELTA, delta)
    key = _key(new)
    return key if len(delta) > min(len(key.data), DELTA_LIMIT) else Body(DELTA, delta)


class Splice(NamedTuple):
    """At `start`, `deleted` UTF-16 code units are replaced by `inserted`."""

    start: int
    deleted: int
    inserted: str


def splice(old: bytes, new: bytes) -> Splice:
    """The smallest range of whole characters that contains all differences of two UTF-8 texts."""
    front = _common_prefix(old, new)
    back = _common_suffix(old, new, min(len(old), len(new)) - front)
    while back and _is_inside(old[-back]):
        back -= 1
    while front < len(old) and _is_inside(old[front]):
        front -= 1
    gone, inserted = old[front : len(old) - back], new[front : len(new) - back]
    return Splice(_utf16_units(old[:front]), _utf16_units(gone), inserted.decode())


def rebuild(bodies: Sequence[Body]) -> str:
    """The text of the last of `bodies`: consecutive snapshots of one document, beginning with a key.

    Raises `ValueError` when the first is not a key or a body was not made by `encode`
    against the text of the one before it.
    """
    (text,) = deque(texts(bodies), maxlen=1)
    return text.decode()


def line_counts(bodies: Sequence[Body]) -> Iterator[int]:
    """The number of lines of each of `bodies` (as for `rebuild`), up to the first that cannot be read."""
    with suppress(ValueError):
        for text in texts(bodies):
            yield line_count(text.decode())


def texts(bodies: Sequence[Body]) -> Iterator[bytes]:
    """The text of each of `bodies` in UTF-8; argument and errors as of `rebuild`."""
    if not bodies or bodies[0].form != KEY:
        raise ValueError("A chain of snapshots must begin with a key.")
    text = b""
    for place, body in enumerate(bodies):
        try:
            text = zlib.decompress(body.data) if body.form == KEY else _apply(text, body)
        except (zlib.error, IndexError, ValueError) as problem:
            raise ValueError(f"Body {place} of the chain cannot be read: {problem}.") from problem
        yield text


def _key(new: bytes) -> Body:
    return Body(KEY, zlib.compress(new, _LEVEL))


def _delta(old: bytes, new: bytes) -> bytes:
    front = _common_prefix(old, new)
    back = _common_suffix(old, new, min(len(old), len(new)) - front)
    dropped = len(old) - front - back
    body = new[front : len(new) - back]
    if len(body) >= _WORTH_PACKING:
        packed = _pack(old, body, front=front, dropped=dropped)
        if len(packed) < len(body):
            return _varint(2 * front + 1) + _varint(dropped) + packed
    return _varint(2 * front) + _varint(dropped) + body


def _apply(old: bytes, delta: Body) -> bytes:
    if delta.form != DELTA:
        raise ValueError(f"there is no form {delta.form!r}")
    head, at = _read_varint(delta.data, 0)
    dropped, at = _read_varint(delta.data, at)
    front, packed = head >> 1, head & 1
    if front + dropped > len(old):
        raise ValueError("it belongs to another text")
    body = _unpack(old, delta.data[at:], front=front, dropped=dropped) if packed else delta.data[at:]
    return b"".join((old[:front], body, old[front + dropped :]))


# -- packed bodies ------------------------------------------------------------


def _pack(old: bytes, body: bytes, *, front: int, dropped: int) -> bytes:
    """`body` deflated block by block; returned unchanged when the result exceeds `DELTA_LIMIT`."""
    parts = [_varint(len(body))]
    size = 0
    for start, dictionary in _blocks(old, len(body), front=front, dropped=dropped):
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=dictionary)
        parts += (deflate.compress(body[start : start + _BLOCK]), deflate.flush())
        size += len(parts[-1]) + len(parts[-2])
        if size > DELTA_LIMIT:
            return body
    return b"".join(parts)


def _unpack(old: bytes, data: bytes, *, front: int, dropped: int) -> bytes:
    length, at = _read_varint(data, 0)
    rest, parts = data[at:], []
    for _, dictionary in _blocks(old, length, front=front, dropped=dropped):
        inflate = zlib.decompressobj(-zlib.MAX_WBITS, zdict=dictionary)
        parts.append(inflate.decompress(rest) + inflate.flush())
        rest = inflate.unused_data
    body = b"".join(parts)
    if len(body) != length:
        raise ValueError("its packed body is cut short")
    return body


def _blocks(old: bytes, length: int, *, front: int, dropped: int) -> Iterator[tuple[int, bytes]]:
    """The start of each block of a body of `length`, and the part of `old` that it most likely resembles."""
    for start in range(0, length, _BLOCK):
        likely = front + start * dropped // length
        begin = max(0, likely - _SLACK)
        yield start, old[begin : likely + _BLOCK + _SLACK]


# -- comparing and counting ---------------------------------------------------


def _common_prefix(a: bytes, b: bytes) -> int:
    """The number of leading bytes that `a` and `b` share; compares ranges and halves them near the difference."""
    same, bound = 0, min(len(a), len(b))
    while bound - same > _CLOSE:
        middle = same + min((bound - same) >> 1, _STRIDE)
        if a.startswith(b[same:middle], same):
            same = middle
        else:
            bound = middle
    return same + Prefix.similarity(a[same:bound], b[same:bound])


def _common_suffix(a: bytes, b: bytes, bound: int) -> int:
    """The number of trailing bytes that `a` and `b` share, at most `bound`."""
    same, end_a, end_b = 0, len(a), len(b)
    while bound - same > _CLOSE:
        middle = same + min((bound - same) >> 1, _STRIDE)
        if a.endswith(b[end_b - middle : end_b - same], 0, end_a - same):
            same = middle
        else:
            bound = middle
    return same + Postfix.similarity(a[end_a - bound : end_a - same], b[end_b - bound : end_b - same])


def _is_inside(byte: int) -> bool:
    """True for a continuation byte of UTF-8."""
    return byte & 0xC0 == 0x80


def _utf16_units(text: bytes) -> int:
    """The length in UTF-16 code units of a text in UTF-8: two for a character of four bytes, else one."""
    if text.isascii():
        return len(text)
    return len(text.decode()) + sum(map(text.count, _FOUR_BYTES))


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins at `at`, and the position after it."""
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
