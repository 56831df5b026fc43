"""What the offline examiner asks: every kind, every sort of code, and the rules for all questions."""

import builtins
import keyword
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassess_core.errors import ExaminerUnavailable
from codeassess_core.examiner.offline import RULES_VERSION, OfflineExaminer, coverage, questions
from codeassess_core.examiner.offline.kinds.table import KINDS
from codeassess_core.model import Region
from codeassess_core.ports import QuestionBrief, QuestionDraft


def brief_of(code: str, *, previous: str = "", lines: tuple[int, int] | None = None, **more: Any) -> QuestionBrief:
    start, end = lines or (1, max(1, len(code.splitlines())))
    region = Region(document="main", snapshot=1, start_line=start, end_line=end)
    given_ = {"language": "python", "rule": "changed_lines", **more}
    return QuestionBrief(code=code, previous=previous, document="main", region=region, **given_)


def asked_until_silent(code: str, *, most: int = 60, **more: Any) -> list[QuestionDraft]:
    drafts: list[QuestionDraft] = []
    while len(drafts) < most:
        try:
            drafts.append(questions.ask(brief_of(code, asked=tuple(d.text for d in drafts), **more)))
        except ExaminerUnavailable:
            break
    return drafts


SAMPLES = {
    "fails": "def f(s):\n    n = len(s)\n    return s[0] + s[n]\n",
    "to_mend": "def f(word):\n    return word + len(word)\n",
    "call_result": "def f(n):\n    total = n // 4\n    return total * 3\n",
    "result_type": "def f(n):\n    return n / 4\n",
    "edge_result": "def f(word):\n    return word[0]\n",
    "without_line": "def f(n):\n    n = n + 7\n    return n * 2\n",
    "after_pass": "def f(n):\n    t = 0\n    while n > 0:\n        t += n % 10\n        n //= 10\n    return t\n",
    "passes": "def f(n):\n    count = 0\n    while n > 1:\n        n = n // 2\n        count += 1\n    return count\n",
    "instead": "def f(a, b):\n    return a // b + 7\n",
    "slipped": "def f(a, b):\n    return a - b // 3\n",
    "stops": "x = 10\ny = x / (x - 10)\n",
    "at_end": "x = 10\ny = x // 3 + 1\n",
    "prints": "x = 10\nprint(x // 3)\n",
    "last_line": "def f(n):\n    if n > 20:\n        return 1\n    return 2\n",
    "loop_end": "def f(n):\n    while n > 0:\n        n //= 10\n",
    "iterations": "def f(n):\n    for i in range(1, n):\n        print(i)\n",
    "complexity": "def f(xs):\n    for x in xs:\n        for y in xs:\n            print(x, y)\n",
    "only_pass": "def f(xs):\n    for x in xs:\n        return x\n",
    "leaving_loop": "def f(xs):\n    for x in xs:\n        if x > 3:\n            return x\n",
    "skipping": "for x in xs:\n    if x:\n        continue\n    print(x)\n",
    "boundary": "def f(x):\n    if x > 9000:\n        return True\n    return False\n",
    "always_true": "def f(x):\n    if x == 'a' or 'b':\n        return 1\n    return 2\n",
    "boolean": "def f(x, y):\n    if x > 3 and y > 4:\n        return 1\n    return 2\n",
    "base_case": "def f(n):\n    if n == 0:\n        return 1\n    return n * f(n - 1)\n",
    "endless_recursion": "def f(n):\n    return f(n + 1)\n",
    "recursive_step": "def f(n):\n    if n == 0:\n        return 1\n    return n * f(n - 1)\n",
    "return_paths": "def f(n):\n    if n > 3:\n        return n\n",
    "unused_parameter": "def f(n, k):\n    return n * 2\n",
    "parameter": "def f(n):\n    return n * 2\n",
    "generator": "def f(xs):\n    for x in xs:\n        yield x\n",
    "lambda": "best = sorted(words, key=lambda w: len(w))\n",
    "mutable_default": "def f(x, seen=[]):\n    seen.append(x)\n    return seen\n",
    "mutation": "def f(xs):\n    xs.append(1)\n",
    "aliasing": "def f():\n    a = [1]\n    b = a\n    b.append(2)\n    return a\n",
    "in_place": "def f(xs):\n    ys = xs.sort()\n    return ys\n",
    "self_state": "class A:\n    def set(self, x):\n        self.x = x\n    def get(self):\n        return self.x\n",
    "class_attribute": "class A:\n    items = []\n    def add(self, x):\n        self.items.append(x)\n",
    "value": "def f(a, b):\n    return a // b + a % b\n",
    "zero_division": "def mean(total, n):\n    return total // n\n",
    "remainder": "def f(x):\n    return x % 7\n",
    "reached_for": "def f(x):\n    if x > 21:\n        return 'yes'\n    return 'no'\n",
    "return_or_print": "def f(a, b):\n    return a * b\n",
    "no_first_value": "def f(xs):\n    for x in xs:\n        total += x\n    return total\n",
    "undefined_name": "def f(age):\n    return age == no\n",
    "shadowed_name": "def f(sum):\n    return sum\n",
    "reused_name": "def f(n):\n    for n in range(1, n):\n        print(n)\n",
    "role": "def f(xs):\n    half = len(xs) // 2\n    return xs[half:]\n",
    "slice": "def f(s):\n    return s[1:-1]\n",
    "index": "def f(s):\n    return s[0]\n",
    "missing_key": "def f(d, k):\n    return d.get(k, 0)\n",
    "collected": "out = []\nfor x in load():\n    if x > 3:\n        out.append(x)\n",
    "comprehension": "def f(xs):\n    return [x * 2 for x in xs if x > 3]\n",
    "uncaught": "def f(s):\n    try:\n        return int(s)\n    except ValueError:\n        return 0\n",
    "broad_except": "def f(s):\n    try:\n        return int(s)\n    except Exception:\n        return 0\n",
    "raise": "def f(n):\n    if n < 0:\n        raise ValueError(n)\n    return n\n",
    "clean_up": "try:\n    work()\nfinally:\n    close()\n",
    "closing": "def f(p):\n    with open(p) as file:\n        return file.read()\n",
    "known_call": "text = input()\nparts = text.split(',')\n",
    "data_call": "import shop\nsales = shop.orders.merge(shop.customers, on='id')\n",
    "mistyped": "def f(x):\n    return x > 17\n",
}


