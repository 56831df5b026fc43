"""The texts of a report for the PDF template. Pure."""

from __future__ import annotations

from typing import Any, Final

from codeassess_core.clock import isoformat
from codeassess_core.model import MAIN_DOCUMENT, Report

from .body import ReportBody
from .characters import each_text
from .question_parts import CriterionPart, EvaluationPart, QuestionPart, ReviewPart
from .shown import attempt_lines
from .typesetting import breakable, code_rows
from .wording import (
    State,
    came_in_words,
    clock_offset,
    consent_words,
    contest_words,
    counted,
    document_words,
    duration,
    flag_words,
    lines_words,
    moment,
    number,
    option_words,
    overall_points,
    overall_state,
    points_words,
    question_state,
    review_words,
    reviewer_words,
    rule_words,
    runs,
    slot_words,
    source_words,
    sureness_words,
    verdict_state,
)

_HEAD_NAME: Final = 44  #: characters of the candidate's name in the head of each page
_MOST_ROWS: Final = 3_000
"""Rows of the final code over all documents: 40 pages. A mebibyte of short lines took 40 s and 1 GB of memory."""


def pdf_data(report: Report, body: ReportBody, *, unasked: str) -> dict[str, Any]:
    """Everything that the template sets, as text; long words get break opportunities, code does not."""
    words = {
        **_head(report, body),
        "consent": f"Consent: {consent_words(body.consent)}" if body.consent else "",
        "result": _result(body),
        "timeline": [
            {"when": clock_offset(e.offset), "text": e.text, "tone": _timeline_tone(e.kind)} for e in body.timeline
        ],
        "made": _made(body),
        "fallbacks": [f"{f.part.capitalize()}: {f.reason}" for f in body.provenance.fallbacks],
        "notes": list(body.notes),
        "unasked": unasked,
        "attempts": attempt_lines(body),
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
        ("Recorded", f"{counted(activity.snapshots, 'snapshot')}, {came_in_words(activity.pastes, activity.gaps)}"),
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
    """A name for the head of each page, which has one line."""
    words = " ".join(name.split())
    return words if len(words) <= _HEAD_NAME else f"{words[: _HEAD_NAME - 1]}…"


def _result(body: ReportBody) -> dict[str, Any]:
    overall = body.overall
    return {
        "score": overall_points(overall),
        "of": "of 10" if overall.answers else "no score",
        "state": _chip(overall_state(overall)) if overall.answers else None,
        "explanation": _prose(overall.explanation),
        "summary": _prose(body.summary),
        "lists": [
            {"title": title, "items": [_prose(item) for item in items]}
            for title, items in (("Strengths", body.strengths), ("Concerns", body.concerns))
            if items
        ],
        "glance": [{"number": str(q.number), "state": _chip(question_state(q))} for q in body.questions],
    }


def _prose(text: str) -> list[dict[str, Any]]:
    """An examiner's sentences as parts of words and of code."""
    return [{"text": run.text, "code": run.code} for run in runs(text)]


def _chip(state: State) -> dict[str, str]:
    return {"words": state.words, "tone": state.tone}


def _slot_lines(question: QuestionPart) -> list[list[dict[str, Any]]]:
    """What code checked, with each option of a choice on its own line."""
    lines = []
    for slot in question.slots:
        lines += [slot_words(slot), *map(option_words, slot.options)]
    return [_prose(line) for line in lines]


def _question(question: QuestionPart, questions: list[QuestionPart]) -> dict[str, Any]:
    plan = question.provenance.plan if question.provenance else None
    seconds = question.seconds_to_answer
    words = {
        "title": f"Question {question.number}",
        "state": _chip(question_state(question)),
        "slots": _slot_lines(question),
        "asked": _prose(question.question),
        "where": _where(question),
        "plan": f"Planned: kind {rule_words(plan.kind)}, {plan.difficulty}. {plan.reason}" if plan else "",
        "answer_title": "Answer" + (f" after {duration(seconds)}" if seconds is not None else ""),
        "answer": None if question.response is None else question.response or "(empty)",
        "failure": question.failure or "",
        "evaluation": _evaluation(question.evaluation) if question.evaluation else None,
        "reviews": [*(_review(review, question) for review in question.reviews), *_contest(question)],
        "retrieved": "; ".join(
            f"{source_words(source, questions)} ({number(source.score, 2)})" for source in question.retrieved
        ),
    }
    excerpt = question.excerpt
    rows = code_rows(excerpt.code, excerpt.start_line) if excerpt.code else []
    return {**each_text(words, breakable), "code": rows}


def _review(review: ReviewPart, question: QuestionPart) -> dict[str, str]:
    return {
        "title": f"Review by {reviewer_words(review)}: {review_words(review, question)}",
        "reason": review.reason or "",
        "when": moment(review.created_at),
    }


def _contest(question: QuestionPart) -> list[dict[str, str]]:
    contest = question.contest
    if contest is None:
        return []
    return [{"title": contest_words(question), "reason": contest.reason, "when": moment(contest.created_at)}]


def _where(question: QuestionPart) -> str:
    lines = lines_words(question.lines.start, question.lines.end).capitalize()
    asked = f", asked {moment(question.asked_at)}" if question.asked_at else ""
    kind = f", kind {rule_words(question.kind)}" if question.kind else ""
    place = f"{lines} of {document_words(question.document)}, snapshot {question.snapshot}"
    return f"{place}{asked}; rule {rule_words(question.rule)}{kind}"


def _evaluation(evaluation: EvaluationPart) -> dict[str, Any]:
    return {
        "text": _prose(evaluation.text),
        "caption": f"Verdicts, {sureness_words(evaluation)}",
        "criteria": [_criterion(criterion) for criterion in evaluation.criteria],
        "flags": "; ".join(map(flag_words, evaluation.flags)),
    }


def _criterion(criterion: CriterionPart) -> dict[str, Any]:
    return {
        "name": _prose(criterion.criterion),
        "state": _chip(verdict_state(criterion)),
        "points": points_words(criterion),
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
