"""The audit over REST and the websocket: who did what to which object, refusals included, and nothing secret."""

from __future__ import annotations

import asyncio
from dataclasses import astuple
from typing import Any

from credentials import issue, on_both_databases
from population import CODE, populate
from rest_client import Client
from sqlalchemy import select, text

from codeassess_core.clock import new_id, utcnow
from codeassess_core.identity import Role
from codeassess_core.storage.audit import AuditFilter, AuditRecord
from codeassess_core.storage.tables import audit
from codeassess_ext import CodeAssess
from codeassess_ext.accesses import ACCESSES
from codeassess_ext.routes import routes


async def lines(extension: CodeAssess, **wanted: Any) -> list[AuditRecord]:
    """The lines of a filter, the oldest first, once all that were noted are stored."""
    core = await extension.core()
    await core.access_log.aclose()
    return [*reversed(await core.record.audit.list(AuditFilter(**({"tenant": "default"} | wanted)), limit=1_000))]


def told(record: AuditRecord) -> tuple[str, str, str, str, str]:
    return record.principal, record.role, record.action, record.object, record.outcome


def test_each_call_has_its_row_in_the_list(extension: CodeAssess) -> None:
    handlers = routes(extension)
    there = {access for _, _, options in handlers for access in options["accesses"].values()}
    assert {*ACCESSES.values()} <= there, "a row without a route"
    assert all(options["accesses"] for _, _, options in handlers)