def test_every_kind_in_the_table_has_a_sample() -> None:
    assert set(SAMPLES) == {kind.name for kind in KINDS}


@cache
def asked_of_sample(kind: str) -> tuple[QuestionDraft, ...]:
    """All questions about the sample of a kind; they are the same each time."""
    return tuple(asked_until_silent(SAMPLES[kind]))


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_kind_is_asked_in_time(kind: str) -> None:
    assert kind in {draft.kind for draft in asked_of_sample(kind)}


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_question_obeys_the_rules(kind: str) -> None:
    code = SAMPLES[kind]
    drafts = asked_of_sample(kind)
    for draft in drafts:
        assert len(draft.text) <= 400
        assert re.search(r"\b(what|which|how|why|where|describe)\b", draft.text, re.IGNORECASE), draft.text
        assert 1 <= draft.start_line <= draft.end_line <= len(code.splitlines())
        assert draft.expected and all(point.any_of for point in draft.expected)
        bare = draft.text.split("(A)")[0]  # the options of a choice may have names that are not in the code
        quoted = re.sub(r"'[^']*'", "", " ".join(re.findall(r"`([^`]*)`", bare)))
        names = set(re.findall(r"[^\W\d]\w*", quoted)) - {*keyword.kwlist, *dir(builtins)}
        assert names <= set(re.findall(r"[^\W\d]\w*", code))
        answer = coverage.read((draft.text,), draft.text, code=code, excerpt=code)
        assert not any(coverage.judge(point, answer).quote for point in draft.expected)
    assert len({draft.text for draft in drafts}) == len(drafts)


