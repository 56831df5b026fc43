"""Every route of codeassess: the address and its handler."""

from __future__ import annotations

from typing import Any

from . import rest, rest_assessments, rest_audit, rest_people, sign_in
from .accesses import VerbAccesses, accesses_of
from .application import Application
from .guard import verbs
from .socket import SessionSocket

_SESSION = r"/sessions/(?P<session_id>[^/]+)"
_ASSESSMENT = r"/assessments/(?P<assessment_id>[^/]+)"

ROUTES: list[tuple[str, type]] = [
    (r"/sessions/?", rest.SessionsHandler),
    (r"/sessions/results\.csv", rest.ResultsHandler),
    (r"/sessions/groups/?", rest.GroupsHandler),
    (rf"{_SESSION}/?", rest.SessionHandler),
    (rf"{_SESSION}/interactions/?", rest.InteractionsHandler),
    (rf"{_SESSION}/snapshots/?", rest.SnapshotsHandler),
    (rf"{_SESSION}/snapshots/(?P<n>[^/]+)/?", rest.SnapshotHandler),
    (rf"{_SESSION}/replay/?", rest.ReplayHandler),
    (rf"{_SESSION}/decisions/?", rest.DecisionsHandler),
    (rf"{_SESSION}/ticket/?", rest.TicketHandler),
    (rf"{_SESSION}/consent/?", rest.ConsentHandler),
    (r"/codeassess/consent/?", rest.AgreementHandler),
    (rf"{_SESSION}/generate-report/?", rest.GenerateReportHandler),
    (rf"{_SESSION}/report/?", rest.ReportHandler),
    (rf"{_SESSION}/report/reviews/?", rest.ReviewsHandler),
    (rf"{_SESSION}/contests/?", rest.ContestsHandler),
    (rf"{_SESSION}/export/?", rest.ExportHandler),
    (r"/people/?", rest_people.PeopleHandler),
    (r"/people/(?P<person_id>[^/]+)/?", rest_people.PersonHandler),
    (r"/invitations/?", rest_people.OwnInvitationsHandler),
    (rf"{_ASSESSMENT}/invitations/?", rest_people.InvitationsHandler),
    (rf"{_ASSESSMENT}/invitations/(?P<invitation_id>[^/]+)/?", rest_people.InvitationHandler),
    (r"/codeassess/join/?", rest_people.JoinHandler),
    (r"/codeassess/join/look/?", rest_people.LookHandler),
    (r"/codeassess/hand-over/?", rest_people.HandOverHandler),
    (r"/assessments/?", rest_assessments.AssessmentsHandler),
    (rf"{_ASSESSMENT}/?", rest_assessments.AssessmentHandler),
    (rf"{_ASSESSMENT}/versions/?", rest_assessments.AssessmentVersionsHandler),
    (r"/codeassess/sign-in/?", sign_in.SignInHandler),
    (r"/codeassess/sign-out/?", sign_in.SignOutHandler),
    (r"/codeassess/me/?", sign_in.MeHandler),
    (rf"{_ASSESSMENT}/close/?", rest_assessments.AssessmentCloseHandler),
    (rf"{_ASSESSMENT}/open/?", rest_assessments.AssessmentOpenHandler),
    (rf"{_ASSESSMENT}/clone/?", rest_assessments.AssessmentCloneHandler),
    (r"/codeassess/audit/?", rest_audit.AuditHandler),
    (r"/codeassess/health/?", rest.HealthHandler),
    (r"/codeassess/openapi\.json", rest.OpenApiHandler),
    (r"/ws/session/(?P<session_id>[^/]+)/?", SessionSocket),
    # Anything else below our addresses gets our error, not Jupyter's page.
    (r"/(?:sessions|assessments|people|invitations|codeassess)/.*", rest.UnknownHandler),
]


def routes(app: Application) -> list[tuple[str, type, dict[str, Any]]]:
    """The routes, with the application that their handlers need."""
    return [(pattern, handler, {"app": app, "accesses": _accesses(pattern, handler)}) for pattern, handler in ROUTES]


def _accesses(pattern: str, handler: type) -> VerbAccesses:
    known = handler is not rest.UnknownHandler
    return accesses_of(pattern, verbs(handler) if known else (), known=known)
