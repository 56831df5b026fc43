"""What a viewer is shown: the code where it is being written, and the newest of the conversation."""

from __future__ import annotations

from functools import reduce
from io import StringIO

import pytest
from rich.console import Console

from codeassess_core.cli.demo.events import (
    Answered,
    Asked,
    Began,
    Evaluated,
    Event,
    Finished,
    NotAsked,
    Reconnected,
    Reported,
    Saved,
    Trouble,
    Wrote,
)
from codeassess_core.cli.demo.live_screen import picture
from codeassess_core.cli.demo.view_state import ViewState, after, last_changed_line

CODE = "".join(f"line_{number} = {number}\n" for number in range(1, 61))
LONG = "Why is that so? " * 30

PLAYED: list[Event] = [
    Began(title="A session", language="python", session_id="01a2", server="http://x", updates=2),
    Wrote(at=65.0, code=CODE, cause="typing", sent=1),
    Asked(question=LONG, start_line=3, end_line=4),
    Answered(response="Because of [bold]this[/bold]."),
    Evaluated(evaluation="Nearly.", score=7.5, score_text="6 to 10 of 10: the reason waits for a person"),
    Wrote(at=70.0, code=CODE.replace("line_9 = 9", "line_9 = 10"), cause="typing", sent=2),
]


def drawn(state: ViewState, *, width: int, height: int) -> list[str]:
    console = Console(file=StringIO(), width=width, height=height, force_terminal=False)
    console.print(picture(state, height=height))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


CHANGES = [
    ("", "", 0),  # nothing is written
    ("", "a\nb", 2),  # the first words
    ("a\nb\nc", "a\nB\nc", 2),  # in the middle
    ("a\nb\nc", "a\nc", 1),  # a deletion is shown where it was
    ("a\nb", "b", 1),
    ("a\na", "a\na\na", 1),  # nobody can tell which of equal lines is new
    ("a", "a", 1),
]


@pytest.mark.parametrize(("before", "code", "line"), CHANGES)
def test_the_line_that_is_being_written_is_found(before: str, code: str, line: int) -> None:
    assert last_changed_line(before, code) == line


@pytest.mark.parametrize(("width", "height"), [(60, 16), (80, 23), (100, 29), (200, 34)])
def test_the_picture_has_exactly_its_size(width: int, height: int) -> None:
    lines = drawn(reduce(after, PLAYED, ViewState()), width=width, height=height)
    assert len(lines) == height
    assert all(len(line) <= width for line in lines)


def test_the_code_is_shown_where_it_changed_and_the_conversation_at_its_end() -> None:
    shown = "\n".join(drawn(reduce(after, PLAYED, ViewState()), width=100, height=20))
    assert "line_9 = 10" in shown and "line_60" not in shown
    assert "Scored 6 to 10 of 10: the reason waits" in shown and "Nearly." in shown
    assert "[bold]this[/bold]" in shown, "what people write is no markup"
    assert "1:10" in shown and "update 2 of 2" in shown


def test_what_is_not_saved_is_said() -> None:
    state = after(ViewState(), Saved(acked=3, unsaved=2))
    assert "2 not saved yet" in drawn(state, width=80, height=20)[1]
    assert "all saved" in drawn(after(state, Saved(acked=5, unsaved=0)), width=80, height=20)[1]


NOTES = [
    (NotAsked(seconds=15.0), "No question came within 15 s"),
    (Reconnected(), "Connected again"),
    (Trouble(message="The model is away."), "The model is away."),
    (Finished(), "Finished"),
    (Reported(), "The report is ready"),
]


@pytest.mark.parametrize(("event", "words"), NOTES)
def test_everything_that_happens_is_said_in_words(event: Event, words: str) -> None:
    assert words in "\n".join(drawn(after(ViewState(), event), width=100, height=20))
