"""What a candidate agrees to before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The text of an assessment that its candidates have to agree to, and the digest that says to which."""

    title: str
    text: str
    sha256: str


def consent_text(backend: str) -> str:
    """The text, as it is shown and as it is recorded in the session."""
    where = "in a database on this computer" if backend == "embedded" else f"on the server {backend}"
    return (
        "CodeAssess records this session: the text of the files that you put into it, how it changes and when, "
        f"the questions about it and your answers. It is kept {where} and used to assess how well you "
        "understand your code; a person may read it. Other files are never sent. Do you agree?"
    )


def whole_text(backend: str, asked: Agreement | None) -> str:
    """The same with what the assessment asks to agree to besides, as it is shown."""
    if asked is None:
        return consent_text(backend)
    return f"{asked.title} asks you to agree to this:\n\n{asked.text.strip()}\n\n{consent_text(backend)}"
