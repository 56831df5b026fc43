"""A teacher invites, candidates join with a code: over REST, in a service."""

from __future__ import annotations

from typing import Any

import pytest
from credentials import issue
from rest_client import Client

from codeassess_core.identity import Role
from codeassess_core.people.codes import new_code
from codeassess_ext import CodeAssess
from codeassess_ext.sign_in_limit import ATTEMPTS

ROSTER = "id,name,group,extra_time\nada,Ada,A,25%\nbob,Bob,A,\nzoe,Zoe,B,\n"


@pytest.fixture
def traits() -> dict[str, Any]:
    lab_url = "https://hub.example.org/hub/user-redirect/lab/"
    return {"mode": "service", "public_url": "https://code.example.org/class/", "lab_url": lab_url}


async def a_teacher(client: Client, extension: CodeAssess) -> Client:
    """A teacher with a roster."""
    found = client.holding((await issue(await extension.core(), "tom", Role.TEACHER)).token)
    assert (await found.post("/people/", {"csv": ROSTER})).json == {"new": 3, "changed": 0, "same": 0}
    return found


async def assessment(teacher: Client, **more: Any) -> str:
    made = await teacher.post("/assessments/", {"title": "Averages", "time_limit": 3600.0, **more})
    return str(made.json["assessment_id"])


async def invited(teacher: Client, task: str, *people: str) -> dict[str, str]:
    """The codes by person."""
    made = await teacher.post(f"/assessments/{task}/invitations/", {"people": list(people)})
    assert made.status == 201, made.body
    return {item["person_id"]: item["code"] for item in made.json["items"]}


async def joined(teacher: Client, code: str) -> Client:
    """A client that holds the credential for a code."""
    answer = await teacher.holding(None).post("/codeassess/join", {"code": code})
    assert answer.status == 201, answer.body
    return teacher.holding(answer.json["token"])


async def test_a_group_is_invited_and_each_gets_a_code_and_a_link(client: Client, extension: CodeAssess) -> None:
    teacher = await a_teacher(client, extension)
    task = await assessment(teacher)
    made = (await teacher.post(f"/assessments/{task}/invitations/", {"group": "A"})).json
    assert [item["person_id"] for item in made["items"]] == ["ada", "bob"] and made["kept"] == 0
    for item in made["items"]:
        assert item["link"] == f"https://code.example.org/class/#/join/{item['code']}"
    again = (await teacher.post(f"/assessments/{task}/invitations/", {"group": "A"})).json
    assert again == {"items": [], "kept": 2}
    listed = (await teacher.get(f"/assessments/{task}/invitations/")).json["items"]
    assert [(item["person_id"], item["state"]) for item in listed] == [("ada", "invited"), ("bob", "invited")]
    assert "code" not in listed[0]


async def test_who_looks_at_a_code_is_told_where_the_lab_for_it_is(client: Client, extension: CodeAssess) -> None:
    teacher = await a_teacher(client, extension)
    code = (await invited(teacher, await assessment(teacher), "ada"))["ada"]
    looked = await teacher.holding(None).post("/codeassess/join/look", {"code": code})
    assert looked.json["lab_url"] == "https://hub.example.org/hub/user-redirect/lab"


async def test_whoever_holds_the_code_is_that_candidate_in_that_assessment_alone(
    client: Client, extension: CodeAssess
) -> None:
    teacher = await a_teacher(client, extension)
    task, other = await assessment(teacher), await assessment(teacher)
    codes = await invited(teacher, task, "ada", "bob")
    looked = await teacher.holding(None).post("/codeassess/join/look", {"code": codes["ada"]})
    assert (looked.json["name"], looked.json["title"]) == ("Ada", "Averages")
    ada, bob = await joined(teacher, codes["ada"]), await joined(teacher, codes["bob"])
    session = (await ada.post("/sessions/", {})).json  # the assessment need not be named
    assert (session["owner"], session["assessment_id"]) == ("ada", task)
    assert session["assessment"]["time_limit"] == 4500.0  # a quarter more, as the roster says
    assert (await bob.post("/sessions/", {})).json["assessment"]["time_limit"] == 3600.0
    assert (await ada.post("/sessions/", {"assessment_id": other})).status == 404
    assert (await bob.get(f"/sessions/{session['session_id']}/")).status == 404
    assert [item["session_id"] for item in (await ada.get("/sessions/")).json["items"]] == [session["session_id"]]
    own = (await ada.get("/invitations/")).json["items"]
    assert [(i["title"], i["state"], i["time_limit"], i["session_id"]) for i in own] == [
        ("Averages", "begun", 4500.0, session["session_id"])
    ]
    states = {
        i["person_id"]: i["state"] for i in (await teacher.get(f"/assessments/{task}/invitations/")).json["items"]
    }
    assert states == {"ada": "begun", "bob": "begun"}


