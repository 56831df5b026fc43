"""The base of all parts of a report's body."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from .characters import storable

Text = Annotated[str, BeforeValidator(storable)]
"""Text of people or models that every store accepts: without NUL and lone surrogates."""


class Part(BaseModel):
    """A frozen part of the body. Fields of newer versions are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)
