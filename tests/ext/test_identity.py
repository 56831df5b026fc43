"""Who may do what over REST and the websocket: every principal, every operation, what exists and what does not.

The operations come from `routes.ROUTES`: a route without a row in `ALLOWED` fails here.
"""

from __future__ import annotations

import re
import warnings
from typing import Any

import pytest
from jupyter_server.utils import JupyterServerAuthWarning
from population import Population, connection_status, populate
from rest_client import Client
from traitlets.config import Config

from codeassess_core.clock import new_id
from codeassess_ext import CodeAssess
from codeassess_ext.guard import VERBS, verbs
from codeassess_ext.rest import UnknownHandler
from codeassess_ext.routes import ROUTES
from codeassess_ext.socket import SessionSocket

EVERYBODY = ("own", "other", "far", "ada", "bob", "zoe", "chief", "far_chief", "jupyter", "tom")
"""Two candidates and one of another tenant; the grader that the assessment names, one that it does not name and
one of another tenant; the operator, one of another tenant, and whoever holds Jupyter's own token; a teacher whom the
assessment does not name."""
STRANGERS = ("anonymous", "wrong", "revoked", "expired")

UNKNOWN_VERBS = ("TRACE", "CONNECT", "PROPFIND", "get")
OTHER_VERBS = ("OPTIONS", *UNKNOWN_VERBS)

# For each operation what EVERYBODY gets, in that order.
OWNER_AND_GRADER = "200 404 404 200 404 404 200 404 200 404"
GRADERS_ONLY = "404 404 404 200 404 404 200 404 200 404"
ALLOWED = {
    "GET /sessions": "200 200 200 200 200 200 200 200 200 200",
    "POST /sessions": "201 201 201 201 201 201 201 201 201 201",
    "GET /sessions/results.csv": "403 403 403 200 200 200 200 200 200 200",
    "GET /sessions/groups": "403 403 403 200 200 200 200 200 200 200",
    "GET /sessions/{session_id}": OWNER_AND_GRADER,
    "DELETE /sessions/{session_id}": "403 404 404 403 404 404 204 404 204 404",
    "GET /sessions/{session_id}/interactions": OWNER_AND_GRADER,
    "GET /sessions/{session_id}/snapshots": OWNER_AND_GRADER,
    "GET /sessions/{session_id}/snapshots/{n}": OWNER_AND_GRADER,
    "GET /sessions/{session_id}/replay": OWNER_AND_GRADER,
    "GET /sessions/{session_id}/decisions": "403 404 404 200 404 404 200 404 200 404",
    "POST /sessions/{session_id}/ticket": "201 404 404 403 404 404 201 404 201 404",
    "POST /sessions/{session_id}/consent": "201 404 404 403 404 404 403 404 403 404",
    "POST /sessions/{session_id}/generate-report": OWNER_AND_GRADER.replace("200", "202"),
    "GET /sessions/{session_id}/report": "403 404 404 200 404 404 200 404 200 404",
    "GET /sessions/{session_id}/report/reviews": "403 404 404 200 404 404 200 404 200 404",
    "POST /sessions/{session_id}/report/reviews": "403 404 404 201 404 404 201 404 201 404",
    "GET /sessions/{session_id}/export": OWNER_AND_GRADER,
    "GET /sessions/{session_id}/contests": OWNER_AND_GRADER,
    "POST /sessions/{session_id}/contests": "201 404 404 403 404 404 403 404 403 404",
    "GET /assessments": "403 403 403 200 200 200 200 200 200 200",
    "POST /assessments": "403 403 403 201 201 201 201 201 201 201",
    "GET /assessments/{assessment_id}": GRADERS_ONLY,
    "POST /assessments/{assessment_id}/versions": GRADERS_ONLY.replace("200", "201"),
    "POST /assessments/{assessment_id}/close": GRADERS_ONLY,
    "POST /assessments/{assessment_id}/open": GRADERS_ONLY,
    "POST /assessments/{assessment_id}/clone": GRADERS_ONLY.replace("200", "201"),
    "GET /people": "403 403 403 403 403 403 200 200 200 200",
    "POST /people": "403 403 403 403 403 403 200 200 200 200",
    "DELETE /people/{person_id}": "404 404 404 404 404 404 204 404 404 404",  # for the first who may
    "GET /invitations": "200 200 200 200 200 200 200 200 200 200",
    "GET /assessments/{assessment_id}/invitations": "404 404 404 403 404 404 200 404 200 404",
    "POST /assessments/{assessment_id}/invitations": "404 404 404 403 404 404 201 404 201 404",
    "DELETE /assessments/{assessment_id}/invitations/{invitation_id}": "404 404 404 403 404 404 204 404 204 404",
    "GET /codeassess/consent": "200 200 200 200 200 200 200 200 200 200",
    "POST /codeassess/hand-over": "400 400 400 400 400 400 400 400 400 400",  # nobody here has joined
    # Signing in is for a service (test_sign_in.py): here it is an address like any other that is not there.
    "POST /codeassess/sign-in": "404 404 404 404 404 404 404 404 404 404",
    "POST /codeassess/join": "404 404 404 404 404 404 404 404 404 404",
    "POST /codeassess/join/look": "404 404 404 404 404 404 404 404 404 404",
    "POST /codeassess/sign-out": "404 404 404 404 404 404 404 404 404 404",
    "GET /codeassess/audit": "403 403 403 403 403 403 200 200 200 403",
    "GET /codeassess/me": "200 200 200 200 200 200 200 200 200 200",
    "GET /codeassess/health": "200 200 200 200 200 200 200 200 200 200",
    "GET /codeassess/openapi.json": "200 200 200 200 200 200 200 200 200 200",
    # The websocket: 101, or the code with which it closes once the handshake was accepted.
    "GET /ws/session/{session_id}": "101 4404 4404 4403 4404 4404 101 4404 101 4404",
}


