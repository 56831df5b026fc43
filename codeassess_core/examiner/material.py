"""What the model is shown of a session, as the variables of the prompts' human messages. Pure but for the nonce.

What comes from graders (the task, the rubric) stands open and first, so that the
beginning of a prompt is the same for a whole assessment and can be cached. Everything
else is fenced: the code, the diff, the conversation, the answer, retrieved passages.
The document's uri and all names are left out. Lines are split as editors do it (LSP:
\\n, \\r\\n, \\r) and counted from 1. Every limit keeps a call's cost bounded whatever
a candidate pastes; what is left out is said. In a notebook the cell and the line in it stand
beside the number of the line, `12 3:2 |`, because that is how a question must name it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Final

from .. import planning
from ..model import Criterion, Difficulty, ExpectedPoint, Passage, Question, Turn
from ..ports import EvaluationBrief, QuestionBrief, ReportBrief
from .cells import Cells, cells_of
from .fencing import Fence, neutralise

CODE_LINES: Final = 400
CODE_CHARS: Final = 24_000
LINE_CHARS: Final = 400
DIFF_LINES: Final = 120
DIFF_MAX_SOURCE: Final = 1_500
"""Lines on either side, after trimming what is equal, beyond which no diff is made (difflib is quadratic)."""
ANSWER_CHARS: Final = 12_000
TURNS: Final = 12
TURN_CHARS: Final = 800
PASSAGES: Final = 6
PASSAGE_CHARS: Final = 1_500

TASK_CHARS: Final = 8_000

_UNSAFE_WORD = re.compile(r"[^\w+#.-]")
_LINE_END = re.compile(r"\r\n|\n|\r")
_LINE_NUMBER = re.compile(r"^[ >]*\d+(?: \d+:\d+)? \| ?", re.MULTILINE)


def question_inputs(brief: QuestionBrief) -> dict[str, str]:
    """The variables of prompts/question.md."""
    fence, region = Fence(), brief.region
    return {
        "task": _task(brief.instructions),
        "language": _word(brief.language),
        "nonce": fence.nonce,
        "passages": fence.around("passages", passages(brief.passages)),
        "history": fence.around("conversation", turns(brief.history)),
        "asked": fence.around("asked", bullets(brief.asked)),
        "code": fence.around("code", numbered(brief.code, region.start_line, region.end_line)),
        "diff": fence.around("diff", diff(brief.previous, brief.code)),
        "rule": _word(brief.rule),
        "plan": _plan(brief, fence),
        "region": _region(brief.code, region.start_line, region.end_line),
    }


def evaluation_inputs(brief: EvaluationBrief) -> dict[str, str]:
    """The variables of prompts/evaluation.md."""
    fence = Fence()
    answer, code = shown(brief)
    return {
        "task": _task(brief.instructions),
        "rubric": rubric(brief.rubric),
        "language": _word(brief.language),
        "nonce": fence.nonce,
        "passages": fence.around("passages", passages(brief.passages)),
        "history": fence.around("conversation", turns(brief.history)),
        "code": fence.around("code", code),
        "excerpt": fence.around("excerpt", clipped(brief.excerpt, CODE_CHARS // 4)),
        "question": fence.around("question", clipped(brief.question, TURN_CHARS)),
        "expected": fence.around("expected", points(brief.expected)),
        "answer": fence.around("answer", answer),
    }


def summary_inputs(brief: ReportBrief) -> dict[str, str]:
    """The variables of prompts/summary.md."""
    fence = Fence()
    return {
        "task": _task(brief.instructions),
        "language": _word(brief.language),
        "nonce": fence.nonce,
        "code": fence.around("code", numbered(brief.final_code)),
        "sitting": fence.around("sitting", sitting(brief.questions)),
    }


def shown(brief: EvaluationBrief) -> tuple[str, str]:
    """The answer and the numbered code, as far as the model sees them."""
    return clipped(brief.answer, ANSWER_CHARS), numbered(brief.code, line_of(brief.code, brief.excerpt))


def told(problems: Sequence[str]) -> str:
    """What was wrong with the last reply, for the end of a prompt; empty when nothing was."""
    return f"Your last reply could not be used:\n{neutralise(bullets(problems))}" if problems else ""


def _plan(brief: QuestionBrief, fence: Fence) -> str:
    """What code chose for the question: its kind and difficulty, or what a follow-up is to leave unsaid."""
    if brief.opening is not None:
        left = fence.around("open", bullets([brief.opening.missing.text]))
        return _FOLLOW_UP.format(question=fence.around("first", clipped(brief.opening.question, TURN_CHARS)), open=left)
    if brief.plan is None:
        return ""
    kind, hard = brief.plan.kind, brief.plan.difficulty
    return f"The kind of the question: `{kind}` ({planning.meaning(kind)}). Its difficulty: {hard}, {_HARD[hard]}."


_HARD: Final = {
    Difficulty.EASY: "to be answered from one line or one name",
    Difficulty.MEDIUM: "to be answered from several lines together",
    Difficulty.HARD: "to be answered only by weighing what the whole change does, costs or leaves out",
}
_FOLLOW_UP: Final = """This is a follow-up to the last answer in the conversation. The first question was:
{question}
The answer left exactly this open:
{open}
Ask about the same lines from another side, so that the person can still show it. Neither name, paraphrase nor hint at
what was left open. Choose the kind that fits."""


def _region(code: str, start: int, end: int) -> str:
    """The lines to ask about; in a notebook also as the question must name them."""
    cells = cells_of(code)
    return f"{start} to {end}" + (f", which the question calls {cells.span(start, end)}" if cells else "")


def _task(instructions: str) -> str:
    return clipped(instructions.strip(), TASK_CHARS) or "[an open session without a task]"


def _word(name: str) -> str:
    """A name that is neither ours nor fenced, without what could carry a sentence's meaning into the prompt."""
    return _UNSAFE_WORD.sub("", name)[:30] or "unknown"


