"""What a JupyterHub tells a service of its own in the environment: its name, its token and where it is to listen."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from codeassess_core.errors import InvalidInput

from .login_state import cookie_secret

SERVICE_NAME: Final = "JUPYTERHUB_SERVICE_NAME"
"""Only services have it: the server of a user, in which the others are set as well, has not."""
API_TOKEN: Final = "JUPYTERHUB_API_TOKEN"
_NEEDED: Final = (
    API_TOKEN,
    "JUPYTERHUB_API_URL",
    "JUPYTERHUB_CLIENT_ID",
    "JUPYTERHUB_SERVICE_PREFIX",
    "JUPYTERHUB_SERVICE_URL",
)
_CERTIFICATES: Final = {"keyfile": "KEYFILE", "certfile": "CERTFILE", "client_ca": "CLIENT_CA"}
_PORTS: Final = {"http": 80, "https": 443}
_IDENTITY: Final = "codeassess_ext.hub.identity.HubIdentity"


def hub_settings(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """What `c.ServerApp` has to be for the Hub that knows this service; empty: no Hub does.

    Raises:
        InvalidInput: the environment is incomplete, or jupyterhub is not installed.
    """
    if not environ.get(SERVICE_NAME):
        return {}
    missing = [name for name in _NEEDED if not environ.get(name)]
    if missing:
        raise InvalidInput(
            f"{SERVICE_NAME} is set, so this is a service of a JupyterHub, and {', '.join(missing)} must be set as "
            "well. A Hub that starts the service sets all of them; for one that you start see docs/jupyterhub.md."
        )
    if importlib.util.find_spec("jupyterhub") is None:
        raise InvalidInput(
            f"{SERVICE_NAME} is set, so this is a service of a JupyterHub, and the package jupyterhub is missing here: "
            "install codeassess[hub]."
        )
    own = {"identity_provider_class": _IDENTITY, "base_url": environ["JUPYTERHUB_SERVICE_PREFIX"]}
    return own | _address(environ["JUPYTERHUB_SERVICE_URL"]) | _certificates(environ)


def hub_cookie_secret(environ: Mapping[str, str] = os.environ) -> bytes | None:
    """What a Hub's service signs its cookies with, the same in all its processes; None: this is no Hub's service."""
    token = environ.get(API_TOKEN) if environ.get(SERVICE_NAME) else None
    return cookie_secret(token) if token else None


def own_hub_token(environ: Mapping[str, str] = os.environ) -> str:
    """The token that a JupyterHub gave to this process.

    Raises:
        InvalidInput: there is none.
    """
    token = environ.get(API_TOKEN, "")
    if not token:
        raise InvalidInput(
            f"upstream_credential = hub needs {API_TOKEN}, and no JupyterHub that would set it started this Jupyter.",
            setting="upstream_credential",
        )
    return token


def _address(url: str) -> dict[str, Any]:
    """Where to listen; what the Hub's proxy says of the browser is believed, whatever name the browser used."""
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as problem:
        raise InvalidInput(
            f"JUPYTERHUB_SERVICE_URL must be like http://127.0.0.1:8985, where this service listens, not {url!r:.200}."
        ) from problem
    return {
        "ip": parts.hostname or "",
        "port": port,
        "port_retries": 0,
        "allow_remote_access": True,
        "trust_xheaders": True,
    }


def _certificates(environ: Mapping[str, str]) -> dict[str, str]:
    """The certificates of a Hub with `internal_ssl`."""
    found = {name: environ.get(f"JUPYTERHUB_SSL_{suffix}", "") for name, suffix in _CERTIFICATES.items()}
    return {name: path for name, path in found.items() if path}
