"""Rosters: what teachers export from their spreadsheets is read, and what is wrong in one is named by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeassess_core.errors import InvalidInput, TooLarge
from codeassess_core.model import ExtraTime, Person
from codeassess_core.people.extra_time import extra_time_text, read_extra_time
from codeassess_core.people.roster import MOST_PEOPLE, people_of, read_roster

ADA = Person(id="ada@example.org", email="ada@example.org", name="Ada, Countess", group="A")


def test_a_roster_with_all_columns() -> None:
    content = 'name,id,email,group,extra_time\n"Ada, Countess",s1,ada@example.org,A,25% + 10m\n\nBob,s2,,,\n'
    assert people_of(content.encode(), tenant="school") == (
        Person(
            id="s1",
            tenant="school",
            name="Ada, Countess",
            email="ada@example.org",
            group="A",
            extra_time=ExtraTime(share=0.25, seconds=600),
        ),
        Person(id="s2", tenant="school", name="Bob"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_roster_as_spreadsheets_write_it(encoding: str, delimiter: str, line_end: str) -> None:
    lines = ["E-Mail;Name;Group", 'ada@example.org;"Ada, Countess";A', "élève@example.org;Élève;B"]
    text = line_end.join(lines).replace("E-Mail", "EMAIL").replace(";", delimiter)
    people = people_of(text.encode(encoding))
    assert people[0] == ADA
    assert people[1].name == "Élève"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", r"The first line must name the columns: id or email.*It says: nothing"),
        (b"name,group\nAda,A\n", r"The first line must name the columns: id or email.*It says: name, group"),
        (b"id,id\n1,2\n", r"The column id is there 2 times"),
        (b"id,name\n", r"The roster holds nobody"),
        (b"id,name\n,Ada\n", r"line 2: neither id nor email is given"),
        (b"id\nada\nbob\nada\n", r"line 4: ada is on line 2 already"),
        (b"email\nada\n", r"line 2: 'ada' is not an email address"),
        (b"id,extra_time\nada,lots\n", r"line 2: extra time is written like 25% or 15m, not 'lots'"),
        (b"id,extra_time\nada,5000%\n", r"line 2: extra time may be 1000% and a week at most"),
        (b"id\nad\x07a\n", r"line 2: id must have at most 200 printable characters"),
        (b"id,name\n" + b"x" * 201 + b",Ada\n", r"line 2: id must have at most 200 printable characters"),
        ("id,name\n1,Élève\n".encode("latin-1"), r"not in UTF-8: save it as “CSV UTF-8”"),
        ("id,name\n1,M\ufffdller\n".encode(), r"line 2: it holds \ufffd, so the file was read in another encoding"),
        (b'id,name\n1,"Ada\n', r"Line 2 is not CSV"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        people_of(content)


def test_all_faults_are_named_at_once_and_nobody_is_taken() -> None:
    with pytest.raises(InvalidInput) as refused:
        people_of(b"id,email\n" + b"".join(b"s%d,wrong\n" % n for n in range(25)))
    assert refused.value.message.count("line ") == 20
    assert refused.value.message.endswith("; and 5 more. Nobody was stored.")


def test_a_file_is_named(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    with pytest.raises(InvalidInput, match=r"roster\.csv cannot be read: No such file"):
        read_roster(roster)
    roster.write_text("id\nada\nada\n")
    with pytest.raises(InvalidInput, match=r"roster\.csv: line 3: ada is on line 2 already"):
        read_roster(roster)


def test_too_many_people_are_refused() -> None:
    with pytest.raises(TooLarge, match="100000 people"):
        people_of(b"id\n" + b"".join(b"s%d\n" % n for n in range(MOST_PEOPLE + 1)))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", 0), ("0", 0), ("25%", 900), ("12,5 %", 450), ("15m", 900), ("1h", 3_600), ("50%+5min", 2_100)],
)
def test_extra_time_of_an_hour(text: str, seconds: float) -> None:
    extra = read_extra_time(text)
    assert extra.of(3_600) == seconds
    assert extra.of(None) == 0
    assert read_extra_time(extra_time_text(extra)) == extra
