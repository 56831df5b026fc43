"""Frames that no client should send: each is answered by name, and costs nobody anything."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from credentials import on_both_databases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_client import Client, Talk
from tornado.websocket import WebSocketClosedError

from codeassess_ext import CodeAssess

U = '{"message_type":"code_update","code":"x"'
R = '{"message_type":"response_submitted","interaction_id":"i","response":"r"'
A = '{"message_type":"activity","kind":"run"'
H = '{"message_type":"hello","protocol":1,"client_id":"c"'
BIG = "9" * 10_000

# the frame, the code of the answer, the field it names
FRAMES: list[tuple[str | bytes, str, str | None]] = [
    # no JSON object at all
    ("", "bad_frame", None),
    (" ", "bad_frame", None),
    ("hello", "bad_frame", None),
    ("{", "bad_frame", None),
    ('{"message_type":"finish"', "bad_frame", None),
    ('{"message_type":"finish",}', "bad_frame", None),
    ('{"message_type":"finish"}{}', "bad_frame", None),
    ("{'message_type':'finish'}", "bad_frame", None),
    ("\ufeff" + '{"message_type":"finish"}', "bad_frame", None),
    ("[]", "bad_frame", None),
    ('[{"message_type":"finish"}]', "bad_frame", None),
    ("null", "bad_frame", None),
    ("true", "bad_frame", None),
    ('"finish"', "bad_frame", None),
    ("7", "bad_frame", None),
    ("-0.5e3", "bad_frame", None),
    ("NaN", "bad_frame", None),
    ("Infinity", "bad_frame", None),
    (b'{"message_type":"finish"}', "bad_frame", None),
    (b"", "bad_frame", None),
    (b"\x00\xff", "bad_frame", None),
    # too deep, too big
    ("[" * 100_000, "bad_frame", None),
    ('{"a":' * 33 + "1" + "}" * 33, "bad_frame", None),
    (A + ',"detail":{"a":' + "[" * 40 + "]" * 40 + "}}", "bad_frame", None),
    (BIG, "bad_frame", None),
    (U + f',"seq":{BIG}}}', "bad_frame", None),
    (H + f',"last_event_seq":-{BIG}}}', "bad_frame", None),
    (U + ',"document":{"uri":"' + "x" * 2_621_440 + '"}}', "too_large", None),
    ('{"message_type":"code_update","code":"' + "é" * 1_310_720 + '"}', "too_large", None),
    ('{"message_type":"code_update","code":"' + "x" * 1_048_577 + '"}', "document_too_big", None),
    ('{"message_type":"code_update","code":"' + "€" * 349_526 + '"}', "document_too_big", None),
    # numbers that JSON does not have, where a message has one
    (U + ',"seq":NaN}', "bad_frame", None),
    (U + ',"seq":-Infinity}', "bad_frame", None),
    (A + ',"detail":{"a":NaN}}', "bad_frame", None),
    (A + ',"detail":{"a":1e999}}', "invalid_input", "detail.a"),
    (A + ',"detail":{"a":9007199254740993}}', "invalid_input", "detail.a"),
    # message_type
    ("{}", "unknown_message_type", "message_type"),
    ('{"message_type":null}', "unknown_message_type", "message_type"),
    ('{"message_type":7}', "unknown_message_type", "message_type"),
    ('{"message_type":["finish"]}', "unknown_message_type", "message_type"),
    ('{"message_type":"Finish"}', "unknown_message_type", "message_type"),
    ('{"message_type":"question","interaction_id":"i","question":"?"}', "unknown_message_type", "message_type"),
    ('{"message_type":"ack","seq":1}', "unknown_message_type", "message_type"),
    ('{"message_type":"\\ud800"}', "unknown_message_type", "message_type"),
    ('{"Message_Type":"finish"}', "unknown_message_type", "message_type"),
    # fields that are missing, unknown, or somebody else's to say
    ('{"message_type":"code_update"}', "invalid_input", "code"),
    ('{"message_type":"response_submitted","response":"r"}', "invalid_input", "interaction_id"),
    ('{"message_type":"response_submitted","interaction_id":"i"}', "invalid_input", "response"),
    ('{"message_type":"defer_question"}', "invalid_input", "interaction_id"),
    ('{"message_type":"activity"}', "invalid_input", "kind"),
    ('{"message_type":"hello","protocol":1}', "invalid_input", "client_id"),
    (U + ',"score":10}', "invalid_input", "score"),
    (U + ',"candidate":"eve"}', "invalid_input", "candidate"),
    (U + ',"session_id":"other"}', "invalid_input", "session_id"),
    (R + ',"role":"grader"}', "invalid_input", "role"),
    ('{"message_type":"finish","created_at":"2020-01-01T00:00:00Z"}', "invalid_input", "created_at"),
    (U + ',"document":{"uri":"a","path":"/etc"}}', "invalid_input", "document.path"),
    (U + ',"":1}', "invalid_input", "message"),
    (U + ',"a\\u0000b":1}', "invalid_input", "a\\x00b"),
    (U + ',"\\ud800":1}', "invalid_input", "message"),
    (U + ',"' + "k" * 1_000 + '":1}', "invalid_input", "k" * 80),
    # wrong types
    ('{"message_type":"code_update","code":7}', "invalid_input", "code"),
    ('{"message_type":"code_update","code":null}', "invalid_input", "code"),
    ('{"message_type":"code_update","code":["x"]}', "invalid_input", "code"),
    (U + ',"document":"main"}', "invalid_input", "document"),
    (U + ',"document":{"uri":""}}', "invalid_input", "document.uri"),
    (U + ',"document":{"version":-1}}', "invalid_input", "document.version"),
    (U + ',"document":{"language":7}}', "invalid_input", "document.language"),
    (U + ',"cause":"magic"}', "invalid_input", "cause"),
    (U + ',"cause":7}', "invalid_input", "cause"),
    (U + ',"sha256":"abc"}', "invalid_input", "sha256"),
    (U + ',"sha256":"' + "A" * 64 + '"}', "invalid_input", "sha256"),
    (U + ',"sha256":"' + "0" * 64 + '"}', "hash_mismatch", "sha256"),
    (A + ',"detail":[]}', "invalid_input", "detail"),
    (A + ',"detail":{"a":{}}}', "invalid_input", "detail.a"),
    (A + ',"detail":' + json.dumps(dict.fromkeys(map(str, range(51)))) + "}", "invalid_input", "detail"),
    ('{"message_type":"activity","kind":""}', "invalid_input", "kind"),
    ('{"message_type":"activity","kind":"' + "k" * 201 + '"}', "invalid_input", "kind"),
    ('{"message_type":"response_submitted","interaction_id":"i","response":{}}', "invalid_input", "response"),
    (R.replace('"r"', '"' + "r" * 20_001 + '"') + "}", "invalid_input", "response"),
    (R.replace('"i"', '"' + "i" * 65 + '"') + "}", "invalid_input", "interaction_id"),
    (R.replace('"i"', '""') + "}", "invalid_input", "interaction_id"),
    (H.replace('"protocol":1', '"protocol":"1"') + "}", "invalid_input", "protocol"),
    (H.replace('"protocol":1', '"protocol":1.0') + "}", "invalid_input", "protocol"),
    (H.replace('"protocol":1', '"protocol":true') + "}", "invalid_input", "protocol"),
    (H.replace('"protocol":1', '"protocol":2147483648') + "}", "invalid_input", "protocol"),
    (H.replace('"protocol":1', '"protocol":0') + "}", "invalid_input", "message_type"),  # not the first message
    (H + ',"last_event_seq":-1}', "invalid_input", "last_event_seq"),
    (H + ',"epoch":""}', "invalid_input", "epoch"),
    # seq
    (U + ',"seq":0}', "invalid_input", "seq"),
    (U + ',"seq":-1}', "invalid_input", "seq"),
    (U + ',"seq":1.0}', "invalid_input", "seq"),
    (U + ',"seq":1.5}', "invalid_input", "seq"),
    (U + ',"seq":"1"}', "invalid_input", "seq"),
    (U + ',"seq":true}', "invalid_input", "seq"),
    (U + ',"seq":2147483648}', "invalid_input", "seq"),
    (U + ',"seq":9223372036854775808}', "invalid_input", "seq"),
    # what Postgres cannot store and UTF-8 cannot say, in each text
    ('{"message_type":"code_update","code":"a\\u0000b"}', "invalid_input", "code"),
    ('{"message_type":"code_update","code":"\\ud800"}', "invalid_input", "code"),
    ('{"message_type":"code_update","code":"\\udc00\\ud800"}', "invalid_input", "code"),
    (U + ',"document":{"uri":"\\u0000"}}', "invalid_input", "document.uri"),
    (U + ',"document":{"language":"\\ud83d"}}', "invalid_input", "document.language"),
    (R.replace('"r"', '"\\u0000"') + "}", "invalid_input", "response"),
    (R.replace('"r"', '"\\ude00"') + "}", "invalid_input", "response"),
    (R.replace('"i"', '"\\u0000"') + "}", "invalid_input", "interaction_id"),
    ('{"message_type":"defer_question","interaction_id":"\\ud800"}', "invalid_input", "interaction_id"),
    ('{"message_type":"activity","kind":"\\u0000"}', "invalid_input", "kind"),
    (A + ',"detail":{"a":"\\u0000"}}', "invalid_input", "detail.a"),
    (A + ',"detail":{"a":"\\ud800"}}', "invalid_input", "detail.a"),
    (A + ',"detail":{"a\\u0000":1}}', "invalid_input", "detail.a\\x00"),
    (A + ',"detail":{"\\ud800":1}}', "invalid_input", "detail.\ufffd\ufffd\ufffd"),
    (A + ',"detail":{"":1}}', "invalid_input", "detail"),
    (H.replace('"c"', '"\\u0000"') + "}", "invalid_input", "client_id"),
    # of the right form, but about nothing
    (R + "}", "question_not_open", None),
    ('{"message_type":"defer_question","interaction_id":"\'; DROP TABLE sessions; --"}', "question_not_open", None),
]


class Neighbour:
    """A healthy session on the same server: it must notice nothing."""

    def __init__(self, talk: Talk, session_id: str) -> None:
        self._talk, self.session_id, self.sent = talk, session_id, 0

    async def is_well(self) -> bool:
        self.sent += 1
        update = {"message_type": "code_update", "seq": self.sent, "code": f"n = {self.sent}\n"}
        return await self._talk.ask(update) == {"message_type": "ack", "seq": self.sent}


async def neighbour(client: Client) -> Neighbour:
    session_id = await client.begin()
    return Neighbour((await client.greet(session_id))[0], session_id)


@on_both_databases
async def test_each_bad_frame_is_answered_by_name_and_harms_nothing(
    client: Client, quiet: pytest.LogCaptureFixture
) -> None:
    well = await neighbour(client)
    session_id = await client.begin()
    talk, _ = await client.greet(session_id)
    wrong = []
    for n, (frame, code, field) in enumerate(FRAMES, start=1):
        answer = await talk.ask(frame)
        said = (answer.get("code"), answer.get("detail", {}).get("field"))
        if answer["message_type"] != "error" or said != (code, field) or not answer["message"]:
            wrong.append((frame[:100], answer))
        alive = {"message_type": "activity", "kind": "alive", "seq": n}
        assert await talk.ask(alive) == {"message_type": "ack", "seq": n}, frame[:100]
    assert wrong == []
    assert len(FRAMES) >= 60
    assert await well.is_well()
    session = (await client.get(f"/sessions/{session_id}/")).json
    assert session["counts"] == {"interactions": len(FRAMES), "snapshots": 0, "questions": 0}
    assert (await client.get(f"/sessions/{well.session_id}/snapshots/1")).json["code"] == "n = 1\n"


async def test_a_refusal_refers_to_the_message_where_it_can(client: Client) -> None:
    talk, _ = await client.greet(await client.begin())
    for frame, ref in (
        ('{"message_type":"nonsense","seq":7}', 7),
        ('{"message_type":"nonsense","seq":7,"interaction_id":"q"}', 7),
        ('{"message_type":"response_submitted","interaction_id":"q","response":1}', "q"),
        ('{"message_type":"code_update","code":"\\u0000","seq":3}', 3),
        ('{"message_type":"code_update","code":"' + "x" * 1_048_577 + '","seq":4}', 4),
        ('{"message_type":"code_update","code":"x","seq":-4}', None),
        ('{"message_type":"nonsense","interaction_id":"\\ud800"}', None),
        ('{"message_type":"nonsense","seq":[1],"interaction_id":{}}', None),
    ):
        assert (await talk.ask(frame)).get("ref") == ref, frame[:80]


async def test_three_frames_in_a_row_that_are_no_messages_end_the_connection(client: Client) -> None:
    talk, _ = await client.greet(await client.begin())
    for _ in range(2):
        assert (await talk.ask("["))["code"] == "bad_frame"
    await talk.ask({"message_type": "activity", "kind": "alive", "seq": 1})
    for _ in range(3):
        assert (await talk.ask("["))["code"] == "bad_frame"
    assert await talk.closed() == 4400


async def test_what_is_no_websocket_text_or_far_too_big_costs_only_the_connection(
    client: Client, quiet: pytest.LogCaptureFixture
) -> None:
    well = await neighbour(client)
    broken, _ = await client.greet(await client.begin())
    await broken.socket.protocol._write_frame(True, 0x1, b"\xff\xfe")  # type: ignore[union-attr]
    assert await broken.closed() in (1006, 1007, None)
    vast, _ = await client.greet(await client.begin())
    with suppress(WebSocketClosedError):  # the server need not hear it to the end
        await vast.say("x" * (5 * 1024 * 1024 + 1))
    assert await vast.closed() == 1009
    assert await well.is_well()


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
FIELDS = (
    "code", "seq", "document", "cause", "sha256", "interaction_id", "response", "kind", "detail", "protocol",
    "client_id", "last_event_seq", "epoch", "changes", "uri",
)  # fmt: skip
TYPES = ("hello", "code_update", "response_submitted", "defer_question", "activity")


@st.composite
def frames(draw: st.DrawFn) -> str:
    """Text that is nearly a message: a known type with fields of any kind, some cut off."""
    message: dict[str, Any] = draw(st.dictionaries(st.sampled_from(FIELDS), JSONISH, max_size=6))
    message["message_type"] = draw(st.sampled_from(TYPES) | JSONISH)
    text = json.dumps(draw(st.just(message) | JSONISH))
    return text[: draw(st.integers(0, len(text)))] if draw(st.integers(0, 9)) == 0 else text


@on_both_databases
def test_every_frame_whatever_gets_exactly_one_answer(
    client: Client, extension: CodeAssess, quiet: pytest.LogCaptureFixture, jp_asyncio_loop: Any
) -> None:
    async def open_both() -> tuple[Talk, Talk]:
        return await client.talk(await client.begin()), (await client.greet(await client.begin()))[0]

    plain, greeted = jp_asyncio_loop.run_until_complete(open_both())
    sent = {plain: 0, greeted: 0}

    async def connection_status(talk: Talk, frame: str) -> None:
        """The frame, then a message that is acknowledged: between the two there is room for one answer."""
        await talk.say(frame)
        sent[talk] += 1
        await talk.say({"message_type": "activity", "kind": "alive", "seq": sent[talk]})
        before = len(talk.heard)
        await talk.until("ack")
        answers = talk.heard[before:-1]
        silent_by_right = not answers and "seq" not in json.loads(frame)  # stored, and no ack was asked for
        assert silent_by_right or [a["message_type"] for a in answers] in (["error"], ["nack"], ["ack"])
        if answers and answers[0]["message_type"] == "ack":  # a lucky frame took the number
            await talk.until("ack")

    @settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(frames())
    def every_frame(frame: str) -> None:
        for talk in (plain, greeted):
            jp_asyncio_loop.run_until_complete(connection_status(talk, frame))

    every_frame()
