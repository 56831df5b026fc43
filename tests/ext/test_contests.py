"""A candidate contests a score: it waits for a grader, whose review decides it and makes the next report version."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from credentials import issue, on_both_databases
from population import Population, finish, populate
from rest_client import Client

from codeassess_core.identity import Role
from codeassess_ext import CodeAssess

REASON = "The evaluation overlooks line 4.\n<b>It is there.</b>"


def paths(population: Population) -> tuple[str, str, str]:
    session = f"/sessions/{population.session_id}"
    return session, f"{session}/contests", f"{session}/report/reviews"


async def waiting(client: Client, query: str = "") -> dict[str, dict[str, Any]]:
    return {item["session_id"]: item["grading"] for item in (await client.get(f"/sessions/{query}")).json["items"]}


@on_both_databases
async def test_a_contested_score_waits_for_a_grader_who_decides_it_with_a_reason(
    client: Client, extension: CodeAssess
) -> None:
    population = await populate(client, extension)
    own, ada, question = population.clients["own"], population.clients["ada"], population.question_id
    session, contests, reviews = paths(population)
    settled = {"question_id": question, "verdict": "override", "score": 4, "reason": "Half of it."}
    assert (await ada.post(reviews, settled)).status == 201
    assert (await waiting(ada))[population.session_id]["waiting_for_review"] == 0

    made = await own.post(contests, {"question_id": question, "reason": REASON})
    assert made.status == 201, made.json
    assert (made.json["question_id"], made.json["reason"], made.json["decision"]) == (question, REASON, None)
    for query in ("", "?waiting=true", "?contested=true", "?contested=true&sort=waiting"):
        grading = (await waiting(ada, query))[population.session_id]
        assert (grading["waiting_for_review"], grading["contested"]) == (1, 1), query
    table = (await ada.get("/sessions/results.csv?contested=true")).body.decode("utf-8-sig").splitlines()
    named = dict(zip(table[0].split(","), table[1].split(","), strict=True))
    assert (named["contested"], named["waiting_for_review"]) == ("1", "1")
    last = (await ada.get(f"{session}/interactions/?kind=contest")).json["items"][-1]
    assert (last["payload"]["interaction_id"], last["payload"]["reason"]) == (question, REASON)

    keep = {"question_id": question, "verdict": "override", "score": 4, "seen": 1}
    without = await ada.post(reviews, {"question_id": question, "verdict": "confirm", "seen": 1})
    assert (without.status, without.error["detail"]["field"]) == (400, "reason")
    assert "contests" in without.error["message"]
    assert (await ada.get(f"{session}/report/")).json["report"]["version"] == 2  # nothing was stored
    decided = await ada.post(reviews, {**keep, "score": 6.5, "reason": "Line 4 counts."})
    assert decided.status == 201, decided.json
    told = (await own.get(contests)).json["items"]
    assert [one["contest_id"] for one in told] == [made.json["contest_id"]]
    decision = told[0]["decision"]
    assert (decision["score"], decision["reason"], decision["reviewer"]) == (6.5, "Line 4 counts.", None)
    assert (await ada.get(contests)).json["items"][0]["decision"]["reviewer"] == "ada"
    report = (await ada.get(f"{session}/report/")).json
    (asked,) = report["questions"]
    assert (report["report"]["version"], report["overall"]["score"], asked["contest"]["review"]) == (3, 6.5, 2)
    assert "after the candidate contested its score" in report["timeline"][-1]["text"]
    markdown = (await ada.get(f"{session}/report/?format=markdown")).body.decode()
    page = (await ada.get(f"{session}/report/?format=html")).body.decode()
    assert "Contested by the candidate; decided by ada: 6.5 of 10" in markdown
    assert "&lt;b&gt;It is there.&lt;/b&gt;" in page and "<b>It is there." not in page
    assert (await waiting(ada, "?contested=true")) == {}
    assert (await waiting(ada))[population.session_id]["waiting_for_review"] == 0


@on_both_databases
async def test_each_score_is_contested_once_whatever_comes_at_once(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    own, question = population.clients["own"], population.question_id
    _, contests, _ = paths(population)
    same = await asyncio.gather(*(own.post(contests, {"question_id": question, "reason": "a"}) for _ in range(5)))
    assert sorted(answer.status for answer in same) == [200, 200, 200, 200, 201]
    assert len({answer.json["contest_id"] for answer in same}) == 1
    other = await own.post(contests, {"question_id": question, "reason": "b"})
    assert (other.status, other.error["code"]) == (409, "already_contested")
    assert len((await own.get(contests)).json["items"]) == 1


@on_both_databases
async def test_the_time_for_contests_begins_with_the_report(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    core = await extension.core()
    own, question = population.clients["own"], population.question_id
    _, contests, _ = paths(population)
    ended = (await own.get(f"/sessions/{population.session_id}/")).json["ended_at"]
    until = (await own.get(contests)).json["until"]
    assert until[:10] > ended[:10] and until[10:] == ended[10:]
    later = core.clock() + timedelta(days=14, seconds=1)
    core.record.contests._clock = lambda: later
    late = await own.post(contests, {"question_id": question, "reason": "r"})
    assert (late.status, late.error["code"], late.error["detail"]) == (409, "contest_closed", {"until": until})
    core.settings = replace(core.settings, contest_days=0.0)
    assert (await own.get(contests)).json["until"] is None
    never = await own.post(contests, {"question_id": question, "reason": "r"})
    assert (never.error["code"], "takes no contests" in never.error["message"]) == ("contest_closed", True)


async def test_what_cannot_be_contested_is_said(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    own = population.clients["own"]
    going_on = await population.session()
    early = await own.post(f"/sessions/{going_on}/contests", {"question_id": population.question_id, "reason": "r"})
    assert (early.status, early.error["code"]) == (409, "report_not_ready")
    session_id = await own.begin()
    talk, _ = await own.greet(session_id)
    await talk.say({"message_type": "code_update", "seq": 1, "code": "def f(a):\n    return a\n" * 5})
    unanswered = (await talk.until("question"))["interaction_id"]
    await talk.say({"message_type": "finish", "seq": 2})
    await talk.until("report_ready")
    path = f"/sessions/{session_id}/contests"
    refused = await own.post(path, {"question_id": unanswered, "reason": "r"})
    assert (refused.status, refused.error["detail"]["field"]) == (400, "question_id")
    foreign = await own.post(path, {"question_id": population.question_id, "reason": "r"})
    assert foreign.status == 404


@on_both_databases
async def test_nothing_of_a_contest_is_left_of_an_erased_session(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    _, contests, _ = paths(population)
    body = {"question_id": population.question_id, "reason": REASON}
    assert (await population.clients["own"].post(contests, body)).status == 201
    assert (await population.clients["chief"].call("DELETE", f"/sessions/{population.session_id}/")).status == 204
    core = await extension.core()
    assert await core.record.contests.list(population.session_id) == ()


# -- a review by whoever the session belongs to ------------------------------------------------------------------------


async def reviewed_by_its_owner(client: Client, extension: CodeAssess) -> tuple[Client, Client, str, str]:
    """A grader with the name of a candidate, a grader of another name, and the candidate's finished session."""
    core = await extension.core()
    own = client.holding((await issue(core, "own", Role.CANDIDATE)).token)
    same = client.holding((await issue(core, "own", Role.GRADER)).token)
    ada = client.holding((await issue(core, "ada", Role.GRADER)).token)
    session_id = await own.begin()
    return same, ada, session_id, await finish(own, session_id)


