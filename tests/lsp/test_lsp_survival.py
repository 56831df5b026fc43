"""Whatever dies, nothing that was typed is lost."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from editor import Editor
from jupyter_process import Jupyter


async def _begun(jupyter: Jupyter, tmp_path: Path, text: str = "x = 0\n") -> tuple[Editor, str, str]:
    """An editor with one document in a new session, everything saved: the editor, the uri, the session."""
    editor = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await editor.start(serverUrl=jupyter.url)
    uri = editor.open("main.py", text)
    state = await editor.ask("start", consent=True, documents=[uri])
    await editor.saved()
    return editor, uri, state["session"]


def _codes(jupyter: Jupyter, session: str) -> list[str]:
    return [jupyter.code(session, snapshot["n"]) for snapshot in jupyter.snapshots(session)]


def _seqs(jupyter: Jupyter, session: str) -> list[int]:
    items: list[dict[str, Any]] = jupyter.call("GET", f"/sessions/{session}/interactions/").json()["items"]
    return [item["client_seq"] for item in items if item["client_seq"] is not None]


async def test_the_language_server_is_killed_while_the_server_is_away(jupyter: Jupyter, tmp_path: Path) -> None:
    editor, uri, session = await _begun(jupyter, tmp_path)
    jupyter.stop(signal.SIGKILL)
    try:
        await editor.kept("offline")
        editor.replace(uri, 2, "x = 1\n")
        editor.save(uri)
        await editor.until(lambda: editor.all("state")[-1]["waiting"] == 1)
        editor.replace(uri, 3, "x = 2  # typed last\n")
        await editor.kill()  # while it is debounced
    finally:
        jupyter.start()
    again = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await again.start(serverUrl=jupyter.url)  # the editor starts it again and tells what is open
    again.open("main.py", "x = 2  # typed last\n", version=3)
    await again.saved()
    assert _codes(jupyter, session) == ["x = 0\n", "x = 1\n", "x = 2  # typed last\n"]
    assert _seqs(jupyter, session) == list(range(1, len(_seqs(jupyter, session)) + 1))
    await again.quit()


async def test_the_language_server_is_killed_in_the_middle_of_typing(jupyter: Jupyter, tmp_path: Path) -> None:
    editor, uri, session = await _begun(jupyter, tmp_path, "")
    text = ""
    for number in range(1, 400):
        text += f"line {number}\n"
        editor.replace(uri, number + 1, text)
        if number % 100 == 0:
            await editor.ask("status")
            seen = {snapshot["sha256"] for snapshot in jupyter.snapshots(session)}
            await editor.kill()
            editor = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
            await editor.start(serverUrl=jupyter.url)
            uri = editor.open("main.py", text, version=number + 1)
            await editor.saved()
            codes = _codes(jupyter, session)
            assert codes[-1] == text
            assert seen <= {snapshot["sha256"] for snapshot in jupyter.snapshots(session)}
    await editor.saved()
    assert _codes(jupyter, session)[-1] == text
    assert _seqs(jupyter, session) == list(range(1, len(_seqs(jupyter, session)) + 1))
    await editor.quit()


async def test_a_restart_of_the_server_is_sat_out(jupyter: Jupyter, tmp_path: Path) -> None:
    editor, uri, session = await _begun(jupyter, tmp_path)
    jupyter.stop()
    await editor.kept("offline")
    for version in range(2, 5):
        editor.replace(uri, version, f"x = {version}\n")
        editor.save(uri)
        await editor.until(lambda: editor.all("state")[-1]["waiting"] == version - 1)  # noqa: B023
    jupyter.start()
    await editor.ask("reconnect")
    await editor.saved()
    assert _codes(jupyter, session) == ["x = 0\n", "x = 2\n", "x = 3\n", "x = 4\n"]
    await editor.quit()


async def test_answers_drafts_and_questions_come_back(jupyter: Jupyter, tmp_path: Path) -> None:
    editor, uri, _ = await _begun(jupyter, tmp_path, "")
    editor.replace(uri, 2, "def f(n):\n    if n < 2:\n        return n\n    a = f(n - 1)\n    return a + f(n - 2)\n")
    question = await editor.hear("question")
    await editor.ask("draft", id=question["id"], text="It is\nFib")
    await editor.kill()
    again = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await again.start(serverUrl=jupyter.url)
    [back] = (await again.ask("status"))["questions"]
    assert (back["question"], back["state"], back["draft"]) == (question["question"], "open", "It is\nFib")
    await again.ask("answer", id=question["id"], text="It returns the n-th Fibonacci number, recursively.")
    await again.kill()
    third = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await third.start(serverUrl=jupyter.url)
    evaluation = await third.hear("evaluation")
    assert evaluation["answer"] == "It returns the n-th Fibonacci number, recursively."
    assert evaluation["draft"] is None
    await third.quit()


async def test_on_another_machine_the_answers_are_read_from_the_server(jupyter: Jupyter, tmp_path: Path) -> None:
    editor, uri, session = await _begun(jupyter, tmp_path, "")
    editor.replace(uri, 2, "def f(n):\n    if n < 2:\n        return n\n    a = f(n - 1)\n    return a + f(n - 2)\n")
    question = await editor.hear("question")
    await editor.ask("answer", id=question["id"], text="The n-th Fibonacci number.")
    await editor.hear("evaluation")
    await editor.quit()
    other = Editor(tmp_path / "other", CODEASSESS_TOKEN=jupyter.token)
    await other.start(serverUrl=jupyter.url)
    await other.ask("join", session=session, consent=True)

    await other.kept("saved")
    evaluation = await other.hear("evaluation", lambda told: told["answer"])
    assert evaluation["answer"] == "The n-th Fibonacci number."
    uri = other.open("main.py", "y = 1\n")
    await other.ask("addDocument", uri=uri)
    await other.saved()
    assert _codes(jupyter, session)[-1] == "y = 1\n"
    await other.quit()


async def test_a_second_window_reads_until_it_is_asked_to_write(jupyter: Jupyter, tmp_path: Path) -> None:
    first, uri, session = await _begun(jupyter, tmp_path)
    second = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await second.start(serverUrl=jupyter.url)
    second.open("main.py", "x = 0\n")
    await second.kept("elsewhere")
    first.replace(uri, 2, "x = 1\n")
    await first.saved()
    assert _codes(jupyter, session)[-1] == "x = 1\n", "the first one records on"
    second.replace(uri, 2, "x = 2\n")
    await second.ask("reconnect")
    await second.saved()
    await first.kept("elsewhere")
    assert _codes(jupyter, session)[-1] == "x = 2\n"
    assert _seqs(jupyter, session) == list(range(1, len(_seqs(jupyter, session)) + 1))
    await first.quit()
    await second.quit()


async def test_a_window_that_reads_hears_when_nobody_writes_any_more(jupyter: Jupyter, tmp_path: Path) -> None:
    first, uri, session = await _begun(jupyter, tmp_path)
    second = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await second.start(serverUrl=jupyter.url)
    second.open("main.py", "x = 0\n")
    assert not (await second.kept("elsewhere"))["free"]
    first.replace(uri, 2, "x = 1\n")
    await first.saved()
    assert not second.all("state")[-1]["free"], "the first one writes still"
    await first.quit()
    await second.hear("state", lambda told: told["free"])
    assert second.all("state")[-1]["keeping"] == "elsewhere", "it is offered, never taken"
    second.replace(uri, 2, "x = 2\n")
    await second.ask("reconnect")
    await second.saved()
    assert not second.all("state")[-1]["free"]
    assert _codes(jupyter, session)[-1] == "x = 2\n"
    await second.quit()


async def test_what_waits_is_sent_as_changes(jupyter: Jupyter, tmp_path: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(200))
    editor, uri, session = await _begun(jupyter, tmp_path, text)
    jupyter.stop()
    await editor.kept("offline")
    editor.replace(uri, 2, text.replace("line 7\n", "line 😀\n"))
    editor.save(uri)
    await editor.until(lambda: editor.all("state")[-1]["waiting"] == 1)
    with closing(sqlite3.connect(tmp_path / "lsp" / "language-server.sqlite")) as store:
        [[delta]] = store.execute("SELECT delta FROM entries").fetchall()
    assert json.loads(delta)["changes"] == [
        {"text": "😀", "range": {"start": {"line": 7, "character": 5}, "end": {"line": 7, "character": 6}}}
    ]
    jupyter.start()
    await editor.ask("reconnect")
    await editor.saved()
    assert _codes(jupyter, session)[-1] == text.replace("line 7\n", "line 😀\n")
    await editor.quit()
