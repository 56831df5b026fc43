"""The codes of invitations: short enough to type, long enough that nobody guesses one.

Twelve characters of Crockford's base 32 (https://www.crockford.com/base32.html) hold 60 random bits. Upper and lower
case are the same, `O` is read as 0, `I` and `L` as 1, and whatever stands between the characters does not count.
"""

from __future__ import annotations

import re
import secrets
from typing import Final
from urllib.parse import urlsplit

from ..errors import InvalidInput
from ..identity import token_digest

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 12
_GROUP: Final = 4
_READ_AS: Final = str.maketrans("OIL", "011")
_LONGEST: Final = 2_000
_WRONG: Final = f"A code has {LENGTH} letters and digits, like 7K3M-9QRT-2XWB; copy it from the invitation."


def new_code() -> str:
    """A new code with 60 random bits, in three groups."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(characters[at : at + _GROUP] for at in range(0, LENGTH, _GROUP))


def read_code(text: str) -> str:
    """The characters of a code that somebody typed, or copied with its link.

    Raises:
        InvalidInput: it cannot be a code.
    """
    code = split_link(text)[1]
    characters = re.sub(r"[\s\-\u2010-\u2015._]", "", code).upper().translate(_READ_AS)
    if len(characters) != LENGTH or set(characters) - set(ALPHABET):
        raise InvalidInput(_WRONG, field="code")
    return characters


def split_link(text: str) -> tuple[str | None, str]:
    """The server and the code of an invitation's link; a code alone has no server.

    Raises:
        InvalidInput: a link without a code, or a text that is far too long.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise InvalidInput(_WRONG, field="code")
    if "://" not in text:
        return None, text
    server, _, fragment = text.partition("#")
    code = re.fullmatch(r"/?join/([^/?]+)/?", fragment)
    if code is None or urlsplit(server).scheme not in ("http", "https"):
        raise InvalidInput(f"That link holds no code. {_WRONG}", field="code")
    return server.rstrip("/"), code[1]


def code_digest(code: str) -> str:
    """What is stored of a code: SHA-256 in hex of its characters.

    Raises:
        InvalidInput: it cannot be a code.
    """
    return token_digest(read_code(code))
