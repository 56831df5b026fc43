"""Every operation of REST with its models; the OpenAPI document is made from this list."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from codeassess_core.new_assessment import NewAssessment
from codeassess_core.reports import EXPORTERS

from .assessment_resources import AssessmentListed, AssessmentOut
from .inputs import (
    AssessmentQuery,
    Consent,
    ExportQuery,
    InteractionsQuery,
    NewestFirstQuery,
    NewReview,
    NewSession,
    PageQuery,
    ReportQuery,
    SessionsQuery,
)
from .resources import (
    DecisionOut,
    Health,
    InteractionOut,
    Page,
    ReportStatus,
    ReviewOut,
    SessionOut,
    SnapshotInfoOut,
    SnapshotOut,
    StepOut,
    TicketOut,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One verb on one address."""

    verb: str
    path: str
    summary: str
    answer: type[BaseModel] | None = None
    status: int = 200
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    errors: tuple[int, ...] = (400, 401, 403, 404)
    media_types: tuple[str, ...] = ()  #: of an answer that is not one of our JSON objects
    keyed: bool = False  #: does it accept an Idempotency-Key?
    again: int | None = None  #: the status when the same was done before
    conditional: str | None = None  #: the header of a condition that it accepts: If-Match or If-None-Match


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        verb="post",
        path="/sessions/",
        summary="Begin a session. Candidates begin their own. Idempotency-Key is honoured.",
        body=NewSession,
        answer=SessionOut,
        status=201,
        errors=(400, 401, 403, 404, 409, 413),
        keyed=True,
    ),
    Operation(
        verb="get",
        path="/sessions/",
        summary="List sessions, the newest first. Candidates see their own.",
        query=SessionsQuery,
        answer=Page[SessionOut],
        errors=(400, 401, 403),
    ),
    Operation(verb="get", path="/sessions/{session_id}/", summary="Read a session.", answer=SessionOut),
    Operation(
        verb="delete", path="/sessions/{session_id}/", summary="Erase a session in every store (operators).", status=204
    ),
    Operation(
        verb="get",
        path="/sessions/{session_id}/interactions/",
        summary="List what happened, in order; of some kinds by ?kind=.",
        query=InteractionsQuery,
        answer=Page[InteractionOut],
    ),
    Operation(
        verb="get",
        path="/sessions/{session_id}/snapshots/",
        summary="List the snapshots without their code.",
        query=PageQuery,
        answer=Page[SnapshotInfoOut],
    ),
    Operation(
        verb="get",
        path="/sessions/{session_id}/snapshots/{n}",
        summary="Read snapshot n, from 1, rebuilt exactly.",
        answer=SnapshotOut,
    ),
    Operation(
        verb="get",
        path="/sessions/{session_id}/replay/",
        summary="List the snapshots as edits, each of the one before it of its document.",
        query=PageQuery,
        answer=Page[StepOut],
    ),
    Operation(
        verb="get",
        path="/sessions/{session_id}/decisions/",
        summary="List the decisions to ask or not, with their reasons (graders).",
        query=PageQuery,
        answer=Page[DecisionOut],
    ),
    Operation(
        verb="post",
        path="/sessions/{session_id}/ticket",
        summary="Get a ticket, which opens the session's websocket once within 30 s (the owner, operators).",
        answer=TicketOut,
        status=201,
    ),
    Operation(
        verb="post",
        path="/sessions/{session_id}/consent",
        summary="Record what the candidate agreed to (the owner); 200 when it was recorded before.",
        body=Consent,
        answer=InteractionOut,
        status=201,
        again=200,
        errors=(400, 401, 403, 404, 409, 413),
    ),
    Operation(
        verb="post",
        path="/sessions/{session_id}/generate-report",
        summary="Finish the session and write its report. Asking twice makes one report.",
        answer=ReportStatus,
        status=202,
    ),
    Operation(
        verb="get",
        path="/sessions/{session_id}/report/",
        summary="Read the report; 409 with its state while it is not ready.",
        query=ReportQuery,
        media_types=tuple(exporter.media_type.split(";")[0] for exporter in EXPORTERS.values()),
        errors=(400, 401, 403, 404, 409),
    ),
    Operation(
        verb="post",
        path="/sessions/{session_id}/report/reviews/",
        summary="Confirm or override a score; makes a version of the report (graders). Idempotency-Key is honoured.",
        body=NewReview,
        answer=ReviewOut,
        status=201,
        errors=(400, 401, 403, 404, 409, 413),
        keyed=True,
    ),
    Operation(
        verb="get",
        path="/sessions/{session_id}/report/reviews/",
        summary="List the reviews, the oldest first.",
        query=PageQuery,
        answer=Page[ReviewOut],
    ),
    Operation(
        verb="get",
        path="/sessions/{session_id}/export/",
        summary="Export the whole session as a zip (graders).",
        query=ExportQuery,
        media_types=("application/zip",),
    ),
    Operation(
        verb="post",
        path="/assessments/",
        summary="Create an assessment (graders).",
        body=NewAssessment,
        answer=AssessmentOut,
        status=201,
        errors=(400, 401, 403, 413),
    ),
    Operation(
        verb="get",
        path="/assessments/",
        summary="List assessments in their newest version (graders).",
        query=NewestFirstQuery,
        answer=Page[AssessmentListed],
        errors=(400, 401, 403),
    ),
    Operation(
        verb="get",
        path="/assessments/{assessment_id}/",
        summary="Read an assessment, by default in its newest version (graders).",
        query=AssessmentQuery,
        answer=AssessmentOut,
        conditional="If-None-Match",
    ),
    Operation(
        verb="post",
        path="/assessments/{assessment_id}/versions",
        summary="Add a version; sessions that began keep theirs (graders). If-Match is honoured.",
        body=NewAssessment,
        answer=AssessmentOut,
        status=201,
        errors=(400, 401, 403, 404, 412, 413),
        conditional="If-Match",
    ),
    Operation(
        verb="post",
        path="/assessments/{assessment_id}/close",
        summary="Close an assessment: no session of it can begin (graders). Again changes nothing.",
        answer=AssessmentOut,
    ),
    Operation(
        verb="post",
        path="/assessments/{assessment_id}/open",
        summary="Open an assessment again (graders). Again changes nothing.",
        answer=AssessmentOut,
    ),
    Operation(
        verb="post",
        path="/assessments/{assessment_id}/clone",
        summary="Make a new assessment with the newest version of this one (graders).",
        answer=AssessmentOut,
        status=201,
    ),
    Operation(
        verb="get", path="/codeassess/health", summary="The state of each part.", answer=Health, errors=(401, 503)
    ),
    Operation(verb="get", path="/codeassess/openapi.json", summary="This document.", errors=(401,)),
)
