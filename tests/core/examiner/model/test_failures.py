"""Every way in which a model's server fails, over a real socket, and its outcome."""

from __future__ import annotations

import asyncio
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from model_cases import GOOD_QUESTION, Reply, completion, examiner, question_brief, serving

from codeassess_core.clock import utcnow
from codeassess_core.errors import ExaminerError, ExaminerRefused, ExaminerUnavailable, InvalidInput
from codeassess_core.examiner.model import failures
from codeassess_core.examiner.model.chains import Unusable
from codeassess_core.examiner.model.examiner import ModelExaminer
from codeassess_core.examiner.model.failures import ModelBusy

GOOD = json.dumps(GOOD_QUESTION)


# --- a server that is busy -----------------------------------------------------------------------------------------


async def test_a_rate_limit_is_waited_out_as_long_as_the_server_asks(llmock: Any) -> None:
    llmock.rate_limit(times=2, retry_after=0.6).reply(GOOD)
    assert (await examiner(llmock.base_url()).ask(question_brief())).text == GOOD_QUESTION["text"]
    assert len(llmock.requests) == 3
    llmock.assert_resilient(strict=False)


@pytest.mark.parametrize(
    ("header", "value", "least", "most"),
    [
        ("Retry-After", "Fri, 30 Oct 2026 12:00:00 GMT", 0.0, 0.5),  # a date gone by
        ("Retry-After-Ms", "700", 0.7, 1.5),
        ("Retry-After", "nan", 0.5, 1.5),  # nonsense: as without it
        ("Retry-After", "-3", 0.0, 0.5),
    ],
)
async def test_retry_after_is_read_in_every_form(header: str, value: str, least: float, most: float) -> None:
    busy = Reply({"error": {"message": "Slow down."}}, status=429, headers={header: value})
    with serving(busy, Reply(completion(GOOD))) as server:
        await examiner(server.base_url).ask(question_brief())
        assert least <= server.times[1] - server.times[0] < most + 0.5


async def test_retry_after_may_be_a_date_to_come() -> None:
    when = format_datetime(utcnow() + timedelta(seconds=90), usegmt=True)
    with serving(Reply({}, status=503, headers={"Retry-After": when})) as server:
        with pytest.raises(ExaminerUnavailable):
            await examiner(server.base_url).ask(question_brief())
        assert len(server.bodies) == 1, "too long to wait for"


@pytest.mark.parametrize("status", [500, 503, 529])
async def test_a_server_error_is_tried_again(llmock: Any, status: int) -> None:
    llmock.fail(status).reply(GOOD)
    assert (await examiner(llmock.base_url()).ask(question_brief())).text == GOOD_QUESTION["text"]
    llmock.assert_resilient()


async def test_an_outage_is_given_up_after_three_calls(llmock: Any) -> None:
    llmock.outage()
    with pytest.raises(ExaminerUnavailable) as caught:
        await examiner(llmock.base_url()).ask(question_brief())
    assert len(llmock.requests) == 3
    assert caught.value.__cause__ is not None
    llmock.assert_resilient()


async def test_a_server_that_asks_for_a_minute_is_given_up_at_once(llmock: Any) -> None:
    llmock.rate_limit(times=None, retry_after=60)
    with pytest.raises(ExaminerUnavailable):
        await examiner(llmock.base_url()).ask(question_brief())
    assert len(llmock.requests) == 1


async def test_nobody_listening_is_unavailable() -> None:
    with serving(Reply("")) as server:
        address = server.base_url
    with pytest.raises(ExaminerUnavailable, match="Connection"):
        await examiner(address).ask(question_brief())


# --- a server that is slow -----------------------------------------------------------------------------------------


async def test_silence_is_a_timeout_and_tried_once_more(llmock: Any) -> None:
    llmock.delay(6).reply(GOOD)  # the reply goes to the call that is too slow
    llmock.reply(GOOD)
    assert (await examiner(llmock.base_url(), timeout=3).ask(question_brief())).text == GOOD_QUESTION["text"]


async def test_a_server_that_drips_cannot_hold_a_call_beyond_its_timeout() -> None:
    dripping = Reply(completion(GOOD), drip=0.05)  # a good reply, at its end
    with serving(dripping) as server, pytest.raises(ExaminerUnavailable, match="in time"):
        await examiner(server.base_url, timeout=0.6, attempts=1).ask(question_brief())


