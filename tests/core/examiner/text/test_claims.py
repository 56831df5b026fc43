"""Claims and values in a text, and the contradictions of two texts, row by row."""

from __future__ import annotations

import pytest

from codeassess_core.examiner.text.claims import Comparison, claims, language, unreadable
from codeassess_core.examiner.text.claims import compare as compared
from codeassess_core.examiner.text.dimensions import languages, table_of
from codeassess_core.examiner.text.results import described, values

CLAIMS = [
    # growth, in words and in symbols
    ("It is O(n log n).", "growth", {"n log n"}),
    ("The time grows linearly.", "growth", {"linear"}),
    ("about O(n^2), four times as long", "growth", {"quadratic"}),
    ("doesn't depend on the length", "growth", {"constant"}),
    # how it ends; a denied claim becomes its opposite
    ("It crashes.", "ending", {"error"}),
    ("No exception is raised.", "ending", {"fine"}),
    ("It simply returns the list.", "ending", {"fine"}),
    ("A ValueError.", "exception", {"ValueError"}),
    # the other dimensions
    ("It is not true.", "truth", {"false"}),
    ("Both names mean the same object.", "sharing", {"shared"}),
    ("Each row is a separate list.", "sharing", {"apart"}),
    ("Nothing changes.", "effect", {"none"}),
]


def compare(answer: str, expected: str, *, given: str = "", question: str = "") -> Comparison:
    return compared(answer, expected, question=question, code=given)


@pytest.mark.parametrize(("text", "dimension", "claimed"), CLAIMS)
def test_a_claim_is_recognised(text: str, dimension: str, claimed: set[str]) -> None:
    assert claims(text).get(dimension) == claimed


VALUES = [
    ("It prints 5 and then 0.", {"5", "0"}),
    ("two lists, [1, 2] and ['a','b']", {"2", "[1,2]", "[a,b]"}),
    ("You get True or None", {"true", "none"}),
    ("about 4x slower, O(n^2)", {"4"}),  # a cost is no value
    ("lines 3 to 5 and line 7", set()),  # nor are the numbers of lines
    ("-1 and 0.5", {"-1", "0.5"}),
    ("an IndexError", {"indexerror"}),
    ("x1 and v2.0.1", set()),
]


@pytest.mark.parametrize(("text", "named"), VALUES)
def test_values_are_found_in_one_spelling(text: str, named: set[str]) -> None:
    assert values(text, table_of("en")) == named


def test_the_same_claim_in_other_words_is_shared() -> None:
    compared = compare("it throws a TypeError", "An exception is raised.", given="f(None)")
    assert compared.shared == ("ending",) and not compared.against and not compared.missing


@pytest.mark.parametrize(
    ("answer", "expected", "against"),
    [
        ("It is linear.", "The time is constant.", ("growth",)),
        ("It returns 5.", "The result is 14.", ("number",)),
        ("[3]", "The result is [2, 3].", ("list",)),
        ("Nothing changes.", "Rows are counted twice.", ("effect",)),
        ("It raises a KeyError.", "Rows without a key are left out.", ("exception",)),
        ("It raises a KeyError.", "It raises an exception.", ()),
        ("It saves time, it is faster.", "The values are never all in memory.", ("speed",)),
        ("It returns 14, not 5.", "The result is 14.", ()),
    ],
)
def test_what_excludes_the_points_is_against_them(answer: str, expected: str, against: tuple[str, ...]) -> None:
    assert compare(answer, expected, given="").against == against


def test_what_the_question_gives_away_shows_nothing() -> None:
    assert compare("It has to do with 3.", "3 is left over.", given="f(3)").shared == ()
    assert compare("It is 3.", "3 is left over.", given="f(4)").shared == ("3",)


def test_a_result_that_is_not_named_is_missing_but_an_error_needs_no_name() -> None:
    assert compare("It depends.", "The result is 14.", given="").missing
    assert compare("It depends.", "A KeyError is raised.", given="").missing
    assert not compare("It fails.", "A KeyError is raised.", given="").missing


def test_who_names_everything_has_named_nothing() -> None:
    compared = compare("0 1 2 3 4 5 6 7 8 9 14", "The result is 14.", given="")
    assert compared.missing and compared.shared == ()
    assert compare("constant, linear or quadratic", "It is linear.", given="").shared == ()


def test_a_name_of_the_library_is_a_sign() -> None:
    assert compare("use removeIf", "removeIf does it.", given="names.remove(i)").shared == ("removeif",)


def test_a_name_may_be_a_plain_word_in_one_of_the_texts() -> None:
    assert compare("re.fullmatch(r'x', text)", "Use fullmatch.", given="re.match(r'x', text)").shared == ("fullmatch",)
    assert compare("use fullmatch", "Call `fullmatch(...)`.", given="re.match(r'x', text)").shared == ("fullmatch",)
    assert compare("names.get(i)", "One should get it.", given="names.get(i)").shared == ()


def test_what_the_question_claims_shows_nothing_when_it_is_said_again() -> None:
    question = "Why is it quadratic?"
    assert compare("It is quadratic.", "It is quadratic.", question=question).shared == ()
    assert compare("It is quadratic.", "It is quadratic.", question="How does it grow?").shared == ("growth",)
    assert not compare(
        "Bob comes first afterwards", "Bob comes before Ann.", question="Who is first after that?"
    ).against


