"""What one candidate and one tenant may use: each refusal has a name and a sentence, and hits nobody else."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from credentials import issue, on_both_databases
from rest_client import Client

from codeassess_core.clock import new_id
from codeassess_core.identity import Principal, Role
from codeassess_core.limits import Limits, TooManySockets
from codeassess_core.settings import Settings
from codeassess_core.storage.audit import AuditFilter
from codeassess_core.wiring import Core
from codeassess_ext import CodeAssess


@pytest.fixture
def traits() -> dict[str, Any]:
    return {
        "mode": "service",
        "max_sockets_per_candidate": 2,
        "max_sockets_per_tenant": 5,
        "max_sessions_per_candidate": 2,
        "max_sessions_per_tenant": 4,
        "max_session_bytes": 6_000,
        "messages_per_minute": 60.0,
        "bytes_per_minute": 60_000.0,
    }


async def candidate(client: Client, extension: CodeAssess, name: str, tenant: str = "default") -> Client:
    return client.holding((await issue(await extension.core(), name, Role.CANDIDATE, tenant=tenant)).token)


@on_both_databases
async def test_sessions_that_are_not_ended_are_limited(client: Client, extension: CodeAssess) -> None:
    ada, bob, zoe = [await candidate(client, extension, name) for name in ("ada", "bob", "zoe")]
    begun = await asyncio.gather(*(ada.post("/sessions/") for _ in range(6)))  # at once: counted all the same
    assert sorted(answer.status for answer in begun) == [201, 201, 409, 409, 409, 409]
    refused = next(answer for answer in begun if answer.status == 409).error
    assert refused["code"] == "too_many_sessions" and refused["detail"] == {"limit": 2, "of": "candidate"}
    assert "2 sessions that are not ended" in refused["message"] and "end one" in refused["message"]
    session_id = next(answer.json["session_id"] for answer in begun if answer.status == 201)
    for _ in range(2):
        await bob.begin()
    full = await zoe.post("/sessions/")
    assert (full.status, full.error["detail"]) == (409, {"limit": 4, "of": "tenant"})
    assert (await (await candidate(client, extension, "far", "elsewhere")).post("/sessions/")).status == 201
    assert (await ada.post(f"/sessions/{session_id}/generate-report")).status == 202
    assert (await ada.post("/sessions/")).status == 201, "one has ended"
    core = await extension.core()
    await core.access_log.aclose()
    lines = await core.record.audit.list(AuditFilter(tenant="default", action="begin_session", refused=True))
    assert {(line.principal, line.outcome) for line in lines} == {
        ("ada", "too_many_sessions"),
        ("zoe", "too_many_sessions"),
    }


@on_both_databases
async def test_open_websockets_are_limited(client: Client, extension: CodeAssess) -> None:
    ada, bob, zoe = [await candidate(client, extension, name) for name in ("ada", "bob", "zoe")]
    sessions = {who: await who.begin() for who in (ada, bob, zoe)}
    talks = [await who.talk(sessions[who]) for who in (ada, ada, bob, bob)]
    third = await ada.talk(sessions[ada])
    said = await third.hear()
    assert said is not None and (said["message_type"], said["code"]) == ("error", "too_many_sockets")
    assert "2 open connections" in said["message"] and said["detail"] == {"limit": 2, "of": "person"}
    assert await third.closed() == 4029
    last = await zoe.talk(sessions[zoe])  # the fifth of the tenant
    assert await last.silent()
    refused = await (await zoe.talk(sessions[zoe])).hear()
    assert refused is not None and refused["detail"] == {"limit": 5, "of": "tenant"}
    talks[0].close()
    for _ in range(100):
        again = await ada.talk(sessions[ada])
        if await again.silent(0.2):
            return
    raise AssertionError("a closed connection still counts")


async def test_websockets_are_counted_in_all_processes_and_not_those_of_dead_ones(
    database_url: str, tmp_path: Path
) -> None:
    """Two cores share a database, as two processes behind a balancer do."""

    def core(name: str) -> Core:
        limits = {"mode": "service", "max_sockets_per_candidate": 3}
        settings = Settings(database_url=database_url, data_dir=str(tmp_path / name), model="offline", **limits)
        return Core(settings)

    one, other = core("one"), core("other")
    ada, bob = (Principal(name=name, role=Role.CANDIDATE) for name in ("ada", "bob"))
    try:
        for each in (one, other):
            await each.record.open()
            await each.jobs.instance.register()
        ids = [new_id() for _ in range(8)]
        entering = [each.doors.enter(id, ada) for each, id in zip([one, other] * 4, ids, strict=True)]
        entered = await asyncio.gather(*entering, return_exceptions=True)
        assert [type(problem) for problem in entered if problem is not None] == [TooManySockets] * 5
        await other.doors.enter(new_id(), bob)
        mine = [id for id, problem in zip(ids, entered, strict=True) if problem is None]
        for each in (one, other):
            for id in mine:
                await each.doors.leave(id)  # whose it is not, that does nothing
        await one.doors.enter(new_id(), ada)
        lost = [new_id(), new_id()]
        limits = Limits(sockets_of_candidate=3)
        for id in lost:  # of a process that ends without a word
            await one.record.connections.add(id, ada, instance_id="dead", limits=limits)
        await other.doors.enter(new_id(), ada)
        await other.doors.enter(new_id(), ada)
        with pytest.raises(TooManySockets):
            await other.doors.enter(new_id(), ada)
        await other.record.connections.keep([], instance_id=other.jobs.instance.id)
        await other.doors.enter(new_id(), ada)
    finally:
        for each in (one, other):
            await each.jobs.instance.leave()
            await each.record.aclose()


@on_both_databases
async def test_a_full_session_keeps_nothing_more_and_can_be_finished(client: Client, extension: CodeAssess) -> None:
    ada, bob = await candidate(client, extension, "ada"), await candidate(client, extension, "bob")
    session_id, other = await ada.begin(), await bob.begin()
    talk, _ = await ada.greet(session_id)
    seq, answer = 0, {}
    while answer.get("message_type") != "error":
        seq += 1
        line = "".join(f"{n * seq * 7919:x}" for n in range(60))  # does not become small when it is compressed
        await talk.say({"message_type": "code_update", "seq": seq, "code": line})
        answer = await talk.hear() or {}
        assert seq < 60, "nothing is ever too much"
    assert (answer["code"], answer["ref"], answer["detail"]) == ("session_full", seq, {"limit": 6_000})
    noted = await talk.ask({"message_type": "activity", "seq": seq, "kind": "run", "detail": {}})
    assert noted["code"] == "session_full", "nor an activity"
    assert (await ada.get(f"/sessions/{session_id}/")).json["acked_seq"] == seq - 1
    their, _ = await bob.greet(other)
    await their.say({"message_type": "code_update", "seq": 1, "code": "x = 1\n"})
    assert (await their.until("ack"))["seq"] == 1, "another candidate's session has room"
    await talk.say({"message_type": "finish", "seq": seq})
    assert (await talk.until("ack"))["seq"] == seq
    await talk.until("report_ready")


async def test_a_candidate_who_sends_too_much_is_slowed_down_and_no_other(
    client: Client, extension: CodeAssess
) -> None:
    ada, bob = await candidate(client, extension, "ada"), await candidate(client, extension, "bob")
    sessions = [await ada.begin(), await ada.begin()]
    talks = [(await ada.greet(session_id))[0] for session_id in sessions]
    loop = asyncio.get_running_loop()
    began = loop.time()
    for seq in range(1, 31):  # with the two greetings 62 messages: more than a minute's on both sockets together
        for talk in talks:
            await talk.say({"message_type": "activity", "seq": seq, "kind": "run", "detail": {}})
    for talk in talks:
        while (await talk.until("ack"))["seq"] < 30:
            pass
    assert loop.time() - began > 1.0, "the last two messages had to wait for their second each"
    theirs, began = (await bob.greet(await bob.begin()))[0], loop.time()
    assert (await theirs.ask({"message_type": "activity", "seq": 1, "kind": "run", "detail": {}}))["seq"] == 1
    assert loop.time() - began < 1.0
