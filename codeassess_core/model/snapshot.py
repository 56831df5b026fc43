"""Snapshots of the candidate's code, and the edits between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAIN_DOCUMENT = "main"
"""The uri of the document when a client sends none."""

MAX_DOCUMENT_BYTES = 1_048_576
"""The limit of one document, in bytes of UTF-8."""


class Cause(StrEnum):
    """What changed the code, as the editor reports it; only a hint, which no score depends on."""

    TYPING = "typing"
    PASTE = "paste"
    CUT = "cut"
    UNDO = "undo"
    RUN = "run"
    SAVE = "save"
    OPEN = "open"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotInfo:
    """A snapshot without its code."""

    n: int  #: from 1, one for each applied code_update of the session
    seq: int | None  #: the client's seq, when it sent one
    document: str
    sha256: str  #: hex, of the UTF-8 text
    bytes: int  #: length of the UTF-8 text
    created_at: datetime
    language: str | None = None  #: of the document, as its editor named it; None: that of the session


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(SnapshotInfo):
    """The candidate's code at one moment, rebuilt exactly."""

    code: str
    cause: Cause | None = None  #: None: typing, or unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A snapshot as an edit of the previous snapshot of the same document (the first: of an empty text).

    At `start`, `deleted` UTF-16 code units are replaced by `inserted`; surrogate pairs are never split.
    """

    n: int  #: of the snapshot
    seq: int | None  #: the client's seq, when it sent one
    document: str
    created_at: datetime
    start: int
    deleted: int
    inserted: str
    cause: Cause | None  #: None: typing, or unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Lines of one document at one snapshot."""

    document: str
    snapshot: int
    start_line: int
    end_line: int
