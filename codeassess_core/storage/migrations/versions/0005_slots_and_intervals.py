"""What code checks of an answer; scores as intervals in lists of sessions.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# One row for each answered question of a report of before there were intervals: what a person decided,
# what was sure, else anything from 0 to 10.
_LIST = {
    "postgresql": """
        UPDATE reports SET score = ends.score, score_min = ends.low, score_max = ends.high
        FROM (
            SELECT id, round(avg(score)::numeric, 1)::float8 AS score, round(avg(low)::numeric, 1)::float8 AS low,
                   round(avg(high)::numeric, 1)::float8 AS high
            FROM (
                SELECT r.id,
                    coalesce(decided, (q #>> '{evaluation,score}')::float8) AS score,
                    coalesce(decided, CASE WHEN sure THEN (q #>> '{evaluation,score}')::float8 ELSE 0 END) AS low,
                    coalesce(decided, CASE WHEN sure THEN (q #>> '{evaluation,score}')::float8 ELSE 10 END) AS high
                FROM reports r
                CROSS JOIN LATERAL jsonb_array_elements(r.body -> 'questions') AS q
                CROSS JOIN LATERAL (SELECT
                    (q #>> '{reviews,-1,score}')::float8 AS decided,
                    coalesce((q #>> '{evaluation,needs_review}')::boolean = false, false) AS sure) AS known
                WHERE jsonb_typeof(r.body -> 'questions') = 'array'
                  AND (decided IS NOT NULL OR jsonb_typeof(q -> 'evaluation') = 'object'
                       OR q ->> 'status' IN ('answered', 'failed'))
            ) AS answers GROUP BY id
        ) AS ends WHERE ends.id = reports.id
    """,
    "sqlite": """
        UPDATE reports SET score = ends.score, score_min = ends.low, score_max = ends.high
        FROM (
            SELECT id, round(avg(score), 1) AS score, round(avg(low), 1) AS low, round(avg(high), 1) AS high
            FROM (
                SELECT id, coalesce(decided, judged) AS score,
                    coalesce(decided, CASE WHEN sure THEN judged ELSE 0 END) AS low,
                    coalesce(decided, CASE WHEN sure THEN judged ELSE 10 END) AS high
                FROM (
                    SELECT r.id,
                        json_extract(q.value, '$.reviews[#-1].score') AS decided,
                        json_extract(q.value, '$.evaluation.score') AS judged,
                        json_extract(q.value, '$.evaluation.needs_review') IS FALSE AS sure,
                        json_extract(q.value, '$.status') AS status
                    FROM reports AS r, json_each(r.body, '$.questions') AS q
                    WHERE r.body IS NOT NULL
                )
                WHERE decided IS NOT NULL OR judged IS NOT NULL OR status IN ('answered', 'failed')
            ) GROUP BY id
        ) AS ends WHERE ends.id = reports.id
    """,
}


def upgrade() -> None:
    json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    for name in ("slots", "claims", "slot_answers"):
        op.add_column("questions", sa.Column(name, json, nullable=True))
    for name in ("score_min", "score_max"):
        op.add_column("reports", sa.Column(name, sa.Float(), nullable=True))
    op.execute(_LIST[op.get_bind().dialect.name])
