"""What the model is shown of a session, as the variables of the prompts' human messages. Pure but for the nonce.

The graders' text (the task, the rubric) is not fenced and comes first, so that the
beginning of a prompt is the same for a whole assessment and can be cached. Everything
else is fenced: the code, the diff, the conversation, the answer, retrieved passages. The
document's uri and all names are left out. Every limit keeps the cost of a call bounded
whatever a candidate pastes; the text says what is left out (`formatted`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ...answers.slots import Reading, Stated, is_right
from ...documents.lines import editor_lines
from ...documents.notebook_lines import cells_of
from ...documents.notebooks import as_written
from ...model import Criterion, Difficulty, ExpectedPoint, Passage, Question, Slot, Turn
from ...ports import EvaluationBrief, Example, QuestionBrief, ReportBrief
from ...questions import planning
from ..text.fencing import Fence, neutralise
from ..text.injection import speaks_to_examiner
from ..text.slot_reading import read_slot
from .formatted import CODE_CHARS, TURN_CHARS, bullets, clipped, diff, line_of, numbered

ANSWER_CHARS: Final = 12_000
TURNS: Final = 12
PASSAGES: Final = 6
PASSAGE_CHARS: Final = 1_500

TASK_CHARS: Final = 8_000

_UNSAFE_WORD = re.compile(r"[^\w+#.-]")


def question_inputs(brief: QuestionBrief, found: Sequence[str] = ()) -> dict[str, str]:
    """The variables of prompts/question.md; `found` are the results of running the code."""
    fence, region = Fence(), brief.region
    return {
        "task": _task(brief.instructions),
        "language": _word(brief.language),
        "nonce": fence.nonce,
        "passages": fence.around("passages", passages(_not_told(brief.passages, brief.history))),
        "history": fence.around("conversation", turns(brief.history)),
        "asked": fence.around("asked", bullets(_not_in_conversation(brief.asked, brief.history))),
        "code": fence.around("code", numbered(brief.code, region.start_line, region.end_line, document=brief.document)),
        "diff": fence.around("diff", diff(brief.previous, brief.code)),
        "found": fence.around("found", bullets(found)),
        "rule": _word(brief.rule),
        "plan": _plan(brief, fence),
        "region": _region(brief.code, brief.document, region.start_line, region.end_line),
    }


def evaluation_inputs(brief: EvaluationBrief, found: Sequence[str] = ()) -> dict[str, str]:
    """The variables of prompts/evaluation.md; `found` are the results of running the code."""
    fence = Fence()
    answer, code = shown(brief)
    # A judge that reads its own verdicts repeats them. The question at hand has its own variable.
    earlier = [t for t in brief.history if t.kind != "evaluation" and t.text not in (brief.question, brief.answer)]
    return {
        "task": _task(brief.instructions),
        "rubric": rubric(brief.rubric),
        "language": _word(brief.language),
        "nonce": fence.nonce,
        "passages": fence.around("passages", passages(_not_told(brief.passages, earlier))),
        "history": fence.around("conversation", turns(earlier)),
        "code": fence.around("code", code),
        "excerpt": _excerpt(brief, fence),
        "found": fence.around("found", bullets(found)),
        "slots": fence.around("slots", bullets(_slots(brief))),
        "examples": fence.around("examples", examples(brief.examples)),
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
        "code": fence.around("code", numbered(brief.final_code, document=brief.document)),
        "questions": fence.around("questions", session_questions(brief.questions)),
    }


def _not_in_conversation(asked: Sequence[str], history: Sequence[Turn]) -> list[str]:
    """The earlier questions that are not in the conversation."""
    told = {turn.text for turn in history[-TURNS:]}
    return [text for text in asked if text not in told]


def _not_told(found: Sequence[Passage], history: Sequence[Turn]) -> list[Passage]:
    """The passages, without those from the session's own past that are in the conversation."""
    told = {f"question {turn.interaction_id}" for turn in history[-TURNS:]}
    return [passage for passage in found if passage.source not in told]


def shown(brief: EvaluationBrief) -> tuple[str, str]:
    """The answer and the numbered code as the model sees them; the question's lines are marked."""
    start, end = excerpt_lines(brief)
    return clipped(brief.answer, ANSWER_CHARS), numbered(brief.code, start or 1, end, document=brief.document)


