"""What stands at the server is what stood in the editor, to the byte."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from editor import Editor
from jupyter_process import Jupyter
from lsprotocol import types as t

from codeassess_core.documents.edits import Edit, Position, apply
from codeassess_lsp.editor.difference import difference
from codeassess_lsp.editor.linetext import Change, LineText, TextPosition

EDITS = 10_000
BURST = 100

# Everything that has broken an editor's text before: line ends of all kinds, what only seems to end a line,
# the byte order mark, astral characters, marks that combine, joiners, right-to-left.
PIECES = [
    "\n", "\r\n", "\r", "\n\n", "a", "if x:\n    ", "\t", " ", "é", "e\u0301", "ß", "€", "\ufeff", "\u200b", "\u200d",
    "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85", "😀", "👩\u200d🔬", "𝒳", "🇫🇷", "漢字", "עברית", "\u202e", '"',
    "\\", "\x01", "\x7f", "#️⃣", "\U0010fffd", "x = '𐍈'\r\n", "",
]  # fmt: skip


def random_edit(random_: random.Random, text: str) -> tuple[t.TextDocumentContentChangePartial, str]:
    """One edit as an editor sends it, and the text after it; made with UTF-16 as editors have it, not with our code."""
    units = text.encode("utf-16-le")
    starts = _boundaries(text)
    a, b = sorted(random_.choices(starts, k=2))
    if random_.random() < 0.7:  # mostly insertions and small deletions, as people do
        b = starts[min(starts.index(a) + random_.choice((0, 0, 1, 3)), len(starts) - 1)]
    inserted = "".join(random_.choices(PIECES, k=random_.choice((0, 1, 1, 2, 5))))
    after = units[: 2 * a] + inserted.encode("utf-16-le") + units[2 * b :]
    span = t.Range(start=_position(text, a), end=_position(text, b))
    return t.TextDocumentContentChangePartial(range=span, text=inserted), after.decode("utf-16-le")


def _boundaries(text: str) -> list[int]:
    """Where an editor may put its cursor, in UTF-16 code units: not in a surrogate pair, not in a CRLF."""
    at, found = 0, [0]
    for index, character in enumerate(text):
        at += 2 if character > "\uffff" else 1
        if not (character == "\r" and text[index + 1 : index + 2] == "\n"):
            found.append(at)
    return found


def _position(text: str, units: int) -> t.Position:
    before = text.encode("utf-16-le")[: 2 * units].decode("utf-16-le")
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return t.Position(line=len(lines) - 1, character=len(lines[-1].encode("utf-16-le")) // 2)


async def test_ten_thousand_random_edits_arrive_byte_for_byte(jupyter: Jupyter, tmp_path: Path) -> None:
    chance = random.Random(4)
    editor = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await editor.start(serverUrl=jupyter.url)
    text = "\ufeffdef f():\r\n    return '😀'\r\n"
    uri = editor.open("exact.py", text)
    state = await editor.ask("start", consent=True, documents=[uri])
    was = {hashlib.sha256(text.encode()).hexdigest()}
    for number in range(EDITS):
        if len(text) > 2_000:
            text = text[:700]
            editor.replace(uri, number + 2, text)
        else:
            change, text = random_edit(chance, text)
            editor.change(uri, number + 2, change)
        was.add(hashlib.sha256(text.encode()).hexdigest())
        if number % BURST == BURST - 1:
            await editor.ask("status")  # editors wait for nothing; this keeps the pipe from filling up
            if number % (10 * BURST) == 10 * BURST - 1:
                await editor.saved()
    await editor.saved()
    snapshots = jupyter.snapshots(state["session"])
    assert len(snapshots) >= 10
    assert [s for s in snapshots if s["sha256"] not in was] == []
    assert [s["seq"] for s in snapshots] == sorted(s["seq"] for s in snapshots)
    assert jupyter.code(state["session"], snapshots[-1]["n"]) == text
    assert await editor.quit() == 0


def test_our_lines_and_the_cores_string_agree() -> None:
    chance = random.Random(11)
    text = ""
    lines = LineText(text)
    for number in range(3_000):
        change, expected = random_edit(chance, text)
        start, end = change.range.start, change.range.end
        lines.apply(
            Change(change.text, TextPosition(start.line, start.character), TextPosition(end.line, end.character))
        )
        edit = Edit(
            text=change.text, start=Position(start.line, start.character), end=Position(end.line, end.character)
        )
        assert str(lines) == expected == apply(text, [edit]), number
        text = expected if len(expected) < 1_500 else ""
        if not text:
            lines = LineText("")


def test_the_difference_of_two_texts_leads_from_one_to_the_other() -> None:
    chance = random.Random(7)
    text = ""
    for _ in range(3_000):
        _, after = random_edit(chance, text)
        change = difference(text, after)
        assert change.start is not None and change.end is not None
        start, end = (
            Position(change.start.line, change.start.character),
            Position(change.end.line, change.end.character),
        )
        assert apply(text, [Edit(text=change.text, start=start, end=end)]) == after
        text = after if len(after) < 9_000 else ""


def test_a_change_that_cuts_a_surrogate_pair_is_refused_and_changes_nothing() -> None:
    lines = LineText("a😀b")
    with pytest.raises(ValueError, match="cuts a character"):
        lines.apply(Change("x", TextPosition(0, 2), TextPosition(0, 2)))
    assert str(lines) == "a😀b"


# a position, and the offset it stands for in "ab\r\ncd\re\n"
CLAMPED = [
    (TextPosition(0, 99), 2),  # past the end of a line: before its line end
    (TextPosition(1, 2), 6),  # a bare carriage return ends a line
    (TextPosition(3, 0), 9),  # the empty line after the last line end
    (TextPosition(9, 9), 9),  # past the last line: the end of the text
]


@pytest.mark.parametrize(("position", "offset"), CLAMPED)
def test_a_position_past_an_end_is_that_end(position: TextPosition, offset: int) -> None:
    text = "ab\r\ncd\re\n"
    lines = LineText(text)
    lines.apply(Change("|", position, position))
    assert str(lines) == text[:offset] + "|" + text[offset:]


async def test_what_cannot_be_stored_becomes_the_replacement_character(jupyter: Jupyter, tmp_path: Path) -> None:
    editor = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await editor.start(serverUrl=jupyter.url)
    uri = editor.open("nul.py", "a\0b")
    state = await editor.ask("start", consent=True, documents=[uri])
    await editor.saved()
    [snapshot] = jupyter.snapshots(state["session"])
    assert jupyter.code(state["session"], snapshot["n"]) == "a\ufffdb"
    await editor.quit()
