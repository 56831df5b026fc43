"""The files of a data folder: at the right place, readable only by their owner, and without erased data."""

from __future__ import annotations

from pathlib import Path

import pytest
from records import asked, begin, opened, response, update

from codeassess_core.errors import InvalidInput
from codeassess_core.settings import Settings
from codeassess_core.storage.migrate import migrate
from codeassess_core.wiring import Core

FOLDERS = ["a?b", "a%20b", "a~b", "~a", "a b", "a#b", "ü", "a'b", "a?mode=memory"]


@pytest.mark.parametrize("name", FOLDERS)
async def test_a_data_folder_is_that_folder_whatever_its_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    core = Core(Settings(data_dir=str(folder), model="offline"))
    await core.open()
    try:
        await core.jobs.ready()
        session = await begin(core.record)
        await core.retrieval.add("shelf", [("a", "A recursive function calls itself.", "notes")])
        await core.record.recorder.record(update(session, "a = 1\n", 1))
        assert set(await core.health()) == {"database", "history", "retrieval", "jobs", "recording"}
        assert set((await core.health()).values()) == {"ok"}
    finally:
        await core.aclose()
    assert names(tmp_path) == {name}
    assert (folder / "codeassess.sqlite").exists() and (folder / "chroma/chroma.sqlite3").exists()
    before, now = migrate(core.settings.resolved_database_url())
    assert before == now


def test_a_tilde_at_the_beginning_is_the_home_folder() -> None:
    assert Settings(data_dir="~/x").data_path == Path.home() / "x"
    assert Settings(data_dir="~").data_path == Path.home()
    assert Settings(data_dir="/x/~/y").data_path == Path("/x/~/y")


def test_what_a_file_or_a_shell_put_around_a_setting_is_no_part_of_it() -> None:
    read = Settings.from_environment(
        {
            "CODEASSESS_DATABASE_URL": "postgresql://a@b/c\n",
            "CODEASSESS_MODEL": " offline\r\n",
            "CODEASSESS_MAX_QUESTIONS": "3\n",
            "CODEASSESS_FOLLOW_UPS": "off\n",
        }
    )
    assert (read.database_url, read.model, read.max_questions) == ("postgresql://a@b/c", "offline", 3)
    assert not read.follow_ups
    assert Settings(redis_url="redis://x/0\n").redis_url == "redis://x/0"


@pytest.mark.parametrize(
    ("name", "value"), [("database_lock_timeout", 0), ("database_commit_timeout", -1), ("database_connections", 3)]
)
def test_a_limit_that_cannot_be_is_refused(name: str, value: float) -> None:
    with pytest.raises(InvalidInput, match=name):
        Settings(**{name: value})


async def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "deep"
    core = Core(Settings(data_dir=str(folder), model="offline"))
    await core.open()
    try:
        session = await begin(core.record)
        await core.record.recorder.record(update(session, "a = 1\n", 1))
        await core.retrieval.add("shelf", [("a", "A recursive function calls itself.", "notes")])
        modes = modes_below(tmp_path)
    finally:
        await core.aclose()
    ours = {name: mode for name, mode in modes.items() if "/chroma/" not in name or name.endswith("chroma.sqlite3")}
    for name, mode in ours.items():
        assert mode == (0o700 if (tmp_path / name).is_dir() else 0o600), name
    assert "data/deep/codeassess.sqlite-wal" in ours and "data/deep/chroma" in ours


async def test_nothing_of_an_erased_session_is_left_in_the_files(tmp_path: Path) -> None:
    secret = "carthago_delenda_est"
    async with opened(f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}") as record:
        session, other = await begin(record), await begin(record)
        for n in range(1, 4):
            await record.recorder.record(update(session, f"x = '{secret}{n}'\n", n, document=f"{secret}.py"))
            await record.recorder.record(update(other, "y = 1\n", n))
        question = await asked(record, session, upto=3)
        await record.inbox.respond(response(session, question, secret))
        assert secret.encode() in everything(tmp_path)
        await record.sessions.erase(session.id, principal="root")
        assert secret.encode() not in everything(tmp_path)
        assert (await record.sessions.get(other.id)).snapshot_count == 3


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def modes_below(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777 for path in folder.rglob("*")}


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
