"""Positions are counted in the encoding that was announced, whichever the client offers first."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from editor import OURS, Editor
from lsprotocol import types as t

from codeassess_lsp.editor.linetext import UNITS, Change, LineText, TextPosition

WORDS = ("a", "ö", "é", "e\u0301", "漢", "𝕏", "👩‍👩‍👧", "\u200d", "\r\n", "\n", "\r", "\x0c", "\u2028", "x = 1")
"""Of one to four bytes, of one and two UTF-16 units, combining, and what only seems to end a line."""


def width(text: str, encoding: str) -> int:
    """Independent of the code under test: what Python's own codecs count."""
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    return len(text.encode({"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding])) // size


def position(text: str, offset: int, encoding: str) -> TextPosition:
    lines = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return TextPosition(len(lines) - 1, width(lines[-1], encoding))


@pytest.mark.parametrize("encoding", UNITS)
def test_a_thousand_edits_are_made_where_the_editor_made_them(encoding: str) -> None:
    chance = random.Random(encoding)
    text = "".join(chance.choices(WORDS, k=30))
    ours = LineText(text, encoding)
    for _ in range(1_000):
        cuts = [n for n in range(len(text) + 1) if text[max(0, n - 1) : n + 1] != "\r\n"]
        start, end = sorted(chance.choices(cuts, k=2))
        fresh = "".join(chance.choices(WORDS, k=chance.randint(0, 3)))
        ours.apply(Change(fresh, position(text, start, encoding), position(text, end, encoding)))
        text = (text[:start] + fresh + text[end:])[:400]
        ours = ours if str(ours) == text else LineText(text, encoding) if len(str(ours)) > 400 else ours
        assert str(ours) == text


def test_a_position_inside_a_character_is_no_position() -> None:
    for encoding, inside in (("utf-8", 1), ("utf-8", 3), ("utf-16", 1)):
        with pytest.raises(ValueError, match="cuts a character"):
            LineText("𝕏", encoding).apply(Change("x", TextPosition(0, inside), TextPosition(0, inside)))


@pytest.mark.parametrize(
    ("offered", "announced", "character"),
    [
        (["utf-8", "utf-16", "utf-32"], "utf-8", 7),
        (["utf-32", "utf-8"], "utf-32", 3),
        (["utf-16"], "utf-16", 4),
        (["latin-1", "utf-8"], "utf-8", 7),
        (None, "utf-16", 4),
    ],
)
async def test_what_is_announced_is_counted(
    tmp_path: Path, offered: list[str] | None, announced: str, character: int
) -> None:
    """The editor puts an `!` behind `ö𝕏b`, in its own units; what is recorded has it there."""
    general = t.GeneralClientCapabilities(position_encodings=offered)
    capabilities = t.ClientCapabilities(experimental=OURS.experimental, general=general)
    editor = Editor(tmp_path, capabilities=capabilities, CODEASSESS_MODEL="offline")
    try:
        answer = await editor.start(mode="embedded")
        assert answer.capabilities.position_encoding == announced
        uri = editor.open("main.py", "ö𝕏bc\n")
        await editor.ask("start", consent=True, documents=[uri])
        at = t.Position(0, character)
        change = t.TextDocumentContentChangePartial(range=t.Range(at, at), text="!")
        identifier = t.VersionedTextDocumentIdentifier(uri=uri, version=2)
        editor.client.text_document_did_change(t.DidChangeTextDocumentParams(identifier, [change]))
        state = await editor.hear("state", lambda s: s["keeping"] == "saved" and s["waiting"] == 0)
        assert await recorded(tmp_path, state["session"]) == "ö𝕏b!c\n"
    finally:
        await editor.quit()


async def recorded(home: Path, session: str) -> str:
    """The text of the last snapshot, as another process reads it."""
    from codeassess_core.storage.database import Database
    from codeassess_core.storage.record import Record
    from codeassess_core.testing import InlineJobs

    record = Record(Database(f"sqlite+aiosqlite:///{home / 'lsp' / 'codeassess.sqlite'}"), jobs=InlineJobs())
    try:
        for _ in range(1_200):
            (last,) = await record.snapshots.latest(session) or (None,)
            if last is not None and "!" in last.code:
                return last.code
            import asyncio

            await asyncio.sleep(0.05)
        raise AssertionError(f"never recorded: {last}")
    finally:
        await record.aclose()
