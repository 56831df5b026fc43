"""The files in `languages/`: what has to be known of each natural language.

A file with only the commonest words lets the language be recognised. `results` and `claims`
make answers in it readable: to add a language, add a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from .tables import Alternatives, Table, WordList, read_table

_FOLDER: Final = "languages"


class _LineWords(Table):
    line: WordList
    first: Alternatives  #: ordinals from the first on
    to: WordList  #: "5 to 7"
    by_words: Alternatives  #: a line that is described


class _ChoiceWords(Table):
    option: WordList
    ordinal: Alternatives  #: from the first on
    last: WordList
    all: WordList


class _GivingUp(Table):
    phrases: Alternatives  #: no answer: "no idea"
    around: WordList  #: what may stand around it


class ResultTable(Table):
    """The words by which people state a result: single words as lists, phrases as alternatives."""

    yielding: WordList  #: verbs that lead to a result: "returns"
    printing: WordList  #: those of them that speak of output
    raising: WordList  #: verbs that lead to an exception
    passive: WordList  #: participles after a result: "is returned"
    being: WordList  #: "is", "equals"
    pronouns: WordList  #: subjects that stand for the result or the code: "it", "this"
    result_names: WordList  #: nouns for a result: "answer"
    filling: WordList  #: small words that may stand between
    opening: WordList  #: words before an answer: "I think"
    reasons: WordList
    conditions: WordList
    so: WordList  #: words that conclude
    after: WordList  #: words of an order in time: "then"
    each: WordList
    or_: WordList = Field(alias="or")
    and_: WordList = Field(alias="and")
    negators: WordList
    denied_after: WordList  #: what denies the exception before it: "KeyError is caught"
    counted: WordList  #: "times", after a number
    placed: WordList  #: what makes the number after it a place: "line", "step"
    breaks: WordList  #: what begins a clause
    describing: WordList  #: what begins the description of a value: "half", "list"
    minus: WordList
    denying: Alternatives  #: what takes away the value after it: "instead of"
    inexact: Alternatives  #: what makes a number a bound: "at least"
    about: Alternatives  #: what makes it a rounded one
    others: Alternatives  #: what speaks of another case: "otherwise"
    unchanged: Alternatives  #: what speaks of the code before a change: "as it stands"
    times_asked: Alternatives  #: a question for a count: "how often"
    true: Alternatives
    false: Alternatives
    none: Alternatives
    infinity: Alternatives
    numbers: WordList  #: the words for 0, 1, …
    large: Mapping[str, int | float]  #: other numbers by their words
    empty: Mapping[Literal["list", "tuple", "dict", "set", "str"], Alternatives]
    counts: Mapping[Annotated[str, StringConstraints(pattern=r"^\d+$")], Alternatives]  #: "twice", by its number
    exceptions: Mapping[str, Alternatives]  #: by their class; `any` is an error without its name, `none` no error
    lines: _LineWords
    choices: _ChoiceWords
    giving_up: _GivingUp


class ClaimTable(Table):
    """The words by which people claim something of a program."""

    negators: WordList  #: words that deny what follows them in their clause
    late_negators: WordList = ()  #: those that also deny a verb before them ("ändert sich nicht")
    breaks: WordList  #: words that begin a clause
    yielding: WordList  #: words by which a clause speaks of a result
    numbers: WordList  #: the words for 0, 1, …; "-" for one that means something else too
    values: Mapping[str, Alternatives]  #: ways to say a value that are no literal of it
    dimensions: Mapping[str, Mapping[str, Alternatives]]  #: values that exclude one another, by their dimension


class LanguageFile(Table):
    """One file of `languages/`."""

    commonest: WordList  #: the commonest words, by which the language is recognised
    results: ResultTable | None = None
    claims: ClaimTable | None = None


@lru_cache(maxsize=1)
def language_files() -> Mapping[str, LanguageFile]:
    """All files by their language (`en`, `de`, …), in alphabetical order."""
    folder = resources.files(__package__).joinpath(_FOLDER)
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    return {name.removesuffix(".toml"): read_table(LanguageFile, "text", _FOLDER, name) for name in names}