async def test_a_credential_of_one_assessment_does_not_reach_the_sessions_of_another(
    client: Client, extension: CodeAssess
) -> None:
    teacher = await a_teacher(client, extension)
    first, second = await assessment(teacher), await assessment(teacher)
    one = await joined(teacher, (await invited(teacher, first, "ada"))["ada"])
    two = await joined(teacher, (await invited(teacher, second, "ada"))["ada"])
    session_id = (await one.post("/sessions/", {})).json["session_id"]
    assert (await two.get(f"/sessions/{session_id}/")).status == 404
    assert (await two.get("/sessions/")).json["items"] == []


async def test_going_on_in_another_program_takes_a_code_that_works_once(client: Client, extension: CodeAssess) -> None:
    teacher = await a_teacher(client, extension)
    ada = await joined(teacher, (await invited(teacher, await assessment(teacher), "ada"))["ada"])
    code = (await ada.post("/codeassess/hand-over")).json["code"]
    assert (await (await joined(teacher, code)).get("/codeassess/me")).json["name"] == "ada"
    again = await teacher.holding(None).post("/codeassess/join", {"code": code})
    assert (again.status, again.error["code"]) == (403, "code_refused")
    assert (await teacher.post("/codeassess/hand-over")).status == 400  # a teacher has not joined anything


async def test_withdrawing_an_invitation_shuts_out_at_once(client: Client, extension: CodeAssess) -> None:
    teacher = await a_teacher(client, extension)
    task = await assessment(teacher)
    code = (await invited(teacher, task, "ada"))["ada"]
    ada = await joined(teacher, code)
    (listed,) = (await teacher.get(f"/assessments/{task}/invitations/")).json["items"]
    gone = await teacher.call("DELETE", f"/assessments/{task}/invitations/{listed['invitation_id']}/")
    assert gone.status == 204
    assert (await ada.get("/sessions/")).status == 401
    refused = await teacher.holding(None).post("/codeassess/join", {"code": code})
    assert refused.error["message"] == "This invitation was withdrawn. Ask the person who invited you."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"group": "C"}, "Nobody on the roster is in the group 'C'"),
        ({"people": ["ada", "nobody"]}, "'nobody' is not on the roster"),
        ({}, "Name either a group or people"),
        ({"group": "A", "people": ["ada"]}, "Name either a group or people"),
        ({"group": "A", "expires_in": 0}, "expires_in"),
        ({"group": "A", "days": 3}, "days"),
    ],
)
async def test_a_wrong_invitation_names_what_is_wrong(
    client: Client, extension: CodeAssess, body: dict[str, Any], said: str
) -> None:
    teacher = await a_teacher(client, extension)
    answer = await teacher.post(f"/assessments/{await assessment(teacher)}/invitations/", body)
    assert answer.status == 400 and said in answer.error["message"], answer.body


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("7K3M", 400, "A code has 12 letters and digits"),
        ("", 400, "code"),
        (None, 403, "This code is not known"),
    ],
)
async def test_a_wrong_code_is_told_in_a_sentence(
    client: Client, extension: CodeAssess, code: str | None, status: int, said: str
) -> None:
    teacher = await a_teacher(client, extension)
    stranger = teacher.holding(None)
    for path in ("/codeassess/join", "/codeassess/join/look"):
        answer = await stranger.post(path, {"code": new_code() if code is None else code})
        assert answer.status == status and said in answer.error["message"]


async def test_whoever_tries_many_codes_is_slowed_down(client: Client, extension: CodeAssess) -> None:
    teacher = await a_teacher(client, extension)
    stranger = teacher.holding(None)
    tried = [(await stranger.post("/codeassess/join", {"code": new_code()})).status for _ in range(ATTEMPTS + 1)]
    assert tried == [403] * ATTEMPTS + [429]


async def test_a_graders_assessment_is_not_everybodys_to_invite_to(client: Client, extension: CodeAssess) -> None:
    teacher = await a_teacher(client, extension)
    task = await assessment(teacher, graders=["grace"])
    assert (await teacher.post(f"/assessments/{task}/invitations/", {"group": "A"})).status == 404
    grace = teacher.holding((await issue(await extension.core(), "grace", Role.GRADER)).token)
    assert (await grace.post(f"/assessments/{task}/invitations/", {"group": "A"})).status == 403
    assert (await grace.get("/people/")).status == 403
