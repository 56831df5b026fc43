"""A whole sitting through the real language server, against a real Jupyter Server."""

from __future__ import annotations

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
    await editor.ask("finish")
    assert (await editor.hear("report")) == {"session": state["session"]}
    assert (await editor.kept("ended"))["status"] == "ended"
    assert "# " in (await editor.ask("readReport"))["markdown"]
    assert await editor.quit() == 0