@on_both_databases
async def test_in_embedded_mode_a_review_by_the_candidate_is_named_and_changes_no_score(
    client: Client, extension: CodeAssess
) -> None:
    same, ada, session_id, question = await reviewed_by_its_owner(client, extension)
    session, reviews = f"/sessions/{session_id}", f"/sessions/{session_id}/report/reviews"
    before = (await ada.get(f"{session}/report/")).json
    praise = {"question_id": question, "verdict": "override", "score": 10, "reason": "Brilliant."}
    made = await same.post(reviews, praise)
    assert (made.status, made.json["by_owner"]) == (201, True)
    after = (await ada.get(f"{session}/report/")).json
    assert (after["report"]["version"], after["overall"]) == (2, before["overall"])
    (asked,) = after["questions"]
    assert (asked["reviews"][0]["by_owner"], asked["final_score"]) == (True, None)
    assert asked["evaluation"] == before["questions"][0]["evaluation"] and after["overall"]["provisional"]
    for format in ("markdown", "html"):
        text = (await ada.get(f"{session}/report/?format={format}")).body.decode()
        assert "Review by own, the candidate themself (it does not count): 10 of 10" in text
    assert (await ada.get(f"{session}/report/?format=pdf")).status == 200
    grading = (await waiting(ada))[session_id]
    assert (grading["waiting_for_review"], grading["reviewed_by_candidate"]) == (1, 1)
    assert session_id in await waiting(ada, "?waiting=true")
    columns, row = (await ada.get("/sessions/results.csv")).body.decode("utf-8-sig").splitlines()
    assert dict(zip(columns.split(","), row.split(","), strict=True))["reviewed_by_candidate"] == "1"
    told = (await ada.get(f"{session}/interactions/?kind=review")).json["items"][0]["payload"]
    assert told["by_owner"] is True

    counted = await ada.post(reviews, {**praise, "score": 3, "seen": 1, "reason": "No."})
    assert (counted.status, counted.json["by_owner"]) == (201, False)
    again = await same.post(reviews, {**praise, "seen": 2})  # after the review that counts, it counts as little
    assert again.status == 201
    (asked,) = (await ada.get(f"{session}/report/")).json["questions"]
    assert (asked["final_score"], len(asked["reviews"])) == (3, 3)
    assert (await waiting(ada))[session_id]["waiting_for_review"] == 0


