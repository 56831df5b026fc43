"""An identity provider of Jupyter that knows the roles of people, such as a JupyterHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from tornado.web import RequestHandler

    from codeassess_core.errors import CodeAssessError
    from codeassess_core.identity import Principal
    from codeassess_core.settings import Settings

    from .application import Application


@runtime_checkable
class RoleProvider(Protocol):
    """What handlers ask it. Without one, whom Jupyter knows is a candidate, or a grader whom the settings name."""

    def sign_in_address(self) -> str:
        """Where a browser signs in, below the base URL."""
        ...

    def elsewhere(self, handler: RequestHandler) -> dict[str, str] | None:
        """Where the browser that sent this request goes to sign out there too, and to a Lab; None: it is no browser."""
        ...

    def forget(self, handler: RequestHandler) -> None:
        """Remove the provider's own cookie from the browser."""
        ...

    def by_cookie(self, handler: RequestHandler) -> bool:
        """Was the provider's cookie sent, and no token in a header?"""
        ...

    def problem(self, handler: RequestHandler) -> CodeAssessError | None:
        """Why it could not be said who sent a request; None: it could, or nobody did."""
        ...

    def principal(self, handler: RequestHandler, settings: Settings) -> Principal:
        """Whoever sent a request, which holds `current_user`.

        Raises:
            Forbidden: they have no role here.
        """
        ...

    async def still(self, handler: RequestHandler, principal: Principal, settings: Settings) -> bool:
        """Is whoever opened this connection still known, with the same role?

        Raises:
            HubUnavailable: the provider gives no answer for too long.
        """
        ...

    def routes(self, app: Application) -> list[tuple[str, type, dict[str, Any]]]:
        """Its addresses in a service."""
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...
