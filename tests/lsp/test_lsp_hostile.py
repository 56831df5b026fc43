"""A hostile environment of the language server changes no score, and nobody but the service is reached."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from editor import Editor
from hostile import listening, reached_at, variables
from pygls.exceptions import JsonRpcException
from service_process import Service
from test_lsp_joining import CODE, join

ONE_KIND = {"question_kinds": ["purpose"], "difficulty": "easy"}  # so that everybody is asked the same


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path / "service")
    running.start()
    yield running
    running.kill()


async def evaluated(home: Path, **environment: str) -> tuple[Any, ...]:
    """What the language server of a candidate who has joined is asked, and the score of the same answer."""
    editor = Editor(home, **environment)
    await editor.start()
    uri = editor.open("main.py", "")
    await editor.ask("start", consent=True, documents=[uri])
    editor.replace(uri, 2, CODE)
    question = await editor.hear("question")
    await editor.ask("answer", id=question["id"], text="It divides by their number.")
    given = await editor.hear("evaluation")
    await editor.quit()
    return question["question"], given["score"], given["scoreText"]


async def joined(service: Service, home: Path, url: str) -> Path:
    """The home of somebody who has joined at this address of the service."""
    code = service.invite("ada", **ONE_KIND)["ada"]
    done = await asyncio.to_thread(join, home, code, "--server", url)
    assert done.returncode == 0, done.stderr
    return home


async def test_hostile_variables_change_no_score_and_nobody_else_is_reached(service: Service, tmp_path: Path) -> None:
    plain = await evaluated(await joined(service, tmp_path / "plain", service.url))
    async with listening() as listener, reached_at("127.0.0.2", service.port) as other:
        hostile = variables(listener, tmp_path / "path")
        elsewhere = await joined(service, tmp_path / "hostile", other)
        with pytest.raises(JsonRpcException, match="codeassess join CODE"):  # it named a server of its own
            await evaluated(elsewhere, **hostile)
        assert await evaluated(elsewhere, **hostile | {"CODEASSESS_SERVER_URL": ""}) == plain
        assert (tmp_path / "path" / "was_here").exists()
        assert (listener.connections, listener.heard) == (0, b"")