def rubric(criteria: Sequence[Criterion]) -> str:
    """The criteria by name."""
    return "\n".join(f"- {criterion.name}: {criterion.description}" for criterion in criteria)


def points(expected: Sequence[ExpectedPoint]) -> str:
    """What a good answer says."""
    return bullets([point.text for point in expected])


def lines_of(text: str) -> list[str]:
    """The lines as an editor counts them (not `str.splitlines`, which also splits at form feeds and U+2028)."""
    return _LINE_END.split(text)


def clipped(text: str, limit: int) -> str:
    """`text`, or its first `limit` characters and a note of how many follow."""
    return text if len(text) <= limit else f"{text[:limit]}\n[… {len(text) - limit} more characters are not shown]"


def numbered(code: str, start: int = 1, end: int = 0) -> str:
    """The code with line numbers, around lines `start`…`end`, which are marked with `>` (none when end is 0)."""
    lines, cells = lines_of(code), cells_of(code)
    first, last = _window(len(lines), start, max(start, end))
    shown = [_numbered_line(n, lines[n - 1], cells, marked=start <= n <= end) for n in range(first, last + 1)]
    above = [f"[lines 1 to {first - 1} are not shown]"] if first > 1 else []
    below = [f"[lines {last + 1} to {len(lines)} are not shown]"] if last < len(lines) else []
    return clipped("\n".join([*above, *shown, *below]), CODE_CHARS)


def _numbered_line(number: int, line: str, cells: Cells | None, *, marked: bool) -> str:
    place = " {}:{}".format(*cells.place(number)) if cells and number not in cells.markers else ""
    text = line if len(line) <= LINE_CHARS else line[:LINE_CHARS] + " […]"
    return f"{'>' if marked else ' '}{number:>5}{place} | {text}"


def _window(total: int, start: int, end: int) -> tuple[int, int]:
    """At most CODE_LINES lines that hold the beginning of start…end, with what room is left around them."""
    if total <= CODE_LINES:
        return 1, total
    room = max(CODE_LINES - (end - start + 1), 0) // 2
    first = max(1, min(start - room, total - CODE_LINES + 1))
    return first, first + CODE_LINES - 1


def without_numbers(quote: str) -> str:
    """A quote from `numbered` code as it stands in the code."""
    return _LINE_NUMBER.sub("", quote)


def line_of(code: str, excerpt: str) -> int:
    """The line on which `excerpt` begins in `code`; 1 when it is not there."""
    at = code.find(excerpt)
    return len(lines_of(code[:at])) if at > 0 else 1


def diff(previous: str, code: str) -> str:
    """The unified diff with three lines of context, bounded; a sentence when there is none to show."""
    before, after = lines_of(previous), lines_of(code)
    if before == after:
        return "[no difference]"
    head = _equal_ends(before, after)
    tail = _equal_ends(before[head:][::-1], after[head:][::-1])
    if max(len(before), len(after)) - head - tail > DIFF_MAX_SOURCE:
        return "[the change is too large for a diff]"
    start = max(head - 3, 0)
    spare = max(tail - 3, 0)
    old, new = before[start : len(before) - spare], after[start : len(after) - spare]
    changes = list(difflib.unified_diff(old, new, n=3, lineterm=""))[2:]  # without the lines of file names
    more = [f"[… {len(changes) - DIFF_LINES} more lines]"] if len(changes) > DIFF_LINES else []
    return clipped("\n".join([line[:LINE_CHARS] for line in changes[:DIFF_LINES]] + more), CODE_CHARS)


def _equal_ends(before: Sequence[str], after: Sequence[str]) -> int:
    pairs = zip(before, after, strict=False)
    return next((n for n, (old, new) in enumerate(pairs) if old != new), min(len(before), len(after)))


def turns(history: Sequence[Turn]) -> str:
    """The last turns, oldest first, one paragraph each."""
    said = [f"{turn.kind}: {clipped(turn.text, TURN_CHARS)}" for turn in history[-TURNS:]]
    return "\n\n".join(said) or "[nothing yet]"


def passages(found: Sequence[Passage]) -> str:
    """The best passages with their sources."""
    texts = [f"({passage.source}) {clipped(passage.text, PASSAGE_CHARS)}" for passage in found[:PASSAGES]]
    return "\n\n".join(texts) or "[none]"


def bullets(texts: Sequence[str]) -> str:
    """One line for each text."""
    return "\n".join(f"- {clipped(' '.join(text.split()), TURN_CHARS)}" for text in texts) or "[none]"


def sitting(questions: Sequence[Question]) -> str:
    """Every question of a session by its number from 1, with the answer and the evaluation."""
    return "\n\n".join(_asked_and_answered(n, question) for n, question in enumerate(questions, 1)) or "[none]"


def _asked_and_answered(number: int, question: Question) -> str:
    parts = [f"Question {number} ({question.status}): {clipped(question.text, TURN_CHARS)}"]
    if question.excerpt:
        parts.append(f"About this code:\n{clipped(question.excerpt, PASSAGE_CHARS)}")
    if question.response is not None:
        parts.append(f"Answer: {clipped(question.response, ANSWER_CHARS // 4)}")
    if question.evaluation is not None:
        parts.append(f"Evaluation: {clipped(question.evaluation.text, TURN_CHARS)}")
        parts.append(bullets([f"{c.criterion}: {c.verdict} ({c.reason})" for c in question.evaluation.criteria]))
    return "\n".join(parts)
