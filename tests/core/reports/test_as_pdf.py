"""The report as a PDF: read back as text, it says what HTML says, and nothing in it acts, crashes or vanishes."""

from __future__ import annotations

import io
import random
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader
from typst import TypstError

from codeassess_core.model import Mode, Report
from codeassess_core.reports import EXPORTERS
from codeassess_core.reports.as_pdf import typeset
from codeassess_core.reports.build import ReportMaterial
from codeassess_core.reports.characters import visible
from codeassess_core.reports.typesetting import TEMPLATES, breakable, code_rows, drawable

from .hostile import CORPUS, harmless, hostile_report
from .material import CODE, FULL, answered, at, criterion, evaluation, report, session, snapshot

TYPST = (
    "#panic(1)",
    '#read("/etc/passwd")',
    '#include "report.typ"',
    '#import "@preview/x:1.0.0"',
    '#eval("1 + 1") #sys.inputs.report',
    "= A heading\n== Another",
    "*bold* _emphasis_ `raw` $x^2$ @reference <label>",
    "// comment /* another */ \\ \\u{41} ~ --- ... -? 'quotes' \"quotes\"",
    "] } ) #] #} #) ]]> \\",
    "#set page(fill: black)\n#show: none",
    'https://example.org #link("https://example.org")[x]',
    "+ one\n- two\n/ term: three",
)
"""Texts that would be markup in the typesetter's own language."""


class File:
    """A PDF, read."""

    def __init__(self, of: Report) -> None:
        self.content = EXPORTERS["pdf"].render(of)
        self.reader = PdfReader(io.BytesIO(self.content))
        self.pages = [page.extract_text() for page in self.reader.pages]
        self.text = squeezed("".join(self.pages))

    @property
    def outline(self) -> list[Any]:
        """The bookmarks by title, as deep as they are."""
        return titles(self.reader.outline)


def titles(outline: list[Any]) -> list[Any]:
    return [titles(item) if isinstance(item, list) else item.title for item in outline]


def squeezed(text: str) -> str:
    """Without what a line break may add or take away; ligatures, which are drawn as one, as their letters."""
    return unicodedata.normalize("NFKC", re.sub(r"[\s\u200b]+", "", text))


def count(file: File, payload: str) -> int:
    """How often the lines of `payload` stand in the file, one after the other."""
    return file.text.count(squeezed(drawable(visible(payload))))


# ── what it says


def test_it_says_everything_in_the_order_of_the_page_in_html() -> None:
    made = report()
    html = re.sub(
        r"<style>.*?</style>|<title>.*?</title>|<[^>]+>", " ", EXPORTERS["html"].render(made).decode(), flags=re.S
    )
    said = File(made).text
    place = 0
    for words in (
        "Assessment report, task version 2",
        "Slowest endpoints",
        "Ada Example",
        "2026-03-02 14:00:00 UTC",
        "6 min 40 s",
        "Recorded by the service.",
        "2.6 to 9.3 of 10",
        "2 of 3 answers wait for a person",
        "The candidate explained the parser well",
        "Names the malformed line as the reason for None.",
        "Did not say what happens to an empty file.",
        "Questions at a glance",
        "No score yet: the answer waits for a person",
        "Why does parse_line return None?",
        "Lines 4–5 of the main document, snapshot 2, asked 2026-03-02 14:01:40 UTC",
        "if match is None:",
        "Answer after 48 s",
        "It returns None for a line that is not a request.",
        "The answer is right and speaks of this code.",
        "Verdicts, confidence 82 %",
        "5.7 of 5.7",
        "“a line that is not a request”",
        "Retrieved: task notes (0.81)",
        "Met, unproven",
        "it counts for nothing",
        "instruction_in_answer",
        "The model is down.",
        "put off by the candidate",
        "1 moment at which nothing was asked",
        "Timeline",
        "1 paste, 6 lines → 20 lines",
        "The candidate finished",
        "Final code",
        'return match["path"], int(match["ms"])',
        "How this report was made",
        "openai:gpt-5-mini",
        "7,200 in, 960 out",
        "The model did not answer in time.",
        "Report report-1, version 1, 2026-03-02 14:07:01 UTC",
    ):
        assert squeezed(words).replace('"', "&#34;") in squeezed(html), f"HTML does not say {words!r}"
        found = said.find(squeezed(words), place)
        assert found >= 0, f"{words!r} is not there, or comes too early"
        place = found


