"""Answers in an editor without an answer box: a file that the candidate fills in and saves."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from codeassess_core.documents.lines import split_lines

MARK: Final = "<!-- Write your answer below this line, then save this file. -->"


class AnswerFiles:
    """One file for each question, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._questions: dict[str, str] = {}  # by the uri of the answer file

    def make(self, question: str, *, text: str, draft: str) -> str:
        """Make the answer file of a question; returns its uri. One that exists is kept as it is."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"answer-{question}.md"
        if not path.exists():
            path.write_text(f"{_quoted(text)}\n\n{MARK}\n\n{draft}", encoding="utf-8")
            path.chmod(0o600)
        uri = path.as_uri()
        self._questions[uri] = question
        return uri

    def answer(self, uri: str, text: str) -> tuple[str, str] | None:
        """The question and the answer, when `uri` is an answer file with an answer in it."""
        question = self._questions.get(uri)
        answer = text.partition(MARK)[2].strip()
        return (question, answer) if question is not None and answer else None


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in split_lines(text))
