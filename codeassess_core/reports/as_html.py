"""The report as one HTML file without scripts or outside resources.

Three walls between a candidate's text and a grader's browser: jinja2 escapes every
value, data never stands in an attribute, and the policy forbids everything but the
inline style sheet. Serve it with `HTML_CSP`, whose `sandbox` also keeps a file opened on
the server's own origin from acting there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from codeassess_core.clock import isoformat
from codeassess_core.model import Report

from . import wording
from .body import ReportBody
from .characters import visible
from .exporter import Exporter

META_CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What a meta element may say of a policy (CSP level 3: neither sandbox nor frame-ancestors)."""

HTML_CSP: Final = f"{META_CSP}; frame-ancestors 'self'; sandbox"
"""The value of the Content-Security-Policy header that goes with the file."""

_FILTERS: Final = {
    "clock_offset": wording.clock_offset,
    "document_words": wording.document_words,
    "duration": wording.duration,
    "flag_words": wording.flag_words,
    "moment": wording.moment,
    "number": wording.number,
    "percent": wording.percent,
    "question_state": wording.question_state,
    "rule_words": wording.rule_words,
    "runs": wording.runs,
    "verdict_state": wording.verdict_state,
}
"""Each gets text that jinja2 escapes afterwards: none of them returns Markup."""


def render(report: Report) -> bytes:
    """The whole page, UTF-8."""
    body = ReportBody.model_validate(visible(report.body))
    page = _template().render(body=body, report=report, created_at=isoformat(report.created_at), csp=META_CSP)
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
        counted=wording.counted,
        lines_words=wording.lines_words,
        review_words=wording.review_words,
        source_words=wording.source_words,
    )
    return environment.get_template("report.html.jinja")


EXPORTER = Exporter(media_type="text/html; charset=utf-8", extension="html", render=render)
