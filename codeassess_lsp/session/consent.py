"""What a candidate agrees to before anything is sent."""

from __future__ import annotations


def consent_text(backend: str) -> str:
    """The text, as it is shown and as it is recorded in the session."""
    where = "in a database on this computer" if backend == "embedded" else f"on the server {backend}"
    return (
        "CodeAssess records this session: the text of the files that you put into it, how it changes and when, "
        f"the questions about it and your answers. It is kept {where} and used to assess how well you "
        "understand your code; a person may read it. Other files are never sent. Do you agree?"
    )
