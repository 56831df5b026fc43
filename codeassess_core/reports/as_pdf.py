"""The report as a PDF: A4, for archives (PDF/A-2u), the same bytes for the same version on every machine.

`typst` typesets it with the fonts inside that package; it uses nothing from the system or the
network. The template gets the report as data (`sys.inputs`), so its text never becomes markup.
PDF/A allows no characters that cannot be drawn.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from codeassess_core.model import Report

from .characters import each_text, visible
from .exporter import Exporter
from .pdf_data import pdf_data
from .shown import shown, unasked_words
from .stored_body import read_body
from .typesetting import TEMPLATES, drawable

if TYPE_CHECKING:
    import typst

_LACKING: Final = (
    "Characters that the fonts of this file lack are shown by their number. "
    "The report as HTML or Markdown has them as they were written."
)


def render(report: Report) -> bytes:
    """The whole file."""
    seen = visible(report.body)
    drawn = each_text(seen, drawable)
    whole = read_body(drawn)
    data = pdf_data(report, shown(whole), unasked=unasked_words(whole))
    if drawn != seen:
        data["notes"].append(_LACKING)
    return typeset(data, report.created_at)


def typeset(data: dict[str, Any], created_at: datetime) -> bytes:
    """`data` in the template. Two calls with the same arguments give the same bytes.

    Raises:
        typst.TypstError: a text has a character that the fonts cannot draw.
        RuntimeError: the typesetter panicked.
    """
    import typst  # about 80 MB of memory, so it is loaded only for a PDF

    try:
        return typst.compile(
            TEMPLATES / "report.typ",
            root=TEMPLATES,
            font_paths=_fonts(),
            sys_inputs={"report": json.dumps(data)},
            format="pdf",
            pdf_standards="a-2u",
            timestamp=created_at.replace(microsecond=0),  # the precision of times in a PDF
        )
    except (Exception, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:  # a panic is no Exception, so error handlers would not see it
        raise RuntimeError("The typesetter gave up.") from problem


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False)


EXPORTER = Exporter(media_type="application/pdf", extension="pdf", render=render)