@on_both_databases
async def test_who_read_a_report_is_stored_before_it_is_answered(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    core = await extension.core()
    report = f"/sessions/{population.session_id}/report/"
    assert (await population.clients["ada"].get(report)).status == 200
    (found,) = await core.record.audit.list(AuditFilter(tenant="default", action="read_report"))
    assert told(found) == ("ada", "grader", "read_report", "report", "done")
    assert (found.session_id, found.via, found.address, found.count) == (population.session_id, "rest", "127.0.0.1", 1)
    for _ in range(3):
        await population.clients["ada"].get(report)
    (again,) = await lines(extension, action="read_report")
    assert (again.id, again.count) == (found.id, 4) and again.last_at is not None, "once a minute, with a count"


async def test_nothing_is_told_of_which_no_line_can_be_stored(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    core = await extension.core()
    async with core.record.database.write() as connection:
        await connection.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
    refused = await population.clients["ada"].get(f"/sessions/{population.session_id}/report/")
    assert (refused.status, refused.error["code"]) == (503, "store_unavailable")
    session_id = await population.session()  # what is done is told all the same, and noted later
    async with core.record.database.write() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO audit"))
    assert (await population.clients["ada"].get(f"/sessions/{population.session_id}/report/")).status == 200
    assert [r.action for r in await lines(extension, session_id=session_id)] == ["begin_session"]


async def test_refused_attempts_say_who_tried_what_and_are_counted(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    report, missing = f"/sessions/{population.session_id}/report/", f"/sessions/{new_id()}/report/"
    for _ in range(3):
        assert (await population.clients["own"].get(report)).status == 403
    for address in (report, missing, "/sessions/nonsense/report/"):
        assert (await population.clients["other"].get(address)).status == 404
    assert (await population.clients["anonymous"].get(report)).status == 401
    assert (await population.clients["tom"].call("DELETE", report.removesuffix("report/"))).status == 404
    assert (await population.clients["tom"].call("PUT", report)).status == 405
    refused = await lines(extension, refused=True)
    assert [(*told(r), r.count) for r in refused] == [
        ("own", "candidate", "read_report", "report", "forbidden", 3),
        ("other", "candidate", "read_report", "report", "not_found", 1),
        ("other", "candidate", "read_report", "report", "not_found", 1),
        ("other", "candidate", "read_report", "report", "not_found", 1),
        ("", "", "read_report", "report", "unauthenticated", 1),
        ("tom", "teacher", "erase_session", "session", "not_found", 1),
        ("tom", "teacher", "use_another_verb", "", "method_not_allowed", 1),
    ]
    assert [r.session_id for r in refused[:2]] == [population.session_id] * 2 and refused[3].session_id is None


async def test_who_wrote_into_a_session_is_recorded_once_a_connection(client: Client, extension: CodeAssess) -> None:
    own = client.holding((await issue(await extension.core(), "own", Role.CANDIDATE)).token)
    session_id = await own.begin()
    talk, _ = await own.greet(session_id)
    assert [r.action for r in await lines(extension, session_id=session_id)] == ["begin_session", "open_socket"]
    for seq in range(1, 6):
        await talk.say({"message_type": "code_update", "seq": seq, "code": CODE + "#" * seq})
        await talk.until("ack")
    reading = await own.talk(session_id)
    await reading.silent()
    written = [r for r in await lines(extension, session_id=session_id) if r.action == "write_session"]
    assert [(told(r), r.via, r.count) for r in written] == [
        (("own", "candidate", "write_session", "session", "done"), "socket", 1)
    ]
    other = client.holding((await issue(await extension.core(), "other", Role.CANDIDATE)).token)
    assert await (await other.talk(session_id)).closed() == 4404
    (refused,) = await lines(extension, session_id=session_id, refused=True)
    assert told(refused) == ("other", "candidate", "open_socket", "session", "not_found")


@on_both_databases
async def test_a_hostile_stream_of_refused_requests_fills_no_disk(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    before = len(await lines(extension))
    bad = [population.clients[name] for name in ("own", "anonymous", "wrong")]
    for _ in range(10):
        await asyncio.gather(*(who.get(f"/sessions/{new_id()}/report/") for who in bad for _ in range(25)))
    assert (await population.clients["other"].get("/people/")).status == 403
    after = (await lines(extension))[before:]
    assert len(after) <= 44, "20 of each person and of all strangers together, a line for what is beyond, and the last"
    assert sum(r.count for r in after if r.principal == "own") == 250
    assert sum(r.count for r in after if r.principal == "") == 500
    assert told(after[-1]) == ("other", "candidate", "list_people", "person", "forbidden"), "nobody else is in the way"


async def test_operators_read_the_audit_in_pages_and_filtered(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    begun = utcnow()
    await population.clients["ada"].get(f"/sessions/{population.session_id}/report/")
    await population.clients["bob"].get(f"/sessions/{population.session_id}/report/")
    await lines(extension)

    async def found(query: str) -> list[tuple[str, str, str]]:
        answer = await population.clients["chief"].get(f"/codeassess/audit{query}")
        assert answer.status == 200, answer.body
        return [(item["person"], item["action"], item["outcome"]) for item in answer.json["items"]]

    since = begun.isoformat().replace("+00:00", "Z")
    assert await found(f"?since={since}&person=ada") == [("ada", "read_report", "done")]
    assert await found(f"?since={since}&refused=true") == [("bob", "read_report", "not_found")]
    assert ("ada", "read_report", "done") in await found(f"?session={population.session_id}&action=read_report")
    page = (await population.clients["chief"].get("/codeassess/audit?limit=2")).json
    following = (await population.clients["chief"].get(f"/codeassess/audit?limit=2&cursor={page['next']}")).json
    ids = [item["id"] for item in page["items"] + following["items"]]
    assert len(set(ids)) == 4 and ids == sorted(ids, reverse=True)
    assert (await population.clients["far_chief"].get(f"/codeassess/audit?session={population.session_id}")).json[
        "items"
    ] == []
    assert {r.principal for r in await lines(extension, action="list_audit")} == {"chief"}, "to look is a line as well"
    for query in ("?since=yesterday", "?session=x", "?limit=0", "?colour=red", "?refused=perhaps"):
        assert (await population.clients["chief"].get(f"/codeassess/audit{query}")).status == 400


async def test_no_line_holds_a_token_a_ticket_or_an_answer(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    ticket = (await population.clients["own"].post(f"/sessions/{population.session_id}/ticket")).json["ticket"]
    await population.clients["own"].get(f"/sessions/{population.clients['ada'].token}/")
    secrets = [c.token for c in population.clients.values() if c.token and len(c.token) > 20]
    stored = " ".join(str(astuple(record)) for record in await lines(extension))
    async with (await extension.core()).record.database.read() as connection:
        stored += str((await connection.execute(select(audit))).all())
    assert not [secret for secret in (*secrets, ticket, "divides by their number") if secret in stored]


@on_both_databases
async def test_old_lines_are_forgotten_and_the_others_kept(client: Client, extension: CodeAssess) -> None:
    await populate(client, extension)
    kept = sorted(await lines(extension), key=lambda line: line.created_at)
    core = await extension.core()
    assert await core.record.audit.forget(before=kept[3].created_at) >= 3  # those of other tenants as well
    assert sorted(await lines(extension), key=lambda line: line.created_at) == kept[3:]


async def test_what_cannot_be_stored_is_tried_again_and_stored_once(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    core = await extension.core()
    before = len(await lines(extension, refused=True))
    async with core.record.database.write() as connection:
        await connection.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
    assert (await population.clients["own"].get("/people/")).status == 403
    await core.access_log.aclose()
    async with core.record.database.write() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO audit"))
    assert len(await lines(extension, refused=True)) == before + 1
