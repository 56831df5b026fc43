"""`kill -9` at any moment, and a database that crashes: what was acknowledged is there, once, in order, unaltered."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import servers
from crashing import (
    HEADERS,
    Server,
    Stored,
    candidate,
    differences,
    server,
    stored_snapshots,
    until,
    write_on,
)
from model_cases import CODE, GOOD_EVALUATION, GOOD_QUESTION, Reply, as_planned, completion, serving
from outages import restart_postgres

KILLS = int(os.environ.get("CODEASSESS_TEST_KILLS", "12"))
SEED = 7


async def test_nothing_that_was_acknowledged_is_lost(database_url: str, tmp_path: Path, record_property: Any) -> None:
    chance = random.Random(SEED)
    with server(tmp_path, database_url) as jupyter:
        async with candidate(jupyter) as ada:
            writing = asyncio.create_task(write_on(ada, chance))
            for number in range(KILLS):
                acked, events, connections = ada.acked, len(ada.events), number + 1
                await until(lambda: ada.connections >= connections and ada.acked > acked)  # noqa: B023
                if number % 3 == 0:  # a server lives long enough to ask or to evaluate
                    await until(lambda: len(ada.events) > events)  # noqa: B023
                await asyncio.sleep(chance.uniform(0.0, 0.4))
                jupyter.kill()
                jupyter.start()
            writing.cancel()
            await until(lambda: ada.connections > KILLS)  # the last server is up, even when all was acknowledged before
            await ada.settled()
            stored = await stored_snapshots(jupyter, ada.session_id)
            assert differences(ada.outbox, ada.acked, stored) == []
            assert ada.problems == []
            questions = [event["interaction_id"] for event in ada.heard("question")]
            assert len(set(questions)) == len(questions)
            figures = {"acked": ada.acked, "resent": ada.resent, "questions": len(questions), "snapshots": len(stored)}
            record_property("figures", figures)
            assert ada.connections > KILLS and ada.resent > 0 and questions, figures
            assert len(stored) > 10 * KILLS, "there was something to lose"


SENT = [{"message_type": "code_update", "seq": n, "code": f"{n}\n", "document": {"uri": "main"}} for n in range(1, 6)]
SENT[2] = {"message_type": "response_submitted", "seq": 3, "interaction_id": "q", "response": "r"}
RIGHT = [
    Stored(1, 1, "main", "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"),
    Stored(2, 2, "main", "53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3"),
    Stored(3, 4, "main", "7de1555df0c2700329e815b93b32c571c3ea54dc967b89e81ab73b9972b72d1d"),
    Stored(4, 5, "main", "f0b5c2c2211c8d67ed15e75e656c7862d086e9245420892a7de62cd9ec582a06"),
]
WRONG = {
    "one lost": [*RIGHT[:1], replace(RIGHT[2], n=2), replace(RIGHT[3], n=3)],
    "the last lost": RIGHT[:3],
    "a hole in the numbers": [*RIGHT[:1], *RIGHT[2:]],
    "one twice": [*RIGHT[:2], replace(RIGHT[1], n=3), replace(RIGHT[2], n=4), replace(RIGHT[3], n=5)],
    "two swapped": [RIGHT[0], replace(RIGHT[2], n=2), replace(RIGHT[1], n=3), RIGHT[3]],
    "one altered": [RIGHT[0], replace(RIGHT[1], sha256="0" * 64), *RIGHT[2:]],
    "another document": [RIGHT[0], replace(RIGHT[1], document="b.py"), *RIGHT[2:]],
    "one that nobody sent": [*RIGHT, Stored(5, 6, "main", "0" * 64)],
}


def test_the_checker_passes_a_right_record() -> None:
    assert differences(SENT, 5, RIGHT) == []
    assert differences(SENT, 4, RIGHT) == [], "sent and stored, the acknowledgement lost"
    assert differences(SENT, 4, RIGHT[:3]) == [], "sent, neither stored nor acknowledged"


@pytest.mark.parametrize("stored", WRONG.values(), ids=WRONG)
def test_the_checker_finds_what_is_wrong(stored: list[Stored]) -> None:
    assert differences(SENT, 5, stored) != []


async def test_the_checker_finds_a_row_that_is_missing_from_a_real_record(database_url: str, tmp_path: Path) -> None:
    """The negative control: the same run, with one acknowledged update deleted behind the server's back."""
    from sqlalchemy import text

    from codeassess_core.storage.database import Database

    with server(tmp_path, database_url) as jupyter:
        async with candidate(jupyter) as ada:
            for n in range(20):
                ada.type(f"a = {n}\n")
            await ada.settled()
            assert differences(ada.outbox, ada.acked, await stored_snapshots(jupyter, ada.session_id)) == []
            database = Database(database_url)
            async with database.write() as connection:
                await connection.execute(text("DELETE FROM snapshots WHERE n = 20"))
            await database.aclose()
            assert differences(ada.outbox, ada.acked, await stored_snapshots(jupyter, ada.session_id)) == [
                "acknowledged 20 is lost"
            ]


