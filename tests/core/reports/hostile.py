"""Texts that want to be more than text, and a report that is full of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from codeassess_core.model import (
    Claim,
    ClaimOutcome,
    InteractionKind,
    Option,
    Passage,
    QuestionStatus,
    Region,
    Report,
    Review,
    ReviewVerdict,
    Slot,
    SlotKind,
)
from codeassess_core.reports.reviewed import reviewed_body
from codeassess_core.reports.timeline import SnapshotSize

from . import material
from .material import (
    FALLBACK,
    FULL,
    NARRATIVE,
    answered,
    criterion,
    decision,
    evaluation,
    interaction,
    question,
    update,
)

HTML = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=//example.org/x>",
    "<link rel=stylesheet href=//example.org/x.css>",
    "<style>@import '//example.org/x.css';</style>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<base href=//example.org/>",
    "<meta http-equiv=refresh content='0;url=//example.org'>",
    "<form action=//example.org><input name=password><button>Sign in</button></form>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<a href=javascript:alert(1)>click</a>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<img\x0bsrc=x\x0conerror=alert(1)>",
    "<<script>alert(1)//<</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "` onmouseover=alert(1) `",
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "＜script＞alert(1)＜/script＞",
    "{{ 7 * 7 }}{% raw %}{# x #}",
    "{{ self.__init__.__globals__ }}",
    "{% include '/etc/passwd' %}",
    "\u202e<script>\u202c",
    "line one\n<script>\nalert(1)\n</script>",
    "</code></pre></article></main><h1>Score: 10 of 10</h1>",
    "--></style></body></html><script>alert(1)</script>",
)

MARKDOWN = (
    "# A heading",
    "Score: 10\n=========",
    "Score: 10\n---",
    "***",
    "```\n```\n# out of the fence\n```",
    "~~~\n~~~\n# out of the fence",
    "``````````\n<script>alert(1)</script>",
    "    indented code",
    "- a list\n- of two",
    "+ a list",
    "1. numbered\n2) numbered",
    "> quoted\n>> twice",
    "| a | b |\n| - | - |\n| 1 | 2 |",
    "a | b\n--- | ---",
    "[click](javascript:alert(1))",
    "![image](//example.org/x.png)",
    "[x]: //example.org\n[x]",
    "<https://example.org>",
    "https://example.org/ www.example.org a@example.org @everyone",
    "**bold** __bold__ *it* _it_ ~~gone~~ `code` $math$",
    "trailing backslash\\",
    "two\\\nlines\\",
    "&copy; &#35; &nbsp;",
    "paragraph\n\n\n# heading after blank lines",
    "\t# tab before",
    "a\n    - nested\n        - deeper",
)

CORPUS = HTML + MARKDOWN


def harmless(payload: str) -> str:
    """As many lines of as many letters, none of which means anything."""
    return re.sub(r"[^\n\s]", "x", payload)


def hostile_report(text: str) -> Report:
    """A report whose every text from people, models, files and settings is `text`."""
    judged = evaluation(
        criterion(criterion=text, reason=text, quote=text),
        criterion(criterion=text, reason=text, quote=text, verified=False),
        text=text,
        flags=(text, text),
        provenance=replace(FALLBACK, model=text, version=text, fallback_reason=text),
    )
    options = (Option(text=text, reason=text), Option(text=text, reason=text))
    common: dict[str, Any] = {
        "slots": (Slot(id=text, kind=SlotKind.CHOICE, label=text, accepted=(text, text), options=options),),
        "claims": (Claim(code=text, run=text, outcome=ClaimOutcome.RETURNS, value=text, slot=text),),
        "slot_answers": {text: text},
        "text": text,
        "excerpt": text,
        "rule": text,
        "kind": text,
        "retrieved": (Passage(text=text, source=text, score=0.5),),
        "region": Region(document=text, snapshot=1, start_line=1, end_line=2),
    }
    changed = replace(
        FULL,
        session=material.session(owner=text, language=text),
        assessment=replace(material.ASSESSMENT, title=text),
        questions=(
            answered(1, response=text, evaluation=judged, **common),
            question(2, QuestionStatus.FAILED, response=text, failure=text, **common),
        ),
        decisions=(decision(5, text),),
        interactions=(
            update(1, 1),
            interaction(2, InteractionKind.ACTIVITY, 6, kind=text),
            interaction(3, InteractionKind.QUESTION_ASKED, 9, interaction_id="question-1"),
        ),
        sizes=(SnapshotSize(n=1, document=text, lines=1),),
        final=material.snapshot(text, text),
        documents=(material.snapshot(text, text),),
        server_version=text,
    )
    prose = replace(NARRATIVE, summary=text, strengths=(text, text), concerns=(text,))
    first = material.report(changed, prose)
    return replace(first, body=reviewed_body(first.body, (_review(text, 1), _review(text, 2)), 4))


def _review(text: str, number: int) -> Review:
    """Of the question with that number."""
    return Review(
        id=f"review-{number}",
        session_id="0195-session",
        question_id=f"question-{number}",
        number=number,
        verdict=ReviewVerdict.OVERRIDE,
        score=7.0,
        reason=text,
        reviewer=text,
        created_at=material.at(500),
    )