def excerpt_lines(brief: EvaluationBrief) -> tuple[int, int]:
    """The lines of the code that the question is about; (0, 0) when they are not in the code."""
    written = as_written(brief.code, brief.document)
    if not brief.excerpt.strip() or brief.excerpt not in written:
        return 0, 0
    first = line_of(written, brief.excerpt)
    return first, first + len(editor_lines(brief.excerpt)) - 1


def _excerpt(brief: EvaluationBrief, fence: Fence) -> str:
    """Which lines the question is about; with their text only when they are not in the shown code."""
    start, end = excerpt_lines(brief)
    if start:
        return f"{_region(brief.code, brief.document, start, end)}, marked with `>` in the code"
    return fence.around("excerpt", clipped(brief.excerpt, CODE_CHARS // 4))


def _slots(brief: EvaluationBrief) -> list[str]:
    """What code read from the answer for each slot, and whether it is right."""
    return [_slot(slot, read_slot(slot, brief.answer, sent=False, question=brief.question)) for slot in brief.slots]


def _slot(slot: Slot, read: Reading) -> str:
    right = " or ".join(f"`{answer}`" for answer in slot.right_answers)
    match read.state:
        case Stated.CLEARLY:
            verdict = "right" if is_right(slot, read.value) else f"not right; right is {right}"
            return f"{slot.label}: the answer states `{read.value}`, which is {verdict}."
        case Stated.UNREADABLY:
            return f"{slot.label}: code could not read what the answer states; a person will. Right is {right}."
    return f"{slot.label}: the answer states no single result. Right is {right}."


def told(problems: Sequence[str]) -> str:
    """The problems of the last reply, for the end of a prompt; empty without problems."""
    return f"Your last reply could not be used:\n{neutralise(bullets(problems))}" if problems else ""


def _plan(brief: QuestionBrief, fence: Fence) -> str:
    """What code chose for the question: kind and difficulty, or what a follow-up must not say."""
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


def _region(code: str, document: str, start: int, end: int) -> str:
    """The lines to ask about; in a notebook also in the form that the question must use."""
    cells = cells_of(code, document)
    return f"{start} to {end}" + (f", which the question calls {cells.span(start, end)}" if cells else "")


def _task(instructions: str) -> str:
    return clipped(instructions.strip(), TASK_CHARS) or "[an open session without a task]"


def _word(name: str) -> str:
    """A name that is not fenced and not ours, without characters that could make it a sentence."""
    return _UNSAFE_WORD.sub("", name)[:30] or "unknown"


def rubric(criteria: Sequence[Criterion]) -> str:
    """The criteria by name, with what an answer of each level is like where the author says so."""
    return "\n".join(
        "\n".join([f"- {criterion.name}: {criterion.description}", *_levels(criterion)]) for criterion in criteria
    )


def _levels(criterion: Criterion) -> list[str]:
    return [f"  - {verdict}: {text}" for verdict, text in criterion.levels.items()]


def points(expected: Sequence[ExpectedPoint]) -> str:
    """What a good answer says."""
    return bullets([point.text for point in expected])


def examples(found: Sequence[Example]) -> str:
    """Answers that a person has judged, with their scores."""
    honest = (example for example in found if not speaks_to_examiner(example.answer))
    return "\n\n".join(map(_example, honest)) or "[none]"


def _example(example: Example) -> str:
    parts = [
        f"Question: {clipped(example.question, TURN_CHARS)}",
        f"Answer: {clipped(example.answer, TURN_CHARS)}",
        f"A person gave: {example.score:g} of 10",
    ]
    return "\n".join([*parts, *([f"Their reason: {clipped(example.reason, TURN_CHARS)}"] if example.reason else [])])


def turns(history: Sequence[Turn]) -> str:
    """The last turns, oldest first, one paragraph each."""
    said = [f"{turn.kind}: {clipped(turn.text, TURN_CHARS)}" for turn in history[-TURNS:]]
    return "\n\n".join(said) or "[nothing yet]"


def passages(found: Sequence[Passage]) -> str:
    """The best passages with their sources."""
    texts = [f"({passage.source}) {clipped(passage.text, PASSAGE_CHARS)}" for passage in found[:PASSAGES]]
    return "\n\n".join(texts) or "[none]"


def session_questions(questions: Sequence[Question]) -> str:
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
