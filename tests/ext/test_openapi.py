"""The OpenAPI document: valid, complete, and true."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from population import finish
from rest_client import Client
from test_identity import operations

from codeassess_core.clock import new_id
from codeassess_core.errors import CodeAssessError
from codeassess_ext.openapi import OPERATIONS, document

ERRORS = [error for error in CodeAssessError.__subclasses__() if error.__module__ == CodeAssessError.__module__]

DOCUMENT: dict[str, Any] = json.loads(document())


def test_it_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_it_describes_every_route_and_no_other() -> None:
    described = {f"{verb.upper()} {path.rstrip('/')}" for path, item in DOCUMENT["paths"].items() for verb in item}
    assert described == {operation for operation in operations() if "/ws/" not in operation}


def test_each_operation_has_a_name_of_its_own_and_says_what_can_go_wrong() -> None:
    described = [operation for item in DOCUMENT["paths"].values() for operation in item.values()]
    names = [operation["operationId"] for operation in described]
    assert len(set(names)) == len(names) == len(OPERATIONS)
    for operation in described:
        assert operation["summary"].endswith(".")
        assert {"401", "500", "503"} <= set(operation["responses"])


def check(answer: Any, *, path: str, verb: str, status: int) -> None:
    """`answer` against the schema of the operation's answer with this status."""
    content = DOCUMENT["paths"][path][verb]["responses"][str(status)]["content"]
    schema = {**content["application/json"]["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(answer)


async def test_what_is_answered_is_what_is_described(client: Client) -> None:
    rubric = [{"name": "depth", "description": "Why, not only what.", "weight": 2}]
    made = await client.post("/assessments/", {"title": "t", "rubric": rubric, "policy": {"max_questions": 3}})
    check(made.json, path="/assessments/", verb="post", status=201)
    task = made.json["assessment_id"]
    begun = await client.post("/sessions/", {"assessment_id": task})
    check(begun.json, path="/sessions/", verb="post", status=201)
    session_id = begun.json["session_id"]
    talk, _ = await client.greet(session_id)
    await talk.ask({"message_type": "code_update", "seq": 1, "code": "a = 1\n", "cause": "paste"})
    await talk.ask({"message_type": "activity", "seq": 2, "kind": "run", "detail": {"ok": True}})
    agreed = {"agreed": True, "statement": "Your code is recorded."}
    consent = await client.post(f"/sessions/{session_id}/consent", agreed)
    check(consent.json, path="/sessions/{session_id}/consent", verb="post", status=201)
    agreed_before = await client.post(f"/sessions/{session_id}/consent", agreed)
    check(agreed_before.json, path="/sessions/{session_id}/consent", verb="post", status=200)
    ticket = await client.post(f"/sessions/{session_id}/ticket")
    check(ticket.json, path="/sessions/{session_id}/ticket", verb="post", status=201)
    for path in (
        "/sessions/",
        "/sessions/{session_id}/",
        "/sessions/{session_id}/interactions/",
        "/sessions/{session_id}/snapshots/",
        "/sessions/{session_id}/snapshots/{n}",
        "/sessions/{session_id}/replay/",
        "/sessions/{session_id}/decisions/",
        "/sessions/{session_id}/report/reviews/",
        "/assessments/",
        "/assessments/{assessment_id}/",
        "/codeassess/me",
        "/codeassess/health",
    ):
        answer = await client.get(path.format(session_id=session_id, assessment_id=task, n=1))
        assert answer.status == 200, path
        check(answer.json, path=path, verb="get", status=200)
    unready = await client.get(f"/sessions/{session_id}/report/")
    check(unready.json, path="/sessions/{session_id}/report/", verb="get", status=409)
    finished = await client.post(f"/sessions/{session_id}/generate-report")
    check(finished.json, path="/sessions/{session_id}/generate-report", verb="post", status=202)
    assert (await client.get("/codeassess/openapi.json")).json == DOCUMENT


async def test_a_review_is_what_is_described(client: Client) -> None:
    session_id = await client.begin()
    question_id = await finish(client, session_id)
    made = await client.post(
        f"/sessions/{session_id}/report/reviews/", {"question_id": question_id, "verdict": "confirm", "reason": "Yes."}
    )
    check(made.json, path="/sessions/{session_id}/report/reviews/", verb="post", status=201)
    for path in ("/sessions/", "/sessions/{session_id}/report/reviews/", "/sessions/{session_id}/decisions/"):
        answer = (await client.get(path.format(session_id=session_id))).json
        assert answer["items"]
        check(answer, path=path, verb="get", status=200)


def taken(value: Any, schema: dict[str, Any]) -> bool:
    """By a schema of the document."""
    return bool(Draft202012Validator({**schema, "components": DOCUMENT["components"]}).is_valid(value))


def parameter(path: str, name: str) -> dict[str, Any]:
    (found,) = [p for p in DOCUMENT["paths"][path]["get"]["parameters"] if p["name"] == name]
    schema: dict[str, Any] = found["schema"]
    return schema


@pytest.mark.parametrize(
    ("path", "name", "good", "bad"),
    [
        ("/sessions/{session_id}/snapshots/", "cursor", "12", ""),
        ("/sessions/{session_id}/interactions/", "cursor", "0", "x"),
        ("/sessions/{session_id}/report/", "format", "json", "docx"),
        ("/sessions/{session_id}/interactions/", "kind", ["report", "review"], []),
    ],
)
async def test_a_query_that_the_document_refuses_the_server_refuses(
    client: Client, path: str, name: str, good: Any, bad: Any
) -> None:
    address = path.format(session_id=await client.begin())
    for value, wanted in ((good, True), (bad, False)):
        text = ",".join(value) if isinstance(value, list) else value
        answer = await client.get(f"{address}?{name}={text}")
        assert taken(value, parameter(path, name)) == wanted == (answer.status != 400), (value, answer.body)


@pytest.mark.parametrize("path", ["/sessions/", "/assessments/"])
async def test_a_list_of_things_with_ids_goes_on_from_an_id(client: Client, path: str) -> None:
    if path == "/assessments/":  # of sessions only in the default order
        assert parameter(path, "cursor")["format"] == "uuid"
    assert (await client.get(f"{path}?cursor={new_id()}")).status == 200
    assert (await client.get(f"{path}?cursor=12")).status == 400


REVIEW = {"question_id": "q", "verdict": "override", "score": 7, "reason": "It is right."}


@pytest.mark.parametrize(
    ("path", "body", "fits"),
    [
        ("/sessions/{session_id}/report/reviews/", REVIEW, True),
        ("/sessions/{session_id}/report/reviews/", {**REVIEW, "score": None}, False),
        ("/sessions/{session_id}/report/reviews/", {**REVIEW, "reason": " "}, False),
        ("/sessions/{session_id}/report/reviews/", {"question_id": "q", "verdict": "override"}, False),
        ("/sessions/{session_id}/report/reviews/", {"question_id": "q", "verdict": "confirm"}, True),
        ("/sessions/{session_id}/report/reviews/", {**REVIEW, "verdict": "confirm"}, False),
        ("/sessions/{session_id}/consent", {"agreed": True, "statement": "Recorded."}, True),
        ("/sessions/{session_id}/consent", {"agreed": False, "statement": "Recorded."}, False),
    ],
)
async def test_a_body_that_the_document_refuses_the_server_refuses(
    client: Client, path: str, body: dict[str, Any], fits: bool
) -> None:
    schema = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    answer = await client.post(path.format(session_id=await client.begin()), body)
    assert taken(body, schema) == fits == (answer.status != 400), answer.body


async def test_a_body_is_needed_where_the_document_says_so(client: Client) -> None:
    needed = {path: item["post"]["requestBody"]["required"] for path, item in DOCUMENT["paths"].items()
              if "requestBody" in item.get("post", {})}  # fmt: skip
    assert [path for path, must in needed.items() if not must] == ["/sessions/"]
    for path in ("/codeassess/sign-in", "/codeassess/join", "/codeassess/join/look"):
        del needed[path]  # only in a service: test_sign_in.py, test_joining.py
    for path, must in needed.items():
        answer = await client.post(path.format(session_id=await client.begin(), assessment_id=await task(client)))
        assert (answer.status == 400) == must, (path, answer.body)


async def task(client: Client) -> str:
    return str((await client.post("/assessments/", {"title": "t"})).json["assessment_id"])


@pytest.mark.parametrize("problem", ERRORS, ids=lambda problem: problem.code)
def test_each_error_has_the_described_form(problem: type[CodeAssessError]) -> None:
    schema = {**DOCUMENT["components"]["schemas"]["Error"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate({"error": problem().as_dict()})
