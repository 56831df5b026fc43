"""Reads the TOML files that stand beside the code. Strict: a mistake in a file names the file and the key.

The shape of a file is a pydantic model. Lists of words are written as one string, because
that is short to read and to edit: `WordList` splits at white space, `Alternatives` at "|".
"""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

Words = tuple[str, ...]
"""Words or phrases of which any one will do, in lower case."""

_PACKAGE: Final = "codeassess_core.examiner"


class TableError(ValueError):
    """A file of data is not what the code expects; the message names the file and the key."""


class Table(BaseModel):
    """The base of each file's model: no unknown keys, no conversions, no changes after loading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Model = TypeVar("Model", bound=Table)


def alt(terms: str) -> Words:
    """Alternatives written as "one | two | three"."""
    return tuple(term.strip() for term in terms.split("|"))


def word_set(words: str) -> frozenset[str]:
    """Words written as "one two three"."""
    return frozenset(words.split())


def _split_alternatives(terms: Any) -> Words:
    if not isinstance(terms, str):
        raise ValueError('should be a string of alternatives: "one | two"')
    found = alt(terms)
    if not all(found):
        raise ValueError("has an empty alternative")
    return found


def _split_words(words: Any) -> Words:
    if not isinstance(words, str):
        raise ValueError("should be a string of words")
    return tuple(words.split())


Alternatives = Annotated[Words, BeforeValidator(_split_alternatives)]
WordList = Annotated[Words, BeforeValidator(_split_words)]


def read_table(model: type[Model], *path: str) -> Model:
    """The file at this path below `examiner/`, as `model`; raises `TableError`."""
    file = resources.files(_PACKAGE).joinpath(*path)
    return parse_table(model, file.read_text("utf-8"), name="/".join(path))


def parse_table(model: type[Model], text: str, *, name: str) -> Model:
    """The text of the file `name` as `model`; raises `TableError`."""
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise TableError(f"{name}: {error}") from error
    except ValidationError as error:
        raise TableError("; ".join(_told(name, one["loc"], one["msg"]) for one in error.errors())) from error


def _told(name: str, keys: tuple[int | str, ...], message: str) -> str:
    return f"{name}: {'.'.join(map(str, keys))}: {message}"
