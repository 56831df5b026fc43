"""A whole session through the real language server, against a real Jupyter Server."""

from __future__ import annotations

import signal
from pathlib import Path

from editor import Editor
from jupyter_process import Jupyter

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


async def test_from_the_first_keystroke_to_the_report(jupyter: Jupyter, tmp_path: Path) -> None:
    editor = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await editor.start(mode="remote", serverUrl=jupyter.url)
    uri = editor.open("solution.py", "")
    state = await editor.ask("start", language="python", consent=True, documents=[uri])
    editor.replace(uri, 2, CODE)
    question = await editor.hear("question")
    assert question["spot"]["uri"] == uri
    answered = await editor.ask("answer", id=question["id"], text=ANSWER)
    assert answered["state"] == "answered"
    evaluation = await editor.hear("evaluation")
    assert evaluation["id"] == question["id"]
    assert 0 <= evaluation["score"] <= 10
    assert " of 10" in evaluation["scoreText"] or "No score yet" in evaluation["scoreText"]
    await editor.ask("finish")
    closing = await editor.hear("state", lambda told: told["status"] == "closing")
    assert closing["questionsLeft"] == 1
    last = await editor.hear("question", lambda told: told["id"] != question["id"])
    editor.replace(uri, 3, CODE + "\nprint(average([1]))\n")
    await editor.saved()
    await editor.ask("answer", id=last["id"], text=ANSWER)
    assert (await editor.hear("report")) == {"session": state["session"]}
    assert (await editor.kept("ended"))["status"] == "ended"
    assert "# " in (await editor.ask("readReport"))["markdown"]
    assert await editor.quit() == 0
    written = jupyter.snapshots(state["session"])[-1]["n"]
    assert jupyter.code(state["session"], written).endswith("print(average([1]))\n"), "the round is recorded as before"


async def _in_the_closing_round(jupyter: Jupyter, tmp_path: Path, text: str) -> tuple[Editor, str]:
    """An editor whose candidate has finished and is asked a last question: the editor, the session."""
    editor = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await editor.start(mode="remote", serverUrl=jupyter.url)
    uri = editor.open("solution.py", text)
    state = await editor.ask("start", language="python", consent=True, documents=[uri])
    editor.replace(uri, 2, CODE)
    await editor.hear("question")
    await editor.saved()
    assert (await editor.ask("finish"))["finishSent"]
    await editor.hear("state", lambda told: told["status"] == "closing")
    return editor, state["session"]


async def test_a_second_finish_ends_the_closing_round(jupyter: Jupyter, tmp_path: Path) -> None:
    editor, session = await _in_the_closing_round(jupyter, tmp_path, "")
    assert editor.all("state")[-1]["questionsLeft"] == 2, "the open one, and another"
    await editor.ask("finish")
    assert (await editor.hear("report")) == {"session": session}
    assert (await editor.kept("ended"))["questionsLeft"] is None
    assert await editor.quit() == 0


async def test_an_answer_that_comes_too_late_is_refused_with_a_sentence(jupyter: Jupyter, tmp_path: Path) -> None:
    editor, session = await _in_the_closing_round(jupyter, tmp_path, "")
    [question] = editor.all("question")
    jupyter.stop(signal.SIGKILL)  # the answer waits here while the session ends there
    await editor.kept("offline")
    await editor.ask("answer", id=question["id"], text=ANSWER)
    await editor.kill()
    jupyter.start()
    jupyter.call("POST", f"/sessions/{session}/generate-report")
    again = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await again.start(serverUrl=jupyter.url)
    problem = await again.hear("problem")
    assert (problem["code"], "came too late" in problem["message"]) == ("session_ended", True)
    assert len(again.all("problem")) == 1
    refused = await again.hear("evaluation")
    assert (refused["id"], refused["state"], refused["answer"]) == (question["id"], "closed", ANSWER)
    await again.until(lambda: again.all("state")[-1]["waiting"] == 0)
    await again.quit()
