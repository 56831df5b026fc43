"""A folder with a task becomes an assessment; everything that is wrong in it is told at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from ..live.validation import invalid_field
from ..new_assessment import CriterionIn, FileIn, NewAssessment
from .fields import AssessmentFields, RubricFields, body
from .files import read_files, read_text
from .marked_yaml import NotYaml, read_yaml
from .mistakes import validated
from .problems import FolderRejected, Problem

ASSESSMENT: Final = "assessment.yaml"
RUBRIC: Final = "rubric.yaml"
STARTER: Final = "starter"
MATERIALS: Final = "materials"
RECORDING: Final = "recording.jsonl"
PUBLISHED: Final = "published.json"
LARGEST: Final = 1_000_000
"""Bytes of the whole as JSON: what one request to a server may carry."""

_KNOWN: Final = frozenset({ASSESSMENT, RUBRIC, STARTER, MATERIALS, RECORDING, PUBLISHED, "README.md"})
_MISNAMED: Final = {
    "assessment.yml": ASSESSMENT, "assessment.json": ASSESSMENT, "rubric.yml": RUBRIC, "rubric.json": RUBRIC,
    "material": MATERIALS, "start": STARTER, "starters": STARTER, "starter_files": STARTER,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoredFolder:
    """An assessment as its folder says it. `not_read` lists what the folder has besides."""

    path: Path
    new: NewAssessment
    recording: Path | None
    not_read: tuple[str, ...]


def read_folder(path: Path) -> AuthoredFolder:
    """The assessment in a folder.

    Raises:
        FolderRejected: with everything that is wrong.
    """
    if not path.is_dir():
        raise FolderRejected(str(path), [Problem(file=str(path), message="is no folder")])
    problems: list[Problem] = []
    fields = _read_fields(path, ASSESSMENT, AssessmentFields, problems)
    rubric = _read_rubric(path, problems)
    starter, materials = read_files(path / STARTER), read_files(path / MATERIALS, materials=True)
    problems += starter.problems + materials.problems
    instructions = _read_instructions(path, fields, problems)
    not_read = _look_around(path, fields, problems)
    if problems or fields is None:
        raise FolderRejected(str(path), problems)
    new = _assembled(path, fields, instructions, rubric=rubric, starter=starter.files, materials=materials.files)
    recording = path / RECORDING
    return AuthoredFolder(
        path=path, new=new, recording=recording if recording.exists() else None, not_read=tuple(not_read)
    )


def _read_fields(path: Path, name: str, model: type[BaseModel], problems: list[Problem]) -> Any:
    """The fields of one YAML file; None when there are mistakes."""
    file = path / name
    if not file.is_file():
        hint = f"; `codeassess assessment init {path}` writes one" if name == ASSESSMENT else ""
        problems.append(Problem(file=name, message=f"is missing{hint}"))
        return None
    try:
        marked = read_yaml(file.read_bytes())
    except NotYaml as problem:
        problems.append(Problem(file=name, line=problem.line, message=str(problem)))
        return None
    except OSError as problem:
        problems.append(Problem(file=name, message=f"cannot be read: {problem.strerror}"))
        return None
    value, found = validated(model, marked, file=name)
    problems += found
    return value


def _read_rubric(path: Path, problems: list[Problem]) -> list[CriterionIn]:
    if not (path / RUBRIC).exists():
        return []
    fields: RubricFields | None = _read_fields(path, RUBRIC, RubricFields, problems)
    criteria = fields.criteria if fields else []
    names = [criterion.name for criterion in criteria]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(
            Problem(file=RUBRIC, field="criteria", message=f"two criteria have the name {name!r}; rename one")
        )
    return criteria


def _read_instructions(path: Path, fields: AssessmentFields | None, problems: list[Problem]) -> str:
    if fields is None:
        return ""
    name = fields.instructions
    if Path(name).is_absolute() or ".." in Path(name).parts:
        message = "must be a file of this folder, for example `instructions: instructions.md`"
        problems.append(Problem(file=ASSESSMENT, field="instructions", message=message))
        return ""
    if not (path / name).is_file():
        problems.append(Problem(file=name, message="is missing: write the task there, or name another file"))
        return ""
    text = read_text(path / name, name)
    if isinstance(text, Problem) or not text.strip():
        problems.append(text if isinstance(text, Problem) else Problem(file=name, message="is empty: write the task"))
        return ""
    return text


def _look_around(path: Path, fields: AssessmentFields | None, problems: list[Problem]) -> list[str]:
    """What else is in the folder; a name that is nearly right is a mistake."""
    known = _KNOWN | ({Path(fields.instructions).parts[0]} if fields else {"instructions.md"})
    names = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))
    for name in names:
        if name in _MISNAMED:
            problems.append(Problem(file=name, message=f"is not read; rename it to {_MISNAMED[name]}"))
    return [name for name in names if name not in known and name not in _MISNAMED]


def _assembled(
    path: Path,
    fields: AssessmentFields,
    instructions: str,
    *,
    rubric: list[CriterionIn],
    starter: list[FileIn],
    materials: list[FileIn],
) -> NewAssessment:
    """The whole. A single starter file is also the `starter_code` of clients that know no files."""
    only = starter[0].text if len(starter) == 1 and not starter[0].path.endswith(".ipynb") else ""
    values = body(fields) | {"instructions": instructions, "starter_code": only, "rubric": rubric}
    try:
        new = NewAssessment.model_validate(values | {"files": starter, "materials": materials})
    except ValidationError as problem:
        field = invalid_field(problem).message.removeprefix("message: ").removesuffix(".")
        raise FolderRejected(str(path), [Problem(file=ASSESSMENT, message=field)]) from None
    size = len(new.model_dump_json(by_alias=True).encode())
    if size > LARGEST:
        large = max([*starter, *materials], key=lambda file: len(file.text), default=None)
        what = f"; the largest file is {large.path}" if large else ""
        message = f"comes to {size} bytes, and may have {LARGEST}{what}"
        raise FolderRejected(str(path), [Problem(file=path.name, message=message)])
    return new
