"""Requests that no client should make: each is answered in our form, by name, and costs nobody anything."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import dataclass
from typing import Any

import pytest
from credentials import on_both_databases
from rest_client import Client

from codeassess_ext.rest import MAX_BODY_BYTES

MISSING = "019a0000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Bad:
    """One request and what it gets. `{id}` in the path is a session, `{task}` an assessment."""

    method: str
    path: str
    status: int
    code: str
    field: str | None = None
    body: bytes | None = None
    headers: dict[str, str] | None = None


def body(value: Any, status: int, code: str, *, field: str | None = None, path: str = "/sessions/") -> Bad:
    sent = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Bad("POST", path, status, code, field, sent)


def task(field: str, **values: Any) -> Bad:
    return body({"title": "t", **values}, 400, "invalid_input", field=field, path="/assessments/")


CONFIRM = json.dumps({"question_id": MISSING, "verdict": "confirm"}).encode()
REVIEWS = "/sessions/{id}/report/reviews/"


def review(field: str, **values: Any) -> Bad:
    return body(values, 400, "invalid_input", field=field, path=REVIEWS)


def consent(field: str, **values: Any) -> Bad:
    return body(values, 400, "invalid_input", field=field, path="/sessions/{id}/consent")


def contest(field: str, **values: Any) -> Bad:
    return body(values, 400, "invalid_input", field=field, path="/sessions/{id}/contests")


def query(path: str, field: str) -> Bad:
    return Bad("GET", path, 400, "invalid_input", field)


BODIES = [
    # no JSON object in UTF-8
    body(b"{", 400, "bad_frame"),
    body(b"hello", 400, "bad_frame"),
    body(b" ", 400, "bad_frame"),
    body(b"[]", 400, "bad_frame"),
    body(b"null", 400, "bad_frame"),
    body(b'"x"', 400, "bad_frame"),
    body(b"7", 400, "bad_frame"),
    body(b"{}{}", 400, "bad_frame"),
    body(b"{'language':'python'}", 400, "bad_frame"),
    body(b'{"language":NaN}', 400, "bad_frame"),
    body(b'{"language":Infinity}', 400, "bad_frame"),
    body(b'{"language":' + b"9" * 10_000 + b"}", 400, "bad_frame"),
    body(b'{"language":' + b"[" * 100_000 + b"}", 400, "bad_frame"),
    body(b'{"language":' + b"[" * 40 + b"]" * 40 + b"}", 400, "bad_frame"),
    body(b"\xff\xfe{}", 400, "bad_frame"),
    body("{}".encode("utf-16"), 400, "bad_frame"),
    body(b"\xef\xbb\xbf{}", 400, "bad_frame"),
    body(b'{"language":"\xe9"}', 400, "bad_frame"),
    body(gzip.compress(b"{}"), 400, "bad_frame"),
    body(b'{"language":"' + b"x" * MAX_BODY_BYTES + b'"}', 413, "too_large"),
    # a session
    body({"language": 7}, 400, "invalid_input", field="language"),
    body({"language": ""}, 400, "invalid_input", field="language"),
    body({"language": "x" * 41}, 400, "invalid_input", field="language"),
    body({"language": "a\0"}, 400, "invalid_input", field="language"),
    body({"language": "\ud800"}, 400, "invalid_input", field="language"),
    body({"owner": "eve"}, 400, "invalid_input", field="owner"),
    body({"tenant": "other"}, 400, "invalid_input", field="tenant"),
    body({"status": "ended"}, 400, "invalid_input", field="status"),
    body({"mode": "service"}, 400, "invalid_input", field="mode"),
    body({"a\0": 1}, 400, "invalid_input", field="a\\x00"),
    body({"\ud800": 1}, 400, "invalid_input", field="message"),
    body({"assessment_id": 7}, 400, "invalid_input", field="assessment_id"),
    body({"assessment_id": "\0"}, 400, "invalid_input", field="assessment_id"),
    body({"assessment_id": ""}, 404, "not_found"),
    body({"assessment_id": "nonsense"}, 404, "not_found"),
    body({"assessment_id": MISSING}, 404, "not_found"),
    # an assessment
    body({}, 400, "invalid_input", field="title", path="/assessments/"),
    body({"title": None}, 400, "invalid_input", field="title", path="/assessments/"),
    task("title", title=""),
    task("title", title="x" * 301),
    task("instructions", instructions="\0"),
    task("starter_code", starter_code="\ud800"),
    task("starter_code", starter_code=["x"]),
    task("rubric", rubric={}),
    task("rubric", rubric=[{"name": "a", "description": "d"}] * 2),
    task("rubric", rubric=[{"name": f"c{n}", "description": "d"} for n in range(31)]),
    task("rubric.0.description", rubric=[{"name": "a"}]),
    task("rubric.0.name", rubric=[{"name": "\0", "description": "d"}]),
    task("rubric.0.weight", rubric=[{"name": "a", "description": "d", "weight": 0}]),
    task("rubric.0.weight", rubric=[{"name": "a", "description": "d", "weight": "1"}]),
    task("rubric.0.score", rubric=[{"name": "a", "description": "d", "score": 10}]),
    task("policy.idle_pause", policy={"idle_pause": 1}),
    task("policy.max_questions", policy={"max_questions": -1}),
    task("policy.max_questions", policy={"max_questions": 10**30}),
    task("policy.min_code_change_lines", policy={"min_code_change_lines": 10**30}),
    task("policy.cool_down", policy={"cool_down": 1e300}),
    task("time_limit", time_limit=0),
    task("time_limit", time_limit=True),
    task("time_limit", time_limit=1e300),
    task("show_report", show_report="yes"),
    task("graders", graders="ada"),
    task("graders.0", graders=["\0"]),
    task("graders.1", graders=["ada", ""]),
    task("tenant", tenant="other"),
    task("created_by", created_by="eve"),
    body({"title": "t", "version": 7}, 400, "invalid_input", field="version", path="/assessments/{task}/versions"),
    body({"title": "t"}, 404, "not_found", path=f"/assessments/{MISSING}/versions"),
    # a consent
    consent("agreed"),
    consent("agreed", agreed=False),
    consent("agreed", agreed=1),
    consent("agreed", agreed="true"),
    consent("statement", agreed=True),
    consent("statement", agreed=True, statement=""),
    consent("statement", agreed=True, statement="x" * 20_001),
    consent("statement", agreed=True, statement="\0"),
    consent("on", agreed=True, statement="x", on="behalf"),
    # a contest
    contest("question_id", reason="r"),
    contest("question_id", reason="r", question_id=7),
    contest("reason", question_id=MISSING),
    contest("reason", question_id=MISSING, reason=""),
    contest("reason", question_id=MISSING, reason=" \n"),
    contest("reason", question_id=MISSING, reason="x" * 4_001),
    contest("reason", question_id=MISSING, reason="\0"),
    contest("score", question_id=MISSING, reason="r", score=10),
    body({"question_id": MISSING, "reason": "r"}, 409, "report_not_ready", path="/sessions/{id}/contests"),
    # a review
    review("question_id", verdict="confirm"),
    review("question_id", verdict="confirm", question_id=7),
    review("verdict", question_id=MISSING),
    review("verdict", question_id=MISSING, verdict="maybe"),
    review("score", question_id=MISSING, verdict="override", reason="r"),
    review("score", question_id=MISSING, verdict="override", reason="r", score=None),
    review("score", question_id=MISSING, verdict="override", reason="r", score=10.1),
    review("score", question_id=MISSING, verdict="override", reason="r", score=-0.1),
    review("score", question_id=MISSING, verdict="override", reason="r", score="7"),
    review("score", question_id=MISSING, verdict="override", reason="r", score=True),
    review("score", question_id=MISSING, verdict="confirm", score=7),
    review("reason", question_id=MISSING, verdict="override", score=7),
    review("reason", question_id=MISSING, verdict="override", score=7, reason=" \n"),
    review("reason", question_id=MISSING, verdict="override", score=7, reason="x" * 4_001),
    review("reason", question_id=MISSING, verdict="confirm", reason="\ud800"),
    review("reviewer", question_id=MISSING, verdict="confirm", reviewer="eve"),
    body({"question_id": "nonsense", "verdict": "confirm"}, 404, "not_found", path=REVIEWS),
    body({"question_id": MISSING, "verdict": "confirm"}, 409, "report_not_ready", path=REVIEWS),
]

OTHERS = [
    # queries
    query("/sessions/?cursor=1", "cursor"),
    query("/sessions/?cursor=", "cursor"),
    query("/sessions/?cursor=%00", "cursor"),
    query("/sessions/?limit=0", "limit"),
    query("/sessions/?limit=-1", "limit"),
    query("/sessions/?limit=1001", "limit"),
    query("/sessions/?limit=1e2", "limit"),
    query("/sessions/?limit=ten", "limit"),
    query("/sessions/?limit=" + "9" * 10_000, "limit"),
    query("/sessions/?limit=1&limit=2", "limit"),
    query("/sessions/?status=open", "status"),
    query("/sessions/?status=", "status"),
    query("/sessions/?candidate=%00", "candidate"),
    query("/sessions/?candidate=%ff", "candidate"),
    query("/sessions/?candidate=a&candidate=b", "candidate"),
    query("/sessions/?assessment_id=7", "assessment_id"),
    query("/sessions/?assessment_id=", "assessment_id"),
    query("/sessions/?created_after=yesterday", "created_after"),
    query("/sessions/?created_after=2026-01-31T09:00:00", "created_after"),
    query("/sessions/?created_after=2026-02-31T09:00:00Z", "created_after"),
    query("/sessions/?created_after=9999-12-31T23:59:59-12:00", "created_after"),
    query("/sessions/?created_after=0001-01-01T00:00:00%2B12:00", "created_after"),
    query("/sessions/?created_after=1e400", "created_after"),
    query("/sessions/?created_after=0.5", "created_after"),
    query("/sessions/?created_after=1790000000", "created_after"),
    query("/sessions/?tenant=other", "tenant"),
    query("/sessions/?%ff=1", "ÿ"),
    query("/sessions/{id}/interactions/?cursor=-1", "cursor"),
    query("/sessions/{id}/interactions/?cursor=", "cursor"),
    query("/sessions/{id}/interactions/?cursor=9999999999", "cursor"),
    query("/sessions/{id}/interactions/?kind=", "kind"),
    query("/sessions/{id}/interactions/?kind=gossip", "kind"),
    query("/sessions/{id}/interactions/?kind=activity,", "kind"),
    query("/sessions/{id}/interactions/?kind=activity&kind=finish", "kind"),
    query("/sessions/{id}/snapshots/?cursor=x", "cursor"),
    query("/sessions/{id}/replay/?cursor=x", "cursor"),
    query("/sessions/{id}/replay/?limit=1001", "limit"),
    query("/sessions/{id}/snapshots/?limit=0", "limit"),
    query("/sessions/{id}/decisions/?cursor=x", "cursor"),
    query("/sessions/{id}/report/reviews/?limit=0", "limit"),
    query("/sessions/{id}/export/", "format"),
    query("/sessions/{id}/export/?format=", "format"),
    query("/sessions/{id}/export/?format=csv", "format"),
    query("/sessions/{id}/export/?format=jsonl&version=1", "version"),
    query("/sessions/{id}/report/?format=docx", "format"),
    query("/sessions/{id}/report/?format=", "format"),
    query("/sessions/{id}/report/?fmt=html", "fmt"),
    query("/sessions/{id}/report/?version=0", "version"),
    query("/sessions/{id}/report/?version=latest", "version"),
    query("/assessments/?cursor=x", "cursor"),
    query("/assessments/{task}/?version=0", "version"),
    query("/assessments/{task}/?version=99999999999999999999", "version"),
    # addresses
    Bad("GET", "/sessions/nonsense/", 404, "not_found"),
    Bad("GET", "/sessions/%00/", 404, "not_found"),
    Bad("GET", "/sessions/%ff/", 404, "not_found"),
    Bad("GET", "/sessions/..%2f..%2fetc/", 404, "not_found"),
    Bad("GET", "/sessions/" + "x" * 5_000, 404, "not_found"),
    Bad("GET", f"/sessions/{MISSING}", 404, "not_found"),
    Bad("GET", "/sessions/{id}/snapshots/0", 404, "not_found"),
    Bad("GET", "/sessions/{id}/snapshots/-1", 404, "not_found"),
    Bad("GET", "/sessions/{id}/snapshots/1.0", 404, "not_found"),
    Bad("GET", "/sessions/{id}/snapshots/2", 404, "not_found"),
    Bad("GET", "/sessions/{id}/snapshots/99999999999999999999", 404, "not_found"),
    Bad("GET", "/sessions/{id}/snapshots/%D9%A1", 404, "not_found"),  # a digit, but not of ours
    Bad("GET", "/sessions/{id}/nonsense", 404, "not_found"),
    Bad("GET", "/sessions/{id}/report/reviews/1/2", 404, "not_found"),
    Bad("GET", "/assessments/nonsense", 404, "not_found"),
    Bad("GET", "/assessments/{task}/?version=2", 404, "not_found"),
    Bad("GET", "/codeassess/nonsense", 404, "not_found"),
    # verbs
    Bad("PUT", "/sessions/", 405, "method_not_allowed"),
    Bad("DELETE", "/sessions/", 405, "method_not_allowed"),
    Bad("PATCH", "/sessions/{id}/", 405, "method_not_allowed"),
    Bad("POST", "/sessions/{id}/", 405, "method_not_allowed"),
    Bad("GET", "/sessions/{id}/generate-report", 405, "method_not_allowed"),
    Bad("POST", "/sessions/{id}/report/", 405, "method_not_allowed"),
    Bad("POST", "/codeassess/health", 405, "method_not_allowed"),
    Bad("TRACE", "/sessions/", 405, "method_not_allowed"),
    # headers
    Bad("POST", "/sessions/", 400, "invalid_input", "Idempotency-Key", b"", {"Idempotency-Key": ""}),
    Bad("POST", "/sessions/", 400, "invalid_input", "Idempotency-Key", b"", {"Idempotency-Key": "k" * 201}),
    Bad("POST", "/sessions/", 409, "idempotency_conflict", None, b'{"language":"go"}', {"Idempotency-Key": "used"}),
    Bad("POST", REVIEWS, 400, "invalid_input", "Idempotency-Key", CONFIRM, {"Idempotency-Key": ""}),
    Bad("GET", "/sessions/", 403, "forbidden", None, None, {"Host": "evil.example"}),
]


@on_both_databases
async def test_each_bad_request_is_answered_by_name_and_harms_nothing(
    client: Client, quiet: pytest.LogCaptureFixture
) -> None:
    key = {"Idempotency-Key": "used"}
    begun = (await client.post("/sessions/", {"language": "python"}, headers=key)).json
    names = {
        "id": begun["session_id"],
        "task": (await client.post("/assessments/", {"title": "t"})).json["assessment_id"],
    }
    talk, _ = await client.greet(names["id"])
    await talk.ask({"message_type": "code_update", "seq": 1, "code": "a = 1\n"})
    before = await everything(client, names["id"])
    wrong = []
    for bad in BODIES + OTHERS:
        path = bad.path.format(**names) if "{" in bad.path else bad.path
        answer = await client.call(bad.method, path, body=bad.body, headers=bad.headers)
        said = (answer.status, answer.error["code"], answer.error["detail"].get("field"))
        if said != (bad.status, bad.code, bad.field) or not answer.error["message"]:
            wrong.append((bad.method, path[:80], (bad.body or b"")[:80], answer.status, answer.body[:300]))
    assert wrong == []
    assert len(BODIES) >= 40
    assert await everything(client, names["id"]) == before
    assert await talk.ask({"message_type": "code_update", "seq": 2, "code": "a = 2\n"}) == {
        "message_type": "ack",
        "seq": 2,
    }


async def everything(client: Client, session_id: str) -> list[bytes]:
    """All that is stored, as REST shows it."""
    below = ("", "interactions/", "snapshots/", "snapshots/1")
    paths = ["/sessions/", "/assessments/", *(f"/sessions/{session_id}/{part}" for part in below)]
    return [(await client.get(path)).body for path in paths]


async def test_what_is_unusual_but_right_is_taken(client: Client) -> None:
    session_id = await client.begin()
    for path in (
        f"/sessions/{session_id}",  # with and without the slash
        f"/sessions/{session_id}/",
        f"/sessions/{session_id.upper()}/",
        "/sessions",
        "/sessions/?limit=1000&status=active&candidate=candidate",
        "/sessions/?created_after=2026-01-31T09:00:00%2B02:00",
        "/sessions/?1767225600000",  # JupyterLab's way past a cache
        "/sessions/?no_track_activity=1",
        "/codeassess/health/",
        "/codeassess/openapi.json",
    ):
        assert (await client.get(path)).status == 200, path
    for sent in (b"", b"{}", b' {"language": "python"}\n', b'{"language":"go","language":"rust"}'):
        assert (await client.call("POST", "/sessions", body=sent)).status == 201, sent


async def test_an_idempotency_key_gives_the_same_session_again(client: Client) -> None:
    key = {"Idempotency-Key": "clé ünïque"}
    first, second = [await client.post("/sessions/", {"language": "go"}, headers=key) for _ in range(2)]
    assert (first.status, second.status) == (201, 201)
    assert first.body == second.body
    assert first.headers["Location"] == f"/a%40b/sessions/{first.json['session_id']}/"
    assert len((await client.get("/sessions/")).json["items"]) == 1


async def test_a_list_goes_on_where_its_cursor_says(client: Client) -> None:
    ids = [await client.begin() for _ in range(5)]
    seen, path = [], "/sessions/?limit=2"
    while path:
        page = (await client.get(path)).json
        seen += [item["session_id"] for item in page["items"]]
        path = f"/sessions/?limit=2&cursor={page['next']}" if page["next"] else ""
    assert seen == ids[::-1]


async def test_a_verb_that_is_not_there_is_told_which_are(client: Client) -> None:
    answer = await client.call("DELETE", "/sessions/")
    assert answer.headers["Allow"] == "GET, POST"


async def test_a_client_that_hangs_up_before_the_answer_is_no_fault_of_ours(
    client: Client, quiet: pytest.LogCaptureFixture
) -> None:
    await client.get("/codeassess/health")
    first = f"GET {client.base}/codeassess/health HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head = f"{first}Authorization: token {client.token}\r\n\r\n"
    for _ in range(10):
        _reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        writer.write(head.encode())
        await writer.drain()
        writer.transport.abort()
    await asyncio.sleep(0.5)
    assert (await client.get("/codeassess/health")).status == 200
