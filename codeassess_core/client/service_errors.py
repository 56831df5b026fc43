"""What can go wrong between a candidate's own Jupyter (mode upstream) and its service, or a service and its JupyterHub.

They cross the wire to the browser like the errors of the core: docs/protocol.md lists them together.
"""

from __future__ import annotations

from ..errors import CodeAssessError, Forbidden, StoreUnavailable


class NotJoined(Forbidden):
    """This Jupyter has no access to the service yet: join with a code."""

    code = "not_joined"


class HubTokenRefused(Forbidden):
    """The service does not accept the JupyterHub token of this server any more: stop and start your server."""

    code = "hub_token_refused"


class NotRelayed(Forbidden):
    """This Jupyter passes on only what candidates need."""

    code = "not_relayed"


class ServiceUnreachable(StoreUnavailable):
    """The service cannot be reached; nothing was acknowledged, try again."""

    code = "service_unreachable"


class HubUnavailable(StoreUnavailable):
    """JupyterHub does not say who you are at the moment; nothing was acknowledged, try again."""

    code = "hub_unavailable"


class ServiceFault(CodeAssessError):
    """The service gave no usable answer."""

    code = "service_fault"
    status = 502


class CredentialsUnusable(CodeAssessError):
    """The file with your credentials cannot be used."""

    code = "credentials_unusable"
