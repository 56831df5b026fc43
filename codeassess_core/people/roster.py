"""A roster: a CSV file with one person a line.

Columns: `id` or `email` (whose work it is: the name that sessions carry), `name`, `group`, `extra_time`. The first line
names them, in any order. UTF-8 and UTF-16 are read, with commas, semicolons or tabs between the columns.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from ..errors import InvalidInput, TooLarge
from ..model import DEFAULT_TENANT, Person
from .extra_time import extra_time_text, read_extra_time

LARGEST_BYTES: Final = 32_000_000
MOST_PEOPLE: Final = 100_000
_MOST_FAULTS: Final = 20  # that one message lists
_COLUMNS: Final = ("id", "email", "name", "group", "extra_time")
_LONGEST: Final = {"id": 200, "email": 200, "name": 200, "group": 100}
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNREADABLE: Final = "\ufffd"  # what readers put in place of what they could not read
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")

_Row = Mapping[str, str]


def read_roster(path: Path, *, tenant: str = DEFAULT_TENANT) -> tuple[Person, ...]:
    """The people in a file.

    Raises:
        InvalidInput: it cannot be read, or lines are wrong; the message names the file and the lines.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as problem:
        raise InvalidInput(f"{path} cannot be read: {problem.strerror}.") from problem
    try:
        return people_of(content, tenant=tenant)
    except InvalidInput as problem:
        raise type(problem)(f"{path}: {problem.message}", **problem.detail) from problem


def people_of(content: bytes, *, tenant: str = DEFAULT_TENANT) -> tuple[Person, ...]:
    """The people in the content of a roster.

    Raises:
        InvalidInput: it is no CSV in UTF-8, a column is missing, or lines are wrong: up to 20 of them are named.
        TooLarge: it has more than 32 MB or 100,000 people.
    """
    if len(content) > LARGEST_BYTES:
        raise TooLarge(f"A roster may have {LARGEST_BYTES} bytes.", limit=LARGEST_BYTES)
    people: dict[str, tuple[int, Person]] = {}
    faults: list[str] = []
    for line, row in _rows(_text(content)):
        try:
            _add(people, line, _person(row, tenant))
        except ValueError as problem:
            faults.append(f"line {line}: {problem}")
        if len(people) > MOST_PEOPLE:
            raise TooLarge(f"A roster may have {MOST_PEOPLE} people.", limit=MOST_PEOPLE)
    if faults:
        raise InvalidInput(_listed(faults), faults=faults[:_MOST_FAULTS])
    if not people:
        raise InvalidInput("The roster holds nobody: below the line with the columns, one line a person is needed.")
    return tuple(person for _, person in people.values())


def written_roster(people: Iterable[Person]) -> str:
    """A roster with these people, as `people_of` reads it."""
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(_COLUMNS)
    for person in people:
        table.writerow((person.id, person.email, person.name, person.group, extra_time_text(person.extra_time)))
    return written.getvalue()


def _add(people: dict[str, tuple[int, Person]], line: int, person: Person) -> None:
    if person.id in people:
        raise ValueError(f"{person.id} is on line {people[person.id][0]} already")
    people[person.id] = line, person


def _listed(faults: list[str]) -> str:
    more = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
    return "; ".join(faults[:_MOST_FAULTS]) + more + ". Nobody was stored."


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InvalidInput(
            "The roster is not in UTF-8: save it as “CSV UTF-8” in the spreadsheet.", at=problem.start
        ) from problem


def _rows(text: str) -> Iterator[tuple[int, _Row]]:
    """Each line that is not empty, with its number, as values by column."""
    head = io.StringIO(text).readline()
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = _columns(next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _row(columns, cells)
    except csv.Error as problem:
        raise InvalidInput(f"Line {reader.line_num} is not CSV: {problem}.") from problem


def _columns(header: list[str]) -> list[str]:
    """The names of the columns as we write them.

    Raises:
        InvalidInput: there is no `id` and no `email`, or a column is there twice.
    """
    columns = [re.sub(r"[\s\-]+", "_", cell.strip().lower()) for cell in header]
    known = [column for column in columns if column in _COLUMNS]
    if not {"id", "email"} & set(known):
        found = ", ".join(filter(None, header)) or "nothing"
        raise InvalidInput(
            f"The first line must name the columns: id or email, and name, group, extra_time where wanted. "
            f"It says: {found:.200}."
        )
    for column in known:
        if known.count(column) > 1:
            raise InvalidInput(f"The column {column} is there {known.count(column)} times.")
    return columns


def _row(columns: list[str], cells: list[str]) -> _Row:
    return {column: cell.strip() for column, cell in zip(columns, cells, strict=False)}


def _person(row: _Row, tenant: str) -> Person:
    """Raises ValueError: a value is missing or not allowed."""
    if any(_UNREADABLE in value for value in row.values()):
        raise ValueError(f"it holds {_UNREADABLE}, so the file was read in another encoding: save it as “CSV UTF-8”")
    email = row.get("email", "")
    person_id = row.get("id") or email
    if not person_id:
        raise ValueError("neither id nor email is given")
    if email and not _EMAIL.fullmatch(email):
        raise ValueError(f"{email!r:.60} is not an email address")
    for column, longest in _LONGEST.items():
        value = row.get(column, "")
        if len(value) > longest or not value.isprintable():
            raise ValueError(f"{column} must have at most {longest} printable characters")
    return Person(
        id=person_id,
        tenant=tenant,
        name=row.get("name", ""),
        email=email,
        group=row.get("group", ""),
        extra_time=read_extra_time(row.get("extra_time", "")),
    )
