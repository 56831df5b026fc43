"""The eight steps of a session, with the client of the original contract."""

from __future__ import annotations

from rest_client import Client

CODE = '''def average(values):
    """The mean of the positive values."""
    total = 0
    count = 0
    for value in values:
        if value > 0:
            total += value
            count += 1
    return total / count
'''
ANSWER = "It adds the positive values and divides total by count, so an empty list divides by zero."


async def test_a_plain_client_goes_from_the_first_keystroke_to_the_report(client: Client) -> None:
    session_id = await client.begin(language="python")  # 1 a session by REST
    talk = await client.talk(session_id)
    for upto in (2, 5, 9):  # 2 code as it is written
        code = "".join(CODE.splitlines(keepends=True)[:upto])
        await talk.say({"message_type": "code_update", "code": code})
    question = await talk.until("question")  # 3 a question about it
    assert question["question"]
    await talk.say(  # 4 the response
        {"message_type": "response_submitted", "interaction_id": question["interaction_id"], "response": ANSWER}
    )
    result = await talk.until("evaluation_result")  # 5 its evaluation
    assert result["interaction_id"] == question["interaction_id"]
    assert result["evaluation"]
    assert 0 <= result["score"] <= 10
    asked = await client.post(f"/sessions/{session_id}/generate-report")  # 6 the report is asked for
    assert (asked.status, asked.json) == (202, {"status": "finishing"})
    assert await talk.until("report_ready") == {"message_type": "report_ready", "session_id": session_id}  # 7
    assert await talk.closed() == 4410
    assert {m["message_type"] for m in talk.heard} == {"question", "evaluation_result", "report_ready"}
    await the_report_is_there_in_every_format(client, session_id, question["question"])  # 8


async def the_report_is_there_in_every_format(client: Client, session_id: str, question: str) -> None:
    as_json = await client.get(f"/sessions/{session_id}/report/")
    assert as_json.status == 200
    assert as_json.headers["Content-Type"].startswith("application/json")
    assert question in as_json.body.decode()
    markdown = await client.get(f"/sessions/{session_id}/report/", headers={"Accept": "text/markdown"})
    assert markdown.headers["Content-Type"].startswith("text/markdown")
    assert markdown.body.decode().startswith("# ")
    html = await client.get(f"/sessions/{session_id}/report?format=html")
    assert html.headers["Content-Type"].startswith("text/html")
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert html.headers["X-Content-Type-Options"] == "nosniff"
    assert html.body.lower().startswith(b"<!doctype html>")
    pdf = await client.get(f"/sessions/{session_id}/report/", headers={"Accept": "application/pdf"})
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"] == f'inline; filename="report-{session_id}.pdf"'
    assert pdf.body.startswith(b"%PDF-")
    assert pdf.body == (await client.get(f"/sessions/{session_id}/report/?format=pdf")).body
    session = (await client.get(f"/sessions/{session_id}/")).json
    assert session["status"] == "ended"
    counts = session["counts"]
    assert (counts["snapshots"], counts["questions"]) == (3, 1)
    assert counts["interactions"] >= 8, "a question that could not be written is in the record, too"


async def test_asking_twice_for_the_report_makes_one(client: Client) -> None:
    session_id = await client.begin()
    talk, _ = await client.greet(session_id)
    answers = [await client.post(f"/sessions/{session_id}/generate-report") for _ in range(3)]
    assert {a.status for a in answers} == {202}
    await talk.until("report_ready")
    assert await talk.closed() == 4410
    assert (await client.post(f"/sessions/{session_id}/generate-report")).json == {"status": "ended"}
    kinds = [i["kind"] for i in (await client.get(f"/sessions/{session_id}/interactions/")).json["items"]]
    assert kinds == ["finish", "report"]


async def test_before_it_is_asked_for_there_is_no_report(client: Client) -> None:
    session_id = await client.begin()
    answer = await client.get(f"/sessions/{session_id}/report/")
    assert (answer.status, answer.error["code"]) == (409, "report_not_ready")
    assert answer.error["detail"] == {"state": "not_requested"}