# -- jobs in flight ---------------------------------------------------------------------------------------------------

QUESTION = completion(json.dumps(GOOD_QUESTION))
VERDICTS = [
    {"criterion": name, "quote": "adds them", "reason": "So it says.", "verdict": "met"}
    for name in ("correctness", "specificity", "depth", "clarity")
]
EVALUATION = completion(json.dumps(GOOD_EVALUATION | {"criteria": VERDICTS}))


async def interactions(jupyter: Server, session_id: str) -> Counter[str]:
    async with httpx.AsyncClient(headers=HEADERS, timeout=120) as client:
        page = await client.get(f"{jupyter.url}/sessions/{session_id}/interactions/?limit=1000")
        return Counter(item["kind"] for item in page.raise_for_status().json()["items"])


async def test_a_job_that_dies_half_way_gives_one_question_and_one_evaluation(
    database_url: str, tmp_path: Path
) -> None:
    """The model is in the middle of its reply when the server is killed: once for the question, once for the answer."""
    slowly = 0.03  # a second for each 33 bytes: the kill comes long before the end
    asks = (Reply(QUESTION, drip=slowly), as_planned(GOOD_QUESTION))
    with serving(*asks, Reply(EVALUATION, drip=slowly), Reply(EVALUATION)) as model:
        settings = {"model": "openai:gpt-5-mini", "model_base_url": model.base_url}
        with server(tmp_path, database_url, **settings) as jupyter:
            async with candidate(jupyter) as ada:
                ada.type(CODE)
                for calls, kind in ((1, "question"), (3, "evaluation_result")):
                    await until(lambda: len(model.bodies) >= calls)  # noqa: B023
                    assert len(model.bodies) == calls
                    await asyncio.sleep(0.3)
                    jupyter.kill()
                    assert ada.heard(kind) == []
                    jupyter.start()
                    await until(lambda: len(ada.heard(kind)) == 1)  # noqa: B023
                ada.say("finish")
                await until(lambda: len(ada.heard("report_ready")) == 1)
                kinds = await interactions(jupyter, ada.session_id)
                wanted = ("question_asked", "response_received", "evaluation", "finish", "report")
                assert {kind: kinds[kind] for kind in wanted} == dict.fromkeys(wanted, 1)
                assert ada.problems == [] and ada.acked == 3
                assert ada.heard("evaluation_result")[0]["score"] == 10.0


# -- the database crashes ---------------------------------------------------------------------------------------------


async def test_a_restart_of_postgres_loses_nothing(tmp_path: Path, record_property: Any) -> None:
    """The server goes on; the candidate sends again what was not acknowledged."""
    chance = random.Random(SEED)
    with servers.own_postgres() as database_url, server(tmp_path, database_url) as jupyter:
        async with candidate(jupyter) as ada:
            writing = asyncio.create_task(write_on(ada, chance))
            for mode in ("fast", "immediate", "fast", "immediate"):
                before = ada.acked
                await until(lambda: ada.acked > before + 30)  # noqa: B023
                await asyncio.sleep(chance.uniform(0.0, 0.5))
                await asyncio.to_thread(restart_postgres, database_url, mode=mode, away=chance.uniform(0.0, 1.0))
            writing.cancel()
            await ada.settled()
            stored = await stored_snapshots(jupyter, ada.session_id)
            assert differences(ada.outbox, ada.acked, stored) == []
            assert ada.problems == []
            questions = len(ada.heard("question"))
            ada.say("finish")
            await until(lambda: len(ada.heard("report_ready")) == 1)
            record_property("figures", {"acked": ada.acked, "resent": ada.resent, "questions": questions})
            assert "Traceback" not in jupyter.log()
