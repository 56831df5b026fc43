"""What can go wrong between a candidate's own Jupyter (mode upstream) and its service.

They cross the wire to the browser like the errors of the core: docs/protocol.md lists them together.
"""

from __future__ import annotations

from ..errors import CodeAssessError, Forbidden, StoreUnavailable


class NotJoined(Forbidden):
    """This Jupyter has no access to the service yet: join with a code."""

    code = "not_joined"


class NotRelayed(Forbidden):
    """This Jupyter passes on only what candidates need."""

    code = "not_relayed"


class ServiceUnreachable(StoreUnavailable):
    """The service cannot be reached; nothing was acknowledged, try again."""

    code = "service_unreachable"


class ServiceFault(CodeAssessError):
    """The service gave no usable answer."""

    code = "service_fault"
    status = 502


class CredentialsUnusable(CodeAssessError):
    """The file with your credentials cannot be used."""

    code = "credentials_unusable"
