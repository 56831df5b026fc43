"""The offline examiner and long or hostile code: the worker process asks, or refuses as the port says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from codeassess_core.errors import ExaminerUnavailable
from codeassess_core.examiner.offline import LONG, OfflineExaminer, running
from codeassess_core.model import Region
from codeassess_core.ports import QuestionBrief
from codeassess_core.system.workers import Workers


def brief(code: str, previous: str = "") -> QuestionBrief:
    last = max(1, min(2_000, code.count("\n")))
    region = Region(document="main.py", snapshot=1, start_line=1, end_line=last)
    return QuestionBrief(
        code=code, previous=previous, document="main.py", language="python", region=region, rule="enough_lines"
    )


HOSTILE = {
    "60,000 changed lines": (
        "".join(f"b{n} = {n}\n" for n in range(60_000)),
        "".join(f"a{n} = {n}\n" for n in range(60_000)),
    ),
    "20,000 functions": ("".join(f"def f{n}(a):\n    return a + {n}\n" for n in range(20_000)), ""),
    "brackets": ("x = " + "(" * 90_000 + ")" * 90_000, ""),
    "indices": ("x = a" + "[0]" * 60_000, ""),
    "a name of a mebibyte": ("x" * 1_000_000, ""),
    "words that begin something": ("x = 1\n" * 9 + "select " * 60_000, ""),
}


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(deadline=60.0)
    yield made
    asyncio.run(made.aclose())


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_code_gets_a_question_or_a_refusal_of_the_port(name: str, workers: Workers) -> None:
    try:
        draft = await OfflineExaminer(workers).ask(brief(*HOSTILE[name]))
    except ExaminerUnavailable as problem:
        assert "longer than" not in problem.message
    else:
        assert draft.text and draft.start_line <= draft.end_line


async def test_long_code_takes_the_worker_and_short_code_does_not() -> None:
    broken = Workers(waiting=0)  # refuses every call, so its use is noticed
    long = "".join(f"def f{n}(a):\n    return a + {n}\n" for n in range(LONG // 20))
    with pytest.raises(ExaminerUnavailable, match="wait already"):
        await OfflineExaminer(broken).ask(brief(long))
    assert (await OfflineExaminer(broken).ask(brief(long[:400]))).text
    await broken.aclose()


async def test_the_worker_gives_the_same_question() -> None:
    workers = Workers()
    code = "".join(f"def f{n}(a):\n    return a + {n}\n\n\n" for n in range(LONG // 25))
    assert len(code) > LONG
    await workers.run(exec, f"from codeassess_core.examiner.offline import running; running.BUDGET = {running.BUDGET}")
    there, here = await OfflineExaminer(workers).ask(brief(code)), await OfflineExaminer().ask(brief(code))
    # How many runs fit into the time of a question depends on the machine, and so may the function that is asked about.
    assert (there.kind, there.provenance) == (here.kind, here.provenance)
    assert [slot.kind for slot in there.slots] == [slot.kind for slot in here.slots]
    await workers.aclose()