def test_reviews_stand_with_their_question() -> None:
    file = File(hostile_report("MARK"))
    assert "ReviewbyMARK:7of10insteadof5" in file.text
    assert "ReviewbyMARK:7of10,wheretherewasnoscore" in file.text
    assert "7of10,decidedbyaperson" in file.text


def test_each_page_says_whose_it_is_which_version_and_what_is_not_certain() -> None:
    embedded = replace(FULL, session=session(mode=Mode.EMBEDDED))
    file = File(report(embedded))
    assert len(file.pages) > 2
    for number, page in enumerate(file.pages, 1):
        assert page.startswith("Ada Example Session 0195-session, version 1 provisional unverified")
        assert f"{number} of {len(file.pages)}" in page
    certain = File(report(replace(FULL, questions=(answered(1),))))
    assert not any("provisional" in page.splitlines()[0] for page in certain.pages)


def test_it_is_a_file_for_archives_that_needs_nothing_else() -> None:
    file = File(replace(report(), created_at=at(421.987)))
    assert file.reader.metadata is not None
    assert file.reader.metadata.title == "Slowest endpoints"
    assert file.reader.metadata.creation_date == at(421)
    assert b"<pdfaid:part>2</pdfaid:part>" in file.content and b"<pdfaid:conformance>U<" in file.content
    assert [round(float(side)) for side in file.reader.pages[0].mediabox[2:]] == [595, 842]
    assert file.outline[:2] == ["Slowest endpoints", ["Result", "Questions", [f"Question {n}" for n in range(1, 6)],
                                                      "Timeline", "Final code", ["The main document", "notes.md"],
                                                      "How this report was made"]]  # fmt: skip
    descriptors = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for page in file.reader.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert {re.sub(r"^/\w+\+|-.*", "", d["/FontName"]) for d in descriptors} == {"LibertinusSerif", "DejaVuSansMono"}
    assert all({"/FontFile2", "/FontFile3"} & set(d) for d in descriptors)


def test_a_session_in_which_nothing_happened_is_a_whole_file() -> None:
    file = File(report(ReportMaterial(session=session(), generated_at=at(1), server_version="0")))
    for words in ("Open session", "No question was asked.", "Nothing was recorded.", "No code was recorded."):
        assert squeezed(words) in file.text


def test_an_empty_answer_is_said_to_be_empty() -> None:
    assert "(empty)" in File(report(replace(FULL, questions=(answered(1, response=""),)))).text


# ── what people wrote


@pytest.mark.parametrize("payload", [*TYPST, *CORPUS])
def test_every_character_of_it_is_shown_and_none_of_it_is_markup(payload: str) -> None:
    file = File(hostile_report(payload))
    # owner, title, question, answer, evaluation, quote, file name and more
    assert count(file, payload) >= (20 if "\n" not in payload else 10)
    plain = File(hostile_report(harmless(visible(payload))))
    assert [shape(file.outline)] == [shape(plain.outline)]
    assert "/Annots" not in str([list(page) for page in file.reader.pages]), "no link comes from data"


def shape(outline: list[Any]) -> list[Any]:
    return [shape(item) if isinstance(item, list) else "" for item in outline]


def test_what_the_fonts_have_is_drawn_and_anything_else_is_shown_by_number_and_said() -> None:
    text = "Łódź Ελλάδα Київ ∑ → ≤ שלום العربية"
    drawn = File(report(replace(FULL, questions=(answered(1, response=text),))))
    assert "[U+" not in drawn.text and squeezed("Łódź Ελλάδα Київ ∑ → ≤") in drawn.text
    assert "fonts" not in drawn.text
    lacking = File(report(replace(FULL, questions=(answered(1, response="中文 😀 x\u20dd क्\u202e"),))))
    assert "[U+4E2D][U+6587][U+1F600]x[U+20DD][U+0915][U+094D][U+202E]" in lacking.text
    assert squeezed("Characters that the fonts of this file lack are shown by their number.") in lacking.text


def test_each_character_that_is_said_to_be_drawn_can_be() -> None:
    """PDF/A is the judge: it refuses a character without a glyph."""
    ranges = (TEMPLATES / "repertoire.txt").read_text()
    parts = [part.partition("-") for part in re.findall(r"\b[0-9A-F]+(?:-[0-9A-F]+)?\b", ranges)]
    characters = {chr(c) for a, _, b in parts for c in range(int(a, 16), int(b or a, 16) + 1)}
    assert len(characters) > 3_000
    letters = " ".join(sorted(c for c in characters if drawable(c) == c))
    assert len(letters) > 6_000
    EXPORTERS["pdf"].render(
        report(replace(FULL, questions=(answered(1, text=letters, response=letters, excerpt=letters),)))
    )