def test_growth_may_be_spelt_out() -> None:
    assert claims("from n times m to n plus m")["growth"] == {"n*m", "n+m"}
    assert compare("O(1) each, so O(n*m) becomes O(n+m)", "n times m becomes n plus m").shared == ("growth",)


DESCRIBED = [
    ("an empty list", "en", {"empty"}),
    ("you get []", "en", {"empty"}),
    ("there is a \\n at its end", "en", {"newline"}),
    ("it drops the line break", "en", set()),  # what is taken away is no result
    ("never an empty list", "en", set()),
    ("eine leere Liste", "de", {"empty"}),
    ("une chaîne vide", "fr", {"empty"}),
    ("dos veces", "es", {"2"}),
]


@pytest.mark.parametrize(("text", "spoken", "found"), DESCRIBED)
def test_values_that_are_said_in_words_are_found(text: str, spoken: str, found: set[str]) -> None:
    assert described(text, table_of(spoken)) == found


def test_a_value_in_words_is_the_value() -> None:
    assert compare("zweimal, weil beide auf die Liste zeigen", "It is 2.").shared == ("2",)
    assert compare("es kommt eine leere Liste heraus", "The list is empty.").shared == ("empty",)
    assert not compare("durch null geht das nicht", "0 is returned.").missing


IN_OTHER_LANGUAGES = [
    # German
    ("Es kommt zu einem Fehler, weil die Liste leer ist.", "ending", {"error"}),
    ("Dabei wird keine Ausnahme ausgelöst.", "ending", {"fine"}),
    ("Die Laufzeit ist konstant und hängt nicht von der Länge ab.", "growth", {"constant"}),
    ("Die Laufzeit ist nicht konstant, sie wächst quadratisch.", "growth", {"grows", "quadratic"}),
    ("Die Liste wird dabei verändert.", "original", {"changed"}),
    ("Die Funktion ändert die Liste nicht.", "original", {"kept"}),  # denied after the verb
    ("Beide Namen meinen dasselbe Objekt.", "sharing", {"shared"}),
    ("Das ist eine Kopie und keine Referenz.", "sharing", {"apart"}),
    ("Der Rumpf wird nicht ausgeführt.", "running", {"never"}),
    ("Die Zahl ist größer oder gleich 18, also mindestens 18.", "limit", {"included"}),
    # French
    ("Cela provoque une erreur, parce que la liste est vide.", "ending", {"error"}),
    ("Il n'y a pas d'erreur dans ce cas.", "ending", {"fine"}),
    ("Le temps est linéaire, il ne dépend pas du reste.", "growth", {"linear", "constant"}),
    ("La fonction modifie la liste sur place.", "original", {"changed"}),
    ("La fonction ne modifie pas la liste.", "original", {"kept"}),
    ("La fonction ne modifie que la liste.", "original", {"changed"}),
    ("L'erreur n'est pas traitée ici.", "ending", {"error"}),
    ("Les deux noms désignent le même objet.", "sharing", {"shared"}),
    ("On n'entre jamais dans la boucle.", "running", {"never"}),
    # Spanish
    ("Se produce un error porque la lista está vacía.", "ending", {"error"}),
    ("No hay ninguna excepción en este caso.", "ending", {"fine"}),
    ("El tiempo es cuadrático porque hay dos bucles.", "growth", {"quadratic"}),
    ("La función modifica la lista original.", "original", {"changed"}),
    ("La función no modifica la lista.", "original", {"kept"}),
    ("Es una copia, así que la original queda igual.", "sharing", {"apart"}),
    ("El bucle nunca termina porque la condición es siempre verdadera.", "running", {"forever"}),
]


@pytest.mark.parametrize(("text", "dimension", "claimed"), IN_OTHER_LANGUAGES)
def test_a_claim_is_recognised_in_another_language(text: str, dimension: str, claimed: set[str]) -> None:
    assert claims(text).get(dimension) == claimed


def test_an_answer_and_the_points_may_be_in_different_languages() -> None:
    assert compare("die Laufzeit ist linear, weil man alle anschauen muss", "The time is linear.").shared == ("growth",)
    assert compare("le temps est constant dans tous les cas", "The time is linear.").against == ("growth",)
    assert compare("se produce un error", "An IndexError is raised.").shared == ("ending",)


def test_every_language_claims_in_the_dimensions_of_english() -> None:
    assert languages() == ("de", "en", "es", "fr")
    english = table_of("en").dimensions
    for name in languages():
        theirs = table_of(name).dimensions
        assert {d: set(v) for d, v in theirs.items()} == {d: set(v) for d, v in english.items() if d in theirs}
        assert theirs.keys() >= {"growth", "ending", "effect", "original", "sharing", "staying", "running", "limit"}
        assert language(" ".join((*table_of(name).breaks, "x"))) in (name, "en")


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("La funzione restituisce None perché il ciclo non viene eseguito.", True),
        ("Функция возвращает None, потому что цикл не выполняется.", True),
        ("返回 None", True),
        ("Θ(n log n)", False),
        ("None", False),
        ("it falls off the end", False),
        ("gibt None zurück, weil kein return erreicht wird", False),
    ],
)
def test_a_language_without_a_table_is_noticed(text: str, unread: bool) -> None:
    assert unreadable(text) is unread
