"""Questions about other languages name functions, conditions and lines of the syntax tree."""

from __future__ import annotations

import pytest
from model_cases import question_brief

from codeassess_core.errors import ExaminerUnavailable
from codeassess_core.examiner.model.checks import check_question
from codeassess_core.examiner.offline import grammar, questions
from codeassess_core.model import Region
from codeassess_core.ports import QuestionBrief, QuestionDraft

PROGRAMS = {
    "javascript": "function count(items, limit) {\n  if (items.length >= limit) {\n    return 0;\n  }\n"
    "  for (let i = 0; i < limit; i++) {\n    while (items[i]) { items.pop(); }\n  }\n  return count(items, 1);\n}\n",
    "typescript": "function count(items: number[], limit: number): number {\n  if (items.length >= limit) {\n"
    "    return 0;\n  }\n  for (const item of items) {\n    while (limit) { limit -= item; }\n  }\n"
    "  return count(items, 1);\n}\n",
    "java": "class Shop {\n  int count(int items, int limit) {\n    if (items >= limit) {\n      return 0;\n    }\n"
    "    for (int item : all) {\n      while (limit > 0) { limit--; }\n    }\n    return count(items, 1);\n  }\n}\n",
    "c": "int count(int items, int limit) {\n  if (items >= limit) return 0;\n  for (int i = 0; i < limit; i++) {\n"
    "    while (items) { items--; }\n  }\n  return count(items, 1);\n}\n",
    "cpp": "int Shop::count(int items, int limit) {\n  if (items >= limit) return 0;\n  for (auto item : all) {\n"
    "    while (limit) { limit--; }\n  }\n  return count(items, 1);\n}\n",
    "go": "func count(items int, limit int) int {\n\tif items >= limit {\n\t\treturn 0\n\t}\n"
    "\tfor i := 0; i < limit; i++ {\n\t\tfor items > 0 {\n\t\t\titems--\n\t\t}\n\t}\n\treturn count(items, 1)\n}\n",
    "rust": "fn count(items: i32, limit: i32) -> i32 {\n    if items >= limit { return 0; }\n    for i in 0..limit {\n"
    "        loop { break; }\n    }\n    count(items, 1)\n}\n",
}


def brief(code: str, language: str, asked: tuple[str, ...] = ()) -> QuestionBrief:
    region = Region(document="main", snapshot=1, start_line=1, end_line=len(code.splitlines()))
    return question_brief(
        code=code, previous="", language=language, region=region, asked=asked, instructions="", passages=(), history=()
    )


def asked_about(code: str, language: str, most: int = 8) -> list[QuestionDraft]:
    drafts: list[QuestionDraft] = []
    while len(drafts) < most:
        try:
            drafts.append(questions.ask(brief(code, language, tuple(d.text for d in drafts))))
        except ExaminerUnavailable:
            break
    return drafts


@pytest.mark.parametrize("language", PROGRAMS)
def test_functions_loops_and_conditions_are_found(language: str) -> None:
    found = grammar.parts(PROGRAMS[language], language)
    assert [part.kind for part in found] == ["function", "condition", "loop", "loop"]
    assert {part.function for part in found} == {"count"}
    function, condition, outer, inner = found
    assert function.recursive and not outer.inside and inner.inside
    assert condition.comparison is not None and condition.comparison.operator == ">="
    assert PROGRAMS[language].splitlines()[condition.line - 1].lstrip().startswith("if")


@pytest.mark.parametrize("language", PROGRAMS)
def test_the_questions_pass_the_checks_and_name_real_things(language: str) -> None:
    drafts = asked_about(PROGRAMS[language], language)
    assert {"tree_recursion", "tree_complexity", "tree_boundary"} <= {draft.kind for draft in drafts}
    for number, draft in enumerate(drafts):
        asked = tuple(d.text for d in drafts[:number])
        assert check_question(draft, brief(PROGRAMS[language], language, asked)) == (), draft.text


def test_only_what_was_changed_is_asked_about() -> None:
    code = PROGRAMS["c"] + "\nint twice(int n) {\n  if (n > 1000) return 0;\n  return 2 * n;\n}\n"
    region = Region(document="main", snapshot=1, start_line=9, end_line=12)
    given = brief(code, "c")
    draft = questions.ask(
        question_brief(code=code, previous=PROGRAMS["c"], language="c", region=region, instructions="", asked=())
    )
    assert given.code == code and "`twice`" in draft.text and draft.start_line >= 9


@pytest.mark.parametrize("language", ["fortran", "", "python", "haskell"])
def test_a_language_without_a_grammar_is_read_as_text(language: str) -> None:
    assert grammar.parts("if (a > 1) { b(); }", language) == ()
    assert questions.ask(brief("total = price * 2\nshow total\n", language or "text")).text


def test_broken_and_hostile_code_upsets_nobody() -> None:
    for code in ("function f( {", "(" * 5_000, "if (a > ) { b }", "\ud800 if", "x" * 300_000, ""):
        for language in PROGRAMS:
            grammar.parts(code, language)
    broken = grammar.parts("function f(a) {\n  let x = ;\n  if (a > 3) { return f(1); }\n}\n", "javascript")
    assert [part.kind for part in broken] == ["condition"], "of a function that is not whole nothing is said"


def test_without_the_grammars_the_text_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(grammar.LANGUAGES, "javascript", ("tree_sitter_of_nowhere", "language"))
    grammar._grammar.cache_clear()
    try:
        drafts = asked_about(PROGRAMS["javascript"], "javascript", most=3)
    finally:
        grammar._grammar.cache_clear()
    assert all(draft.kind.startswith("text_") for draft in drafts)
