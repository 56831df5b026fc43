"""A session of an assessment with a consent text begins only with the candidate's agreement to exactly that text."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from credentials import issue, on_both_databases
from rest_client import Client

from codeassess_core.clock import new_id
from codeassess_core.identity import Role
from codeassess_ext import CodeAssess

TEXT = "My work is graded.\n\nMy code is kept for a year."
SHA256 = hashlib.sha256(TEXT.encode()).hexdigest()


async def people(client: Client, extension: CodeAssess) -> tuple[Client, Client]:
    """A candidate and a teacher."""
    core = await extension.core()
    own, tom = await issue(core, "own", Role.CANDIDATE), await issue(core, "tom", Role.TEACHER)
    return client.holding(own.token), client.holding(tom.token)


async def task(tom: Client, **fields: Any) -> str:
    made = await tom.post("/assessments/", {"title": "Days", "consent": TEXT, "attempts": None, **fields})
    assert made.status == 201, made.json
    return str(made.json["assessment_id"])


@on_both_databases
async def test_without_the_agreement_nothing_begins_and_nothing_is_stored(
    client: Client, extension: CodeAssess
) -> None:
    own, tom = await people(client, extension)
    known = await task(tom)
    refused = await own.post("/sessions/", {"assessment_id": known})
    assert (refused.status, refused.error["code"]) == (409, "consent_needed")
    assert refused.error["detail"] == {
        "assessment_id": known,
        "version": 1,
        "title": "Days",
        "consent_text": TEXT,
        "consent_sha256": SHA256,
    }
    assert "agree" in refused.error["message"]
    for who in (own, tom):
        assert (await who.get("/sessions/")).json["items"] == []
    begun = await own.post("/sessions/", {"assessment_id": known, "consent_sha256": SHA256})
    assert begun.status == 201, begun.json


@on_both_databases
async def test_the_record_begins_with_who_agreed_to_what_and_when(client: Client, extension: CodeAssess) -> None:
    own, tom = await people(client, extension)
    known = await task(tom)
    begun = (await own.post("/sessions/", {"assessment_id": known, "consent_sha256": SHA256})).json
    assert begun["counts"]["interactions"] == 1
    address = f"/sessions/{begun['session_id']}/interactions/"
    for who in (own, tom):
        (first,) = (await who.get(address)).json["items"]
        assert (first["seq"], first["kind"], first["created_at"]) == (1, "consent", begun["created_at"])
        assert first["payload"] == {"by": "own", "version": 1, "sha256": SHA256, "text": TEXT}
    talk, _ = await own.greet(begun["session_id"])  # and the record goes on behind it
    assert (await talk.ask({"message_type": "code_update", "seq": 1, "code": "a = 1\n"}))["seq"] == 1
    seqs = [item["seq"] for item in (await own.get(address)).json["items"]]
    assert seqs == [1, 2]


@on_both_databases
async def test_another_version_of_the_text_is_another_agreement(client: Client, extension: CodeAssess) -> None:
    own, tom = await people(client, extension)
    known = await task(tom)
    asked = (await own.get(f"/codeassess/consent?assessment_id={known}")).json
    assert (asked["version"], asked["consent_text"], asked["consent_sha256"]) == (1, TEXT, SHA256)
    added = {"title": "Days", "consent": f"{TEXT} For two years.", "attempts": None}
    assert (await tom.post(f"/assessments/{known}/versions", added)).status == 201
    late = await own.post("/sessions/", {"assessment_id": known, "consent_sha256": asked["consent_sha256"]})
    assert (late.status, late.error["code"]) == (409, "consent_needed")
    assert "changed" in late.error["message"]
    assert late.error["detail"]["consent_text"] == added["consent"]
    again = {"assessment_id": known, "consent_sha256": late.error["detail"]["consent_sha256"]}
    begun = (await own.post("/sessions/", again)).json
    assert begun["assessment_version"] == 2


@on_both_databases
async def test_a_repeated_agreement_begins_one_session_and_is_recorded_once(
    client: Client, extension: CodeAssess
) -> None:
    own, tom = await people(client, extension)
    known = await task(tom)
    body, headers = {"assessment_id": known, "consent_sha256": SHA256}, {"Idempotency-Key": "one"}
    refused = await own.call("POST", "/sessions/", json_body={"assessment_id": known}, headers=headers)
    assert refused.status == 409  # the key is not used up by a refusal
    answers = await asyncio.gather(*(own.call("POST", "/sessions/", json_body=body, headers=headers) for _ in range(4)))
    (session_id,) = {answer.json["session_id"] for answer in answers}
    assert len((await own.get(f"/sessions/{session_id}/interactions/")).json["items"]) == 1


async def test_what_is_agreed_to_is_told_before_beginning(client: Client, extension: CodeAssess) -> None:
    own, tom = await people(client, extension)
    known, plain = await task(tom), await task(tom, consent=" \n ")
    nothing = {"assessment_id": None, "version": None, "title": None, "consent_text": "", "consent_sha256": None}
    assert (await own.get("/codeassess/consent")).json == nothing
    assert (await own.get(f"/codeassess/consent?assessment_id={plain}")).json["consent_sha256"] is None
    assert (await own.post("/sessions/", {"assessment_id": plain})).status == 201
    core = await extension.core()
    far = client.holding((await issue(core, "far", Role.CANDIDATE, tenant="elsewhere")).token)
    hidden = await far.get(f"/codeassess/consent?assessment_id={known}")
    assert (hidden.status, hidden.json) == (404, (await own.get(f"/codeassess/consent?assessment_id={new_id()}")).json)


async def test_a_digest_of_another_form_is_refused_by_its_name(client: Client, extension: CodeAssess) -> None:
    own, _ = await people(client, extension)
    for wrong in ("", SHA256.upper(), SHA256[:-1], 7, True):
        refused = await own.post("/sessions/", {"consent_sha256": wrong})
        assert (refused.status, refused.error["detail"]["field"]) == (400, "consent_sha256"), wrong
