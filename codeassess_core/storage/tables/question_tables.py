"""Assessments, decisions, questions, reports and reviews."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint, false, text, true

from .columns import Id, Json, UtcDateTime, created_at, metadata, session_id, tenant

assessments = Table(
    "assessments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("version", Integer, primary_key=True),
    tenant(),
    Column("title", Text, nullable=False),
    Column("instructions", Text, nullable=False),
    Column("starter_code", Text, nullable=False),
    Column("language", String(40), nullable=False),
    Column("rubric", Json, nullable=False),
    Column("policy", Json, nullable=False),
    Column("time_limit", Float),
    Column("show_report", Boolean, nullable=False),
    Column("attempts", Integer),  # empty: no limit
    Column("feedback", String(10), nullable=False, server_default="covered"),
    Column("graders", Json, nullable=False),
    Column("languages", Json, nullable=False, server_default=text("'[]'")),
    Column("files", Json, nullable=False, server_default=text("'[]'")),
    Column("materials", Json, nullable=False, server_default=text("'[]'")),
    Column("question_kinds", Json, nullable=False, server_default=text("'[]'")),
    Column("difficulty", String(10)),  # empty: from easy to hard
    Column("opens_at", UtcDateTime),
    Column("closes_at", UtcDateTime),
    Column("consent", Text, nullable=False, server_default=text("''")),
    Column("integrity_signals", Boolean, nullable=False, server_default=true()),
    Column("verified", Boolean, nullable=False, server_default=false()),
    Column("created_by", String(200), nullable=False),
    created_at(),
)

# Closed or open: of an assessment with all its versions. Without a row it is open.
assessment_states = Table(
    "assessment_states",
    metadata,
    Column("id", Id, primary_key=True),
    tenant(),
    Column("closed", Boolean, nullable=False),
    Column("changed_by", String(200), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    session_id(primary_key=True),
    Column("number", Integer, primary_key=True),  # from 1, in the session
    Column("snapshot", Integer, nullable=False),
    tenant(),
    Column("moment", String(10), nullable=False, server_default="pause"),
    Column("asked", Boolean, nullable=False),
    Column("rule", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_lines", Integer),
    Column("start_line", Integer),
    Column("end_line", Integer),
    Column("question_id", Id),
    created_at(),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Id, primary_key=True),
    tenant(),
    session_id(index=True),
    Column("status", String(20), nullable=False),
    Column("rule", String(40), nullable=False),
    Column("document", Text, nullable=False),
    Column("snapshot", Integer, nullable=False),
    Column("start_line", Integer, nullable=False),
    Column("end_line", Integer, nullable=False),
    created_at(),
    Column("kind", String(40), nullable=False, server_default=text("''")),
    Column("text", Text, nullable=False, server_default=text("''")),
    Column("excerpt", Text, nullable=False, server_default=text("''")),
    Column("expected", Json),
    Column("slots", Json),
    Column("claims", Json),
    Column("retrieved", Json),
    Column("provenance", Json),
    Column("asked_at", UtcDateTime),
    Column("response", Text),
    Column("slot_answers", Json),
    Column("responded_at", UtcDateTime),
    Column("evaluation", Json),
    Column("score", Float),
    Column("needs_review", Boolean),
    Column("failure", Text),
)

# One open question at a time, even when two processes decide at the same moment.
Index(
    "uq_questions_one_open",
    questions.c.session_id,
    unique=True,
    postgresql_where=text("status IN ('pending', 'open')"),
    sqlite_where=text("status IN ('pending', 'open')"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True),
    tenant(),
    session_id(),
    Column("version", Integer, nullable=False),
    Column("body", Json),  # empty until the report is built, then never changed
    created_at(),
    Column("score", Float),  # this and the next: copies from `body`, for lists
    Column("provisional", Boolean),
    Column("score_min", Float),
    Column("score_max", Float),
    UniqueConstraint("session_id", "version"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Id, primary_key=True),
    tenant(),
    session_id(),
    Column("number", Integer, nullable=False),
    Column("question_id", Id, nullable=False, index=True),
    Column("verdict", String(20), nullable=False),
    Column("score", Float, nullable=False),
    Column("reason", Text),
    Column("reviewer", String(200), nullable=False),
    Column("idempotency_key", String(200)),
    created_at(),
    UniqueConstraint("session_id", "number"),
    UniqueConstraint("session_id", "reviewer", "idempotency_key"),
)

# What candidates contest: the score of an answer, once. It waits for a person until a review decides it.
contests = Table(
    "contests",
    metadata,
    Column("id", Id, primary_key=True),
    tenant(),
    session_id(),
    Column("question_id", Id, nullable=False),
    Column("reason", Text, nullable=False),
    created_at(),
    Column("review_id", Id),  # the review that has decided it
    UniqueConstraint("session_id", "question_id"),
)

# Few rows wait: the lists of graders look for them.
Index(
    "ix_contests_waiting",
    contests.c.tenant,
    postgresql_where=text("review_id IS NULL"),
    sqlite_where=text("review_id IS NULL"),
)
