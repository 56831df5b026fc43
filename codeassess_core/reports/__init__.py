"""Reports: `build` makes the body, and one module for each format writes it (docs/reports.md).

To add a format: one module with an `EXPORTER`, one line in `EXPORTERS`, one line in the docs.
"""

from __future__ import annotations

from typing import Final

from ..model import Report
from . import as_html, as_json, as_markdown, as_pdf
from .as_html import HTML_CSP
from .exporter import Exporter

EXPORTERS: Final[dict[str, Exporter]] = {
    "json": as_json.EXPORTER,
    "markdown": as_markdown.EXPORTER,
    "html": as_html.EXPORTER,
    "pdf": as_pdf.EXPORTER,
}
"""Every format by the name that `?format=` takes."""


def rendered(format: str, report: Report) -> bytes:
    """The report in this format of `EXPORTERS`; a function of the module, because worker processes need one."""
    return EXPORTERS[format].render(report)


__all__ = ["EXPORTERS", "HTML_CSP", "Exporter", "rendered"]
