"""The HTML report: nothing from a candidate acts, and everyone can read it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from codeassess_core.reports import EXPORTERS, HTML_CSP
from codeassess_core.reports.as_html import META_CSP
from codeassess_core.reports.build import ReportMaterial
from codeassess_core.reports.characters import visible

from .hostile import CORPUS, HTML, harmless, hostile_report
from .material import FULL, answered, at, report, session

STYLE = Path(__file__).parents[3] / "codeassess_core/reports/templates/report.css.jinja"


class Page(HTMLParser):
    """Every element with its attributes, in order, and all text."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.other: list[str] = []
        self.text = ""
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}", []))

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)

    def handle_data(self, data: str) -> None:
        self.text += data


def page(of: ReportMaterial = FULL) -> Page:
    return Page(EXPORTERS["html"].render(report(of)))


def not_code(
    elements: list[tuple[str, list[tuple[str, str | None]]]],
) -> list[tuple[str, list[tuple[str, str | None]]]]:
    return [element for element in elements if element not in (("code", []), ("/code", []))]


def test_the_corpus_is_large_enough() -> None:
    assert len(set(HTML)) >= 40


@pytest.mark.parametrize("payload", CORPUS)
def test_no_element_or_attribute_comes_from_data(payload: str) -> None:
    """But `<code>`, which an examiner's backticks make: it has no attribute and does nothing."""
    hostile = Page(EXPORTERS["html"].render(hostile_report(payload)))
    plain = Page(EXPORTERS["html"].render(hostile_report(harmless(visible(payload)))))
    assert not_code(hostile.elements) == not_code(plain.elements)
    assert hostile.other == plain.other == ["doctype html"]


@pytest.mark.parametrize("payload", CORPUS)
def test_the_reader_sees_every_character_of_it(payload: str) -> None:
    shown = Page(EXPORTERS["html"].render(hostile_report(payload))).text
    # owner, title, question, answer, evaluation, quote, file name and more
    assert shown.count(visible(payload)) >= (20 if "\n" not in payload else 10)


def test_what_an_examiner_puts_between_backticks_is_shown_as_code_and_an_answer_as_it_was_written() -> None:
    written = EXPORTERS["html"].render(hostile_report("why `<b>x</b>`?")).decode()
    assert '<p class="asked">why <code>&lt;b&gt;x&lt;/b&gt;</code>?</p>' in written
    assert '<p class="answer">why `&lt;b&gt;x&lt;/b&gt;`?</p>' in written


def test_data_never_stands_in_an_attribute() -> None:
    marked = Page(EXPORTERS["html"].render(hostile_report("MARK")))
    assert "MARK" in marked.text
    assert "MARK" not in str(marked.elements)


def test_there_is_no_script_and_nothing_is_loaded_from_elsewhere() -> None:
    elements = page().elements
    assert not {tag for tag, _ in elements} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "svg",
    }
    attributes = [(name, value) for _, attrs in elements for name, value in attrs]
    assert not [name for name, _ in attributes if name.startswith("on") or name in {"src", "srcset", "action"}]
    assert all((value or "").startswith("#") for name, value in attributes if name == "href")
    assert not re.search(r"url\(|@import|expression\(", STYLE.read_text())


def test_the_policy_stands_in_the_file_and_the_header_adds_the_sandbox() -> None:
    metas = [dict(attrs) for tag, attrs in page().elements if tag == "meta"]
    assert {"http-equiv": "Content-Security-Policy", "content": META_CSP} in metas
    assert META_CSP.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "script-src" not in HTML_CSP
    assert HTML_CSP.startswith(META_CSP)
    assert HTML_CSP.endswith("; sandbox")


def test_control_and_bidi_characters_are_shown() -> None:
    text = "a\x00b\x1b[31mc\x7fd\u202ee\u2066f\u200bg\x85h\rj\U000e0041k"
    shown = Page(EXPORTERS["html"].render(hostile_report(text)))
    assert "a[U+0000]b[U+001B][31mc[U+007F]d[U+202E]e[U+2066]f[U+200B]g[U+0085]h[U+000D]j[U+E0041]k" in shown.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", shown.text)


def test_headings_never_skip_a_level_and_there_is_one_title() -> None:
    levels = [int(tag[1]) for tag, _ in page().elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_every_reference_has_a_target() -> None:
    attributes = [(name, value or "") for _, attrs in page().elements for name, value in attrs]
    ids = [value for name, value in attributes if name == "id"]
    wanted = {v.lstrip("#") for name, v in attributes if name in {"href", "aria-labelledby"}}
    assert len(ids) == len(set(ids))
    assert wanted <= set(ids)


def test_elements_are_closed_in_order() -> None:
    void = {"meta", "br", "hr", "img", "input", "link"}
    open_ones: list[str] = []
    for tag, _ in page().elements:
        if tag.startswith("/"):
            assert open_ones.pop() == tag[1:]
        elif tag not in void:
            open_ones.append(tag)
    assert open_ones == []


def test_the_first_thing_to_focus_skips_to_the_result() -> None:
    focusable = [dict(attrs) for tag, attrs in page().elements if tag in {"a", "button", "summary"}]
    assert focusable[0]["href"] == "#content"


def test_lines_of_an_excerpt_keep_their_numbers() -> None:
    styles = [dict(attrs).get("style") for tag, attrs in page().elements if tag == "code"]
    assert styles[0] == "counter-reset: line 3"  # the region starts in line 4
    assert styles[-1] == "counter-reset: line 0"


def test_states_are_words_not_only_colours() -> None:
    text = page().text
    for words in (
        "7.9 of 10",
        "No score yet: the answer waits for a person",
        "could not be evaluated",
        "put off by the candidate",
        "not answered",
        "1 moment at which nothing was asked",
        "Met, unproven",
        "it counts for nothing",
    ):
        assert words in text


def test_a_session_in_which_nothing_happened_is_a_whole_page() -> None:
    shown = page(ReportMaterial(session=session(), generated_at=at(1), server_version="0"))
    for words in ("Open session", "No question was asked.", "Nothing was recorded.", "No code was recorded."):
        assert words in shown.text


def test_an_empty_answer_is_said_to_be_empty() -> None:
    assert "(empty)" in page(replace(FULL, questions=(answered(1, response=""),))).text


PAIRS = [(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("page", "card", "code")]
PAIRS += [(tone, f"{tone}-bg") for tone in ("good", "wait", "bad", "plain")]


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
@pytest.mark.parametrize("theme", [0, 1, 2], ids=["light", "dark", "print"])
def test_text_has_the_contrast_of_wcag_aa(theme: int, ink: str, ground: str) -> None:
    """4.5:1 for text, WCAG 2.2 success criterion 1.4.3."""
    colours = dict(
        re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", STYLE.read_text().split(":root {")[theme + 1].split("}")[0])
    )
    light, dark = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
