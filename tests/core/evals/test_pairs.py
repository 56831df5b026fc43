"""Good and confidently wrong answers: the file that comes along, the figures, and what the checks let through."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from test_evaluate import run

from codeassess_core.errors import ExaminerUnavailable, InvalidInput
from codeassess_core.evals import pairs
from codeassess_core.evals.captured import CapturedExaminer
from codeassess_core.evals.pairs import PairResult, figures, items_of, judge_pairs, pairs_of, read_pairs
from codeassess_core.evals.parts import Part
from codeassess_core.examiner.text.claims import language
from codeassess_core.ports import EvaluationBrief, EvaluationDraft

ITEM: dict[str, Any] = {
    "language": "python",
    "code": "def half(n):\n    return n / 2\n",
    "pairs": [
        {
            "kind": "value",
            "lines": [1, 2],
            "question": "What does `half(3)` return?",
            "expected": ["The result is 1.5."],
            "good": "1.5, since / is true division",
            "wrong": "It returns 1, because the result is rounded down.",
        }
    ],
}


def judged(part: Part = Part.ALL) -> tuple[PairResult, ...]:
    chosen = pairs_of(items_of(read_pairs(), part))
    return asyncio.run(judge_pairs(CapturedExaminer(), chosen, parallel=8, done=lambda: None))


def shares(results: tuple[PairResult, ...]) -> dict[str, float | None]:
    return {name: figure["value"] for name, figure in figures(results).items()}


def test_our_pairs_are_many_and_varied() -> None:
    items = read_pairs()
    ours = pairs_of(items)
    assert len(ours) >= 60 and len({pair.question for _, pair in ours}) == len(ours)
    assert {item.language for item in items} == {"python", "javascript", "java"}
    kinds = Counter(pair.kind for _, pair in ours)
    assert kinds.keys() >= {"purpose", "value", "trace", "edge_case", "complexity", "alternative", "debugging", "data"}
    assert (
        len({item.code for item in items_of(items, Part.TUNED)} & {i.code for i in items_of(items, Part.HELD_OUT)}) == 0
    )
    assert all(pair.good not in item.code and pair.wrong not in item.code for item, pair in ours)


@pytest.mark.parametrize("part", [Part.TUNED, Part.HELD_OUT])
def test_few_wrong_answers_pass_a_judge_who_praises_everything(part: Part) -> None:
    found = shares(judged(part))
    assert found["wrong_praised"] == found["good_praised"] == 1.0 and found["pairwise"] == 0.5
    assert (found["wrong_passed"] or 0.0) <= 0.05
    assert (found["good_passed"] or 0.0) >= 0.5, "flagging everything would be no use"
    assert (found["good_passed_trusted"] or 0.0) >= 0.8


def test_the_interval_of_a_share_that_never_varies_is_not_nothing() -> None:
    found = figures(judged())["wrong_praised"]
    assert found["value"] == 1.0 and found["interval"] == [pytest.approx(0.025 ** (1 / 36), abs=1e-4), 1.0]


FILES = [
    # the file, its pairs, and of them: wrong ones that pass a captured judge, good ones that pass (docs/quality.md)
    ("pairs.jsonl", 72, 0, 51),
    ("pairs_after.jsonl", 20, 0, 11),
    ("pairs_more.jsonl", 38, 1, 27),
    ("pairs_unread.jsonl", 20, 1, 8),
    ("pairs_languages.jsonl", 18, 1, 17),
    ("pairs_languages_unread.jsonl", 12, 0, 8),
]


@pytest.mark.parametrize(("name", "count", "wrong", "good"), FILES)
def test_what_the_documentation_says_is_so(name: str, count: int, wrong: int, good: int) -> None:
    chosen = pairs_of(read_pairs(Path(pairs.__file__).with_name(name)))
    found = shares(asyncio.run(judge_pairs(CapturedExaminer(), chosen, parallel=8, done=lambda: None)))
    assert len(chosen) == count
    assert {name: round((found[name] or 0.0) * count) for name in ("wrong_passed", "good_passed")} == {
        "wrong_passed": wrong,
        "good_passed": good,
    }


def test_no_code_stands_in_two_files() -> None:
    codes = [item.code for name, *_ in FILES for item in read_pairs(Path(pairs.__file__).with_name(name))]
    assert len(set(codes)) == len(codes)


def test_the_pairs_in_other_languages_have_answers_in_three() -> None:
    answers = [
        answer
        for _, pair in pairs_of(read_pairs(Path(pairs.__file__).with_name("pairs_languages.jsonl")))
        for answer in (pair.good, pair.wrong)
    ]
    spoken = Counter(map(language, answers))
    assert min(spoken[name] for name in ("de", "fr", "es")) >= 10


class Failing:
    """An examiner that is away."""

    name = "failing"

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        raise ExaminerUnavailable


def test_an_evaluation_that_fails_is_neither_preferred_nor_passed() -> None:
    results = asyncio.run(judge_pairs(Failing(), pairs_of(read_pairs())[:2], parallel=1, done=lambda: None))  # type: ignore[arg-type]
    found = shares(results)
    assert (found["failed"], found["pairwise"], found["wrong_passed"], found["good_to_person"]) == (1.0, None, 0.0, 1.0)


BAD = [
    ({"code": ""}, "field code"),
    ({"pairs": []}, "field pairs"),
    ({"pairs": [{**ITEM["pairs"][0], "lines": [1, 9]}]}, "lines [1, 9] are not within the code, lines 1 to 2"),
    ({"pairs": [{**ITEM["pairs"][0], "expected": []}]}, "field pairs.0.expected"),
    ({"pairs": [{**ITEM["pairs"][0], "wrong": None}]}, "field pairs.0.wrong"),
]


@pytest.mark.parametrize(("change", "said"), BAD)
def test_a_bad_line_is_named_with_its_field(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(ITEM) + "\n" + json.dumps({**ITEM, **change}))
    with pytest.raises(InvalidInput, match="line 2") as caught:
        read_pairs(path)
    assert said in caught.value.message


def test_the_command_prints_a_table_or_one_json_object(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(ITEM))
    shown = run("pairs", str(path), "--model", "captured")
    assert shown.returncode == 0 and "wrong answers with 6 of 10 or more" in shown.stdout
    done = run("pairs", str(path), "--model", "captured", "--json")
    found = json.loads(done.stdout)
    assert found["summary"]["n"] == 1 and found["summary"]["wrong_praised"]["value"] == 1.0
    good, wrong = found["pairs"][0]["good"], found["pairs"][0]["wrong"]
    assert (good["person"], wrong["person"], wrong["flags"]) == (False, True, ["against_expected_points"])
