"""What every format shows of earlier attempts, and of moments at which nothing was asked."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from records import new_assessment

from codeassess_core.model import Attempt, QuestionStatus, Report
from codeassess_core.new_session import SessionRequest
from codeassess_core.reports import as_html, as_markdown, as_pdf
from codeassess_core.reports.build import report_body

from ..test_story import ADA, FIRST, ClientSession, eventually, opened_core
from .material import FULL, NARRATIVE, at, report

UNASKED = "1 moment at which nothing was asked"


def pdf_text(file: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages).split())


SHOWN: dict[str, Callable[[Report], str]] = {
    "html": lambda made: as_html.render(made).decode(),
    "markdown": lambda made: as_markdown.render(made).decode(),
    "pdf": lambda made: pdf_text(as_pdf.render(made)),
}
TRIED = replace(
    FULL,
    attempts=(
        Attempt("session-a", at(-9000), "ended", 6.5),
        Attempt("session-b", at(-6000), "active", None),
    ),
)


@pytest.mark.parametrize("form", SHOWN)
def test_moments_at_which_nothing_was_asked_are_one_line(form: str) -> None:
    text = SHOWN[form](report())
    assert text.count(UNASKED) == 1
    assert "withdrawn" not in text


def test_the_body_keeps_them_behind_the_questions_that_were_asked() -> None:
    first, *others = FULL.questions
    withdrawn = replace(others[-1], id=first.id + "-before", status=QuestionStatus.WITHDRAWN)
    body = report_body(replace(FULL, questions=(withdrawn, first)), NARRATIVE)
    assert [(q["number"], q["status"]) for q in body["questions"]] == [(1, str(first.status)), (2, "withdrawn")]


@pytest.mark.parametrize("form", SHOWN)
def test_earlier_attempts_are_on_the_report(form: str) -> None:
    text = SHOWN[form](report(TRIED))
    assert "Earlier attempts" in text
    assert "6.5 of 10 as an estimate" in text and "without a report" in text
    assert "Earlier attempts" not in SHOWN[form](report())


async def test_the_second_session_of_a_candidate_names_the_first(database_url: str, tmp_path: Path) -> None:
    async with opened_core(database_url, tmp_path) as core:
        spec = await core.record.assessments.add(new_assessment())
        sessions = []
        for _ in range(2):
            session = await core.assessment.begin(ADA, SessionRequest(assessment_id=spec.id))
            sessions.append(session.id)
            ada = ClientSession(core, session.id)
            await ada.type(FIRST)
            await ada.send("finish")
            await eventually(ada.ended)
        first, second = [(await core.record.reports.latest(id)).body["attempts"] for id in sessions]
        assert first == []
        assert [(attempt["session_id"], attempt["status"]) for attempt in second] == [(sessions[0], "ended")]