@pytest.mark.parametrize("seed", range(12))
def test_whatever_unicode_holds_makes_a_file(seed: int) -> None:
    """Marks on letters of another font, right to left and not, in lines that break: the shaper panics on less."""
    dice = random.Random(seed)
    assigned = [c for c in map(chr, range(0x20, 0x1FFFF)) if unicodedata.category(c) not in ("Cn", "Cs")]
    marks = [c for c in assigned if unicodedata.category(c).startswith("M")]
    rtl = [c for c in assigned if unicodedata.bidirectional(c) in ("R", "AL", "AN")]
    pools = ([assigned], [rtl], [rtl, marks], [assigned, marks, rtl])[seed % 4]
    text = "".join(" " if dice.random() < 0.1 else dice.choice(dice.choice(pools)) for _ in range(500))
    judged = evaluation(criterion(criterion=text[:60], reason=text, quote=text), text=text)
    asked = answered(1, text=text, response=text, excerpt=text, evaluation=judged)
    assert EXPORTERS["pdf"].render(report(replace(FULL, questions=(asked,)))).startswith(b"%PDF-")


def test_a_long_line_of_code_goes_on_in_the_next_row_and_keeps_its_number() -> None:
    assert code_rows("a\n\n" + "x" * 200 + "\n\tb\n", 7) == [
        ["7", "a"],
        ["8", ""],
        ["9", "x" * 92],
        ["↳", "x" * 92],
        ["↳", "x" * 16],
        ["10", "    b"],
    ]


def test_a_word_without_end_stays_on_the_page() -> None:
    text = "w" * 3_000
    assert breakable(text).replace("\u200b", "") == text
    file = File(report(replace(FULL, questions=(answered(1, response=text),))))
    lines = re.findall("w{4,}", "\n".join(file.pages).replace("\u200b", ""))
    assert sum(map(len, lines)) == 3_000
    assert max(map(len, lines)) <= 64, "so many are as wide as the page between its margins"


def test_of_code_without_end_the_beginning_is_there_and_how_much_is_not() -> None:
    long = snapshot(code="".join(f"line_{n}\n" for n in range(1, 10_001)))
    file = File(report(replace(FULL, final=long, documents=(long, snapshot("notes.md", CODE)))))
    assert "3000line_3000" in file.text and "line_3001" not in file.text
    assert squeezed("7,000 further lines in the report as HTML, Markdown or JSON.") in file.text
    assert squeezed("6 further lines in the report as HTML, Markdown or JSON.") in file.text


def test_what_an_examiner_puts_between_backticks_is_set_as_code() -> None:
    """Without the backticks, which an answer keeps."""
    text = File(hostile_report("why `x_y`?")).text
    assert "whyx_y?" in text and "why`x_y`?" in text


# ── how it is made


def test_no_character_passes_that_could_not_be_drawn() -> None:
    with pytest.raises(TypstError, match="could not be displayed"):
        typeset(everything("中"), at(0))


def test_a_panic_of_the_typesetter_is_an_error_like_any_other() -> None:
    """It is no Exception, and would pass by every door that answers for errors."""
    with pytest.raises(RuntimeError, match="gave up"):
        typeset(everything(" ".join(map(chr, range(0x590, 0x5D0)))), at(0))


def everything(text: str) -> dict[str, Any]:
    """Data for the template with one text that nobody made drawable."""
    empty: dict[str, Any] = dict.fromkeys(("eyebrow", "title", "candidate", "session", "version", "origin"), "x")
    empty |= {name: [] for name in ("marks", "facts", "timeline", "made", "fallbacks", "questions", "final_code")}
    said = [{"text": text, "code": False}]
    result = {"score": "1", "of": "", "state": None, "explanation": [], "summary": said, "lists": [], "glance": []}
    integrity = {"words": "", "reason": "", "tone": "plain"}
    return {**empty, "result": result, "integrity": integrity, "notes": [text]}


def test_only_who_wants_a_pdf_loads_the_typesetter() -> None:
    program = "import sys; import codeassess_core.reports; print('typst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
