"""What a step is told before it decides, asks, evaluates or reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from records import ASKED, asked, begin, evaluation, finish, new_assessment, opened, published, response, update

from codeassess_core.clock import utcnow
from codeassess_core.memory import Memory
from codeassess_core.model import SessionStatus, TriggerPolicy
from codeassess_core.questions.context import Briefs, changed_text, lines_of
from codeassess_core.questions.situations import Situations, policy_for
from codeassess_core.storage.history import ProcessHistory
from codeassess_core.storage.record import Record
from codeassess_core.testing import InMemoryRetrieval

BLOCK = "".join(f"total += weights[{n}] * values[{n}]\n" for n in range(12))


@asynccontextmanager
async def briefing(tmp_path: Path) -> AsyncIterator[tuple[Briefs, Record]]:
    async with opened(f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}") as record:
        memory = Memory(record=record, history=ProcessHistory(), retrieval=InMemoryRetrieval())
        yield Briefs(record=record, memory=memory), record


async def test_each_changed_document_is_a_situation_the_newest_first(tmp_path: Path) -> None:
    async with briefing(tmp_path) as (_, record):
        session = await begin(record)
        for document, code in (("a.py", "a = 1\n"), ("b.py", "b = 1\n"), ("a.py", "a = 2\n")):
            await record.recorder.record(update(session, code, document=document))
        found = await Situations(record).changed(session, utcnow())
        assert [(s.n, s.document, situation.code) for s, situation in found] == [
            (3, "a.py", "a = 2\n"),
            (2, "b.py", "b = 1\n"),
        ]
        await record.questions.decide(session.id, ASKED, upto=3, snapshot=2, document="b.py")
        assert await Situations(record).changed(session, utcnow()) == []
        await record.recorder.record(update(session, "b = 2\n", document="b.py"))
        ((_, situation),) = await Situations(record).changed(session, utcnow())
        assert (situation.base, situation.question_open, situation.questions_asked) == ("b = 1\n", True, 1)


async def test_the_first_question_is_measured_against_the_starter_code(tmp_path: Path) -> None:
    async with briefing(tmp_path) as (_, record):
        spec = await record.assessments.add(new_assessment(starter_code="def f():\n    ...\n", time_limit=600.0))
        await record.assessments.add(spec)  # a newer version is not that of this session
        session = await begin(record, assessment_id=spec.id, assessment_version=1)
        await record.recorder.record(update(session, "def f():\n    return 1\n"))
        now = session.created_at + timedelta(seconds=100)
        ((_, situation),) = await Situations(record).changed(session, now)
        assert (situation.base, situation.time_left) == ("def f():\n    ...\n", 500.0)


async def test_a_paste_is_found_where_it_stands_now(tmp_path: Path) -> None:
    async with briefing(tmp_path) as (_, record):
        session = await begin(record)
        for code in ("total = 0\n", f"total = 0\n{BLOCK}", f"# why\nfirst = 1\ntotal = 0\n{BLOCK}"):
            await record.recorder.record(update(session, code))
        ((_, situation),) = await Situations(record).changed(session, utcnow())
        assert situation.paste is not None
        assert (situation.paste.start_line, situation.paste.end_line) == (4, 15)
        await record.recorder.record(update(session, "total = sum(weights)\n"))
        ((_, situation),) = await Situations(record).changed(session, utcnow())
        assert situation.paste is None, "it was removed again"


async def test_a_second_question_is_told_the_code_of_the_first(tmp_path: Path) -> None:
    async with briefing(tmp_path) as (briefs, record):
        session = await begin(record)
        first = await asked(record, session)
        await record.inbox.respond(response(session, first))
        await record.questions.evaluated(first, evaluation(), message={})
        await record.recorder.record(update(session, "a = 1\nb = 2\n"))
        decision = await record.questions.decide(session.id, ASKED, upto=2, snapshot=2, document="main")
        assert decision is not None and decision.question_id is not None
        question = await record.questions.get(decision.question_id)
        assert question is not None
        brief = await briefs.question(session, question)
        assert (brief.previous, brief.code, brief.asked) == ("a = 1\n", "a = 1\nb = 2\n", ("Why a set?",))
        assert [turn.kind for turn in brief.history] == ["question", "response", "evaluation"]
        assert "ada" not in repr(brief), "a brief names nobody"


async def test_an_evaluation_is_about_the_code_of_its_question(tmp_path: Path) -> None:
    async with briefing(tmp_path) as (briefs, record):
        session = await begin(record)
        question_id = await asked(record, session)
        await record.recorder.record(update(session, "changed = True\n"))
        await record.inbox.respond(response(session, question_id, "It sorts."))
        question = await record.questions.get(question_id)
        assert question is not None
        brief = await briefs.evaluation(session, question)
        assert (brief.code, brief.excerpt, brief.answer) == ("a = 1\n", "a = 1", "It sorts.")
        assert brief.rubric, "without one of its own the default rubric"


async def test_a_report_is_made_of_everything(tmp_path: Path) -> None:
    async with briefing(tmp_path) as (briefs, record):
        session = await begin(record)
        question_id = await asked(record, session)
        for n in range(1, 150):
            await record.recorder.record(update(session, f"{n}\n" * n))
        await record.inbox.respond(response(session, question_id))
        await record.inbox.finish(finish(session), message={})
        material, brief = await briefs.report(session.id, utcnow())
        assert len(material.interactions) == 1 + 149 + 3, "every one, beyond the pages of REST"
        assert [(size.n, size.lines) for size in material.sizes] == [(1, 1), *((n + 1, n) for n in range(1, 150))]
        assert material.final is not None and material.final.code == brief.final_code == "149\n" * 149
        assert material.session.status is SessionStatus.ENDED
        assert [q.id for q in brief.questions] == [question_id]
        assert not await published(record, question_id)


def test_the_assessments_policy_overrides_the_servers() -> None:
    spec = new_assessment(policy={"max_questions": 3})
    assert policy_for(spec, TriggerPolicy(idle_pause=1.0)) == TriggerPolicy(idle_pause=1.0, max_questions=3)
    assert policy_for(None, TriggerPolicy()) == TriggerPolicy()


def test_lines_are_counted_from_one() -> None:
    assert lines_of("a\nb\nc\n", 2, 3) == "b\nc"


def test_the_changed_text_is_bounded() -> None:
    assert changed_text("a\nb\n", "a\nc\n") == "-b\n+c"
    assert len(changed_text("", "x\n" * 100_000).splitlines()) == 80
