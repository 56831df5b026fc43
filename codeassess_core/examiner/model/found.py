"""Runs the candidate's code for the model: tells it the results, and compares its statements with them.

A model computes values itself and is often wrong. So it is told what the sandbox found.
What it then states about a call is compared with a run of that call, and a call that it asks
about becomes a slot, which code checks. For code that cannot be run reliably nothing is
told and nothing compared. All of it blocks its thread, for at most `running.BUDGET` seconds
together.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from ...answers.slots import Stated, is_right
from ...documents import notebook_lines, python_text
from ...documents.lines import split_lines
from ...model import Claim, Region, Slot
from ...ports import EvaluationBrief, QuestionBrief
from ..offline import analysed_code, running, slot_making
from ..offline.example_runs import Run, ran
from ..offline.kinds.run_words import A_RESULT, comes_to
from ..offline.syntax import extent
from ..text.sentences import sentences
from ..text.slot_reading import read_slot
from . import material

_MOST: Final = 8  #: runs that a model is told of
_PER_FUNCTION: Final = 3
_MOST_CALLS: Final = 12  #: calls in one text that are run
_LONGEST: Final = 200  #: characters of a call, and of its result
_CALL: Final = re.compile(r"[^\W\d]\w*\((?:[^()`\n]|\([^()\n]*\)){0,200}\)")


class Found:
    """The results of runs of one text. Each run is made once, when it is needed."""

    def __init__(self, brief: QuestionBrief) -> None:
        self._brief = brief
        self._runs = running.Runs(running.shared())
        python = analysed_code.is_python(brief)
        self._analysed = analysed_code.build(brief, self._runs) if python else None
        self._program = (
            running.program(notebook_lines.program(brief.code, brief.document), self._runs) if python else None
        )

    def told(self) -> tuple[str, ...]:
        """Results of the program, and of functions on the region's lines on examples; one line each."""
        return tuple(dict.fromkeys(chain(self._of_program(), self._of_functions())))[:_MOST]

    def outcome(self, call: str) -> Run | None:
        """The result of a call of the text's own function with literals; None when it is not known."""
        if self._program is None or not _is_plain_call(call, self._program.tree):
            return None
        run = ran(self._program, call)
        return run if run is not None and len(run.result or "") <= _LONGEST else None

    def slot(self, call: str, question: str) -> tuple[Slot, Claim] | None:
        """The slot for the call that a question asks about; None when its result is not known or not asked."""
        run = self.outcome(call)
        if run is None or _squeezed(call) not in _squeezed(question):
            return None
        slot = slot_making.result(run, A_RESULT)
        if any(_squeezed(answer) in _squeezed(question) for answer in slot.accepted if len(answer) > 1):
            return None  # the question contains the result
        return slot, slot_making.claim(run, slot=slot_making.RESULT)

    def against(self, texts: Sequence[str], *, about: str = "") -> tuple[str, ...]:
        """What the texts say about a call that a run of it contradicts, one sentence each.

        `about` is the question: a text that names no call is about the call in the question.
        """
        asked = self._calls(about)
        return tuple(dict.fromkeys(chain.from_iterable(self._against(text, asked) for text in texts)))

    def _against(self, text: str, asked: Sequence[Run]) -> Iterator[str]:
        for sentence in sentences(text):
            named = self._calls(sentence)
            runs = named or (() if self._names_own_call(sentence) else asked)
            if len(runs) == 1 and (other := _other_result(runs[0], sentence)):
                yield f"`{runs[0].call}` does not come to `{other}`: {comes_to(runs[0])}."

    def _names_own_call(self, text: str) -> bool:
        """Does the text name a call of a function of the code, even one that cannot be run?"""
        own = (
            {node.name for node in self._program.tree.body if isinstance(node, ast.FunctionDef)}
            if self._program
            else ()
        )
        return any(call.partition("(")[0] in own for call in _CALL.findall(text))

    def _calls(self, text: str) -> list[Run]:
        calls = dict.fromkeys(_CALL.findall(text)[:_MOST_CALLS])
        return [run for call in calls if (run := self.outcome(call)) is not None]

    def _of_program(self) -> Iterator[str]:
        if self._program is None or not self._program.alone.known:
            return
        alone = self._program.alone
        if alone.error:
            yield f"The program stops on line {alone.line} with `{alone.error}`: {alone.says}"
        elif alone.printed.strip():
            yield f"The program prints: {alone.printed.strip()[:_LONGEST]!r}"

    def _of_functions(self) -> Iterator[str]:
        if self._analysed is None or self._analysed.repaired:
            return
        start, end = self._brief.region.start_line, self._brief.region.end_line
        for examples in self._analysed.example_runs.values():
            first, last = extent(examples.function)
            if first <= end and start <= last:
                runs = (*examples.ordinary[:_PER_FUNCTION], *examples.edges[:_PER_FUNCTION])
                told = (f"`{run.call}`: {comes_to(run)}" for run in runs)
                yield from (line for line in told if len(line) <= 2 * _LONGEST)


def of_question(brief: QuestionBrief) -> Found:
    """The results for the code to ask about."""
    return Found(brief)


def of_answer(brief: EvaluationBrief) -> Found:
    """The results for the code that an answer is about, at the lines of the question."""
    start, end = material.excerpt_lines(brief)
    end = end or len(split_lines(brief.code)) or 1
    region = Region(document=brief.document, snapshot=0, start_line=start or 1, end_line=end)
    return Found(
        QuestionBrief(
            code=brief.code,
            previous="",
            document=brief.document,
            language=brief.language,
            region=region,
            rule="",
            instructions=brief.instructions,
        )
    )


def _other_result(run: Run, sentence: str) -> str:
    """The result that a sentence clearly states for a call, if it differs from the run's."""
    if run.printed.strip():
        return ""  # it may be said of the printed text or of the returned value
    slot = slot_making.value(run.error or run.result or "None", A_RESULT)
    read = read_slot(slot, sentence, sent=False, question=f"What does `{run.call}` come to?")
    return read.value if read.state is Stated.CLEARLY and not is_right(slot, read.value) else ""


def _is_plain_call(call: str, tree: ast.Module) -> bool:
    """Is it a call of a function of the text, with only literals as arguments?"""
    try:
        node = python_text.parse_expression(call)
        functions = {part.name for part in tree.body if isinstance(part, ast.FunctionDef)}
        if len(call) > _LONGEST or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return False
        for value in (*node.args, *(keyword.value for keyword in node.keywords)):
            ast.literal_eval(value)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return False
    return node.func.id in functions and all(keyword.arg for keyword in node.keywords)


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace('"', "'")
