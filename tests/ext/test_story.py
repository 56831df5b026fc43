"""The eight steps of a sitting, with the client of the original contract."""

from __future__ import annotations

from door import Door

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


async def test_a_plain_client_goes_from_the_first_keystroke_to_the_report(door: Door) -> None:
    session_id = await door.begin()
    talk = await door.talk(session_id)
    await talk.say({"message_type": "code_update", "code": CODE})
    question = await talk.until("question")
    await talk.say(
        {
            "message_type": "response_submitted",
            "interaction_id": question["interaction_id"],
            "response": "It adds the positive values and divides total by count, so an empty list divides by zero.",
        }
    )
    result = await talk.until("evaluation_result")
    assert result["interaction_id"] == question["interaction_id"]
    assert 0 <= result["score"] <= 10
    assert result["evaluation"]
    asked = await door.post(f"/sessions/{session_id}/generate-report")
    assert asked.status == 202
    assert (await talk.until("report_ready"))["session_id"] == session_id
    assert await talk.closed() == 4410
    assert {m["message_type"] for m in talk.heard} == {"question", "evaluation_result", "report_ready"}
