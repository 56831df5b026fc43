"""What an offline question takes to be true is true: each untrue statement that was found by reading is a case."""

from __future__ import annotations

import pytest

from codeassess_core.documents.lines import line_count
from codeassess_core.errors import ExaminerError
from codeassess_core.examiner.offline import questions
from codeassess_core.model import Region
from codeassess_core.ports import QuestionBrief


def said_of(code: str, *, most: int = 12) -> list[str]:
    """The texts and points of the questions about all of the code, one after the other."""
    said: list[str] = []
    asked: tuple[str, ...] = ()
    region = Region(document="main", snapshot=1, start_line=1, end_line=max(1, line_count(code)))
    for _ in range(most):
        brief = QuestionBrief(
            code=code, previous="", document="main", language="python", region=region, rule="run", asked=asked
        )
        try:
            draft = questions.ask(brief)
        except ExaminerError:
            break
        asked += (draft.text,)
        said += [draft.text, *(point.text for point in draft.expected)]
    return said


UNTRUE = {
    "the element behind is there in a loop that ends before it": (
        "def after(xs):\n    for i in range(len(xs) - 1):\n        print(xs[i + 1])\n",
        "for `xs[i + 1]`",
    ),
    "the length of another list is no position that always fails": (
        "def at(xs, ys):\n    return xs[len(ys)]\n",
        "It always fails",
    ),
    "an error without a name is no fact": ("def pick(l, i):\n    return l[i]\n", "Python raises an error"),
    "a return inside try is reached although finally runs later": (
        "def safe(a, b):\n    try:\n        return a / b\n    finally:\n        print('done')\n",
        "No `return` is reached",
    ),
    "a parameter that was bound anew is not the caller's object": (
        "def clean(rows):\n    rows = list(rows)\n    rows[0] = 1\n    return rows\n",
        "The caller sees the change",
    ),
    "a line that Python does not read may define a name": (
        "%time x = [1, 2]\nprint(sum(x))\n",
        "nothing defines it",
    ),
    "the square root of numpy is not the one of math": (
        "import numpy as np\n\ndef norm(v):\n    return v / np.sqrt((v ** 2).sum())\n",
        "ValueError",
    ),
    "os.path.join is not the method of a text": (
        "import os\n\ndef there(folder, name):\n    return os.path.join(folder, name)\n",
        "every element must be",
    ),
    "a method that the document defines is not the one of a text": (
        "class Tree:\n    def find(self, x):\n        return None\n\ndef has(tree, x):\n    return tree.find(x)\n",
        "-1",
    ),
    "a default that is made by any call is no container": (
        "import time\n\ndef stamp(at=time.time()):\n    return at\n",
        "keeps what earlier calls put in",
    ),
    "a name that is bound anew is not built in": (
        "def total(xs, sum=None):\n    return sum(xs)\n",
        "sum of nothing",
    ),
}


@pytest.mark.parametrize(("code", "untrue"), UNTRUE.values(), ids=UNTRUE)
def test_what_is_not_so_is_not_said(code: str, untrue: str) -> None:
    said = said_of(code)
    assert said, "there is something to ask about"
    assert not [text for text in said if untrue.lower() in text.lower()]


WHOLE = "def total(xs, start):\n    found = start\n    for x in xs:\n        found += x\n    return found\n\n\n"


@pytest.mark.parametrize("typed", ["def mean(xs", "print(total([1, 2]", "for x in", "    )", 'text = "abc'])
def test_while_a_line_is_typed_finished_definitions_are_asked_about(typed: str) -> None:
    code = WHOLE + typed
    region = Region(document="main", snapshot=1, start_line=1, end_line=line_count(code))
    brief = QuestionBrief(
        code=code, previous="", document="main", language="python", region=region, rule="enough_lines"
    )
    draft = questions.ask(brief)
    assert 1 <= draft.start_line <= draft.end_line <= line_count(code)
    assert not draft.claims or all(claim.code == code for claim in draft.claims), "nothing is run but what was typed"