def test_a_question_is_about_the_changed_lines() -> None:
    before = "def f(x):\n    return x + 1\n\n"
    added = "def g(y):\n    return y // 4\n"
    for draft in asked_until_silent(before + added, previous=before, lines=(4, 5), most=5):
        assert 4 <= draft.start_line <= draft.end_line <= 5


def test_an_unchanged_line_inside_the_region_is_left_alone() -> None:
    before = "a = start()\nkeep = a // 7\nb = 2\n"
    after = "a = begin()\nkeep = a // 7\nb = 3\n"
    draft = questions.ask(brief_of(after, previous=before))
    assert draft.start_line != 2


def test_the_same_brief_gives_the_same_draft() -> None:
    brief = brief_of(SAMPLES["boolean"])
    assert questions.ask(brief) == questions.ask(brief)


def test_a_question_that_moved_to_another_line_is_not_asked_again() -> None:
    code = SAMPLES["slice"]
    first = questions.ask(brief_of(code))
    moved = questions.ask(brief_of("\n\n" + code, asked=(first.text,)))
    assert re.sub(r"\d+", "", moved.text) != re.sub(r"\d+", "", first.text)


def test_the_kinds_vary_within_a_session() -> None:
    kinds = [draft.kind for draft in asked_until_silent(SAMPLES["collected"], most=5)]
    assert len(set(kinds)) == 5


def test_a_paste_is_asked_about_as_a_whole() -> None:
    drafts = asked_until_silent(SAMPLES["boundary"], rule="paste", most=3)
    assert [d.kind for d in drafts if d.kind.startswith("paste")]
    assert "one piece" in drafts[0].text or "pasted" in drafts[0].text


def test_a_rewritten_line_is_asked_about_with_both_versions() -> None:
    before, after = "def f(s, n):\n    return s[0] + s[n]\n", "def f(s, n):\n    return s[0] + s[n - 1]\n"
    drafts = asked_until_silent(after, previous=before, lines=(2, 2), most=8)
    change = next(d for d in drafts if d.kind == "new_result")
    assert "`return s[0] + s[n]`" in change.text and "`return s[0] + s[n - 1]`" in change.text


def test_a_colon_that_was_added_is_no_change_worth_asking_about() -> None:
    drafts = asked_until_silent("def f(x):\n    return x * 2\n", previous="def f(x)\n    return x * 2\n", lines=(1, 1))
    assert not {"new_result", "same_result", "versions_apart"} & {d.kind for d in drafts}


BROKEN = {
    "missing colon": "def f(n):\n    if n > 3\n        return n\n",
    "unclosed bracket": "def f(n):\n    return (n * (2 + 3)\n",
    "tabs and spaces": "def f(n):\n    if n > 3:\n        return n\n\telse:\n\t    return 2\n",
    "trailing backslash": "def f(n):\n    return n * 2\\",
    "python 2 print": "def f(n):\n    print n\n",
    "open string": "def f():\n    return 'Hello World\n",
    "a block is missing, and a name stands twice": "def f(n):\n    for i in range(n):\n    print(i)\n",
}
NOTHING_IS_SO = {
    "nothing but a fragment": "if len(word) >\n",
    "prose": "first I take the total and then divide\n",
    "half a definition": "def greet(name",
}


@pytest.mark.parametrize("case", BROKEN)
def test_code_that_does_not_parse_is_asked_about_all_the_same(case: str) -> None:
    draft = questions.ask(brief_of(BROKEN[case]))
    assert draft.kind in ("not_read", "text_uses") and draft.expected and draft.slots


@pytest.mark.parametrize("case", NOTHING_IS_SO)
def test_where_nothing_can_be_stated_nothing_is_asked(case: str) -> None:
    with pytest.raises(ExaminerUnavailable):
        questions.ask(brief_of(NOTHING_IS_SO[case]))


OTHER_LANGUAGES = {
    "javascript": ("function add(a, b) {\n  if (a > 10) {\n    return a + b;\n  }\n}\n", "add"),
    "c": ("int total(int n) {\n  int sum = 0;\n  while (n > 0) { sum += n--; }\n  return sum;\n}\n", "sum"),
    "sql": ("SELECT name, age FROM users\nWHERE age > 18\n", "age"),
}


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_other_languages_are_asked_about_by_their_trees_or_their_text(language: str) -> None:
    code, name = OTHER_LANGUAGES[language]
    drafts = asked_until_silent(code, language=language)
    assert any(f"`{name}`" in draft.text for draft in drafts)
    assert all(draft.kind.startswith(("tree_", "text_")) for draft in drafts)


