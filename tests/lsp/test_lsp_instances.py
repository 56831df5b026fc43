"""Windows that work on the jobs of one database: a dead one's work is taken up at once, a living one's is not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from editor import Editor
from model_cases import Reply, completion, serving
from outages import suspend

CODE = "def f(n):\n    if n < 2:\n        return n\n    a = f(n - 1)\n    return a + f(n - 2)\n"
QUICK = {"CODEASSESS_IDLE_PAUSE": "0.2", "CODEASSESS_MIN_TIME_BETWEEN_INTERACTIONS": "0", "CODEASSESS_FOLLOW_UPS": "no"}
OFFLINE = {**QUICK, "CODEASSESS_MODEL": "offline"}


async def test_a_killed_windows_question_is_asked_by_the_next_one_and_by_no_other(tmp_path: Path) -> None:
    with serving(Reply(completion("never"), drip=1.0)) as model:
        settings = {**QUICK, "CODEASSESS_MODEL": "openai:test", "CODEASSESS_MODEL_BASE_URL": model.base_url}
        settings["CODEASSESS_HEARTBEAT"] = "60"  # so it counts as living for minutes
        first = Editor(tmp_path, OPENAI_API_KEY="none", CODEASSESS_EMBEDDING_MODEL="hashed", **settings)
        await first.start(mode="embedded")
        uri = first.open("main.py", "")
        await first.ask("start", consent=True, documents=[uri])
        first.replace(uri, 2, CODE)
        await first.until(lambda: model.bodies, seconds=90)  # the first call loads what it needs
        await suspend(
            first.process, f"sqlite+aiosqlite:///{_database(tmp_path)}"
        )  # it lives, and takes no job of the other window's
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


def _database(home: Path) -> Path:
    return home / "lsp" / "codeassess.sqlite"


def _asked(home: Path) -> dict[str, str]:
    """How it stands with the question about each document."""
    with closing(sqlite3.connect(_database(home))) as database:
        return dict(database.execute("SELECT document, status FROM questions").fetchall())
