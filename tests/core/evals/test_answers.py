"""Files of graded answers, and what the harness makes of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codeassess_core.errors import ExaminerUnavailable, InvalidInput
from codeassess_core.evals.answers import GradedAnswer, brief_of, part_of, read_answers
from codeassess_core.evals.judging import judge, judge_all
from codeassess_core.evals.parts import Part
from codeassess_core.evals.summary import summarize
from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.model import CriterionResult, Provenance, Verdict
from codeassess_core.ports import EvaluationBrief, EvaluationDraft

ROW = {
    "question": "Why is a database index useful?",
    "reference": "It lets the database find rows without reading the whole table. It costs space and slower writes.",
    "answer": "With it rows are found without reading the whole table, at the price of space and slower writes.",
}
Write = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(*lines: Any) -> Path:
        path = tmp_path / "answers.jsonl"
        path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        return path

    return write


def graded(answer: str, **scores: float) -> GradedAnswer:
    return GradedAnswer(**{**ROW, "answer": answer}, **scores)


class Scripted:
    """An examiner that gives one draft, or fails."""

    name = "scripted"

    def __init__(self, *verdicts: tuple[Verdict, str], confidence: float = 0.9, fails: bool = False) -> None:
        self._verdicts, self._confidence, self._fails = verdicts, confidence, fails
        self.seen: list[EvaluationBrief] = []

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        self.seen.append(brief)
        if self._fails:
            raise ExaminerUnavailable
        criteria = tuple(
            CriterionResult(criterion=str(n), verdict=verdict, reason="", quote=quote)
            for n, (verdict, quote) in enumerate(self._verdicts)
        )
        provenance = Provenance(examiner="model", model="x:y", version="0")
        return EvaluationDraft(text="", criteria=criteria, confidence=self._confidence, provenance=provenance)

    ask = summarize = None


def test_rows_come_in_the_order_of_the_file_and_blank_lines_do_not_count(written: Write) -> None:
    rows = read_answers(written({**ROW, "answer": "one", "extra": 1}, "", {**ROW, "answer": "two", "score": 3}, ""))
    assert [(row.answer, row.score) for row in rows] == [("one", None), ("two", 3)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2 is not JSON"),
        ("[1]", "line 2 is not a JSON object"),
        ({"question": "Why?", "answer": "x"}, "line 2, field reference"),
        ({**ROW, "answer": 5}, "line 2, field answer"),
        ({**ROW, "question": ""}, "line 2, field question"),
        ({**ROW, "score": 5.5}, "line 2, field score"),  # people grade 0 to 5
        ({**ROW, "score_a": "4"}, "line 2, field score_a"),
        ({**ROW, "score_b": -1}, "line 2, field score_b"),
        ({**ROW, "answer": "\ud800"}, "line 2, field answer"),  # half a character
        (json.dumps({**ROW, "score": 1}).replace("1}", "NaN}"), "line 2, field score"),
    ],
)
def test_a_bad_line_is_named_with_its_field(written: Write, line: Any, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_answers(written(ROW, line))


def test_a_file_that_is_missing_empty_or_binary_is_named(tmp_path: Path, written: Write) -> None:
    for path, told in ((tmp_path / "none", "cannot be read"), (written(""), "holds no answers")):
        with pytest.raises(InvalidInput, match=told):
            read_answers(path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="not UTF-8"):
        read_answers(tmp_path / "binary")


def test_the_examiner_is_never_shown_the_scores_of_people() -> None:
    assert brief_of(graded("x", score=4.75, score_a=4.5, score_b=5)) == brief_of(graded("x"))
    assert [point.text for point in brief_of(graded("x")).expected] == [
        "It lets the database find rows without reading the whole table.",
        "It costs space and slower writes.",
    ]


@pytest.mark.parametrize(
    ("scores", "human"),
    [({}, None), ({"score": 4, "score_a": 0}, 4), ({"score_a": 4, "score_b": 5}, 4.5), ({"score_b": 2}, 2)],
)
def test_what_people_gave_is_the_score_else_the_mean(scores: dict[str, float], human: float | None) -> None:
    assert graded("x", **scores).human == human


def test_the_halves_share_no_question_and_are_everything() -> None:
    rows = [GradedAnswer(**{**ROW, "question": f"Why {n}?"}) for n in range(9) for _ in range(2)]
    tuned, held = (part_of(rows, part) for part in (Part.TUNED, Part.HELD_OUT))
    assert not {r.question for r in tuned} & {r.question for r in held}
    assert (len(tuned), len(held), len(part_of(rows, Part.ALL))) == (10, 8, 18)
    assert part_of(rows[::-1], Part.TUNED) == tuned[::-1]


async def test_the_score_is_that_of_scoring_with_quotes_looked_up() -> None:
    examiner = Scripted((Verdict.MET, "without reading"), (Verdict.PARTLY, "rows are found"))
    judged = await judge(examiner, GradedAnswer(**ROW))
    assert (judged.score, judged.confidence) == (7.5, 0.9)
    invented = await judge(Scripted((Verdict.MET, "nobody said this")), GradedAnswer(**ROW))
    assert (invented.provisional, invented.score) == (0.0, None)  # praise without evidence waits for a person


async def test_low_confidence_is_an_abstention_and_a_failure_has_no_number() -> None:
    unsure = await judge(Scripted((Verdict.MET, "without reading"), confidence=0.5), GradedAnswer(**ROW))
    assert (unsure.score, unsure.provisional) == (None, 10.0)
    failed = await judge(Scripted(fails=True), GradedAnswer(**ROW))
    assert (failed.score, failed.provisional, failed.confidence) == (None, None, None)


async def test_a_summary_counts_what_was_kept_and_compares_people_on_the_same_answers() -> None:
    rows = [
        graded(ROW["answer"], score_a=5, score_b=4),
        graded("It is an index that sits on a disk drive.", score_a=2, score_b=2),
        graded("-"),
    ]
    judged = await judge_all(OfflineExaminer(), rows, parallel=2, done=lambda: None)
    found = summarize(rows, judged).as_dict()
    assert [j.score for j in judged] == [10.0, 5.0, 0.0]
    assert (found["n"], found["kept"], found["failed"], found["coverage"]) == (3, 3, 0, 1.0)
    assert found["compared"]["kept_humans"]["n"] == 2 and found["compared"]["kept_humans"]["mae"] == 0.5
    assert found["within_one"] == 1.0 and found["mae"] == 0.5  # 5 against 4.5, 2.5 against 2


async def test_without_human_scores_there_is_coverage_and_nothing_else() -> None:
    rows = [graded("-")]
    found = summarize(rows, await judge_all(OfflineExaminer(), rows, parallel=1, done=lambda: None)).as_dict()
    assert (found["coverage"], found["kappa"], found["compared"]) == (1.0, None, {})