def test_what_the_language_gives_is_not_asked_about() -> None:
    code = "function hello(word) {\n  console.log(word);\n  console.error(word);\n}\nconsole.log(hello('a'));\n"
    drafts = asked_until_silent(code, language="javascript")
    assert drafts and not any("`console`" in draft.text or "`log`" in draft.text for draft in drafts)


def test_an_unchanged_signature_is_not_asked_about() -> None:
    before = "def f(x, seen=[], unused=1):\n    seen.append(x)\n    return seen\n"
    after = before.replace("return seen", "return seen[1:]")
    drafts = asked_until_silent(after, previous=before, lines=(3, 3), most=4)
    assert not {"mutable_default", "unused_parameter"} & {d.kind for d in drafts}


@pytest.mark.parametrize(
    ("rest", "is_finished"),
    [
        ("", False),  # a loop over `text` may be what comes next
        ("    for c in vowels:\n        print(c)\n", False),
        ("    return vowels\n", True),
        ("    raise ValueError(vowels)\n", True),
        ("    print(vowels)\n\ncount('moon')\n", True),
    ],
)
def test_a_parameter_is_called_unused_only_where_the_function_is_finished(rest: str, is_finished: bool) -> None:
    drafts = asked_until_silent("def count(text):\n    vowels = 'aeiou'\n" + rest)
    assert ("unused_parameter" in {d.kind for d in drafts}) is is_finished


def test_a_change_of_comments_is_asked_about_through_the_code_around_it() -> None:
    before = "def f(n):\n    return n // 4 + 1\n"
    draft = questions.ask(brief_of("# a remark\n" + before, previous=before, lines=(1, 1)))
    assert draft.end_line > 1


@pytest.mark.parametrize("code", ["", "\n\n   \n", "\\", "()"])
def test_only_nothing_at_all_makes_the_examiner_unavailable(code: str) -> None:
    with pytest.raises(ExaminerUnavailable):
        questions.ask(brief_of(code))


async def test_the_draft_says_who_wrote_it() -> None:
    draft = await OfflineExaminer().ask(brief_of(SAMPLES["slice"]))
    assert (draft.provenance.examiner, draft.provenance.model) == ("offline", "offline")
    assert draft.provenance.version == RULES_VERSION


def test_nothing_of_the_candidate_is_executed_outside_of_the_sandbox(tmp_path: Path) -> None:
    target = tmp_path / "ran"
    code = f"open({str(target)!r}, 'w').write('x')\nx = __import__('os').system('touch {target}')\n"
    asked_until_silent(code)
    assert not target.exists()


@settings(max_examples=150, deadline=None)
@given(
    code=st.lists(
        st.sampled_from(
            [
                *("def f(a):", "    return a[0]", "  x = 1", "if x > 3:", "    else:", "for i in range(3", "'", "\t\\"),
                *(
                    "é = 'ü' + `x`",
                    "    xs.append(i)",
                    "class A:",
                    "try:",
                    "except:",
                    "((((",
                    "x: int = y @ z",
                    "\f",
                    "{line}",
                ),
            ]
        ),
        max_size=8,
    ).map("\n".join),
    previous=st.sampled_from(["", "def f(a):\n    return a[1]\n", "((("]),
    start=st.integers(1, 12),
    length=st.integers(-2, 12),
    language=st.sampled_from(["python", "javascript"]),
)
def test_no_text_and_no_region_upsets_the_examiner(
    code: str, previous: str, start: int, length: int, language: str
) -> None:
    lines = (start, start + length)
    try:
        draft = questions.ask(brief_of(code, previous=previous, lines=lines, language=language, rule="paste"))
    except ExaminerUnavailable:
        return
    assert 1 <= draft.start_line <= draft.end_line <= max(1, len(code.splitlines()))
