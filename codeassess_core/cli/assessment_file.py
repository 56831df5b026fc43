"""An assessment in a JSON file."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from ..errors import InvalidInput
from ..live.validation import invalid_field, read_json
from ..new_assessment import NewAssessment


def read_assessment(path: Path) -> NewAssessment:
    """The assessment in a JSON file.

    Raises:
        InvalidInput: it cannot be read or is not of that form; the message names the file and the field.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise InvalidInput(f"{path} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise InvalidInput(f"{path} is not UTF-8.") from problem
    try:
        return NewAssessment.model_validate(read_json(text))
    except ValidationError as problem:
        raise InvalidInput(f"{path}: {invalid_field(problem).message}") from None
    except InvalidInput as problem:
        raise InvalidInput(f"{path}: {problem.message}") from problem
