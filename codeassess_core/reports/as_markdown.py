"""The report as Markdown (CommonMark with GitHub's tables).

Text of people or models is either code, in a fence of more backquotes than it contains, or
escaped, so that it stays plain text: it makes no heading, link, image, HTML or list. It
makes no formula either: pages that show Markdown often run MathJax on the finished page,
where no escapes are left. MathJax skips code, so a word that may begin a formula is written
as code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final

from codeassess_core.clock import isoformat
from codeassess_core.model import Report

from ..documents.lines import editor_lines
from .body import ReportBody
from .characters import visible
from .exporter import Exporter
from .question_parts import CriterionPart, EvaluationPart, QuestionPart
from .shown import attempt_lines, shown, unasked_words
from .stored_body import read_body
from .wording import (
    Run,
    came_in_words,
    clock_offset,
    consent_words,
    contest_words,
    document_words,
    duration,
    flag_words,
    lines_words,
    moment,
    number,
    option_words,
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

_SPECIAL: Final = re.compile(r"[\\`*{}\[\]<>#|~!&$@]|(?<![^\W_])_|_(?![^\W_])")
"""Characters that can begin markup inside a line; an underscore inside a word cannot."""

_FORMULA: Final = re.compile(r"[$\\]")
"""Characters that can begin a formula: `$x$`, `\\(x\\)`, `\\begin{x}`, `\\ref{x}`."""

_AUTOLINK: Final = re.compile(r":(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):", re.IGNORECASE)
_LINE_START: Final = re.compile(r"^(?:[-+=:]|\d{1,9}(?=[.)](?:\s|$)))")
_NOT_LANGUAGE: Final = re.compile(r"[^A-Za-z0-9_+#.-]")


def inline(text: str) -> str:
    """`text` as plain words within one line or one table cell."""
    return _written([Run(" ".join(text.split()))])


def prose(text: str) -> str:
    """An examiner's sentences within one line: text between backquotes is code, the rest plain words."""
    return _written(runs(" ".join(text.split())))


def _written(stretches: Iterable[Run]) -> str:
    told = []
    for code, pieces in groupby(_pieces(stretches), key=lambda piece: piece.code):
        text = "".join(piece.text for piece in pieces)
        told.append(_code_span(text) if code else _escaped(text))
    return _LINE_START.sub(_escape_start, "".join(told))


def _pieces(stretches: Iterable[Run]) -> Iterator[Run]:
    """Words that may begin a formula, as code, separate from the other words."""
    for run in stretches:
        pieces = [run.text] if run.code else re.split(r"(\s+)", run.text)
        yield from (Run(piece, code=run.code or bool(_FORMULA.search(piece))) for piece in pieces if piece)


