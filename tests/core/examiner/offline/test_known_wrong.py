"""Answers that were once judged wrongly, one of each kind, and what they get now. Nothing is mocked."""

from __future__ import annotations

import pytest

from codeassess_core import scoring
from codeassess_core.examiner.offline import evaluation
from codeassess_core.examiner.text import code_words
from codeassess_core.examiner.text.injection import speaks_to_examiner
from codeassess_core.model import ExpectedPoint, Verdict
from codeassess_core.ports import EvaluationBrief

CODE = """\
class Account:
    def __init__(self, owner):
        self.owner = owner

    def first(self, names):
        return names[0].upper()
"""


def raises(name: str) -> ExpectedPoint:
    """A point as the offline examiner writes it: the name, and any word for an error."""
    return ExpectedPoint(text=f"Python raises `{name}` on line 6.", any_of=((name.lower(), *code_words.ERROR),))


def returns(value: str) -> ExpectedPoint:
    return ExpectedPoint(text=f"It returns `{value}`.", any_of=((value.strip("'").lower(),),))


STOPS = ExpectedPoint(text="The loop never ends.", any_of=(code_words.FOREVER,))


def judged(
    answer: str, *points: ExpectedPoint, question: str = "What happens on line 6?", code: str = CODE
) -> scoring.Scored:
    draft = evaluation.evaluate(
        EvaluationBrief(
            question=question,
            kind="value",
            answer=answer,
            code=code,
            excerpt="",
            language="python",
            rubric=scoring.DEFAULT_RUBRIC,
            expected=points,
        )
    )
    return scoring.scored(draft.criteria, answer, code, confidence=draft.confidence, flags=draft.flags)


@pytest.mark.parametrize(
    "answer",
    [
        "It crashes.",
        "An exception.",
        "It raises a TypeError.",
        "It fails with some error or other.",
        "ValueError",
        "It breaks.",
    ],
)
def test_not_any_word_for_an_error_meets_a_point_that_names_one(answer: str) -> None:
    assert judged(answer, raises("AttributeError")).criteria[0].verdict is not Verdict.MET


def test_the_named_error_meets_it_and_is_settled() -> None:
    [result] = judged("It stops with an AttributeError.", raises("AttributeError")).criteria
    assert (result.verdict, result.settled) == (Verdict.MET, True)


@pytest.mark.parametrize(
    "answer",
    [
        "Nothing breaks here.",
        "Nothing goes wrong.",
        "No error at all.",
        "It does not raise an IndexError.",
        "It works fine.",
    ],
)
def test_who_says_that_nothing_breaks_has_named_no_error(answer: str) -> None:
    assert judged(answer, raises("IndexError")).score == 0


EMPTY_WORDS = [
    "error exception return value list loop none true false zero empty",
    "1 2 3 4 5 6 7 8 9 10",
    "0, 1, 2, 3, 4, 5",
    "either True or False, maybe an error",
    "It returns 3 or 4 or perhaps an error.",
    "The answer says that it returns the value. It says what the line does.",
    "It says what the loop does, names the exception and gives the value.",
]


@pytest.mark.parametrize("answer", EMPTY_WORDS)
@pytest.mark.parametrize(
    "point", [raises("IndexError"), returns("3"), returns("'ANN'"), STOPS], ids=lambda point: point.text
)
def test_what_commits_to_nothing_gains_nothing(answer: str, point: ExpectedPoint) -> None:
    assert judged(answer, point).score == 0


def test_what_a_good_answer_would_say_is_no_answer() -> None:
    points = (raises("IndexError"), ExpectedPoint(text="The list is empty.", any_of=(code_words.EMPTY,)))
    bait = "The answer names the IndexError on line 6. The answer says that the list is empty."
    assert judged(bait, *points).score == 0


@pytest.mark.parametrize("answer", ["3", "24", "'a'", "3."])
def test_a_right_short_answer_counts(answer: str) -> None:
    value = answer.rstrip(".")
    scored = judged(answer, returns(value), question="What does the call return?")
    assert scored.score == scored.score_min == scoring.MAX_SCORE


@pytest.mark.parametrize(
    "answer",
    [
        "the file stays open if you forget the context manager",
        "You would forget the rules of precedence.",
        "It overrides the rule of the base class.",
        "The parser must ignore earlier rules when a later one matches.",
    ],
)
def test_talk_about_code_is_no_instruction_in_any_examiner(answer: str) -> None:
    assert not speaks_to_examiner(answer)
    point = ExpectedPoint(text="The file stays open.", any_of=(("open", "rules", "rule"),))
    assert judged(answer, point).criteria[0].verdict is Verdict.MET


SHORT = [
    ("A queue.", "stack, queue, list, tree, heap"),
    ("A queue.", "either a stack or a queue"),
    ("A queue.", "A queue is wrong, it must be a stack."),
    ("A queue.", "It is not a queue."),
    ("O(log n)", "O(n log n)"),
    ("log n", "n"),
    ("push", "push, pop, peek, empty"),
    ("recursive", "recursive or iterative"),
]


@pytest.mark.parametrize(("reference", "answer"), SHORT)
def test_a_reference_of_a_few_words_does_not_make_anything_right(reference: str, answer: str) -> None:
    scored = judged(answer, ExpectedPoint(text=reference), question="Which one fits here?", code="")
    assert scored.score_min == 0, "not settled as right"


ROLES = [
    ("The function returns to the caller.", "The caller returns to the function."),
    ("The client sends requests to the server.", "The server sends requests to the client."),
    ("The subclass overrides the method of the base.", "The base overrides the method of the subclass."),
]


@pytest.mark.parametrize(("reference", "answer"), ROLES)
def test_the_right_words_in_exchanged_roles_are_not_settled_as_right(reference: str, answer: str) -> None:
    expected = ExpectedPoint(text=reference)
    wrong = judged(answer, expected, question="What happens at the end?", code="")
    right = judged(reference, expected, question="What happens at the end?", code="")
    assert wrong.score < right.score == scoring.MAX_SCORE
    assert wrong.score_min == 0 and right.score_min == scoring.MAX_SCORE


def test_the_passive_voice_exchanges_no_roles() -> None:
    expected = ExpectedPoint(text="The server answers the client.")
    passive = judged("The client is answered by the server.", expected, question="What comes next?", code="")
    assert passive.score_min >= 8
