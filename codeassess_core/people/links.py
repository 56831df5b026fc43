"""The addresses that candidates get. The code is in the fragment, which no server and no proxy sees."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..errors import InvalidInput


def invitation_link(public_url: str, code: str) -> str:
    """The address of the service's page that an invitation names."""
    return f"{public_url.rstrip('/')}/#/join/{code}"


def address_in(link: str) -> str:
    """The address of the service in a link of `invitation_link`."""
    return link.partition("/#/join/")[0]


def checked_address(text: str, *, setting: str) -> str:
    """A setting that names a server's address, without a slash at its end; empty stays empty.

    Raises:
        InvalidInput: it is not the address of a server.
    """
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise InvalidInput(
            f"{setting} must be the address that candidates reach, like https://code.example.org, not {text!r:.200}.",
            setting=setting,
        )
    return text.rstrip("/")
