"""The report as a PDF: A4, archivable (PDF/A-2u), the same bytes for the same version on every machine.

`typst` sets it, with the fonts that are inside that package and nothing from the system or
the network. The report goes to the template as data (`sys.inputs`) and is set as text: no
markup is made from it. PDF/A lets no character pass that could not be drawn.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from codeassess_core.clock import isoformat
from codeassess_core.model import MAIN_DOCUMENT, Report

from .body import CriterionPart, EvaluationPart, QuestionPart, ReportBody
from .characters import each_text, visible
from .exporter import Exporter
from .typesetting import TEMPLATES, breakable, code_rows, drawable
from .wording import (
    State,
    clock_offset,
    counted,
    document_words,
    duration,
    flag_words,
    lines_words,
    moment,
    number,
    percent,
    question_state,
    review_words,
    rule_words,
    runs,
    source_words,
    verdict_state,
)

if TYPE_CHECKING:
    import typst

_HEAD_NAME: Final = 44
_LACKING: Final = (
    "Characters that the fonts of this file lack are shown by their number. "
    "The report as HTML or Markdown has them as they were written."
)


_MOST_ROWS: Final = 3_000
"""Of the final code, over all documents: 40 pages. A mebibyte of short lines took 40 s and a gigabyte of memory."""


def render(report: Report) -> bytes:
    """The whole file."""
    seen = visible(report.body)
    drawn = each_text(seen, drawable)
    data = _data(report, ReportBody.model_validate(drawn))
    if drawn != seen:
        data["notes"].append(_LACKING)
    return typeset(data, report.created_at)


def typeset(data: dict[str, Any], created_at: datetime) -> bytes:
    """`data` in the template. Two calls with the same arguments give the same bytes.

    Raises:
        typst.TypstError: a text holds a character that the fonts cannot draw.
        RuntimeError: the typesetter gave up over one.
    """
    import typst  # some 80 MB of it: only who wants a PDF loads it

    try:
        return typst.compile(
            TEMPLATES / "report.typ",
            root=TEMPLATES,
            font_paths=_fonts(),
            sys_inputs={"report": json.dumps(data)},
            format="pdf",
            pdf_standards="a-2u",
            timestamp=created_at.replace(microsecond=0),  # as PDF writes times
        )
    except (Exception, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:  # a panic is no Exception: it would pass by every door that answers for errors
        raise RuntimeError("The typesetter gave up.") from problem


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False)


def _data(report: Report, body: ReportBody) -> dict[str, Any]:
    """Everything that the template sets, in words; code apart, with a chance to break where there is no space."""
    words = {
        **_head(report, body),
        "result": _result(body),
        "timeline": [
            {"when": clock_offset(e.offset), "text": e.text, "tone": _timeline_tone(e.kind)} for e in body.timeline
        ],
        "made": _made(body),
        "fallbacks": [f"{f.part.capitalize()}: {f.reason}" for f in body.provenance.fallbacks],
        "notes": list(body.notes),
    }
    data: dict[str, Any] = each_text(words, breakable)
    data["questions"] = [_question(question, body.questions) for question in body.questions]
    data["final_code"] = _final_code(body)
    return data


def _head(report: Report, body: ReportBody) -> dict[str, Any]:
    session, activity, task = body.session, body.activity, body.assessment
    facts = (
        ("Candidate", session.owner),
        ("Started", moment(session.created_at)),
        ("Lasted", duration(session.duration_seconds)),
        ("Active", duration(activity.active_seconds)),
        ("Answered", f"{activity.answered} of {counted(activity.questions, 'question')}"),
        ("Recorded", f"{counted(activity.snapshots, 'snapshot')}, {counted(activity.pastes, 'paste')}"),
    )
    unverified = body.integrity == "unverified"
    return {
        "eyebrow": "Assessment report" + (f", task version {task.version}" if task else ""),
        "title": task.title if task else "Open session",
        "candidate": _short(session.owner),
        "session": session.id,
        "version": str(report.version),
        "marks": [w for w, on in (("provisional", body.overall.provisional), ("unverified", unverified)) if on],
        "facts": [{"label": label, "value": value} for label, value in facts],
        "integrity": {
            "words": f"{body.integrity.capitalize()}.",
            "reason": body.integrity_reason,
            "tone": "wait" if unverified else "plain",
        },
        "origin": f"Report {report.id}, version {report.version}, {moment(isoformat(report.created_at))}",
    }


def _short(name: str) -> str:
    """For the head of each page, which has one line."""
    words = " ".join(name.split())
    return words if len(words) <= _HEAD_NAME else f"{words[: _HEAD_NAME - 1]}…"


def _result(body: ReportBody) -> dict[str, Any]:
    overall = body.overall
    state = State("Provisional", "wait") if overall.provisional else State("Every evaluation counts", "good")
    return {
        "score": number(overall.score),
        "of": "no score yet" if overall.score is None else "of 10",
        "state": _chip(state) if overall.provisional or overall.score is not None else None,
        "explanation": _prose(overall.explanation),
        "summary": _prose(body.summary),
        "lists": [
            {"title": title, "items": [_prose(item) for item in items]}
            for title, items in (("Strengths", body.strengths), ("Concerns", body.concerns))
            if items
        ],
        "glance": [{"number": str(q.number), "state": _question_chip(q)} for q in body.questions],
    }


def _prose(text: str) -> list[dict[str, Any]]:
    """An examiner's sentences in stretches of words and of code."""
    return [{"text": run.text, "code": run.code} for run in runs(text)]


