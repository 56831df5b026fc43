"""Follows documents when their names change: after a rename it is the same document. Pure.

A name identifies a document only together with a moment, here the number of snapshots at
that time: `a.py` that was renamed to `b.py`, and a later `a.py`, are two documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

RENAMED: Final = "document_renamed"
"""The kind of the activity that reports a rename, with `detail: {from, to}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A document was renamed when the session had `snapshot` snapshots."""

    before: str
    after: str
    snapshot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRange:
    """The snapshots with `after < n <= upto` of a document under one name."""

    document: str
    after: int
    upto: int


class Names:
    """The renames of one session, in order."""

    def __init__(self, renames: Sequence[Rename] = ()) -> None:
        self._renames = tuple(renames)

    def now(self, document: str, snapshot: int) -> str:
        """The present name of the document that had this name at that snapshot."""
        for rename in self._renames:
            if rename.before == document and rename.snapshot >= snapshot:
                document, snapshot = rename.after, rename.snapshot
        return document

    def named_ranges(self, document: str, upto: int) -> Iterator[NamedRange]:
        """The ranges of snapshots of this document under its present and former names, newest first."""
        for rename in reversed(self._renames):
            if rename.snapshot > upto:
                continue
            if rename.before == document:  # an older document with this name, which was renamed
                yield NamedRange(document=document, after=rename.snapshot, upto=upto)
                return
            if rename.after == document:
                yield NamedRange(document=document, after=rename.snapshot, upto=upto)
                document, upto = rename.before, rename.snapshot
        yield NamedRange(document=document, after=0, upto=upto)

    def is_same(self, document: str, upto: int, *, name: str, snapshot: int) -> bool:
        """True when this is the document that had `name` at `snapshot`."""
        return any(s.document == name and s.after < snapshot <= s.upto for s in self.named_ranges(document, upto))


_BY_SUFFIX: Final = {
    "py": "python", "pyi": "python", "pyw": "python", "js": "javascript", "mjs": "javascript", "cjs": "javascript",
    "jsx": "javascriptreact", "ts": "typescript", "mts": "typescript", "tsx": "typescriptreact", "java": "java",
    "c": "c", "h": "c", "cpp": "cpp", "cc": "cpp", "cxx": "cpp", "hpp": "cpp", "go": "go", "rs": "rust",
    "jl": "julia", "r": "r", "rb": "ruby", "php": "php", "cs": "csharp", "kt": "kotlin", "swift": "swift",
    "scala": "scala", "lua": "lua", "pl": "perl", "hs": "haskell", "sql": "sql", "sh": "shellscript",
    "html": "html", "css": "css", "json": "json", "yaml": "yaml", "yml": "yaml", "toml": "toml",
    "md": "markdown", "txt": "plaintext",
}  # fmt: skip
_NO_LANGUAGE: Final = frozenset({"", "plaintext", "text", "plain"})


def language_of(document: str, said: str | None) -> str | None:
    """The language of a document, as editors name it: from its editor, else from the ending of its name.

    None when neither is known. An editor without support for a language calls it plain text.
    """
    name = (said or "").strip().lower()
    by_suffix = _BY_SUFFIX.get(document.rpartition(".")[2].lower()) if "." in document else None
    return (by_suffix if name in _NO_LANGUAGE else None) or name or None