# --- a server that says no -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "invalid_api_key"),
        (403, None),
        (404, "model_not_found"),
        (400, None),  # response_format is not supported, say
        (400, "context_length_exceeded"),
        (402, None),  # payment required
        (429, "insufficient_quota"),  # openai's own client would try three times
        (429, "billing_hard_limit_reached"),
    ],
)
async def test_what_no_waiting_mends_is_refused_after_one_call(llmock: Any, status: int, code: str | None) -> None:
    llmock.fail(status, code=code, times=None)
    with pytest.raises(ExaminerRefused):
        await examiner(llmock.base_url()).ask(question_brief())
    assert len(llmock.requests) == 1


async def test_a_quota_error_inside_a_success_is_refused() -> None:
    error = {"error": {"message": "You have no credit.", "code": "insufficient_quota"}}
    with serving(Reply(error)) as server:
        with pytest.raises(ExaminerRefused, match="no credit"):
            await examiner(server.base_url).ask(question_brief())
        assert len(server.bodies) == 1


REFUSALS = {
    "refusal": completion(None, refusal="I'm sorry, I can't help with that."),
    "content filter": completion("", finish="content_filter"),
}


@pytest.mark.parametrize("body", REFUSALS.values(), ids=REFUSALS.keys())
async def test_a_refusal_of_the_model_is_not_argued_with(body: dict[str, Any]) -> None:
    with serving(Reply(body)) as server:
        with pytest.raises(ExaminerRefused):
            await examiner(server.base_url).ask(question_brief())
        assert len(server.bodies) == 1


async def test_a_message_has_no_key_and_little_of_the_providers_text(llmock: Any) -> None:
    secret = "sk-proj-abcdefghijklmnop123456"
    llmock.fail(401, message=f"Incorrect API key provided: {secret}. " + "More. " * 200, times=None)
    with pytest.raises(ExaminerRefused) as caught:
        await examiner(llmock.base_url()).ask(question_brief())
    assert "abcdefghijklmnop" not in caught.value.message
    assert len(caught.value.message) < 300


# --- a server that talks nonsense ----------------------------------------------------------------------------------

NO_CHOICES = {**completion(GOOD), "choices": []}
NONSENSE = {
    "cut off at the limit": Reply(completion('{"kind": "trace"', finish="length")),
    "HTML with 200": Reply("<html><body>Log in</body></html>", content_type="text/html"),
    "HTML that claims to be JSON": Reply("<html><body>Log in</body></html>"),
    "no choices": Reply(NO_CHOICES),
    "null for choices": Reply({**NO_CHOICES, "choices": None}),
    "choices left out": Reply({"object": "chat.completion"}),
    "a choice without a message": Reply({**NO_CHOICES, "choices": [{"index": 0, "finish_reason": "stop"}]}),
    "a list": Reply([1, 2, 3]),
    "null": Reply("null"),
    "nothing": Reply(""),
    "no content at all": Reply(completion(None)),
}