def operations() -> list[str]:
    """Every verb on every address of the list of routes."""
    return [
        f"{verb.upper()} {address(pattern)}"
        for pattern, handler in ROUTES
        if handler is not UnknownHandler
        for verb in verbs(handler)
    ]


def address(pattern: str) -> str:
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern).replace("\\.", ".").removesuffix("/?")


@pytest.fixture
def jp_server_config(jp_server_config: Config) -> Config:
    jp_server_config.ServerApp.allow_unauthenticated_access = False
    return jp_server_config


def test_each_route_has_its_row() -> None:
    assert sorted(operations()) == sorted(ALLOWED)


async def test_everybody_gets_from_each_operation_what_the_table_says(
    client: Client, extension: CodeAssess, quiet: pytest.LogCaptureFixture
) -> None:
    population = await populate(client, extension)
    wrong = []
    for operation, row in ALLOWED.items():
        for who, expected in zip(EVERYBODY, map(int, row.split()), strict=True):
            there = await population.session() if changes(operation) else population.session_id
            got = await outcome(population, who, operation, there, population.assessment_id)
            missing = await outcome(population, who, operation, new_id(), new_id())
            hidden = expected in (404, 4404)
            if got[0] != expected or (hidden and got != missing):
                wrong.append((operation, who, expected, got, missing))
            if "{" in operation and missing[0] not in (404, 4404):
                wrong.append((operation, who, "missing", missing))
        for who in STRANGERS:
            got = await outcome(population, who, operation, population.session_id, population.assessment_id)
            if got[0] != 401:
                wrong.append((operation, who, 401, got))
    assert wrong == []


def changes(operation: str) -> bool:
    """Is it done once to each session? A session can be reviewed again and again, when it has a report."""
    with_report = operation.endswith(("/reviews", "/contests"))
    return operation.startswith(("DELETE", "POST /sessions/{")) and not with_report


async def outcome(
    population: Population, who: str, operation: str, session_id: str, assessment_id: str
) -> tuple[int, Any]:
    """The status, or the close code of a websocket, and all that a client could tell answers apart by."""
    verb, _, path = operation.partition(" ")
    if path.startswith("/ws/"):
        return await connection_status(population.clients[who], session_id), None
    exists = assessment_id == population.assessment_id
    ids = {"person_id": "leaving" if exists else new_id(), "invitation_id": population.invitation_id}
    path = path.format(session_id=session_id, assessment_id=assessment_id, n=1, **ids)
    body: dict[str, Any] = {}
    if path.startswith("/people"):
        body = {"csv": "id\nsomebody\n"}
    elif path.endswith("/invitations"):
        body = {"people": ["own"]}
    elif path.startswith("/assessments"):
        body = {"title": "t", "graders": ["ada"]}
    elif path.endswith("/consent"):
        body = {"agreed": True, "statement": "Everything is recorded."}
    elif path.endswith("/contests"):
        body = {"question_id": population.question_id, "reason": "It is right."}
    elif path.endswith("/reviews"):
        known = await population.clients["chief"].get(f"/sessions/{session_id}/report/reviews?limit=1000")
        seen = max(
            (r["number"] for r in known.json.get("items", []) if r["question_id"] == population.question_id), default=0
        )
        body = {"question_id": population.question_id, "verdict": "override", "score": 7, "reason": "It is right."}
        body["seen"] = seen
    if path.endswith("/export"):
        path += "?format=jsonl"
    answer = await population.clients[who].call(verb, path, json_body=body if verb == "POST" else None)
    telling = {name: value for name, value in answer.headers.items() if name not in ("Date", "Set-Cookie")}
    return answer.status, (answer.body, telling)


