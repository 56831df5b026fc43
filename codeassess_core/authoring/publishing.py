"""Publishes a folder: a new assessment, its next version, or nothing when nothing has changed.

What a folder has become is kept beside it, in published.json: the assessment and its version by place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import ChangedMeanwhile, InvalidInput, NotFound
from ..new_assessment import StoredAssessment
from .folder import PUBLISHED, AuthoredFolder
from .places import Place


class _Note(BaseModel):
    model_config = ConfigDict(extra="forbid")

    assessment_id: str
    version: Annotated[int, Field(ge=1)]


class Published(BaseModel):
    """The content of published.json, by the name of a place."""

    model_config = ConfigDict(extra="forbid")

    places: dict[str, _Note] = {}


Outcome = Literal["new", "version", "unchanged"]


def read_published(folder: Path) -> Published:
    """What the folder was published as; nothing without the file.

    Raises:
        InvalidInput: the file is broken.
    """
    file = folder / PUBLISHED
    try:
        return Published.model_validate_json(file.read_bytes()) if file.exists() else Published()
    except (OSError, ValidationError) as problem:
        raise InvalidInput(f"{file} cannot be read; delete it to publish as a new assessment.") from problem


async def publish(folder: AuthoredFolder, place: Place, *, over: bool = False) -> tuple[Outcome, StoredAssessment]:
    """Publish the folder at the place. `over`: also when somebody has published another version there.

    Raises:
        ChangedMeanwhile: the newest version is not what this folder was published as.
        InvalidInput: published.json is broken, or names an assessment that is not there.
    """
    published = read_published(folder.path)
    known = published.places.get(place.name)
    if known is None:
        outcome, stored = "new", await place.add(folder.new)
    else:
        newest = await _newest(place, known, folder.path)
        if folder.new.same_as(newest):
            outcome, stored = "unchanged", newest
        else:
            _refuse_a_foreign_one(newest, known, over=over)
            outcome, stored = "version", await place.add_version(folder.new, after=newest)
    published.places[place.name] = _Note(assessment_id=stored.assessment_id, version=stored.version)
    _keep(folder.path / PUBLISHED, published)
    return outcome, stored  # type: ignore[return-value]


async def _newest(place: Place, known: _Note, path: Path) -> StoredAssessment:
    try:
        return await place.get(known.assessment_id)
    except NotFound:
        where = f"{path / PUBLISHED} names the assessment {known.assessment_id}"
        raise InvalidInput(f"{where}, which is not at {place.name}; delete the file to publish as a new one.") from None


def _refuse_a_foreign_one(newest: StoredAssessment, known: _Note, *, over: bool) -> None:
    if over or newest.version == known.version:
        return
    raise ChangedMeanwhile(
        f"Version {newest.version} was published by {newest.created_by} at {newest.created_at}, not from this folder; "
        f"look at it with `codeassess assessment show {newest.assessment_id}`, then publish with --over."
    )


def _keep(file: Path, published: Published) -> None:
    try:
        file.write_text(published.model_dump_json(indent=2) + "\n", encoding="utf-8")
    except OSError as problem:
        raise InvalidInput(f"It was published, but {file} cannot be written: {problem.strerror}.") from problem
