"""Exports: what was recorded is in them, exactly."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from records import action, asked, begin, evaluation, finish, opened, response, update

from codeassess_core.errors import NotFound, StoreUnavailable
from codeassess_core.exports import EXPORTS
from codeassess_core.exports.making import exported
from codeassess_core.exports.progsnap2 import COLUMNS
from codeassess_core.model import AssessmentSession, Cause, InteractionKind, ReviewVerdict
from codeassess_core.storage.entries import ReviewEntry
from codeassess_core.storage.record import Record
from codeassess_core.storage.tables import snapshots
from codeassess_core.testing import InlineJobs

PAGE = (Path(__file__).parents[3] / "docs/exports.md").read_text()

WRITTEN: list[tuple[str, str, Cause | None]] = [
    ("main", "a = 1\n", None),
    ("main", "a = 1\r\nb = '👍, \"quoted\"'\r\n", Cause.TYPING),
    ("../b.py", "=1+1\rx", Cause.PASTE),
    ("main", "", Cause.CUT),
    ("main", "NA", Cause.UNDO),
    ("main", "NA\n数", Cause.RUN),
    ("../b.py", "=1+1\rx", Cause.SAVE),
]


async def recording(record: Record, jobs: InlineJobs) -> AssessmentSession:
    """Everything that can happen, once."""
    session = await begin(record, owner='ada, the "first"')
    for document, code, cause in WRITTEN:
        await record.recorder.record(update(session, code, document=document, cause=cause))
    run = {"kind": "run", "detail": {"document": "main", "success": False}}
    for payload in (run, {"kind": "focus", "detail": {"visible": True}}, {"kind": "save"}):
        await record.inbox.note(action(session, InteractionKind.ACTIVITY, payload))
    judged = await asked(record, session, upto=7)
    await record.inbox.respond(response(session, judged, "It sorts,\nI think."))
    await record.questions.evaluated(judged, evaluation(5.0, waits=True), message={})
    await record.recorder.record(update(session, "a = 2\n"))
    failed = await asked(record, session, upto=8)
    await record.inbox.respond(response(session, failed, "No."))
    await record.questions.failed(failed, reason="The model is away.", message={})
    await record.inbox.finish(finish(session), message={})
    await record.reports.publish(next(reversed(jobs.enqueued))[1], {"overall": {}}, message={})
    review = ReviewEntry(
        session_id=session.id,
        question_id=judged,
        verdict=ReviewVerdict.OVERRIDE,
        score=7.5,
        reason="It does sort.",
        reviewer="grace",
    )
    await record.reviews.add(review, revise=lambda body, reviews, seq, contests: body)
    return await record.sessions.get(session.id)


def table(archive: ZipFile, name: str) -> list[dict[str, str]]:
    """As docs/exports.md tells a program to read it."""
    rows = csv.DictReader(io.StringIO(archive.read(name).decode(), newline=""))
    return [{column: cell.removeprefix("'") for column, cell in row.items()} for row in rows]


async def test_progsnap2_tells_every_event_with_its_code(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session = await recording(record, jobs)
        archive = ZipFile(io.BytesIO(await exported(record, session, EXPORTS["progsnap2"])))
        stored = await record.snapshots.texts(session.id)
    assert archive.testzip() is None
    states = table(archive, "CodeStates/CodeStates.csv")
    assert [(s["CodeStateID"], s["CodeStateSection"], s["Code"]) for s in states] == [
        (str(s.n), s.document, s.code) for s in stored
    ]
    assert [s.code for s in stored][:7] == [code for _, code, _ in WRITTEN]
    events = table(archive, "MainTable.csv")
    assert [(e["EventID"], e["EventType"], e["CodeStateID"], e["ParentEventID"]) for e in events] == [
        ("start", "Session.Start", "", ""),
        ("1", "File.Edit", "1", ""),
        ("2", "File.Edit", "2", ""),
        ("3", "File.Edit", "3", ""),
        ("4", "File.Edit", "4", ""),
        ("5", "File.Edit", "5", ""),
        ("6", "File.Edit", "6", ""),
        ("6-run", "Run.Program", "6", "6"),
        ("7", "File.Edit", "7", ""),
        ("7-save", "File.Save", "7", "7"),
        ("8", "Run.Program", "7", ""),
        ("9", "X-Activity", "7", ""),
        ("10", "X-Activity", "7", ""),
        ("11", "Intervention", "7", ""),
        ("12", "X-Response", "7", "11"),
        ("13", "Intervention", "7", "11"),
        ("14", "File.Edit", "8", ""),
        ("15", "Intervention", "8", ""),
        ("16", "X-Response", "8", "15"),
        ("17", "X-EvaluationFailed", "8", "15"),
        ("18", "Submit", "8", ""),
        ("19", "X-Report", "8", ""),
        ("20", "Intervention", "8", "11"),
        ("end", "Session.End", "8", ""),
    ]
    by_id = {e["EventID"]: e for e in events}
    edits = [by_id[str(n)]["EditType"] for n in range(1, 8)]
    assert edits == ["Insert", "Insert", "Paste", "Delete", "Undo", "Insert", "Insert"]
    assert by_id["8"]["ExecutionResult"] == "Error"
    assert by_id["12"]["X-Text"] == "It sorts,\nI think."
    assert (by_id["13"]["InterventionMessage"], by_id["13"]["X-Score"]) == ("Good.", "5.0")
    assert (by_id["20"]["InterventionCategory"], by_id["20"]["InterventionMessage"]) == ("EarnedGrade", "7.5")
    assert by_id["20"]["X-Text"] == "It does sort."
    assert {e["SubjectID"] for e in events} == {'ada, the "first"'}


async def test_a_session_that_is_erased_in_the_middle_of_its_export_is_not_found(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session = await recording(record, jobs)
        async with record.database.write() as connection:
            await connection.execute(snapshots.delete().where(snapshots.c.session_id == session.id))
        with pytest.raises(NotFound, match="erased"):
            await exported(record, session, EXPORTS["jsonl"])


async def test_no_cell_of_a_csv_is_a_formula(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session = replace(await recording(record, jobs), owner="=HYPERLINK(1)")
        archive = ZipFile(io.BytesIO(await exported(record, session, EXPORTS["progsnap2"])))
    for name in (name for name in archive.namelist() if name.endswith(".csv")):
        text = archive.read(name).decode()
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n"))] == []
        assert text.startswith('"'), "every cell is quoted: no spreadsheet splits one at a semicolon or a tab"
    assert {row["SubjectID"] for row in table(archive, "MainTable.csv")} == {"=HYPERLINK(1)"}


REQUIRED = {
    "Session.Start": {"SessionID"},
    "Session.End": {"SessionID"},
    "File.Edit": {"CodeStateSection", "EditType"},
    "File.Save": {"CodeStateSection"},
    "File.Open": {"CodeStateSection"},
    "Intervention": {"EventInitiator", "InterventionCategory", "InterventionType", "InterventionMessage"},
}
"""What version 1.0 wants of an event besides what it wants of all."""
ALWAYS = {"EventType", "EventID", "SubjectID", "ToolInstances"}


async def test_progsnap2_keeps_to_the_definition(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session = await recording(record, jobs)
        archive = ZipFile(io.BytesIO(await exported(record, session, EXPORTS["progsnap2"])))
    assert sorted(archive.namelist()) == [
        "CodeStates/CodeStates.csv",
        "DatasetMetadata.csv",
        "MainTable.csv",
        "README.md",
    ]
    assert {row["Property"]: row["Value"] for row in table(archive, "DatasetMetadata.csv")} == {
        "Version": "1.0",
        "IsEventOrderingConsistent": "true",
        "EventOrderScope": "Global",
        "EventOrderScopeColumns": "",
        "CodeStateRepresentation": "Table",
    }
    events = table(archive, "MainTable.csv")
    assert len({e["EventID"] for e in events}) == len(events)
    assert [int(e["Order"]) for e in events] == list(range(1, len(events) + 1))
    known = {s["CodeStateID"] for s in table(archive, "CodeStates/CodeStates.csv")} | {""}
    readme = archive.read("README.md").decode()
    for row in events:
        name = row["EventType"]
        assert all(row[column] for column in ALWAYS | REQUIRED.get(name, set())), row
        assert row["CodeStateID"] in known
        assert datetime.strptime(row["ServerTimestamp"], "%Y-%m-%dT%H:%M:%S.%f%z")
        assert f"`{name}`" in readme
        assert row["ExecutionResult"] in ("", "Success", "Error")
        assert row["EditType"] in ("", "Insert", "Delete", "Replace", "Paste", "Undo")
    assert all(f"`{column}`" in readme for column in COLUMNS if column.startswith("X-"))
    assert all(len(line) <= 120 or line.startswith("|") for line in readme.splitlines())


async def test_json_lines_are_the_record(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session = await recording(record, jobs)
        archive = ZipFile(io.BytesIO(await exported(record, session, EXPORTS["jsonl"])))
        stored = await record.snapshots.texts(session.id)
        interactions = await record.sessions.interactions(session.id)
    text = archive.read("session.jsonl").decode()
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.removesuffix("\n").split("\n")]
    assert (lines[0]["type"], lines[0]["id"], lines[0]["owner"]) == ("session", session.id, session.owner)
    told = [(line["type"], line.get("seq") if line["type"] == "interaction" else line["n"]) for line in lines[1:]]
    assert told[:4] == [("interaction", 1), ("snapshot", 1), ("interaction", 2), ("snapshot", 2)]
    assert [(line["seq"], line["kind"], line["payload"]) for line in lines if line["type"] == "interaction"] == [
        (i.seq, i.kind, i.payload) for i in interactions
    ]
    assert [(line["n"], line["document"], line["code"]) for line in lines if line["type"] == "snapshot"] == [
        (s.n, s.document, s.code) for s in stored
    ]


@pytest.mark.parametrize("name", EXPORTS)
async def test_an_active_session_is_exported_as_it_was_read(database_url: str, name: str) -> None:
    """Many pages, and what is recorded meanwhile is not half in it."""
    async with opened(database_url) as record:
        session = await begin(record)
        for n in range(120):
            await record.recorder.record(update(session, f"{n}\n" * 20))
        read = await record.sessions.get(session.id)
        before = await exported(record, read, EXPORTS[name])
        await record.recorder.record(update(session, "later\n"))
        assert await exported(record, read, EXPORTS[name]) == before
        empty = await exported(record, await begin(record), EXPORTS[name])
        assert ZipFile(io.BytesIO(empty)).testzip() is None


@pytest.mark.parametrize("name", EXPORTS)
async def test_nothing_is_exported_of_a_damaged_session(database_url: str, name: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        for n in range(60):
            await record.recorder.record(update(session, f"{n}\n" * 20))
        async with record.database.write() as connection:
            await connection.execute(snapshots.update().where(snapshots.c.n == 55).values(sha256=bytes(32)))
        with pytest.raises(StoreUnavailable, match="Snapshot 55"):
            await exported(record, await record.sessions.get(session.id), EXPORTS[name])


def test_each_form_is_documented() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(EXPORTS)
