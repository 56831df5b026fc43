"""Bad input of a class: each gets one sentence, a line in the audit, and tells nobody what is not theirs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from credentials import issue, on_both_databases
from rest_client import Answer, Client
from test_joining import a_teacher, assessment, invited, joined

from codeassess_core.clock import utcnow
from codeassess_core.identity import Principal, Role
from codeassess_core.people.codes import new_code
from codeassess_core.people.roster import people_of
from codeassess_core.storage.audit import AuditFilter, AuditRecord
from codeassess_ext import CodeAssess
from codeassess_ext.rest_people import MAX_ROSTER_BYTES


@pytest.fixture
def traits() -> dict[str, Any]:
    return {"mode": "service", "public_url": "https://code.example.org/"}


async def refusals(extension: CodeAssess) -> list[AuditRecord]:
    """The refusals in the audit, the oldest first."""
    core = await extension.core()
    await core.access_log.aclose()
    return [*reversed(await core.record.audit.list(AuditFilter(tenant="default", refused=True), limit=1_000))]


def one_sentence(answer: Answer) -> str:
    """The message of a refusal: whole sentences, no traceback, nothing of ours inside."""
    message: str = answer.error["message"]
    assert message.endswith(".") and "Traceback" not in message and "codeassess_core" not in message
    return message


@on_both_databases
async def test_a_code_that_does_not_work_says_why_to_whoever_holds_it(client: Client, extension: CodeAssess) -> None:
    teacher = await a_teacher(client, extension)
    task = await assessment(teacher)
    codes = await invited(teacher, task, "ada", "bob", "zoe")
    listed = (await teacher.get(f"/assessments/{task}/invitations/")).json["items"]
    ids = {item["person_id"]: item["invitation_id"] for item in listed}
    await teacher.call("DELETE", f"/assessments/{task}/invitations/{ids['bob']}/")
    core, past = await extension.core(), utcnow() - timedelta(days=1)
    ada = Principal(name="tom", role=Role.TEACHER)
    (person,) = people_of(b"id,name\nada,Ada\n")
    (late,) = await core.record.invitations.invite([person], task, author=ada, expires_at=past, renew=True)
    own = await joined(teacher, codes["zoe"])
    once = (await own.post("/codeassess/hand-over")).json["code"]
    assert (await teacher.holding(None).post("/codeassess/join", {"code": once})).status == 201
    said = {}
    wrong = {
        "unknown": new_code(),
        "revoked": codes["bob"],
        "expired": late.code,
        "renewed": codes["ada"],
        "used": once,
    }
    for name, code in wrong.items():
        for way in ("join", "join/look"):
            answer = await teacher.holding(None).post(f"/codeassess/{way}", {"code": code})
            assert (answer.status, answer.error["code"]) == (403, "code_refused"), (name, way, answer.body)
            said[name, way] = one_sentence(answer)
            assert answer.error["detail"] == {} and "ada" not in str(answer.body) and task not in str(answer.body)
    for way in ("join", "join/look"):  # what was never a code of ours, is no more, or was used: all the same
        assert said["unknown", way] == said["renewed", way] == said["used", way]
    lines = [line for line in await refusals(extension) if line.action in ("join", "look_at_code")]
    assert {(line.outcome, line.detail["reason"]) for line in lines} == {
        ("code_refused", reason) for reason in ("unknown", "revoked", "expired")
    }
    assert {line.object_id for line in lines} == {"", ids["bob"], late.invitation.id}
    assert all(line.address == "127.0.0.1" and line.principal == "" for line in lines)
    assert not [code for code in wrong.values() if code in str(lines)]
    garbled = await teacher.holding(None).post("/codeassess/join", {"code": "what?"})
    assert garbled.status == 400 and one_sentence(garbled)


async def test_credentials_that_are_wrong_in_any_way_are_told_nothing(client: Client, extension: CodeAssess) -> None:
    core = await extension.core()
    own = client.holding((await issue(core, "own", Role.CANDIDATE)).token)
    session_id = await own.begin()
    expired = await issue(core, "own", Role.CANDIDATE, expires_at=utcnow() - timedelta(seconds=1))
    revoked = await issue(core, "own", Role.CANDIDATE)
    await core.record.credentials.revoke(revoked.id)
    answers = [
        await client.holding(token).get(f"/sessions/{session_id}/")
        for token in (expired.token, revoked.token, "ca_wrong", own.token and own.token[:-1])
    ]
    assert {answer.status for answer in answers} == {401} and len({answer.body for answer in answers}) == 1
    assert one_sentence(answers[0]) == "This token is unknown, revoked or past its time."
    foreign = client.holding((await issue(core, "own", Role.CANDIDATE, tenant="elsewhere")).token)
    there, missing = await foreign.get(f"/sessions/{session_id}/"), await foreign.get(f"/sessions/{expired.id}/")
    assert (there.status, there.body) == (missing.status, missing.body) == (404, there.body)
    ticket = (await own.post(f"/sessions/{session_id}/ticket")).json["ticket"]
    offered = {"Sec-WebSocket-Protocol": f"codeassess.1, ticket.{ticket}"}
    assert await (await client.holding(None).talk(session_id, headers=offered)).silent()
    with pytest.raises(Exception, match="401"):  # a second time
        await client.holding(None).talk(session_id, headers=offered)
    own_page = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    signing_in = await client.holding(None).post("/codeassess/sign-in", {"token": "ca_wrong"}, headers=own_page)
    assert signing_in.status == 401 and one_sentence(signing_in)
    lines = [(line.action, line.outcome, line.count) for line in await refusals(extension)]
    assert ("sign_in", "unauthenticated", 1) in lines
    assert ("read_session", "unauthenticated", 4) in lines and ("open_socket", "unauthenticated", 1) in lines


async def test_what_cannot_begin_says_why_and_is_in_the_audit(client: Client, extension: CodeAssess) -> None:
    teacher = await a_teacher(client, extension)
    own = client.holding((await issue(await extension.core(), "own", Role.CANDIDATE)).token)
    soon, past = (utcnow() + timedelta(days=1)).isoformat(), (utcnow() - timedelta(days=1)).isoformat()
    tasks = {
        "assessment_closed": await assessment(teacher),
        "not_yet_open": await assessment(teacher, opens_at=soon),
        "attempts_used": await assessment(teacher),
    }
    late = await assessment(teacher, closes_at=past)
    await teacher.post(f"/assessments/{tasks['assessment_closed']}/close")
    begun = await own.begin(assessment_id=tasks["attempts_used"])
    talk, _ = await own.greet(begun)
    await talk.ask({"message_type": "code_update", "seq": 1, "code": "x = 1\n"})
    for code, task in (*tasks.items(), ("assessment_closed", late)):
        answer = await own.post("/sessions/", {"assessment_id": task})
        assert (answer.status, answer.error["code"]) == (409, code) and one_sentence(answer)
    lines = [line for line in await refusals(extension) if line.action == "begin_session"]
    assert {(line.principal, line.outcome) for line in lines} == {("own", code) for code in tasks}
    missing = await own.post("/sessions/", {"assessment_id": "01a22ee8-2d87-75c5-bec8-14db0536669a"})
    assert missing.status == 404 and one_sentence(missing)


@on_both_databases
async def test_a_roster_of_fifty_thousand_is_taken_and_a_larger_body_is_told_the_way(
    client: Client, extension: CodeAssess
) -> None:
    teacher = await a_teacher(client, extension)
    rows = "".join(f"s{n},Somebody Number {n},Group {n % 100}\n" for n in range(50_000))
    done = await teacher.post("/people/", {"csv": "id,name,group\n" + rows})
    assert done.json == {"new": 50_000, "changed": 0, "same": 0}
    large = await teacher.post("/people/", {"csv": "id\n" + "x" * MAX_ROSTER_BYTES})
    assert large.status == 413 and "codeassess people import" in one_sentence(large)
    twice = await teacher.post("/people/", {"csv": "id\nada\nada\n"})
    assert twice.status == 400 and "line 3: ada is on line 2 already" in one_sentence(twice)
    lines = [(line.principal, line.outcome) for line in await refusals(extension) if line.action == "import_people"]
    assert lines == [("tom", "too_large"), ("tom", "invalid_input")]


async def test_a_clock_that_was_set_back_locks_nobody_out_and_lets_nobody_in(
    client: Client, extension: CodeAssess, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = await a_teacher(client, extension)
    codes = await invited(teacher, await assessment(teacher), "ada", "bob")
    own = await joined(teacher, codes["ada"])
    session_id = await own.begin()
    core = await extension.core()

    def moved(**by: float) -> None:
        def clock() -> datetime:
            return utcnow() + timedelta(**by)

        for store in (core.record.credentials, core.record.joining, core.record.tickets, core.record.invitations):
            monkeypatch.setattr(store, "_clock", clock)

    moved(days=-400)  # the clock was wrong when these were given, or is wrong now: they are from the future
    assert (await own.get(f"/sessions/{session_id}/")).status == 200
    await joined(teacher, codes["bob"])
    talk, _ = await own.greet(session_id)
    assert (await talk.ask({"message_type": "code_update", "seq": 1, "code": "x = 1\n"}))["seq"] == 1
    moved(days=400)
    refused = await own.get(f"/sessions/{session_id}/")
    assert (refused.status, one_sentence(refused)) == (401, "This token is unknown, revoked or past its time.")
    late = await teacher.holding(None).post("/codeassess/join", {"code": codes["bob"]})
    assert (late.status, late.error["code"]) == (403, "code_refused") and "over" in one_sentence(late)
