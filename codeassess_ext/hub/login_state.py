"""What a login at the Hub needs when the browser comes back, made so that any process of the service can read it.

JupyterHub's library keeps it in the memory of the process in which the login began. Here the state itself, which the
browser brings back twice (in the address, and in a cookie that the service signed), says when it ends and which cookie
it is in. The verifier of PKCE (RFC 7636) stays secret: it follows from the state and the service's token.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from base64 import urlsafe_b64encode
from typing import Final

_STATE: Final = re.compile(r"(?P<until>\d{1,12})\.[\w-]{22}(?:\.(?P<suffix>[A-Za-z]{1,16}))?")


def new_state(seconds: float, suffix: str = "") -> str:
    """A state that nobody can guess and that lives for `seconds`; `suffix` is the end of its cookie's name."""
    state = f"{int(time.time() + seconds)}.{secrets.token_urlsafe(16)}"
    return f"{state}.{suffix}" if suffix else state


def suffix_of(state: str) -> str | None:
    """The end of the name of its cookie, which may be empty; None: it is no state, or its time is over."""
    found = _STATE.fullmatch(state)
    if found is None or int(found["until"]) < time.time():
        return None
    return found["suffix"] or ""


def verifier_of(state: str, token: str) -> str:
    """The PKCE verifier of a login; nobody knows it without the service's token."""
    return _derived(token, f"verifier {state}")


def challenge_of(verifier: str) -> str:
    """The PKCE challenge (S256) of a verifier."""
    return _base64(hashlib.sha256(verifier.encode()).digest())


def cookie_secret(token: str) -> bytes:
    """What all processes of a service sign their cookies with."""
    return _derived(token, "cookies").encode()


def _derived(token: str, purpose: str) -> str:
    return _base64(hmac.digest(token.encode(), f"codeassess {purpose}".encode(), "sha256"))


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