def _chip(state: State, before: str = "") -> dict[str, str]:
    return {"words": before + state.words, "tone": state.tone}


def _question_chip(question: QuestionPart) -> dict[str, str]:
    judged = question.evaluation
    if question.reviews:
        return _chip(question_state(question), f"{number(question.final_score)} of 10, ")
    return _chip(question_state(question), f"{number(judged.score)} of {number(judged.max)}, " if judged else "")


def _question(question: QuestionPart, questions: list[QuestionPart]) -> dict[str, Any]:
    plan = question.provenance.plan if question.provenance else None
    seconds = question.seconds_to_answer
    words = {
        "title": f"Question {question.number}",
        "state": _question_chip(question),
        "asked": _prose(question.question),
        "where": _where(question),
        "plan": f"Planned: kind {rule_words(plan.kind)}, {plan.difficulty}. {plan.reason}" if plan else "",
        "answer_title": "Answer" + (f" after {duration(seconds)}" if seconds is not None else ""),
        "answer": None if question.response is None else question.response or "(empty)",
        "failure": question.failure or "",
        "evaluation": _evaluation(question.evaluation) if question.evaluation else None,
        "reviews": [
            {
                "title": f"Review by {review.reviewer}: {review_words(review, question)}",
                "reason": review.reason or "",
                "when": moment(review.created_at),
            }
            for review in question.reviews
        ],
        "retrieved": "; ".join(
            f"{source_words(source, questions)} ({number(source.score, 2)})" for source in question.retrieved
        ),
    }
    excerpt = question.excerpt
    rows = code_rows(excerpt.code, excerpt.start_line) if excerpt.code else []
    return {**each_text(words, breakable), "code": rows}


def _where(question: QuestionPart) -> str:
    lines = lines_words(question.lines.start, question.lines.end).capitalize()
    asked = f", asked {moment(question.asked_at)}" if question.asked_at else ""
    kind = f", kind {rule_words(question.kind)}" if question.kind else ""
    place = f"{lines} of {document_words(question.document)}, snapshot {question.snapshot}"
    return f"{place}{asked}; rule {rule_words(question.rule)}{kind}"


def _evaluation(evaluation: EvaluationPart) -> dict[str, Any]:
    return {
        "text": _prose(evaluation.text),
        "caption": f"Verdicts, confidence {percent(evaluation.confidence)}",
        "criteria": [_criterion(criterion) for criterion in evaluation.criteria],
        "flags": "; ".join(map(flag_words, evaluation.flags)),
    }


def _criterion(criterion: CriterionPart) -> dict[str, Any]:
    return {
        "name": _prose(criterion.criterion),
        "state": _chip(verdict_state(criterion)),
        "points": f"{number(criterion.points)} of {number(criterion.max_points)}",
        "reason": _prose(criterion.reason),
        "quote": f"“{criterion.quote}”" if criterion.quote else "",
        "verified": criterion.verified,
    }


def _timeline_tone(kind: str) -> str:
    if kind in ("decision", "activity"):
        return "quiet"
    return "plain" if kind == "code_update" else "event"


def _final_code(body: ReportBody) -> list[dict[str, Any]]:
    documents, left = [], _MOST_ROWS
    for document in body.final_code:
        rows = code_rows(document.code, 1)
        language = f"{document.language}, " if document.language else ""
        documents.append(
            {
                "title": breakable(_title(document.document)),
                "where": breakable(language) + f"snapshot {document.snapshot}",
                "sha256": document.sha256,
                "code": rows[:left],
                "left_out": _left_out(len(rows[left:])),
            }
        )
        left = max(0, left - len(rows))
    return documents


def _left_out(rows: int) -> str:
    return f"{counted(rows, 'further line')} in the report as HTML, Markdown or JSON." if rows else ""


def _title(document: str) -> str:
    return document_words(document).capitalize() if document == MAIN_DOCUMENT else document


def _made(body: ReportBody) -> list[dict[str, str]]:
    made, tokens = body.provenance, body.provenance.tokens
    spent = "not reported"
    if tokens.input is not None or tokens.output is not None:
        estimated = " (partly estimated)" if tokens.estimated else ""
        spent = f"{tokens.input or 0:,} in, {tokens.output or 0:,} out{estimated}"
    cost = f"; cost {number(made.cost, 4)}" if made.cost is not None else ""
    pairs = (
        ("Session", body.session.id),
        ("Status and mode", f"{body.session.status}, {body.session.mode}"),
        ("Examiners", ", ".join(made.examiners)),
        ("Models", ", ".join(made.models)),
        ("Versions", ", ".join(made.versions)),
        ("Prompts (sha256)", ", ".join(made.prompt_sha256) or "none"),
        ("Tokens", spent + cost),
        ("Server", f"codeassess {made.server_version}, protocol {made.protocol}"),
        ("Generated", moment(body.generated_at)),
    )
    return [{"label": label, "value": value} for label, value in pairs]


EXPORTER = Exporter(media_type="application/pdf", extension="pdf", render=render)
