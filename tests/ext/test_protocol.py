"""What a client of protocol 1 may rely on, and what a plain one gets of it (docs/protocol.md)."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest
from rest_client import Client, Talk
from sqlalchemy import select

from codeassess_core.storage.tables import audit
from codeassess_ext import CodeAssess

FUNCTION = """def area(width, height):
    if width < 0 or height < 0:
        raise ValueError("negative")
    total = width * height
    doubled = total * 2
    return doubled
"""


def code(seq: int | None = None, text: str = FUNCTION, **more: Any) -> dict[str, Any]:
    message = {"message_type": "code_update", "code": text, **more}
    return message if seq is None else {**message, "seq": seq}


def activity(seq: int | None = None, kind: str = "focus", **more: Any) -> dict[str, Any]:
    message = {"message_type": "activity", "kind": kind, **more}
    return message if seq is None else {**message, "seq": seq}


async def asked(talk: Talk, seq: int | None = None) -> dict[str, Any]:
    """Write a function and be asked about it."""
    await talk.say(code(seq))
    return await talk.until("question")


async def test_hello_is_answered_by_where_the_session_stands(client: Client) -> None:
    session_id = await client.begin(language="rust")
    talk, welcome = await client.greet(session_id)
    assert welcome.pop("server_time").endswith("Z")
    assert len(welcome.pop("epoch")) == 36
    assert welcome["session"].pop("created_at").endswith("Z")
    assert welcome["writer"].pop("since").endswith("Z")
    assert welcome == {
        "message_type": "welcome",
        "protocol": 1,
        "session": {
            "session_id": session_id,
            "status": "active",
            "language": "rust",
            "mode": "embedded",
            "questions_asked": 0,
            "max_questions": 8,
            "cool_down": 120.0,
        },
        "acked_seq": 0,
        "head_event_seq": 0,
        "limits": {"frame_bytes": 2621440, "document_bytes": 1048576, "depth": 32, "messages_per_second": 0.0},
        "open_questions": [],
        "writer": {"you": True, "held": True, "client_id": "test"},
        "features": ["slots"],
    }
    assert await talk.silent()


async def test_a_message_is_acknowledged_when_it_is_stored_and_again_when_it_is_sent_again(client: Client) -> None:
    session_id = await client.begin()
    talk, _ = await client.greet(session_id)
    messages = [code(1, "a = 1\n"), activity(2, "run", detail={"ok": True, "seconds": 0.25}), code(3, "a = 2\n")]
    for n, message in enumerate(messages, start=1):
        assert await talk.ask(message) == {"message_type": "ack", "seq": n}
    for message in messages:  # an ack is cumulative: it says how far the session is
        assert await talk.ask(message) == {"message_type": "ack", "seq": 3}
    session = (await client.get(f"/sessions/{session_id}/")).json
    assert session["acked_seq"] == 3
    assert session["counts"]["interactions"] == 3
    stored = (await client.get(f"/sessions/{session_id}/snapshots/2")).json
    assert (stored["code"], stored["seq"]) == ("a = 2\n", 3)
    assert stored["sha256"] == hashlib.sha256(b"a = 2\n").hexdigest()


async def test_a_seq_that_is_missing_is_asked_for(client: Client) -> None:
    talk, _ = await client.greet(await client.begin())
    assert await talk.ask(activity(2)) == {"message_type": "nack", "expected": 1}
    assert await talk.ask(code(7)) == {"message_type": "nack", "expected": 1}
    assert await talk.ask(activity(1)) == {"message_type": "ack", "seq": 1}


async def test_a_seq_with_other_content_is_a_conflict_and_leaves_a_trace(client: Client, extension: CodeAssess) -> None:
    session_id = await client.begin()
    talk, _ = await client.greet(session_id)
    await talk.ask(code(1, "a = 1\n"))
    await talk.ask(activity(2))
    for forged in (code(1, "a = 2\n"), activity(2, "blur"), code(2, "a = 1\n"), activity(1)):
        answer = await talk.ask(forged)
        assert (answer["code"], answer["ref"]) == ("sequence_conflict", forged["seq"])
        assert answer["detail"] == {"seq": forged["seq"], "expected": 3}
    assert (await talk.ask(code(3, "a = 3\n")))["message_type"] == "ack"
    async with (await extension.core()).record.database.read() as connection:
        told = select(audit.c.session_id, audit.c.count).where(audit.c.action == "sequence_conflict")
        rows = (await connection.execute(told)).all()
    assert [tuple(row) for row in rows] == [(session_id, 4)], "one line a minute"


async def test_every_event_after_the_last_seen_one_is_replayed_once(client: Client) -> None:
    session_id = await client.begin()
    talk, welcome = await client.greet(session_id)
    question = await asked(talk, 1)
    await talk.ask({"message_type": "response_submitted", "seq": 2, "response": "?", **pick(question)})
    await talk.until("evaluation_result")
    talk.close()
    for seen, expected in ((0, ["question", "evaluation_result"]), (1, ["evaluation_result"]), (2, [])):
        again, hello = await client.greet(session_id, last_event_seq=seen, epoch=welcome["epoch"])
        assert hello["head_event_seq"] == 2
        replayed = [await again.hear() for _ in expected]
        assert [(m["message_type"], m["event_seq"]) for m in replayed if m] == list(
            zip(expected, range(seen + 1, 3), strict=True)
        )
        assert await again.silent()
        again.close()


def pick(question: dict[str, Any]) -> dict[str, Any]:
    return {"interaction_id": question["interaction_id"]}


@pytest.mark.parametrize(
    "claim",
    [
        {"epoch": "019a0000-0000-7000-8000-000000000000", "last_event_seq": 0},  # from before a restore
        {"last_event_seq": 7},  # has seen what the server has not
    ],
)
async def test_a_client_that_cannot_be_replayed_is_told_to_read_the_state(
    client: Client, claim: dict[str, Any]
) -> None:
    session_id = await client.begin()
    talk, welcome = await client.greet(session_id)
    question = await asked(talk, 1)
    again, hello = await client.greet(session_id, **claim)
    assert [q["interaction_id"] for q in hello["open_questions"]] == [question["interaction_id"]]
    assert await again.hear() == {"message_type": "resync", "head_event_seq": 1, "epoch": welcome["epoch"]}
    assert await again.silent()
    await again.say({"message_type": "response_submitted", "seq": 2, "response": "?", **pick(question)})
    assert (await again.until("evaluation_result"))["event_seq"] == 2


async def test_another_protocol_is_refused_and_the_right_one_may_follow(client: Client) -> None:
    talk, answer = await client.greet(await client.begin(), protocol=2)
    assert (answer["code"], answer["detail"]) == ("unsupported_protocol", {"supported": [1]})
    hello = {"message_type": "hello", "protocol": 1, "client_id": "test"}
    assert (await talk.ask(hello))["message_type"] == "welcome"
    assert (await talk.ask(hello))["code"] == "invalid_input"


async def test_hello_after_another_message_is_refused(client: Client) -> None:
    talk = await client.talk(await client.begin())
    await talk.ask(activity(1))
    answer = await talk.ask({"message_type": "hello", "protocol": 1, "client_id": "test"})
    assert (answer["code"], answer["detail"]) == ("invalid_input", {"field": "message_type"})


async def test_a_plain_client_that_comes_back_gets_the_open_question_again(client: Client) -> None:
    session_id = await client.begin()
    talk = await client.talk(session_id)
    question = await asked(talk)
    talk.close()
    silent = await client.talk(session_id)  # says nothing at all
    assert await silent.hear() == question
    assert await silent.silent()
    talkative = await client.talk(session_id)
    await talkative.say(activity())
    assert await talkative.hear() == question
    assert await talkative.silent()
    await talkative.say({"message_type": "response_submitted", "response": "?", **pick(question)})
    for listener in (silent, talkative):
        assert (await listener.hear() or {})["message_type"] == "evaluation_result"


async def test_a_plain_client_is_told_what_happens_before_it_has_said_anything(client: Client) -> None:
    session_id = await client.begin()
    talk, _ = await client.greet(session_id)
    question = await asked(talk, 1)
    silent = await client.talk(session_id)
    await talk.say({"message_type": "response_submitted", "seq": 2, "response": "?", **pick(question)})
    await talk.say({"message_type": "finish", "seq": 3})
    told = [(await silent.hear() or {}).get("message_type") for _ in range(3)]
    assert [kind for kind in told if kind != "question"][:2] == ["evaluation_result", "report_ready"]


async def test_who_comes_second_reads_and_is_asked(client: Client) -> None:
    session_id = await client.begin()
    lab, first = await client.greet(session_id, client_id="lab")
    assert (first["writer"]["you"], first["writer"]["held"]) == (True, True)
    await lab.ask(code(1, "a = 1\n"))
    vscode, welcome = await client.greet(session_id, client_id="vscode")
    assert welcome["writer"] == {**first["writer"], "you": False}
    refused = await vscode.ask(code(2, "a = 2\n"))
    assert (refused["code"], refused["ref"]) == ("not_writer", 2)
    assert await lab.ask(code(2, "a = 3\n")) == {"message_type": "ack", "seq": 2}, "the writer goes on"
    question = await asked(lab, 3)
    assert await vscode.until("question") == question, "who reads is told what happens"


async def test_who_is_asked_takes_the_writing_over_on_the_same_socket(client: Client) -> None:
    session_id = await client.begin()
    lab, _ = await client.greet(session_id, client_id="lab")
    await lab.ask(code(1, "a = 1\n"))
    vscode, _ = await client.greet(session_id, client_id="vscode")
    hello = {"message_type": "hello", "protocol": 1, "client_id": "vscode", "take": True}
    welcome = await vscode.ask(hello)
    assert (welcome["acked_seq"], welcome["writer"]["you"], welcome["writer"]["client_id"]) == (1, True, "vscode")
    assert await lab.closed() == 4001
    assert await vscode.ask(code(2, "a = 2\n")) == {"message_type": "ack", "seq": 2}
    _, welcome = await client.greet(session_id, client_id="lab")
    assert not welcome["writer"]["you"], "coming back takes nothing away"


async def test_the_writing_is_free_as_soon_as_the_writer_has_gone(client: Client) -> None:
    session_id = await client.begin()
    lab, _ = await client.greet(session_id, client_id="lab")
    vscode, _ = await client.greet(session_id, client_id="vscode")
    lab.close()
    assert await vscode.hear() == {"message_type": "writer", "you": False, "held": False}
    hello = {"message_type": "hello", "protocol": 1, "client_id": "vscode"}
    assert (await vscode.ask(hello))["writer"]["you"]
    assert await vscode.ask(code(1, "a = 2\n")) == {"message_type": "ack", "seq": 1}


async def test_a_writer_whose_machine_fell_asleep_holds_nobody_up(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codeassess_ext.socket.PONG_SECONDS", 0.2)
    session_id = await client.begin()
    asleep, _ = await client.greet(session_id, client_id="lab")
    monkeypatch.setattr(asleep.socket.protocol, "_handle_message", lambda *_: None)  # its network is gone
    _, welcome = await client.greet(session_id, client_id="vscode")
    assert welcome["writer"]["you"]


async def test_plain_clients_write_beside_whoever_writes(client: Client) -> None:
    session_id = await client.begin()
    lab, _ = await client.greet(session_id, client_id="lab")
    plain = await client.talk(session_id)
    assert await plain.ask(code(1, "a = 1\n")) == {"message_type": "ack", "seq": 1}
    assert await lab.ask(code(2, "a = 2\n")) == {"message_type": "ack", "seq": 2}


async def test_a_deferred_question_is_over_and_a_cool_down_begins(client: Client) -> None:
    session_id = await client.begin()
    talk, _ = await client.greet(session_id)
    question = await asked(talk, 1)
    assert await talk.ask({"message_type": "defer_question", "seq": 2, **pick(question)}) == {
        "message_type": "ack",
        "seq": 2,
    }
    late = await talk.ask({"message_type": "response_submitted", "seq": 3, "response": "?", **pick(question)})
    assert (late["code"], late["ref"]) == ("question_not_open", 3)
    await talk.say(code(4, FUNCTION + FUNCTION.replace("area", "edge")))
    assert await talk.until("ack") == {"message_type": "ack", "seq": 4}
    assert await talk.silent(1.0)
    kinds = [i["kind"] for i in (await client.get(f"/sessions/{session_id}/interactions/")).json["items"]]
    assert kinds == ["code_update", "question_asked", "question_deferred", "response_received", "code_update"]


async def test_the_wrong_hash_is_refused_and_the_same_seq_may_be_sent_right(client: Client) -> None:
    talk, _ = await client.greet(await client.begin())
    right = hashlib.sha256(b"a = 1\n").hexdigest()
    answer = await talk.ask(code(1, "a = 1\r\n", sha256=right))
    assert (answer["code"], answer["ref"], answer["detail"]) == ("hash_mismatch", 1, {"field": "sha256"})
    assert (await talk.ask(code(1, "a = 1\n", sha256=right)))["seq"] == 1


async def test_finish_takes_no_more_messages_and_ends_with_the_report(client: Client) -> None:
    session_id = await client.begin()
    talk, _ = await client.greet(session_id)
    await talk.ask(code(1, "a = 1\n"))
    await talk.say({"message_type": "finish", "seq": 2})
    await talk.say(code(3, "a = 2\n"))
    await talk.say(code(1, "a = 1\n"))  # what was stored is acknowledged even now
    assert await talk.closed() == 4410
    said = [m for m in talk.heard if "event_seq" not in m]
    assert [(m["message_type"], m.get("seq", m.get("code"))) for m in said[1:]] == [
        ("ack", 1),
        ("ack", 2),
        ("error", "session_ended"),
        ("ack", 2),
    ]
    events = [(m["event_seq"], m["message_type"]) for m in talk.heard if "event_seq" in m]
    assert events == [(1, "session_state"), (2, "report_ready")]


async def test_who_comes_to_an_ended_session_is_told_so(client: Client) -> None:
    session_id = await client.begin()
    talk, _ = await client.greet(session_id)
    await talk.say({"message_type": "finish"})
    assert await talk.closed() == 4410
    up_to_date, _ = await client.greet(session_id, last_event_seq=2)
    assert await up_to_date.closed() == 4410
    behind, _ = await client.greet(session_id, last_event_seq=1)
    assert (await behind.until("report_ready"))["event_seq"] == 2
    assert await behind.closed() == 4410
    plain = await client.talk(session_id)
    await plain.say(code())
    assert await plain.closed() == 4410
    said = {m.get("code", m["message_type"]) for m in plain.heard}
    assert said - {"session_ended"} == {"report_ready"}  # the refusal may come too late for the connection


async def test_an_erased_session_closes_its_sockets(client: Client) -> None:
    session_id = await client.begin()
    talk, _ = await client.greet(session_id)
    assert (await client.call("DELETE", f"/sessions/{session_id}/")).status == 204
    assert await talk.closed() == 4404
    assert (await client.get(f"/sessions/{session_id}/")).status == 404


async def test_when_the_server_stops_the_clients_are_told_to_come_back(client: Client, extension: CodeAssess) -> None:
    talk, _ = await client.greet(await client.begin())
    plain = await client.talk(await client.begin())
    await talk.ask(activity(1))
    await asyncio.wait_for(extension.stop_extension(), 120)
    assert [await talk.closed(), await plain.closed()] == [4012, 4012]
    assert (await client.get("/sessions/")).error["code"] == "store_unavailable"


async def test_who_answers_what_was_never_asked_is_refused(client: Client) -> None:
    mine, theirs = await client.begin(), await client.begin()
    talk, _ = await client.greet(theirs)
    question = await asked(talk, 1)
    stranger = await client.talk(mine)
    answer = await stranger.ask({"message_type": "response_submitted", "response": "?", **pick(question)})
    assert (answer["code"], answer["ref"]) == ("question_not_open", question["interaction_id"])
    assert (await client.get(f"/sessions/{theirs}/")).json["counts"]["interactions"] == 2


class TestAClientThatDropsOut:
    """Its socket breaks in the midst of a line, and it comes back with the rest of it in its outbox."""

    @pytest.fixture
    def traits(self) -> dict[str, Any]:
        return {"idle_pause": 0.3, "reconnect_grace": 20.0}

    @pytest.mark.parametrize("end", ["closed", "broken"])
    async def test_it_is_asked_about_the_text_that_it_kept(
        self, client: Client, extension: CodeAssess, end: str
    ) -> None:
        session_id = await client.begin()
        talk, _ = await client.greet(session_id)
        stale, kept = FUNCTION + "def half(numb", FUNCTION + "def half(number):\n    return number / 2\n"
        assert await talk.ask(code(1, stale)) == {"message_type": "ack", "seq": 1}
        if end == "closed":
            talk.close()
        else:
            talk.socket.protocol.stream.close()  # type: ignore[union-attr]
        await asyncio.sleep(1.0)  # the pause is long over; nothing can be awaited that must not happen
        decided = (await client.get(f"/sessions/{session_id}/decisions/")).json["items"]
        assert decided == []
        talk, welcome = await client.greet(session_id)
        assert welcome["acked_seq"] == 1
        await talk.say(code(2, kept))
        assert (await talk.until("question"))["snapshot"] == 2
