"""The files of data beside the code: all are read, and a mistake names the file and the key."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from codeassess_core.examiner.text.language_files import LanguageFile, language_files
from codeassess_core.examiner.text.tables import Alternatives, Table, TableError, WordList, parse_table


class Part(Table):
    words: WordList
    phrases: Alternatives = ()
    weight: float = 1.0


class Whole(Table):
    part: Part


def test_lists_are_written_as_strings() -> None:
    whole = parse_table(Whole, '[part]\nwords = "a b"\nphrases = """c d\n | e"""', name="x.toml")
    assert (whole.part.words, whole.part.phrases) == (("a", "b"), ("c d", "e"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[part]\nwords = "a"\nwrods = "b"', "x.toml: part.wrods: Extra inputs"),
        ("[part]\nwords = 3", "x.toml: part.words: .*should be a string of words"),
        ('[part]\nwords = ["a"]', "x.toml: part.words: .*should be a string of words"),
        ('[part]\nwords = "a"\nphrases = "b | | c"', "x.toml: part.phrases: .*empty alternative"),
        ('[part]\nwords = "a"\nweight = "1.0"', "x.toml: part.weight: Input should be a valid number"),
        ('[part]\nphrases = "b"', "x.toml: part.words: Field required"),
        ("[part", "x.toml: "),
    ],
)
def test_a_mistake_names_the_file_and_the_key(text: str, says: str) -> None:
    with pytest.raises(TableError, match=says):
        parse_table(Whole, text, name="x.toml")


def test_a_mistake_in_a_language_names_the_key_inside_its_table() -> None:
    with pytest.raises(TableError, match=r"xx\.toml: claims\.negator: Extra inputs"):
        parse_table(LanguageFile, 'commonest = "a"\n[claims]\nnegator = "b"', name="xx.toml")


def test_languages_with_claims_have_results_too() -> None:
    readable = {name: file for name, file in language_files().items() if file.claims}
    assert {"de", "en", "es", "fr"} <= readable.keys()
    assert all(file.results for file in readable.values())


def test_there_is_one_list_of_injection_patterns() -> None:
    root = Path(str(resources.files("codeassess_core")))
    shaped = [path for path in root.rglob("*.py") if "disregard|forget" in path.read_text("utf-8")]
    assert shaped == [], "patterns belong into examiner/text/injection.toml"
