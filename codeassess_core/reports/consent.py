"""What a report says of the candidate's agreement. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from codeassess_core.clock import isoformat
from codeassess_core.model import AssessmentSpec, Interaction, InteractionKind

from .body import ConsentPart


def consent_part(interactions: Iterable[Interaction]) -> ConsentPart | None:
    """The agreement with which the record begins."""
    agreed = next((i for i in interactions if i.kind is InteractionKind.CONSENT), None)
    if agreed is None:
        return None
    version, sha256 = agreed.payload["version"], agreed.payload["sha256"]
    return ConsentPart(agreed_at=isoformat(agreed.created_at), version=version, sha256=sha256)


def agreement_missing(assessment: AssessmentSpec | None, interactions: Iterable[Interaction]) -> str:
    """A sentence where the assessment asks for an agreement and none is recorded; else empty."""
    asked = assessment is not None and assessment.consent_sha256 is not None
    if not asked or consent_part(interactions) is not None:
        return ""
    return "The assessment asks its candidates to agree to a text, and no agreement is recorded."
