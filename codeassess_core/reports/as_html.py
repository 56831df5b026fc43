"""The report as one HTML file without scripts or outside resources.

Three measures protect a grader's browser from a candidate's text: jinja2 escapes every value,
no data is in an attribute, and the policy forbids everything except the inline style sheet.
Serve the file with `HTML_CSP`: its `sandbox` also prevents that a file opened on the server's
own origin acts there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from codeassess_core.clock import isoformat
from codeassess_core.model import Report

from . import wording
from .characters import visible
from .exporter import Exporter
from .shown import attempt_lines, shown, unasked_words
from .stored_body import read_body

META_CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""The part of the policy that a meta element can have (CSP level 3: neither sandbox nor frame-ancestors)."""

HTML_CSP: Final = f"{META_CSP}; frame-ancestors 'self'; sandbox"
"""The value of the Content-Security-Policy header for the file."""

_FILTERS: Final = {
    "clock_offset": wording.clock_offset,
    "document_words": wording.document_words,
    "duration": wording.duration,
    "flag_words": wording.flag_words,
    "moment": wording.moment,
    "number": wording.number,
    "option_words": wording.option_words,
    "overall_points": wording.overall_points,
    "overall_state": wording.overall_state,
    "points_words": wording.points_words,
    "question_state": wording.question_state,
    "rule_words": wording.rule_words,
    "runs": wording.runs,
    "slot_words": wording.slot_words,
    "sureness_words": wording.sureness_words,
    "verdict_state": wording.verdict_state,
}
"""Filters whose text jinja2 escapes afterwards: none of them returns Markup."""


def render(report: Report) -> bytes:
    """The whole page, UTF-8."""
    whole = read_body(visible(report.body))
    told = {"unasked": unasked_words(whole), "attempts": attempt_lines(whole)}
    page = _template().render(
        body=shown(whole), **told, report=report, created_at=isoformat(report.created_at), csp=META_CSP
    )
    return page.encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_FILTERS)
    environment.globals.update(
        came_in_words=wording.came_in_words,
        consent_words=wording.consent_words,
        contest_words=wording.contest_words,
        counted=wording.counted,
        lines_words=wording.lines_words,
        review_words=wording.review_words,
        reviewer_words=wording.reviewer_words,
        source_words=wording.source_words,
    )
    return environment.get_template("report.html.jinja")


EXPORTER = Exporter(media_type="text/html; charset=utf-8", extension="html", render=render)
