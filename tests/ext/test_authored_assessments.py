"""Assessments over REST: what a session of one may do, its state, and its ETags."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from population import CODE, populate
from rest_client import Client

from codeassess_core.authoring.places import Service
from codeassess_core.client.rest import Rest
from codeassess_core.clock import isoformat, utcnow
from codeassess_core.errors import ChangedMeanwhile
from codeassess_core.memory import assessment_shelf
from codeassess_core.new_assessment import NewAssessment
from codeassess_ext import CodeAssess

LATER, EARLIER = (isoformat(utcnow() + timedelta(days=days)) for days in (1, -1))
WHOLE: dict[str, Any] = {
    "title": "Days",
    "instructions": "Count them.",
    "files": [{"path": "data/days.csv", "text": "day,steps\n"}, {"path": "days.py", "text": "def days(): ...\n"}],
    "materials": [{"path": "notes.md", "text": "# Leap years\n\nEvery fourth year has one day more.\n"}],
    "rubric": [
        {"name": "values", "description": "Says what comes out.", "public": True, "levels": {"not": "Says nothing."}},
        {"name": "secret", "description": "Only graders know."},
    ],
    "languages": ["python"],
    "consent": "My work is graded.",
    "time_limit": 3600,
    "closes_at": LATER,
}


async def task(client: Client, **fields: Any) -> str:
    made = await client.post("/assessments/", {"title": "t", **fields})
    assert made.status == 201, made.json
    return str(made.json["assessment_id"])


async def test_a_candidate_sees_the_public_part(client: Client, extension: CodeAssess) -> None:
    clients = (await populate(client, extension)).clients
    known = await task(clients["ada"], **WHOLE)
    agreed = hashlib.sha256(WHOLE["consent"].encode()).hexdigest()
    begun = await clients["own"].post("/sessions/", {"assessment_id": known, "consent_sha256": agreed})
    part = begun.json["assessment"]
    assert part["files"] == WHOLE["files"]
    assert [line["name"] for line in part["rubric"]] == ["values"]
    assert part["rubric"][0]["levels"] == {"not": "Says nothing."}
    assert (part["consent"], part["closes_at"], part["integrity_signals"]) == ("My work is graded.", LATER, True)
    assert begun.json["deadline"] > begun.json["created_at"]
    assert b"secret" not in begun.body and b"Leap" not in begun.body


async def test_materials_go_where_questions_find_them(client: Client, extension: CodeAssess) -> None:
    known = await task(client, **WHOLE)
    core = await extension.core()
    (found,) = await core.retrieval.search(assessment_shelf(known), "leap years", 3)
    assert found.source == "notes.md:1-3"
    await client.post(f"/assessments/{known}/versions", {"title": "t"})
    assert await core.retrieval.search(assessment_shelf(known), "leap years", 3) == ()


async def test_a_list_leaves_the_files_out(client: Client) -> None:
    known = await task(client, **WHOLE)
    (item,) = (await client.get("/assessments/")).json["items"]
    assert item["assessment_id"] == known and not {"files", "materials"} & item.keys()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"opens_at": LATER}, "not_yet_open"),
        ({"closes_at": EARLIER}, "assessment_closed"),
        ({"verified": True}, "service_only"),
    ],
)
async def test_a_session_may_not_begin(client: Client, fields: dict[str, Any], code: str) -> None:
    refused = await client.post("/sessions/", {"assessment_id": await task(client, **fields)})
    assert (refused.status, refused.error["code"]) == (409, code)


@pytest.mark.parametrize(
    ("fields", "phase"),
    [
        ({"closes_at": LATER}, "open"),
        ({"opens_at": EARLIER}, "open"),
        ({"opens_at": LATER}, "not_yet_open"),
        ({"closes_at": EARLIER}, "closed"),
    ],
)
async def test_the_list_tells_whether_one_may_begin(client: Client, fields: dict[str, Any], phase: str) -> None:
    known = await task(client, **fields)
    (item,) = (await client.get("/assessments/")).json["items"]
    assert item["phase"] == phase
    await client.post(f"/assessments/{known}/close")
    (item,) = (await client.get("/assessments/")).json["items"]
    assert item["phase"] == "closed"


async def test_a_session_may_not_begin_in_another_language(client: Client) -> None:
    known = await task(client, languages=["python", "r"])
    refused = await client.post("/sessions/", {"assessment_id": known, "language": "rust"})
    assert refused.status == 400 and refused.error["detail"] == {"field": "language"}
    assert (await client.post("/sessions/", {"assessment_id": known, "language": "r"})).status == 201


async def test_a_closed_assessment_takes_no_session_until_it_is_opened(client: Client) -> None:
    known = await task(client)
    headers = {"Idempotency-Key": "once"}
    begun = await client.call("POST", "/sessions/", json_body={"assessment_id": known}, headers=headers)
    closed = await client.post(f"/assessments/{known}/close")
    assert (closed.status, closed.json["status"]) == (200, "closed")
    refused = await client.post("/sessions/", {"assessment_id": known})
    assert (refused.status, refused.error["code"]) == (409, "assessment_closed")
    again = await client.call("POST", "/sessions/", json_body={"assessment_id": known}, headers=headers)
    assert again.json["session_id"] == begun.json["session_id"], "the same request gives the same session"
    assert (await client.post(f"/assessments/{known}/open")).json["status"] == "open"
    assert (await client.post("/sessions/", {"assessment_id": known})).status == 201


async def test_a_session_keeps_the_version_with_which_it_began(client: Client) -> None:
    known = await task(client, instructions="first")
    session_id = await client.begin(assessment_id=known)
    await client.post(f"/assessments/{known}/versions", {"title": "t", "instructions": "second"})
    part = (await client.get(f"/sessions/{session_id}/")).json["assessment"]
    assert (part["version"], part["instructions"]) == (1, "first")


async def test_etags(client: Client) -> None:
    known = await task(client)
    first = await client.get(f"/assessments/{known}/")
    etag = first.headers["ETag"]
    unchanged = await client.call("GET", f"/assessments/{known}/", headers={"If-None-Match": etag})
    assert (unchanged.status, unchanged.body) == (304, b"")
    path, body = f"/assessments/{known}/versions", {"title": "t2"}
    added = await client.call("POST", path, json_body=body, headers={"If-Match": etag})
    assert added.status == 201 and added.headers["ETag"] != etag
    late = await client.call("POST", path, json_body=body, headers={"If-Match": etag})
    assert (late.status, late.error["code"]) == (412, "changed_meanwhile")
    assert late.error["detail"]["etag"] == added.headers["ETag"]
    closed = await client.post(f"/assessments/{known}/close")
    assert closed.headers["ETag"] not in (etag, added.headers["ETag"])
    assert (await client.call("GET", f"/assessments/{known}/", headers={"If-None-Match": etag})).status == 200


async def test_a_clone_is_a_new_assessment(client: Client) -> None:
    known = await task(client, **WHOLE)
    await client.post(f"/assessments/{known}/close")
    made = await client.post(f"/assessments/{known}/clone")
    assert made.status == 201 and made.json["assessment_id"] != known
    assert (made.json["version"], made.json["status"], made.json["files"]) == (1, "open", WHOLE["files"])


@pytest.mark.parametrize("wanted", [True, False])
async def test_without_integrity_signals_nothing_tells_of_pastes_and_absences(client: Client, wanted: bool) -> None:
    known = await task(client, integrity_signals=wanted, policy={"max_questions": 0})
    session_id = await client.begin(assessment_id=known)
    talk, _ = await client.greet(session_id)
    pasted = "".join(f"value_{n} = compute_{n}(value_{n - 1})\n" for n in range(1, 15))
    for seq, sent in enumerate(
        [
            {"message_type": "code_update", "code": CODE},
            {"message_type": "code_update", "code": CODE + pasted, "cause": "paste"},
            {"message_type": "activity", "kind": "focus", "detail": {"visible": False}},
            {"message_type": "activity", "kind": "focus", "detail": {"visible": False}},
            {"message_type": "activity", "kind": "run"},
        ],
        start=1,
    ):
        await talk.ask({**sent, "seq": min(seq, 3) if seq < 5 else 4})
    text = (await client.get(f"/sessions/{session_id}/interactions/")).body.decode()
    replay = (await client.get(f"/sessions/{session_id}/replay/")).body.decode()
    (listed,) = (await client.get("/sessions/")).json["items"]
    assert ("focus" in text, "pasted" in text, '"paste"' in text + replay) == (wanted, wanted, wanted)
    assert ("paste" in listed["grading"]["flags"]) == wanted
    assert '"run"' in text


async def test_the_command_lines_place_on_a_server(client: Client) -> None:
    async with Rest(f"http://127.0.0.1:{client.port}{client.base}", token=str(client.token)) as rest:
        place = Service(rest)
        first = await place.add(NewAssessment.model_validate(WHOLE))
        assert (await place.get(first.assessment_id)).same_as(first)
        second = await place.add_version(NewAssessment(title="t"), after=first)
        assert second.version == 2
        with pytest.raises(ChangedMeanwhile):
            await place.add_version(NewAssessment(title="u"), after=first)
        assert (await place.change(first.assessment_id, "close")).status == "closed"
        assert [item.title for item in await place.list()] == ["t"]
