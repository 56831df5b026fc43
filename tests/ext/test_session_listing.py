"""Lists of sessions over REST: sorted, filtered, on by their cursors; and the table of results."""

from __future__ import annotations

import base64
import csv
import io
from urllib.parse import quote

import pytest
from credentials import issue, on_both_databases
from population import populate
from rest_client import Client

from codeassess_core.clock import new_id
from codeassess_core.escaping import csv_cell
from codeassess_core.identity import Role
from codeassess_core.storage.session_lists import SessionColumn
from codeassess_ext import CodeAssess
from codeassess_ext.session_listing import COLUMNS


@on_both_databases
async def test_each_order_goes_on_by_its_cursor(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    for _ in range(4):
        await population.session()
    everything = {item["session_id"] for item in (await client.get("/sessions/")).json["items"]}
    for column in SessionColumn:
        for order in ("", "&order=asc", "&order=desc", "&group=assessment", "&group=assessment&order=asc"):
            found, cursor = [], ""
            while cursor is not None:
                page = await client.get(f"/sessions/?sort={column}{order}&limit=2{cursor and '&cursor=' + cursor}")
                assert page.status == 200, page.body
                found += [item["session_id"] for item in page.json["items"]]
                cursor = page.json["next"]
            assert len(found) == len(set(found)) and set(found) == everything, (column, order)
    waiting = (await client.get("/sessions/?waiting=true&sort=waiting")).json["items"]
    assert all(item["grading"]["waiting_for_review"] for item in waiting)


@on_both_databases
async def test_groups_tell_of_each_assessment_what_there_is_to_do(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    listed = (await client.get("/sessions/?group=assessment")).json["items"]
    groups = (await client.get("/sessions/groups/")).json
    assert groups["next"] is None
    told = [(group["assessment_id"], group["title"]) for group in groups["items"]]
    assert told == list(dict.fromkeys((item["assessment_id"], item["title"]) for item in listed))
    for group in groups["items"]:
        own = [item for item in listed if item["assessment_id"] == group["assessment_id"]]
        assert group["sessions"] == len(own)
        assert group["waiting"] == sum(item["grading"]["waiting_for_review"] > 0 for item in own)
    review = {"question_id": population.question_id, "verdict": "override", "score": 7, "reason": "As we agreed."}
    assert (
        await population.clients["ada"].post(f"/sessions/{population.session_id}/report/reviews", review)
    ).status == 201
    told = {group["assessment_id"]: group for group in (await client.get("/sessions/groups/")).json["items"]}
    assert {name: told[population.assessment_id][name] for name in ("active", "waiting", "reviewed")} == {
        "active": 0,
        "waiting": 0,
        "reviewed": 1,
    }
    bobs = (await population.clients["bob"].get("/sessions/groups")).json["items"]  # the assessment does not name him
    seen = (await population.clients["bob"].get("/sessions/")).json["items"]
    assert [g["assessment_id"] for g in bobs] == list(dict.fromkeys(item["assessment_id"] for item in seen))
    assert (await client.get("/sessions/groups?sort=score")).status == 400


@on_both_databases
async def test_words_are_found_in_candidates_and_titles_whatever_the_order(
    client: Client, extension: CodeAssess
) -> None:
    core = await extension.core()
    chief = client.holding((await issue(core, "chief", Role.OPERATOR)).token)
    tasks = [(await chief.post("/assessments/", {"title": t})).json["assessment_id"] for t in ("50% off", "Sort_it")]
    made: dict[str, str] = {}
    for name in ("Ada Lovelace", "Bob", "Zoë"):
        own = client.holding((await issue(core, name, Role.CANDIDATE)).token)
        made |= {f"{name}/{n}": await own.begin(assessment_id=task) for n, task in enumerate(tasks)}

    async def found(search: str, more: str = "") -> list[str]:
        answer = await chief.get(f"/sessions/?search={quote(search)}{more}")
        assert answer.status == 200, answer.body
        ids = {item["session_id"] for item in answer.json["items"]}
        table = await chief.get(f"/sessions/results.csv?search={quote(search)}{more}")
        assert {row["session_id"] for row in csv.DictReader(io.StringIO(table.body.decode("utf-8-sig")))} == ids
        return sorted(name for name, id in made.items() if id in ids)

    assert await found("ada") == ["Ada Lovelace/0", "Ada Lovelace/1"]
    assert await found("  LOVE  sort ", "&sort=title") == ["Ada Lovelace/1"]
    assert await found("%") == ["Ada Lovelace/0", "Bob/0", "Zoë/0"]
    assert await found("t_i", "&sort=score") == ["Ada Lovelace/1", "Bob/1", "Zoë/1"]
    assert await found("ZOË off") == await found("Zoë off", "&sort=flags") == ["Zoë/0"]
    assert await found(made["Bob/1"].upper()) == ["Bob/1"]
    assert await found(made["Bob/1"][:2]) == await found("nobody") == []
    pages = await chief.get("/sessions/?search=bob&limit=1&sort=candidate")
    assert (len(pages.json["items"]), pages.json["next"] is not None) == (1, True)


async def test_what_no_list_has_is_refused_by_name(client: Client) -> None:
    await client.begin()
    cursor = base64.urlsafe_b64encode(b'[1, "%s"]' % new_id().encode()).decode()
    nul = base64.urlsafe_b64encode(b'["\\u0000", "%s"]' % new_id().encode()).decode()
    half = base64.urlsafe_b64encode(b'["\\ud800", "%s"]' % new_id().encode()).decode()
    large = base64.urlsafe_b64encode(b'[1e300, "%s"]' % new_id().encode()).decode()
    for query, field in (
        ("sort=name", "sort"),
        ("order=up", "order"),
        ("flag=red", "flag"),
        ("flag=", "flag"),
        ("waiting=perhaps", "waiting"),
        ("search=", "search"),
        (f"search={'a' * 201}", "search"),
        ("cursor=12", "cursor"),
        (f"sort=score&cursor={new_id()}", "cursor"),
        (f"sort=candidate&cursor={cursor}", "cursor"),
        (f"sort=candidate&cursor={nul}", "cursor"),
        (f"sort=candidate&cursor={half}", "cursor"),
        (f"sort=score&cursor={large}", "cursor"),
        (f"sort=score&cursor={'A' * 3000}", "cursor"),
        ("sort=score&cursor=%C3%A4", "cursor"),
        ("group=candidate", "group"),
        (f"group=assessment&cursor={new_id()}", "cursor"),
        (f"group=assessment&sort=candidate&cursor={cursor}", "cursor"),
    ):
        answer = await client.get(f"/sessions/?{query}")
        assert (answer.status, answer.error["detail"]["field"]) == (400, field), (query, answer.body)


@pytest.mark.parametrize("query", ["sort=score", "sort=waiting&order=asc", "sort=flags", "waiting=true", "flag=paste"])
async def test_a_candidate_learns_nothing_of_the_grading_from_an_order(
    client: Client, extension: CodeAssess, query: str
) -> None:
    own = client.holding((await issue(await extension.core(), "own", Role.CANDIDATE)).token)
    refused = await own.get(f"/sessions/?{query}")
    assert (refused.status, refused.error["code"]) == (403, "forbidden")
    assert (await own.get("/sessions/?sort=status&order=asc")).status == 200


@on_both_databases
async def test_the_results_are_a_table_of_what_one_may_read(client: Client, extension: CodeAssess) -> None:
    population = await populate(client, extension)
    core = await extension.core()
    rude = client.holding((await issue(core, '=HYPERLINK("http://evil.example","x")', Role.CANDIDATE)).token)
    await rude.begin()
    answer = await population.clients["ada"].get("/sessions/results.csv?sort=started&order=asc")
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="results.csv"'
    assert answer.body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    (first, other) = rows
    assert (first["session_id"], first["candidate"], first["title"]) == (population.session_id, "own", "t")
    assert (first["status"], first["questions"], first["answered"]) == ("ended", "1", "1")
    assert 0 <= float(first["score_min"]) <= float(first["score"]) <= float(first["score_max"]) <= 10
    assert other["candidate"].startswith("'=HYPERLINK") and other["score"] == ""
    bobs = await population.clients["bob"].get("/sessions/results.csv")  # the assessment does not name him
    assert population.session_id not in bobs.body.decode()
    ended = await population.clients["ada"].get("/sessions/results.csv?status=ended")
    assert ended.body.count(b"\r\n") == 2
    assert (await population.clients["ada"].get("/sessions/results.csv?limit=3")).status == 400


def test_no_cell_is_a_formula() -> None:
    assert [csv_cell(text) for text in ("=1", "+1", "-1", "@x", "\tx", "\rx", "\nx")] == [
        "'=1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "'\nx",
    ]  # fmt: skip
    assert [csv_cell(value) for value in ("ada", "", "a=b", 1.5, -1, None)] == ["ada", "", "a=b", 1.5, -1, None]
