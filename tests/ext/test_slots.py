"""Slots through the real server: what a candidate is asked for and sends, and what nobody tells before the end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from credentials import issue, on_both_databases
from rest_client import Client, Talk
from slotted import CODE, SECRET_REASON, SlotExaminer

from codeassess_core.examiner.offline import running
from codeassess_core.identity import Role
from codeassess_ext import CodeAssess

RIGHT = {"value": "3", "when": "once for each value"}
WRONG = {"value": "4", "when": "only at the end"}
WHY = "Each pass adds the value to result, so that both are in it."


async def candidate(client: Client, extension: CodeAssess) -> Client:
    """The client of a candidate; questions have slots."""
    core = await extension.core()
    core.assessment._examiner = SlotExaminer()
    return client.holding((await issue(core, "own", Role.CANDIDATE)).token)


class PlayedSession:
    """One session, with the numbers of its messages."""

    def __init__(self, client: Client, session_id: str, talk: Talk) -> None:
        self.client, self.session_id, self.talk = client, session_id, talk
        self.seq = 0

    async def say(self, message_type: str, **fields: Any) -> None:
        self.seq += 1
        await self.talk.say({"message_type": message_type, "seq": self.seq, **fields})

    async def asked(self) -> dict[str, Any]:
        """Write something new, and hear the question about it."""
        await self.say("code_update", code=f"{CODE}\n# {self.seq}\n" + "x = 1\n" * 6 * (self.seq + 1))
        return await self.talk.until("question")

    async def answered(self, response: str = WHY, **fields: Any) -> dict[str, Any]:
        """The evaluation of an answer to the next question."""
        question = await self.asked()
        await self.say("response_submitted", interaction_id=question["interaction_id"], response=response, **fields)
        return await self.talk.until("evaluation_result")

    async def report(self) -> dict[str, Any]:
        """Finish, and read the report as the operator."""
        await self.say("finish")
        await self.talk.until("report_ready")
        report: dict[str, Any] = (await self.client.get(f"/sessions/{self.session_id}/report/")).json
        return report


async def played_session(client: Client, mine: Client) -> PlayedSession:
    session_id = await mine.begin()
    talk, welcome = await mine.greet(session_id)
    assert "slots" in welcome["features"]
    return PlayedSession(client, session_id, talk)


@on_both_databases
async def test_what_is_right_never_leaves_the_server_before_the_end(client: Client, extension: CodeAssess) -> None:
    asking = await candidate(client, extension)
    ada = client.holding((await issue(await extension.core(), "ada", Role.GRADER)).token)
    own = await played_session(client, asking)
    question = await own.asked()
    assert question["slots"] == [
        {"id": "value", "kind": "value", "label": "What does `total([2, 1])` return?"},
        {
            "id": "when",
            "kind": "choice",
            "label": "When does line 4 run?",
            "options": ["once for each value", "only at the end"],
        },
    ]
    await own.say("response_submitted", interaction_id=question["interaction_id"], response=WHY, slots=WRONG)
    await own.talk.until("evaluation_result")
    await own.asked()
    own.talk.close()
    again, welcome = await asking.greet(own.session_id)
    assert welcome["open_questions"][0]["slots"] == question["slots"]
    heard = [*own.talk.heard, welcome]
    for _ in range(welcome["head_event_seq"]):
        heard.append(await again.hear())  # all events, told again
    session = f"/sessions/{own.session_id}"
    pages = [(await asking.get(session + path)).body.decode() for path in ("/", "/interactions/", "/snapshots/")]
    told = json.dumps(heard) + "".join(pages)
    for secret in ("accepted", SECRET_REASON, "found by running", '"claims"', "is right,"):
        assert secret not in told
    assert json.loads(pages[1])["items"][1]["payload"]["slots"] == question["slots"]
    assert (await asking.get(f"{session}/report/")).status == 403
    # A grader reads it at any time.
    (item, *_) = (await ada.get(f"{session}/interactions/?kind=question_asked")).json["items"]
    assert (
        item["payload"]["slots"][0] | {"accepted": ["3"], "answer": "4", "right": False} == item["payload"]["slots"][0]
    )
    assert item["payload"]["claims"][0]["run"] == "total([2, 1])"
    again.close()


async def test_whoever_runs_the_server_does_not_read_the_answers_of_their_own_session(
    client: Client, extension: CodeAssess
) -> None:
    await candidate(client, extension)
    own = await played_session(client, client)
    await own.answered(slots=WRONG)
    path = f"/sessions/{own.session_id}/interactions/?kind=question_asked"
    assert SECRET_REASON not in (await client.get(path)).body.decode()
    await own.report()
    assert SECRET_REASON in (await client.get(path)).body.decode(), "afterwards they may"


@on_both_databases
async def test_without_a_model_most_points_of_a_session_are_settled(client: Client, extension: CodeAssess) -> None:
    """The goal: at least 60 % of its points, whatever was answered; only what is open waits for a person."""
    asking = await candidate(client, extension)
    own = await played_session(client, asking)
    results = [
        await own.answered(slots=RIGHT),
        await own.answered(slots=WRONG),
        await own.answered(slots={"value": "3.0", "when": "only at the end"}),
        await own.answered("", slots=RIGHT),
    ]
    told = [(r["score_min"], r["score_max"], r["score_text"]) for r in results]
    assert told == [
        (7.0, 10.0, "7 to 10 of 10: the reason waits for a person"),
        (0.0, 3.0, "0 to 3 of 10: the reason waits for a person"),
        (4.0, 7.0, "4 to 7 of 10: the reason waits for a person"),
        (7.0, 7.0, "7 of 10"),  # nothing was written: that is settled too
    ]
    assert all(r["score_min"] <= r["score"] <= r["score_max"] for r in results)
    assert [r.get("needs_review", False) for r in results] == [True, True, True, False]
    assert results[0]["evaluation"].startswith("“What does `total([2, 1])` return?” is answered right;")
    report = await own.report()
    overall = report["overall"]
    assert (overall["score_min"], overall["score_max"], overall["answers"], overall["open"]) == (4.5, 6.8, 4, 3)
    assert overall["score_max"] - overall["score_min"] <= 4.0, "at least 60 % of the points are settled"
    assert overall["score_text"] == "4.5 to 6.8 of 10: 3 of 4 answers wait for a person"
    first, second = report["questions"][:2]
    assert first["slots"][0] | {"accepted": ["3"], "answer": "3", "right": True} == first["slots"][0]
    assert second["slots"][1]["right"] is False and second["slots"][1]["options"][1]["reason"] == SECRET_REASON
    settled = {c["slot"]: c["settled"] for c in second["evaluation"]["criteria"]}
    assert settled == {"value": True, "when": True, None: False}
    assert any("right result: `3`" in claim for claim in report["strengths"])
    assert not any("`4`" in claim for claim in report["strengths"])
    for format in ("markdown", "html"):
        page = (await client.get(f"/sessions/{own.session_id}/report/?format={format}")).body.decode()
        assert "found by running the code" in page and SECRET_REASON in page
        assert "4.5 to 6.8" in page and "3 of 4 answers wait for a person" in page


async def test_a_person_settles_what_was_open(client: Client, extension: CodeAssess) -> None:
    asking = await candidate(client, extension)
    own = await played_session(client, asking)
    result = await own.answered(slots=RIGHT)
    await own.report()
    decision = {"question_id": result["interaction_id"], "verdict": "confirm"}
    assert (await client.post(f"/sessions/{own.session_id}/report/reviews", decision)).status == 201
    report = (await client.get(f"/sessions/{own.session_id}/report/")).json
    ends = [report["overall"][name] for name in ("score", "score_min", "score_max", "open")]
    assert ends == [result["score"], result["score"], result["score"], 0]
    assert all(c["settled"] for c in report["questions"][0]["evaluation"]["criteria"])


async def test_a_plain_client_sees_no_slots_and_is_read_from_its_text(client: Client, extension: CodeAssess) -> None:
    asking = await candidate(client, extension)
    session_id = await asking.begin()
    talk = await asking.talk(session_id)
    await talk.say({"message_type": "code_update", "code": CODE + "x = 1\n" * 6})
    question = await talk.until("question")
    assert set(question) == {
        *("message_type", "interaction_id", "question", "kind", "document", "snapshot", "start_line", "end_line")
    }
    again = await asking.talk(session_id)  # the open question, told on connecting
    assert await again.until("question") == question
    again.close()
    answer = "The loop runs once for each value and ValueError is not raised."
    await talk.say(
        {"message_type": "response_submitted", "interaction_id": question["interaction_id"], "response": answer}
    )
    result = await talk.until("evaluation_result")
    assert set(result) - {"needs_review"} == {"message_type", "interaction_id", "evaluation", "score"}
    await client.post(f"/sessions/{session_id}/generate-report")
    await talk.until("report_ready")
    slots = (await client.get(f"/sessions/{session_id}/report/")).json["questions"][0]["slots"]
    assert slots[1]["right"] is True


BAD = [
    ({"speed": "3", "value": "3"}, "slots", "no slot speed; it has value, when"),
    ({"\x1b[31m": "3"}, "slots", r"no slot \x1b[31m"),
    ({"value": 3}, "slots.value", "valid string"),
    ({"value": "3" * 2_001}, "slots.value", "2000 characters"),
    ({"value": "\0"}, "slots.value", "NUL"),
    ({f"s{n}": "" for n in range(21)}, "slots", "20 items"),
    (["3"], "slots", "valid dictionary"),
    ("3", "slots", "valid dictionary"),
]


async def test_bad_slots_are_refused_with_what_is_right_and_use_up_no_number(
    client: Client, extension: CodeAssess
) -> None:
    asking = await candidate(client, extension)
    own = await played_session(client, asking)
    question = await own.asked()
    answer = {"message_type": "response_submitted", "interaction_id": question["interaction_id"], "response": WHY}
    for slots, field, words in BAD:
        refused = await own.talk.ask({**answer, "seq": own.seq + 1, "slots": slots})
        assert (refused["message_type"], refused["code"]) == ("error", "invalid_input"), refused
        assert refused["detail"]["field"] == field and words in refused["message"], refused
    assert refused["ref"] == own.seq + 1
    right = {**answer, "seq": own.seq + 1, "slots": RIGHT}
    assert (await own.talk.ask(right))["message_type"] == "ack"
    assert (await own.talk.until("evaluation_result"))["score_min"] == 7.0
    assert (await own.talk.ask(right))["message_type"] == "ack", "sent again, it is known"
    changed = await own.talk.ask({**right, "slots": WRONG})
    assert changed["code"] == "sequence_conflict"


async def test_the_same_text_with_other_slots_is_another_answer(client: Client, extension: CodeAssess) -> None:
    asking = await candidate(client, extension)
    own = await played_session(client, asking)
    question = await own.asked()
    answer = {"message_type": "response_submitted", "interaction_id": question["interaction_id"], "response": WHY}
    await own.talk.say({**answer, "slots": RIGHT})  # without a number
    await own.talk.until("evaluation_result")
    await own.talk.say({**answer, "slots": RIGHT})
    assert await own.talk.silent(), "the same again is known"
    refused = await own.talk.ask({**answer, "slots": WRONG})
    assert refused["code"] == "question_not_open"


@on_both_databases
@pytest.mark.parametrize(("value", "points"), [("3", 4.0), ("103", 4.0), ("4", 0.0)])
async def test_what_is_so_by_the_time_of_the_answer_is_not_counted_wrong(
    client: Client, extension: CodeAssess, monkeypatch: pytest.MonkeyPatch, value: str, points: float
) -> None:
    """The code goes on while a question is open: an answer may speak of the code as asked about, or as it is by now."""
    monkeypatch.setattr(running, "BUDGET", 60.0)  # the run must not hang on how busy the machine is
    own = await played_session(client, await candidate(client, extension))
    question = await own.asked()
    await own.say("code_update", code=CODE.replace("result = 0", "result = 100"))
    await own.say(
        "response_submitted",
        interaction_id=question["interaction_id"],
        response=WHY,
        slots={"value": value, "when": "once for each value"},
    )
    await own.talk.until("evaluation_result")
    (asked,) = [q for q in (await own.report())["questions"] if q["interaction_id"] == question["interaction_id"]]
    (checked,) = [c for c in asked["evaluation"]["criteria"] if c["slot"] == "value"]
    assert (checked["points"], checked["settled"]) == (points, True)
