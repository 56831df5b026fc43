"""The messages of the websocket as classes: what comes in is strict, what goes out is small."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassess_core.documents.edits import Edit, Position
from codeassess_core.errors import (
    BadFrame,
    CodeAssessError,
    InvalidInput,
    SequenceConflict,
    StoreUnavailable,
    TooLarge,
)
from codeassess_core.live.messages import (
    MAX_FRAME_BYTES,
    Activity,
    CodeUpdate,
    EvaluationResult,
    ServerMessage,
    dump,
    edits_of,
    parse,
    refusal,
)
from codeassess_core.model import MAX_DOCUMENT_BYTES, Cause

STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(STORABLE)
def test_any_text_that_can_be_stored_comes_through_unchanged(code: str) -> None:
    for ensure_ascii in (True, False):
        frame = json.dumps({"message_type": "code_update", "code": code}, ensure_ascii=ensure_ascii)
        message = parse(frame)
        assert isinstance(message, CodeUpdate)
        assert message.code == code


def test_what_an_update_does_not_say_has_a_default() -> None:
    message = parse('{"message_type":"code_update","code":"x","cause":"paste","document":{"version":3}}')
    assert isinstance(message, CodeUpdate)
    assert (message.document.uri, message.document.version, message.cause) == ("main", 3, Cause.PASTE)
    assert (message.seq, message.sha256) == (None, None)


def test_a_document_may_be_as_large_as_the_limit_in_bytes() -> None:
    for character, width in (("x", 1), ("é", 2), ("€", 3), ("😀", 4)):
        frame = '{"message_type":"code_update","code":"%s"}'
        fits = character * (MAX_DOCUMENT_BYTES // width)
        assert parse(frame % fits)
        with pytest.raises(TooLarge):
            parse(frame % (fits + "x" * width))


def test_a_frame_is_measured_in_bytes() -> None:
    padding = " " * (MAX_FRAME_BYTES - len('{"message_type":"finish"}'))
    assert parse('{"message_type":"finish"}' + padding)
    with pytest.raises(TooLarge):
        parse('{"message_type":"finish"}' + padding + " ")
    with pytest.raises(TooLarge):
        parse("é" * (MAX_FRAME_BYTES // 2 + 1))


@pytest.mark.parametrize("value", ["text", "", 1, -(2**53), 2**53, 0.5, -1e-300, True, False, None], ids=repr)
def test_a_detail_of_an_activity_keeps_its_value_and_type(value: Any) -> None:
    message = parse(json.dumps({"message_type": "activity", "kind": "run", "detail": {"a": value}}))
    assert isinstance(message, Activity)
    assert message.detail["a"] == value
    assert type(message.detail["a"]) is type(value)


@given(st.text() | st.binary())
def test_a_frame_is_a_message_or_an_error_of_ours(frame: str | bytes) -> None:
    try:
        parse(frame)
    except InvalidInput as problem:
        assert json.dumps(refusal(problem, frame).model_dump()).isascii()


def test_what_is_none_is_left_out() -> None:
    ends = {"score_min": 7.5, "score_max": 7.5, "score_text": "7.5 of 10"}
    sure = EvaluationResult(interaction_id="q", evaluation="Yes.", score=7.5, **ends)
    assert dump(sure) == {
        "message_type": "evaluation_result",
        "interaction_id": "q",
        "evaluation": "Yes.",
        "score": 7.5,
        **ends,
    }
    assert dump(sure.model_copy(update={"needs_review": True}))["needs_review"] is True


def test_each_message_of_the_server_has_a_type_of_its_own() -> None:
    types = [model.model_fields["message_type"].default for model in get_args(ServerMessage)]
    assert len(set(types)) == len(types) == 11


@pytest.mark.parametrize(
    ("problem", "frame", "ref", "detail"),
    [
        (BadFrame("Not JSON."), "[", None, None),
        (InvalidInput("No.", field="code"), '{"seq":3}', 3, {"field": "code"}),
        (InvalidInput("No."), '{"seq":"3","interaction_id":"q"}', "q", None),
        (InvalidInput("No."), '{"interaction_id":"' + "q" * 65 + '"}', None, None),
        (SequenceConflict(seq=1, expected=2), '{"seq":1}', 1, {"seq": 1, "expected": 2}),
        # what a driver said is for the log
        (StoreUnavailable(reason="password authentication failed for user x"), '{"seq":1}', 1, None),
        (BadFrame("No binary frames."), b'{"seq":1}', None, None),
    ],
)
def test_a_refusal_refers_to_its_message(problem: CodeAssessError, frame: Any, ref: Any, detail: Any) -> None:
    told = refusal(problem, frame)
    assert (told.code, told.message, told.ref, told.detail) == (problem.code, problem.message, ref, detail)


def test_changes_become_edits_in_the_positions_of_the_language_server_protocol() -> None:
    places = {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 6}}
    changes = [{"range": places, "text": "x"}, {"text": "all"}]
    update = parse(json.dumps({"message_type": "code_update", "changes": changes, "seq": 1}))
    assert isinstance(update, CodeUpdate)
    assert edits_of(update) == (
        Edit(text="x", start=Position(1, 4), end=Position(1, 6)),
        Edit(text="all"),
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "send either code or changes"),  # neither
        ({"code": "x", "changes": [{"text": "y"}]}, "send either code or changes"),  # both
        ({"changes": []}, "changes"),  # none at all
        ({"changes": [{"range": {"start": {"line": -1, "character": 0}}, "text": "x"}]}, "changes.0.range.start.line"),
        ({"changes": [{"text": "a\0b"}]}, "changes.0.text"),
    ],
)
def test_changes_that_are_none_are_refused_by_name(fields: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        parse(json.dumps({"message_type": "code_update", **fields}))