async def test_the_candidate_does_not_decide_their_own_contest(client: Client, extension: CodeAssess) -> None:
    same, ada, session_id, question = await reviewed_by_its_owner(client, extension)
    core = await extension.core()
    own = client.holding((await issue(core, "own", Role.CANDIDATE)).token)
    path = f"/sessions/{session_id}/contests"
    assert (await own.post(path, {"question_id": question, "reason": "r"})).status == 201
    praise = {"question_id": question, "verdict": "override", "score": 10, "reason": "Brilliant."}
    assert (await same.post(f"/sessions/{session_id}/report/reviews", praise)).status == 201
    assert (await own.get(path)).json["items"][0]["decision"] is None
    assert (await waiting(ada))[session_id]["contested"] == 1


class TestInAService:
    @pytest.fixture
    def traits(self) -> dict[str, Any]:
        return {"mode": "service"}

    @on_both_databases
    async def test_nobody_reviews_their_own_session(self, client: Client, extension: CodeAssess) -> None:
        same, ada, session_id, question = await reviewed_by_its_owner(client, extension)
        path = f"/sessions/{session_id}/report/reviews"
        praise = {"question_id": question, "verdict": "override", "score": 10, "reason": "Brilliant."}
        refused = await same.post(path, praise)
        assert (refused.status, refused.error["code"]) == (403, "own_review")
        assert (await ada.get(path)).json["items"] == []
        assert (await ada.post(path, praise)).status == 201


# -- what is stored, for its candidate --------------------------------------------------------------------------------


async def lines(client: Client, session_id: str) -> list[dict[str, Any]]:
    exported = await client.get(f"/sessions/{session_id}/export/?format=jsonl")
    assert exported.status == 200, exported.body
    with ZipFile(BytesIO(exported.body)) as archive:
        return [json.loads(line) for line in archive.read("session.jsonl").splitlines()]


@on_both_databases
async def test_a_candidate_takes_everything_along_but_what_they_are_not_told(
    client: Client, extension: CodeAssess
) -> None:
    population = await populate(client, extension)
    own, ada, question = population.clients["own"], population.clients["ada"], population.question_id
    session, contests, reviews = paths(population)
    assert (await own.post(contests, {"question_id": question, "reason": REASON})).status == 201
    decision = {"question_id": question, "verdict": "override", "score": 7, "reason": "Only graders read this."}
    assert (await ada.post(reviews, decision)).status == 201
    theirs, whole = await lines(own, population.session_id), await lines(ada, population.session_id)
    assert [line for line in whole if line not in theirs] == [whole[-1]]
    assert whole[-1]["kind"] == "review"
    kinds = {line.get("kind") for line in theirs}
    assert {"code_update", "question_asked", "response_received", "evaluation", "contest"} <= kinds
    assert any(line["type"] == "snapshot" and line["code"] for line in theirs)
    for who, told in ((own, False), (ada, True)):
        exported = await who.get(f"{session}/export/?format=progsnap2")
        with ZipFile(BytesIO(exported.body)) as archive:
            assert ("Only graders" in archive.read("MainTable.csv").decode()) is told
