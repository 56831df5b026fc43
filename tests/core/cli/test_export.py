"""`codeassess export`: the same zip as REST gives."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from records import begin, opened, update

from codeassess_core.cli.export import Form
from codeassess_core.exports import EXPORTS
from codeassess_core.exports.making import exported

from .running import codeassess, succeed


def recorded(database_url: str, form: str) -> tuple[str, bytes]:
    """A session with two snapshots, and its export."""

    async def record() -> tuple[str, bytes]:
        async with opened(database_url) as record:
            session = await begin(record)
            for code in ("x = 1\r\n", "x = '👍'\n"):
                await record.recorder.record(update(session, code))
            return session.id, await exported(record, await record.sessions.get(session.id), EXPORTS[form])

    return asyncio.run(record())


@pytest.mark.parametrize("form", EXPORTS)
def test_a_session_is_written_as_rest_gives_it(database_url: str, form: str, tmp_path: Path) -> None:
    session_id, content = recorded(database_url, form)
    file = tmp_path / "session.zip"
    told = succeed("export", session_id, "--format", form, "--out", file, "--database-url", database_url)
    assert told == f"The session {session_id} is in {file}.\n"
    assert file.read_bytes() == content


def test_without_a_name_the_zip_is_named_after_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}"
    session_id, content = recorded(url, "progsnap2")
    monkeypatch.chdir(tmp_path)
    succeed("export", session_id, "--database-url", url)
    assert (tmp_path / f"session-{session_id}-progsnap2.zip").read_bytes() == content
    refused = codeassess("export", session_id, "--database-url", url, "--out", tmp_path / "no" / "such.zip")
    assert refused.returncode == 2 and "cannot be written: No such file or directory" in refused.stderr


def test_the_command_knows_every_form() -> None:
    assert list(Form) == list(EXPORTS)
