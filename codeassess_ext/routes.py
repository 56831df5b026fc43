"""Which address is answered by whom. Every route of codeassess is in this list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import rest
from .socket import SessionSocket

if TYPE_CHECKING:
    from .extension import CodeAssess

_SESSION = r"/sessions/(?P<session_id>[^/]+)"
_ASSESSMENT = r"/assessments/(?P<assessment_id>[^/]+)"

ROUTES: list[tuple[str, type]] = [
    (r"/sessions/?", rest.SessionsHandler),
    (rf"{_SESSION}/?", rest.SessionHandler),
    (rf"{_SESSION}/interactions/?", rest.InteractionsHandler),
    (rf"{_SESSION}/snapshots/?", rest.SnapshotsHandler),
    (rf"{_SESSION}/snapshots/(?P<n>[^/]+)/?", rest.SnapshotHandler),
    (rf"{_SESSION}/replay/?", rest.ReplayHandler),
    (rf"{_SESSION}/decisions/?", rest.DecisionsHandler),
    (rf"{_SESSION}/ticket/?", rest.TicketHandler),
    (rf"{_SESSION}/consent/?", rest.ConsentHandler),
    (rf"{_SESSION}/generate-report/?", rest.GenerateReportHandler),
    (rf"{_SESSION}/report/?", rest.ReportHandler),
    (rf"{_SESSION}/report/reviews/?", rest.ReviewsHandler),
    (rf"{_SESSION}/export/?", rest.ExportHandler),
    (r"/assessments/?", rest.AssessmentsHandler),
    (rf"{_ASSESSMENT}/?", rest.AssessmentHandler),
    (rf"{_ASSESSMENT}/versions/?", rest.AssessmentVersionsHandler),
    (r"/codeassess/health/?", rest.HealthHandler),
    (r"/codeassess/openapi\.json", rest.OpenApiHandler),
    (r"/ws/session/(?P<session_id>[^/]+)/?", SessionSocket),
    # Whatever else is asked for below our addresses: our error, not Jupyter's page.
    (r"/(?:sessions|assessments|codeassess)/.*", rest.UnknownHandler),
]


def routes(app: CodeAssess) -> list[tuple[str, type, dict[str, Any]]]:
    """The routes with the dependency of their handlers."""
    return [(pattern, handler, {"app": app}) for pattern, handler in ROUTES]
