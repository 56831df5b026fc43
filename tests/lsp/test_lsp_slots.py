"""Windows that work on the jobs of one database: each under a name of its own, and a dead one's work is taken up."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from editor import Editor
from model_cases import Reply, completion, serving

from codeassess_lsp.slots import claim_slot

CODE = "def f(n):\n    if n < 2:\n        return n\n    a = f(n - 1)\n    return a + f(n - 2)\n"
QUICK = {"CODEASSESS_IDLE_PAUSE": "0.2", "CODEASSESS_MIN_TIME_BETWEEN_INTERACTIONS": "0", "CODEASSESS_FOLLOW_UPS": "no"}
OFFLINE = {**QUICK, "CODEASSESS_MODEL": "offline"}
HOLD = """
import sys, time
from pathlib import Path
from codeassess_lsp.slots import claim_slot
slot = claim_slot(Path(sys.argv[1]))
print(slot.name, flush=True)
time.sleep(600)
"""


def test_two_windows_have_two_names_and_each_comes_back(tmp_path: Path) -> None:
    first, second = claim_slot(tmp_path), claim_slot(tmp_path)
    assert first.name != second.name
    first.release()
    third = claim_slot(tmp_path)
    assert third.name == first.name
    second.release()
    third.release()


def test_two_folders_never_have_the_same_name(tmp_path: Path) -> None:
    one, other = claim_slot(tmp_path / "one"), claim_slot(tmp_path / "other")
    assert one.name != other.name
    one.release()
    other.release()


def test_the_name_of_a_window_that_was_killed_is_free(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    name = holder.stdout.readline().strip()
    beside = claim_slot(tmp_path)
    assert beside.name != name
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    after = claim_slot(tmp_path)
    assert after.name == name
    holder.stdout.close()
    beside.release()
    after.release()


async def test_a_killed_windows_question_is_asked_by_the_next_one_and_by_no_other(tmp_path: Path) -> None:
    with serving(Reply(completion("never"), drip=1.0)) as model:
        settings = {**QUICK, "CODEASSESS_MODEL": "openai:test", "CODEASSESS_MODEL_BASE_URL": model.base_url}
        first = Editor(tmp_path, OPENAI_API_KEY="none", CODEASSESS_EMBEDDING_MODEL="hashed", **settings)
        await first.start(mode="embedded")
        uri = first.open("main.py", "")
        await first.ask("start", consent=True, documents=[uri])
        first.replace(uri, 2, CODE)
        await first.until(lambda: model.bodies)
        first.process.send_signal(signal.SIGSTOP)  # it lives, and takes no job of the other window's
        beside = Editor(tmp_path, **OFFLINE)
        beside.folder += "-beside"
        await beside.start(mode="embedded")
        other = beside.open("other.py", "")
        await beside.ask("start", consent=True, documents=[other])
        beside.replace(other, 2, CODE)
        assert (await beside.hear("question"))["document"] == "other.py"
        assert _asked(tmp_path) == {"main.py": "pending", "other.py": "open"}
        await first.kill()
    again = Editor(tmp_path, **OFFLINE)
    await again.start(mode="embedded")
    assert (await again.hear("question"))["document"] == "main.py"
    await again.quit()
    await beside.quit()


def _asked(home: Path) -> dict[str, str]:
    """How it stands with the question about each document."""
    with closing(sqlite3.connect(home / "lsp" / "codeassess.sqlite")) as database:
        return dict(database.execute("SELECT document, status FROM questions").fetchall())
