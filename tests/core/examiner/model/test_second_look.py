"""A judge that praises every answer, and the rules that check its praise: confirmed, doubted, contradicted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from growth import grows_in_proportion

from codeassess_core import scoring
from codeassess_core.examiner.model.second_look import AGAINST, FLAG, LANGUAGE, second_look, with_second_look
from codeassess_core.model import CriterionResult, ExpectedPoint, Provenance, Verdict
from codeassess_core.ports import EvaluationBrief, EvaluationDraft

CODE = """def mean(prices):
    total = 0
    for price in prices:
        total += price
    return total / len(prices)
"""
EXPECTED = (
    ExpectedPoint(text="The length is zero, so line 5 divides by zero."),
    ExpectedPoint(text="A ZeroDivisionError is raised and no value is returned."),
)


def brief_of(answer: str, **changes: object) -> EvaluationBrief:
    brief = EvaluationBrief(
        question="What happens in `mean` when `prices` is empty?",
        kind="edge_case",
        answer=answer,
        code=CODE,
        excerpt="    return total / len(prices)",
        language="python",
        rubric=scoring.DEFAULT_RUBRIC,
        expected=EXPECTED,
    )
    return replace(brief, **changes)  # type: ignore[arg-type]


def praise(brief: EvaluationBrief, quote: str | None = None, verdict: Verdict = Verdict.MET) -> EvaluationDraft:
    """Every criterion is met, with quotes that exist, and full confidence."""
    evidence = brief.answer[:30] if quote is None else quote
    criteria = tuple(
        CriterionResult(criterion=c.name, verdict=verdict, reason="Great.", quote=evidence, weight=c.weight)
        for c in brief.rubric
    )
    provenance = Provenance(examiner="model", model="x:captured", version="0")
    return EvaluationDraft(text="Great.", criteria=criteria, confidence=1.0, provenance=provenance)


def flags(answer: str, *, trusted: bool = False, **changes: object) -> tuple[str, ...]:
    brief = brief_of(answer, **changes)
    return second_look(praise(brief), brief, trusted=trusted)


CONFIRMED = [
    "The length is zero then, so it divides by zero and a ZeroDivisionError is raised.",
    "len(prices) is 0 and dividing by zero raises an error, so no value comes back.",
    "Line 5 raises ZeroDivisionError because the length of an empty list is zero.",
    "boom, it crashes with a zero division",
]
DOUBTED = [
    "It gives a nice result.",
    "The function waits until the user types something and sorts it.",
    "idk",
    "mean prices total len price",
    "What happens in mean when prices is empty?",
    "error exception None True False 0 1 2 3 4 5 6 7 8",  # everything at once
]
CONTRADICTED = [
    "It simply returns 0, no error is raised at all.",
    "A KeyError is raised, because the list has no keys.",
    "Nothing happens, the loop is skipped and the effect is the same.",
]


@pytest.mark.parametrize("answer", CONFIRMED)
def test_praise_that_the_rules_confirm_is_not_flagged(answer: str) -> None:
    assert flags(answer) == flags(answer, trusted=True) == ()


@pytest.mark.parametrize("answer", DOUBTED)
def test_praise_without_any_sign_of_the_points_is_doubted(answer: str) -> None:
    assert flags(answer) == (FLAG,)


@pytest.mark.parametrize("trusted", [False, True])
@pytest.mark.parametrize("answer", CONTRADICTED)
def test_praise_of_what_contradicts_the_points_is_flagged_whoever_praises(answer: str, trusted: bool) -> None:
    assert flags(answer, trusted=trusted) == (AGAINST,)


def test_a_trusted_models_praise_needs_no_proof_but_a_sign() -> None:
    points = (ExpectedPoint(text="The sum is kept from one pass to the next."),)
    assert flags("because the sum has to go on through the whole loop", expected=points) == (FLAG,)
    assert flags("because the sum has to go on through the whole loop", expected=points, trusted=True) == ()
    assert flags("It gives a nice result.", expected=points, trusted=True) == (FLAG,)


def test_praise_that_rests_on_the_code_alone_is_flagged() -> None:
    brief = brief_of(CONFIRMED[0])
    assert second_look(praise(brief, "return total"), brief, trusted=True) == (FLAG,)


def test_points_with_terms_are_looked_for_by_their_terms() -> None:
    points = (ExpectedPoint(text="It divides by zero.", any_of=(("zerodivisionerror", "divide by zero"),)),)
    assert flags("you divide by zero there", expected=points) == ()
    assert flags("you get the sum", expected=points) == (FLAG,)


def test_where_there_is_no_code_words_confirm() -> None:
    points = (ExpectedPoint(text="A cache keeps earlier results near so that they need not be computed again."),)
    bare = {"expected": points, "code": "", "excerpt": "", "question": "What does a cache do?"}
    assert flags("It keeps earlier results near, so they are not computed again.", **bare) == ()
    assert flags("It makes the screen brighter for every user.", **bare) == (FLAG,)


def test_without_points_only_a_trusted_model_may_praise_and_blame_is_nobodys_doubt() -> None:
    assert flags(CONFIRMED[0], expected=()) == (FLAG,)
    assert flags(CONFIRMED[0], expected=(), trusted=True) == ()
    brief = brief_of("It gives a nice result.")
    assert second_look(praise(brief, verdict=Verdict.NOT), brief) == ()


def test_looking_again_replaces_its_own_flags_and_leaves_the_offline_examiner_alone() -> None:
    brief = brief_of("It gives a nice result.")
    draft = replace(praise(brief), flags=("other", AGAINST))
    assert with_second_look(draft, brief, trusted=False).flags == ("other", FLAG)
    offline = replace(draft, provenance=Provenance(examiner="offline", model="offline", version="2"))
    assert with_second_look(offline, brief, trusted=False) == offline


@pytest.mark.parametrize(
    "text", ["[x[y]" * 8_000, "(," * 20_000, "1" * 40_000, "'" * 40_000, "not error " * 4_000, "O(" * 20_000]
)
def test_hostile_text_costs_little(text: str) -> None:
    def look(text: str) -> None:
        brief = brief_of(f"It fails. {text}", code=text * 20)
        second_look(praise(brief), brief)
        second_look(praise(brief), brief, trusted=True)

    assert grows_in_proportion(look, text)


def test_praise_of_an_answer_in_a_language_without_words_waits_with_that_reason() -> None:
    italian = "La funzione divide per zero e quindi viene lanciata una ZeroDivisionError, non c'è un valore."
    assert flags(italian) == flags(italian, trusted=True) == (LANGUAGE,)
    assert flags("除以零,所以会抛出 ZeroDivisionError 异常,没有返回值。") == (LANGUAGE,)


@pytest.mark.parametrize(
    "answer",
    [
        "die Länge ist null, also wird durch null geteilt und es gibt einen Fehler",
        "la longueur est zéro, donc la division lève une erreur",
        "la longitud es cero, así que la división lanza un error",
    ],
)
def test_praise_is_confirmed_in_the_languages_that_have_words(answer: str) -> None:
    assert flags(answer) == ()


@pytest.mark.parametrize(
    "answer",
    [
        "es gibt keinen Fehler, die Funktion gibt einfach 0 zurück",
        "il n'y a pas d'erreur, la fonction renvoie simplement 0",
        "no hay ningún error, la función devuelve simplemente 0",
    ],
)
def test_praise_is_contradicted_in_the_languages_that_have_words(answer: str) -> None:
    assert flags(answer) == (AGAINST,)
