"""The parameters of our operations (docs/vscode.md), parsed once, where they come in."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from codeassess_core.live.messages import Id
from codeassess_core.live.validation import Text, invalid_field

R = TypeVar("R", bound=BaseModel)


class _Request(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, alias_generator=to_camel, hide_input_in_errors=True
    )


class Nothing(_Request):
    """No parameters."""


class Token(_Request):
    """A credential for the server. The client keeps it; this process does not."""

    token: Annotated[str, Field(min_length=1, max_length=4_000)]
    server_url: str | None = None


class Redeem(_Request):
    """The code of an invitation or of a hand-over, or a whole link, which names its server."""

    code: Annotated[str, Field(min_length=1, max_length=2_000)]
    server_url: str | None = None


class Start(_Request):
    """A new session. `consent`: the candidate has agreed to the text that `consent_needed` gave."""

    server_url: str | None = None
    assessment_id: str | None = None
    language: Annotated[Text, Field(max_length=40)] | None = None
    consent: bool = False
    documents: Annotated[list[str], Field(max_length=100)] = []


class Join(_Request):
    """A session that exists."""

    session: Id
    server_url: str | None = None
    consent: bool = False
    documents: Annotated[list[str], Field(max_length=100)] = []


class Starter(_Request):
    """Where the files of the task are to be: the uri of a folder, which is made if need be."""

    folder: Annotated[Text, Field(min_length=1, max_length=4_000)]


class Document(_Request):
    """A document of the editor; a cell stands for its notebook."""

    uri: Annotated[Text, Field(min_length=1, max_length=4_000)]


class Draft(_Request):
    """What the candidate has written to a question so far."""

    id: Id
    text: str


class Answer(_Request):
    """`slots`: what was put into the question's slots, by their ids."""

    id: Id
    text: str
    slots: dict[Id, str] = {}


class Question(_Request):
    id: Id


def read(model: type[R], given: object) -> R:
    """Parse the parameters.

    Raises:
        InvalidInput: with the field that is wrong.
    """
    try:
        return model.model_validate(given)
    except ValidationError as problem:
        raise invalid_field(problem) from None