def _code_span(text: str) -> str:
    fence = "`" * (_longest(text) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _longest(text: str) -> int:
    """The longest row of backquotes."""
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def cell(text: str) -> str:
    """The same within a table cell, where a bar ends the cell even in code."""
    return re.sub(r"(?<!\\)\|", r"\\|", prose(text))


def _escaped(text: str) -> str:
    return _AUTOLINK.sub(r"\\\g<0>", _SPECIAL.sub(r"\\\g<0>", text))


def _escape_start(match: re.Match[str]) -> str:
    return f"\\{match[0]}" if not match[0].isdigit() else f"{match[0]}\\"


def quoted(text: str, written: Callable[[str], str] = inline) -> str:
    """`text` as a block quote with its lines and their indentation, each line written by `written`."""
    if not text.strip():
        return "> *(empty)*"
    return "\\\n".join(f"> {_indented(line, written)}" for line in editor_lines(text))


def _indented(line: str, written: Callable[[str], str]) -> str:
    words = line.strip()
    depth = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
    return "&nbsp;" * min(depth, 40) + written(words) if words else "&nbsp;"


def fenced(code: str, language: str = "") -> str:
    """`code` verbatim, in a fence that it cannot close."""
    fence = "`" * max(3, _longest(code) + 1)
    return f"{fence}{_NOT_LANGUAGE.sub('', language)}\n{code.removesuffix(chr(10))}\n{fence}"


def render(report: Report) -> bytes:
    """The whole report, UTF-8, with one blank line between blocks."""
    whole = read_body(visible(report.body))
    body = shown(whole)
    blocks = [*_head(body), *_result(body), *_attempts(body), *_questions(body)]
    if unasked := unasked_words(whole):
        blocks.append(inline(unasked))
    blocks += [*_timeline(body), *_final_code(body), *_origin(body)]
    blocks.append(f"*Report {report.id}, version {report.version}, {moment(isoformat(report.created_at))}*")
    return ("\n\n".join(blocks) + "\n").encode()


def _head(body: ReportBody) -> Iterator[str]:
    session = body.session
    title = f"{body.assessment.title} (version {body.assessment.version})" if body.assessment else "Open session"
    yield f"# Report: {inline(title)}"
    yield "\n".join(
        (
            f"- **Candidate:** {inline(session.owner)}",
            f"- **Session:** {inline(session.id)}, {inline(session.status)}, mode {inline(session.mode)}",
            f"- **Started:** {moment(session.created_at)}, lasted {duration(session.duration_seconds)}",
            f"- **Integrity:** {body.integrity}. {body.integrity_reason}",
            *([f"- **Consent:** {consent_words(body.consent)}"] if body.consent else []),
        )
    )


def _result(body: ReportBody) -> Iterator[str]:
    overall, activity = body.overall, body.activity
    yield "## Result"
    yield f"**{inline(overall.score_text)}.** {inline(overall.explanation)}"
    yield quoted(body.summary, prose)
    yield from _bullets("Strengths", body.strengths)
    yield from _bullets("Concerns", body.concerns)
    yield (
        f"{activity.answered} of {activity.questions} questions answered, {activity.snapshots} snapshots, "
        f"{duration(activity.active_seconds)} of activity, {came_in_words(activity.pastes, activity.gaps)}."
    )


def _bullets(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield f"### {title}"
        yield "\n".join(f"- {prose(item)}" for item in items)


def _attempts(body: ReportBody) -> Iterator[str]:
    if body.attempts:
        yield "## Earlier attempts"
        yield "\n".join(f"- {inline(line)}" for line in attempt_lines(body))


def _questions(body: ReportBody) -> Iterator[str]:
    yield "## Questions"
    if not body.questions:
        yield "No question was asked."
    for question in body.questions:
        yield from _question(question, body)


def _question(question: QuestionPart, body: ReportBody) -> Iterator[str]:
    yield f"### Question {question.number}: {question_state(question).words}"
    if question.question:
        yield quoted(question.question, prose)
    place = f"{lines_words(question.lines.start, question.lines.end)} of {inline(document_words(question.document))}"
    asked = f", {moment(question.asked_at)}" if question.asked_at else ""
    kind = f", kind {inline(rule_words(question.kind))}" if question.kind else ""
    yield f"About {place}, snapshot {question.snapshot} (rule {inline(rule_words(question.rule))}{kind}{asked})"
    if question.provenance and question.provenance.plan:
        plan = question.provenance.plan
        yield f"Planned: kind {inline(rule_words(plan.kind))}, {plan.difficulty}. {inline(plan.reason)}"
    if question.excerpt.code:
        yield fenced(question.excerpt.code, body.session.language)
    yield from _slots(question)
    yield from _answered(question, body)


def _answered(question: QuestionPart, body: ReportBody) -> Iterator[str]:
    if question.retrieved:
        found = ((source_words(source, body.questions), number(source.score, 2)) for source in question.retrieved)
        yield "Retrieved: " + "; ".join(f"{inline(words)} ({score})" for words, score in found)
    if question.response is not None:
        seconds = question.seconds_to_answer
        yield "**Answer**" + (f" after {duration(seconds)}:" if seconds is not None else ":")
        yield quoted(question.response)
    if question.failure:
        yield f"**Not evaluated:** {inline(question.failure)}"
    if question.evaluation:
        yield from _evaluation(question.evaluation)
    for review in question.reviews:
        who = inline(reviewer_words(review))
        yield f"**Review by {who}: {review_words(review, question)}** ({moment(review.created_at)})"
        if review.reason:
            yield quoted(review.reason)
    if question.contest:
        yield f"**{inline(contest_words(question))}** ({moment(question.contest.created_at)})"
        yield quoted(question.contest.reason)


def _slots(question: QuestionPart) -> Iterator[str]:
    """What code checked: the answer, the right one, and how it was found."""
    for slot in question.slots:
        lines = [f"- {prose(slot_words(slot))}", *(f"  - {prose(option_words(option))}" for option in slot.options)]
        yield "\n".join(lines)


def _evaluation(evaluation: EvaluationPart) -> Iterator[str]:
    yield f"**Evaluation: {inline(evaluation.score_text)}** ({sureness_words(evaluation)})"
    yield quoted(evaluation.text, prose)
    if evaluation.criteria:
        rows = ("| Criterion | Verdict | Points | Reason | Quote |", "| --- | --- | --- | --- | --- |")
        yield "\n".join((*rows, *map(_criterion, evaluation.criteria)))
    if evaluation.flags:
        yield "Flags: " + "; ".join(inline(flag_words(flag)) for flag in evaluation.flags)


def _criterion(criterion: CriterionPart) -> str:
    evidence = "found" if criterion.verified else "not found, counts for nothing"
    quote = f"“{inline(criterion.quote)}” ({evidence})" if criterion.quote else "none"
    cells = (
        cell(criterion.criterion),
        verdict_state(criterion).words,
        points_words(criterion),
        cell(criterion.reason),
        quote,
    )
    return f"| {' | '.join(cells)} |"


def _timeline(body: ReportBody) -> Iterator[str]:
    yield "## Timeline"
    lines = [f"- {clock_offset(entry.offset)} {inline(entry.text)}" for entry in body.timeline]
    yield "\n".join(lines) or "Nothing was recorded."


def _final_code(body: ReportBody) -> Iterator[str]:
    yield "## Final code"
    if not body.final_code:
        yield "No code was recorded."
    for document in body.final_code:
        yield f"### {inline(document_words(document.document))}"
        yield f"Snapshot {document.snapshot}, sha256 {document.sha256}"
        yield fenced(document.code, document.language or "")


def _origin(body: ReportBody) -> Iterator[str]:
    made = body.provenance
    yield "## How this report was made"
    lines = [
        f"- Examiners: {', '.join(map(inline, made.examiners))}; models: {', '.join(map(inline, made.models))}; "
        f"versions: {', '.join(map(inline, made.versions))}",
        f"- Prompts (sha256): {', '.join(map(inline, made.prompt_sha256)) or 'none'}",
        f"- Tokens: {_count(made.tokens.input)} in, {_count(made.tokens.output)} out"
        + (" (partly estimated)" if made.tokens.estimated else "")
        + (f"; cost {number(made.cost, 4)}" if made.cost is not None else ""),
        f"- Server {inline(made.server_version)}, protocol {made.protocol}, generated {moment(body.generated_at)}",
    ]
    lines += [f"- Offline examiner for {f.part}: {inline(f.reason)}" for f in made.fallbacks]
    yield "\n".join(lines)
    yield "### Notes"
    yield "\n".join(f"- {inline(note)}" for note in body.notes)


def _count(tokens: int | None) -> str:
    return "not reported" if tokens is None else f"{tokens:,}"


EXPORTER = Exporter(media_type="text/markdown; charset=utf-8", extension="md", render=render)