@pytest.mark.parametrize("reply", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_is_tried_again_and_never_taken_for_an_answer(reply: Reply) -> None:
    with serving(reply, Reply(completion(GOOD))) as server:
        assert (await examiner(server.base_url).ask(question_brief())).text == GOOD_QUESTION["text"]
        assert len(server.bodies) == 2


@pytest.mark.parametrize("reply", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_twice_is_unavailable_and_nothing_else_escapes(reply: Reply) -> None:
    with serving(reply) as server:
        with pytest.raises(ExaminerUnavailable) as caught:
            await examiner(server.base_url).ask(question_brief())
        assert len(server.bodies) == 2
    assert caught.value.__cause__ is not None


async def test_a_body_that_cannot_be_decoded_is_unavailable() -> None:
    not_gzip = Reply(completion(GOOD), headers={"Content-Encoding": "gzip"})
    with serving(not_gzip) as server, pytest.raises(ExaminerUnavailable):
        await examiner(server.base_url).ask(question_brief())


def test_one_examiner_serves_several_event_loops_at_once() -> None:
    with serving(Reply(completion(GOOD))) as server, ThreadPoolExecutor(3) as threads:
        shared = examiner(server.base_url)

        async def several() -> list[str]:
            return [draft.text for draft in await asyncio.gather(*(shared.ask(question_brief()) for _ in range(6)))]

        texts = list(threads.map(lambda _: asyncio.run(several()), range(9)))
    assert texts == [[GOOD_QUESTION["text"]] * 6] * 9
    assert len(server.bodies) == 54, "none was asked for twice"


# --- which model, and what it may see ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gpt-5", ":gpt-5", "openai:", ""])
def test_a_model_is_named_with_its_provider(name: str) -> None:
    with pytest.raises(InvalidInput, match="provider:name"):
        ModelExaminer(name)


async def test_a_missing_provider_package_is_named() -> None:
    with pytest.raises(ExaminerRefused, match="pip install langchain-anthropic"):
        await ModelExaminer("anthropic:claude-sonnet-5").ask(question_brief())


@pytest.mark.parametrize("model", ["openai:gpt-5-mini", "nobody:model"])  # no key, no such provider
async def test_a_model_that_cannot_be_built_is_refused(model: str) -> None:
    with pytest.raises(ExaminerRefused):
        await ModelExaminer(model).ask(question_brief())


async def test_a_server_of_ones_own_needs_no_key(llmock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    llmock.reply(GOOD)
    assert (await examiner(llmock.base_url()).ask(question_brief())).text == GOOD_QUESTION["text"]


async def test_another_provider_is_reached_through_langchain(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Reply(completion(GOOD))) as server:
        monkeypatch.setenv("AZURE_OPENAI_API_KEY", "key")
        monkeypatch.setenv("OPENAI_API_VERSION", "2025-01-01")
        monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.base_url.removesuffix("/v1"))
        draft = await ModelExaminer("azure_openai:gpt-5-mini").ask(question_brief())
        assert server.paths[0].startswith("/openai/deployments/gpt-5-mini/")
        assert server.bodies[0]["response_format"]["type"] == "json_schema"
    assert (draft.text, draft.provenance.model) == (GOOD_QUESTION["text"], "azure_openai:gpt-5-mini")


@pytest.mark.parametrize(("allowed", "leaks"), [("", False), ("1", True)])  # the second row: this test can fail
async def test_langsmith_sees_nothing_unless_the_operator_allows_it(
    llmock: Any, monkeypatch: pytest.MonkeyPatch, allowed: str, leaks: bool
) -> None:
    from langchain_core.tracers.langchain import LangChainTracer
    from langsmith import utils

    seen: list[Any] = []  # LangSmith's own tracer, with the door to the network replaced
    for door in ("_persist_run_single", "_update_run_single"):
        monkeypatch.setattr(LangChainTracer, door, lambda _, run: seen.append(run))
    for switch in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(switch, "true")
    monkeypatch.setattr("langchain_core.tracers.langchain.get_client", lambda: None)
    monkeypatch.setenv("CODEASSESS_ALLOW_TRACING", allowed)
    utils.get_env_var.cache_clear()  # type: ignore[attr-defined]
    llmock.reply(GOOD)
    await examiner(llmock.base_url()).ask(question_brief())
    assert utils.tracing_is_enabled(), "outside our calls tracing is as the operator set it"
    utils.get_env_var.cache_clear()  # type: ignore[attr-defined]
    assert bool(seen) is leaks


async def test_langsmiths_gateway_is_tracing_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    with pytest.raises(ExaminerRefused, match="CODEASSESS_ALLOW_TRACING"):
        await ModelExaminer("openai:gpt-5-mini").ask(question_brief())


@pytest.mark.parametrize("failure", [ModelBusy("Busy.", retry_after=2.0), Unusable("There is no line 9.")])
def test_a_failure_survives_the_journey_through_a_durable_job(failure: ExaminerUnavailable) -> None:
    arrived = pickle.loads(pickle.dumps(failure))
    assert vars(arrived) == vars(failure) and type(arrived) is type(failure)


def test_every_failure_is_one_of_two_kinds() -> None:
    assert set(ExaminerError.__subclasses__()) == {ExaminerUnavailable, ExaminerRefused}


def test_a_date_to_wait_for_is_by_the_clock_of_the_server() -> None:
    """Ours may be an hour off; without the server's own date nobody can tell."""
    retry = {"retry-after": "Mon, 30 Nov 2020 10:00:07 GMT"}
    by_its_clock = SimpleNamespace(response=SimpleNamespace(headers=retry | {"date": "Mon, 30 Nov 2020 10:00:00 GMT"}))
    assert failures._retry_after(by_its_clock) == 7.0  # type: ignore[arg-type]
    assert failures._retry_after(SimpleNamespace(response=SimpleNamespace(headers=retry))) is None  # type: ignore[arg-type]
