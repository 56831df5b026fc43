"""A document goes on under another name, in whatever way the editor gives it one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from editor import TIMEOUT, Editor
from lsprotocol import types as t

from codeassess_core.model import Interaction, InteractionKind, Snapshot
from codeassess_core.storage.database import Database
from codeassess_core.storage.record import Record
from codeassess_core.testing import InlineJobs

CODE = "".join(f"total += weights[{n}] * values[{n}]\n" for n in range(12))
QUIET = {"CODEASSESS_MODEL": "offline", "CODEASSESS_MIN_CODE_CHANGE_LINES": "1000"}


@asynccontextmanager
async def recording(home: Path, name: str = "a.py") -> AsyncIterator[tuple[Editor, str, str]]:
    """An editor with one document in a session: the editor, the document's uri, the session."""
    editor = Editor(home, **QUIET)
    await editor.start(mode="embedded")
    try:
        uri = editor.open(name, "x = 1\n")
        state = await editor.ask("start", consent=True, documents=[uri])
        editor.replace(uri, 2, f"x = 1\n{CODE}")
        await editor.saved()
        await reached(home, state["session"], f"x = 1\n{CODE}")
        yield editor, uri, state["session"]
    finally:
        await editor.quit()


async def stored(home: Path, session: str) -> tuple[list[Interaction], tuple[Snapshot, ...]]:
    record = Record(Database(f"sqlite+aiosqlite:///{home / 'lsp' / 'codeassess.sqlite'}"), jobs=InlineJobs())
    try:
        latest = await record.snapshots.latest(session)  # before the interactions, so that they tell of all of these
        return list(await record.sessions.interactions(session)), latest
    finally:
        await record.aclose()


async def reached(home: Path, session: str, text: str) -> tuple[list[Interaction], tuple[Snapshot, ...]]:
    """The record, once a document has this text."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            interactions, latest = await stored(home, session)
            if any(snapshot.code == text for snapshot in latest):
                return interactions, latest
            await asyncio.sleep(0.05)


async def as_renamed(home: Path, session: str, *, to: str, text: str) -> None:
    """The record tells of the rename, goes on under the new name, and takes nothing for a paste."""
    interactions, latest = await reached(home, session, text)
    told = [i.payload["detail"] for i in interactions if i.payload.get("kind") == "document_renamed"]
    assert told == [{"from": "a.py", "to": to}]
    assert [(s.document, s.code) for s in latest] == [(to, text)]
    updates = [i.payload for i in interactions if i.kind is InteractionKind.CODE_UPDATE]
    assert not any("gap" in payload for payload in updates)
    assert sum("pasted" in payload for payload in updates) == 1, "the block above, once"


def renamed(editor: Editor, former: str, present: str) -> None:
    file = t.FileRename(old_uri=former, new_uri=present)
    editor.client.workspace_did_rename_files(t.RenameFilesParams(files=[file]))


@pytest.mark.parametrize("told", ["first", "last", "never"])
async def test_a_renamed_document_goes_on(tmp_path: Path, told: str) -> None:
    async with recording(tmp_path) as (editor, uri, session):
        text, present = f"x = 1\n{CODE}", editor.uri("b.py")
        if told == "first":
            renamed(editor, uri, present)
        editor.close(uri)
        editor.open("b.py", text)
        if told == "last":
            renamed(editor, uri, present)
        editor.replace(present, 2, text + "y = 2\n")
        await editor.saved()
        assert (await editor.ask("status"))["state"]["documents"] == [present]
        await as_renamed(tmp_path, session, to="b.py", text=text + "y = 2\n")


async def test_save_as_opens_the_new_one_before_it_closes_the_old(tmp_path: Path) -> None:
    async with recording(tmp_path) as (editor, uri, session):
        text = f"x = 1\n{CODE}"
        present = editor.open("sub/b.py", text)
        editor.close(uri)
        editor.replace(present, 2, text + "y = 2\n")
        await editor.saved()
        await as_renamed(tmp_path, session, to="sub/b.py", text=text + "y = 2\n")


def on_disk(editor: Editor, name: str, text: str) -> Path:
    """What the editor has saved."""
    path = Path(urlsplit(editor.uri(name)).path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


async def test_a_file_that_was_moved_in_a_terminal_goes_on_where_it_is_opened(tmp_path: Path) -> None:
    async with recording(tmp_path) as (editor, uri, session):
        text = f"x = 1\n{CODE}"
        file = on_disk(editor, "a.py", text)
        editor.save(uri)
        await editor.saved()
        file.rename(file.with_name("b.py"))  # git mv: the editor of a.py stays open and tells nothing
        present = editor.open("b.py", text)
        editor.replace(present, 2, text + "y = 2\n")
        await editor.saved()
        assert (await editor.ask("status"))["state"]["documents"] == [present]
        await as_renamed(tmp_path, session, to="b.py", text=text + "y = 2\n")


async def test_where_it_is_not_known_what_became_of_a_file_that_is_said(tmp_path: Path) -> None:
    async with recording(tmp_path) as (editor, uri, _):
        file = on_disk(editor, "a.py", f"x = 1\n{CODE}")
        editor.save(uri)
        await editor.saved()
        file.rename(file.with_name("b.py"))
        editor.open("notes.md", "# Notes\n", language="markdown")
        present = editor.open("b.py", "changed = 'outside'\n")
        problem = await editor.hear("problem")
        assert (problem["code"], problem["detail"]["uri"]) == ("document_vanished", present)
        assert "a.py is not there any more, and b.py is not recorded" in problem["message"]
        assert len(editor.all("problem")) == 1, "a file of another kind is no successor"
        assert (await editor.ask("status"))["state"]["documents"] == [uri]


async def test_a_folder_takes_its_documents_along(tmp_path: Path) -> None:
    async with recording(tmp_path, "src/a.py") as (editor, uri, session):
        renamed(editor, editor.uri("src"), editor.uri("lib"))
        editor.close(uri)
        present = editor.open("lib/a.py", f"x = 1\n{CODE}")
        editor.replace(present, 2, f"x = 2\n{CODE}")
        _, latest = await reached(tmp_path, session, f"x = 2\n{CODE}")
        assert [(s.document, s.code) for s in latest] == [("lib/a.py", f"x = 2\n{CODE}")]


async def test_closed_and_opened_again_it_is_recorded_again_and_what_changed_meanwhile_is_a_gap(tmp_path: Path) -> None:
    async with recording(tmp_path) as (editor, uri, session):
        editor.close(uri)
        changed = f"x = 1\n{CODE}" + "".join(f"seen[{n}] = other({n}, values)\n" for n in range(12))
        editor.open("a.py", changed)
        interactions, latest = await reached(tmp_path, session, changed)
        assert [s.code for s in latest] == [changed]
        updates: list[dict[str, Any]] = [i.payload for i in interactions if i.kind is InteractionKind.CODE_UPDATE]
        assert updates[-1] == {"cause": "open", "gap": {"lines": 12}, "snapshot": len(updates)}


async def test_another_document_that_is_opened_is_not_taken_for_it(tmp_path: Path) -> None:
    async with recording(tmp_path) as (editor, uri, session):
        editor.close(uri)
        editor.open("b.py", "something = 'else'\n")
        await editor.saved()
        assert (await editor.ask("status"))["state"]["documents"] == [uri]
        interactions, _ = await stored(tmp_path, session)
        assert not [i for i in interactions if i.payload.get("kind") == "document_renamed"]
