"""What graders see of a question and candidates do not: the right answers, and the claims of the question."""

from __future__ import annotations

from dataclasses import replace

from codeassess_core.model import Interaction, Question
from codeassess_core.reports.slot_parts import claim_part, slot_parts


def with_evidence(interaction: Interaction, question: Question | None) -> Interaction:
    """The interaction in which `question` was asked, with its slots and claims as a report has them."""
    if question is None:
        return interaction
    parts = {
        "slots": [part.model_dump(mode="json") for part in slot_parts(question)],
        "claims": [claim_part(claim).model_dump(mode="json") for claim in question.claims],
    }
    return replace(interaction, payload=interaction.payload | parts)