def place(population: Population, pattern: str) -> str:
    """The address of a route, with things that exist."""
    return address(pattern).format(
        session_id=population.session_id,
        assessment_id=population.assessment_id,
        invitation_id=population.invitation_id,
        person_id="own",
        n=1,
    )


async def test_no_route_answers_a_stranger_with_anything_but_401(
    client: Client, extension: CodeAssess, quiet: pytest.LogCaptureFixture
) -> None:
    population = await populate(client, extension)
    for pattern, _ in ROUTES:
        path = pattern.replace("(?:sessions|assessments|people|invitations|codeassess)/.*", "sessions/a/b/c")
        path = place(population, path)
        for verb in (*VERBS, "options"):
            for slash in ("", "/"):
                answer = await population.clients["anonymous"].call(verb.upper(), path + slash)
                if (path + slash).endswith(".json/"):
                    continue
                assert answer.status == 401, (verb, path, answer)
                if verb != "head":
                    assert answer.error["code"] == "unauthenticated"
                assert answer.headers["WWW-Authenticate"] == "token"


async def test_a_verb_that_is_not_there_is_405_to_those_who_may_come_in(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    for pattern, handler in ROUTES:
        if handler is UnknownHandler:
            continue
        path = place(population, pattern)
        for verb in set(VERBS) - set(verbs(handler)):
            assert (await population.clients["own"].call(verb.upper(), path)).status == 405, (verb, path)


async def test_no_other_verb_tells_anybody_whether_a_thing_exists(
    client: Client, extension: CodeAssess, quiet: pytest.LogCaptureFixture
) -> None:
    """HEAD, OPTIONS, TRACE, CONNECT and verbs that nobody knows, by everybody, on what is there and what is not."""
    population = await populate(client, extension)
    wrong: list[Any] = []
    for pattern, handler in ROUTES:
        known = {verb.upper() for verb in verbs(handler)} if handler is not UnknownHandler else set()
        for verb in {*(verb.upper() for verb in VERBS), *OTHER_VERBS} - known:
            addresses = [place(population, pattern), missing(pattern)]
            if handler is UnknownHandler:
                addresses = [f"/sessions/{population.session_id}/x/y", f"/sessions/{new_id()}/x/y"]
            for who in (*EVERYBODY, *STRANGERS):
                answers = [await told(population.clients[who], verb, address) for address in addresses]
                expected = status_of(verb, handler, stranger=who in STRANGERS)
                if answers[0] != answers[1] or answers[0][0] != expected:
                    wrong.append((verb, pattern, who, expected, answers))
    assert not wrong, (len(wrong), wrong[:2], sorted({case[:2] for case in wrong}))


def status_of(verb: str, handler: type, *, stranger: bool) -> int:
    """What a verb that a handler does not answer gets: those whom nobody knows learn nothing but that."""
    if verb in UNKNOWN_VERBS:
        return 405  # the server knows no such verb, wherever and for whomever
    if stranger:
        return 401
    if verb == "OPTIONS":
        return 405 if handler is SessionSocket else 200  # what a browser may send, with no body
    return 404 if handler is UnknownHandler else 405


def missing(pattern: str) -> str:
    """The address of a route, with things that do not exist."""
    ids = {f"{thing}_id": new_id() for thing in ("session", "assessment", "invitation", "person")}
    return address(pattern).format(n=99, **ids)


async def told(client: Client, verb: str, address: str) -> tuple[int, bytes, dict[str, str]]:
    """All that a client could tell answers apart by."""
    answer = await client.call(verb, address)
    telling = {name: value for name, value in answer.headers.items() if name not in ("Date", "Set-Cookie")}
    return answer.status, answer.body, telling


def test_no_warning_of_an_unguarded_route_names_one_of_ours(jp_configurable_serverapp: Any) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        app = jp_configurable_serverapp()
    assert not app.web_app.settings["allow_unauthenticated_access"]
    ours = [w for w in caught if issubclass(w.category, JupyterServerAuthWarning) and "codeassess" in str(w.message)]
    assert ours == []
