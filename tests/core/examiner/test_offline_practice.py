"""What is asked of code that can be worked out on examples: the flaw first, and nothing that does not hold."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from codeassess_core.examiner.offline import examples, guesses, questions, scene
from codeassess_core.examiner.offline.kinds import versions
from codeassess_core.model import Difficulty, Plan, Region
from codeassess_core.ports import QuestionBrief, QuestionDraft


def brief_of(code: str, *, previous: str = "", **more: object) -> QuestionBrief:
    lines = code.splitlines()
    known = previous.splitlines()
    changed = [n for n, line in enumerate(lines, 1) if line not in known] or [1]
    region = Region(document="main", snapshot=1, start_line=min(changed), end_line=max(changed))
    brief = QuestionBrief(
        code=code, previous=previous, document="main", language="python", region=region, rule="enough_lines"
    )
    return replace(brief, **more)  # type: ignore[arg-type]


def asked(code: str, most: int = 6, **more: object) -> list[QuestionDraft]:
    drafts: list[QuestionDraft] = []
    for _ in range(most):
        drafts.append(questions.ask(brief_of(code, asked=tuple(d.text for d in drafts), **more)))  # type: ignore[arg-type]
    return drafts


def texts(code: str, most: int = 6, **more: object) -> str:
    return "\n".join(draft.text for draft in asked(code, most, **more))


FLAWS = {
    "an index that is one too far": ("def ends(s):\n    n = len(s)\n    a = s[0] + s[n]\n    return a\n", 3),
    "a text and a number": ("def label(n):\n    return 'half: ' + n // 2\n", 2),
    "a name that nothing binds": ("def may(age):\n    if age > 20 and old == yes:\n        return 1\n", 2),
    "a name before its value": ("def count(xs):\n    for x in xs:\n        n += 1\n    return n\n", 3),
    "a module that has no such thing": ("import math\ndef root(x):\n    return math.square(x)\n", 3),
    "a text that is called": ("import string\ndef ok(s):\n    return s in string.digits()\n", 3),
    "a number that is measured": ("def two(n):\n    return n % 10 + len(n)\n", 2),
}
REASONS = {
    "an index that is one too far": ("IndexError", "out of range"),
    "a text and a number": ("TypeError", "concatenate"),
    "a name that nothing binds": ("NameError", "`old`"),
    "a name before its value": ("UnboundLocalError", "no value"),
    "a module that has no such thing": ("AttributeError", "square"),
    "a text that is called": ("TypeError", "callable"),
    "a number that is measured": ("TypeError", "len"),
}


@pytest.mark.parametrize("case", FLAWS)
def test_what_always_fails_is_asked_about_first_whatever_is_planned(case: str) -> None:
    (code, line), (error, why) = FLAWS[case], REASONS[case]
    plan = Plan(kind="value", difficulty=Difficulty.EASY, reason="Drawn.", others=("trace", "purpose"))
    draft = questions.ask(brief_of(code, plan=plan))
    assert draft.kind == "fails"
    assert f"line {line}" in draft.text and error not in draft.text
    assert error in draft.expected[0].text and why in draft.expected[1].text


def test_a_line_behind_the_failure_is_asked_about_through_it() -> None:
    before = "def ends(s):\n    n = len(s)\n    a = s[0] + s[n]\n    return s\n"
    draft = questions.ask(brief_of(before.replace("return s", "return a"), previous=before))
    assert draft.kind == "fails" and "line 4" in draft.text and "line 3" in draft.expected[0].text


def test_a_failure_that_was_asked_about_and_stayed_is_asked_to_be_mended() -> None:
    code = FLAWS["a text and a number"][0]
    first = questions.ask(brief_of(code))
    second = questions.ask(brief_of(code, asked=(first.text,)))
    assert second.kind == "to_mend" and "`TypeError`" in second.text


NO_FLAWS = {
    "nothing tells of which type it is": "def size(thing):\n    return len(thing)\n",
    "it is given a mapping": "def rows(times):\n    return [k for k, values in times.items() if len(values) > 2]\n",
    "it is given a list of lists": "def rows(l):\n    for i in range(len(l)):\n        print(l[i][0] + 1)\n",
    "it is given records": "def ages(people):\n    return [p['age'] for p in people]\n",
    "it is given pairs": "def sums(pairs):\n    for a, b in pairs:\n        print(a + b)\n",
    "it is given a file": "def lines(source):\n    return source.readlines()\n",
    "it is given a function": "def twice(f, n):\n    return f(f(n))\n",
    "it is given an object": "def area(shape):\n    return shape.width * shape.height\n",
    "only some values fail": "import math\ndef root(x):\n    return math.sqrt(x - 5)\n",
    "it could not be worked out": "def load(path):\n    return open(path).read() + missing\n",
    "a line is being typed": "def double(x):\n    y = x * 2\n    retu\n",
    "a method is being typed": "def parts_of(line):\n    parts = line.sp\n",
    "a value is being typed": "def even(n):\n    if n % 2:\n        return Fa\n",
    "a name is being typed": "def total(prices):\n    count = len(prices)\n    return sum(prices) / cou\n",
    "it raises on purpose for some": "def half(n):\n    if n < 0:\n        raise ValueError(n)\n    return n // 2\n",
}


@pytest.mark.parametrize("case", NO_FLAWS)
def test_no_failure_is_claimed_where_none_is_sure(case: str) -> None:
    assert not {"fails", "to_mend"} & {draft.kind for draft in asked(NO_FLAWS[case], 5)}


def test_a_change_is_asked_about_by_what_it_makes_different() -> None:
    before, after = "def dozens(n):\n    return n // 12\n", "def dozens(n):\n    return n // 12 + 1\n"
    found = {draft.kind: draft for draft in asked(after, 12, previous=before)}
    assert {"change", "new_result"} <= found.keys()
    result = found["new_result"]
    assert "`return n // 12`" in result.text and "`dozens(345)` returned `28` before" in result.text
    assert "`29`" in result.expected[0].text
    assert "`dozens(23)` returned `1` before, and now it returns `2`" in found["change"].expected[1].text


def test_a_change_without_an_effect_is_not_asked_about_as_if_it_had_one() -> None:
    before = "def rest(n):\n    return n - n // 8 * 8\n"
    found = texts("def rest(n):\n    return n % 8\n", 6, previous=before)
    assert "do differently" not in found and "With either, the call" in found


def test_a_line_that_can_be_read_again_is_asked_about_as_that() -> None:
    before = "def f(n):\n    if n > 3\n        return 1\n    return open(n)\n"
    found = texts(before.replace("> 3", "> 3:"), 6, previous=before)
    assert "has become" not in found, "a colon alone"
    found = texts(before.replace("if n > 3", "if n >= 3:"), 6, previous=before)
    assert "Why could Python not read it before" in found


def test_of_a_failure_before_which_nothing_changed_the_line_is_asked_for() -> None:
    before = "import strng\ndef ok(s):\n    return s in string.digits()\n"
    draft = questions.ask(brief_of(before.replace("strng", "string"), previous=before, rule="enough_lines"))
    assert "line 2" not in draft.text


def test_nothing_is_said_of_what_reads_a_name_where_a_line_could_not_be_read() -> None:
    code = "def f(n):\n    for i in range(n):\n        i = i + 1\n        return (i, end='')\n"
    assert "needed for in the rest" not in texts(code, 8)


def test_nothing_is_said_of_the_ways_through_code_that_had_to_be_mended() -> None:
    code = "def f(n):\n        if n == 3\n    return True\n"
    assert "without reaching" not in texts(code, 4)


def test_of_a_change_of_several_lines_the_call_is_told_and_the_lines_are_asked_for() -> None:
    before = "def f(n):\n    a = n % 7\n    b = n // 7\n    return a + b\n"
    after = "def f(n):\n    a = n // 5\n    b = n % 5\n    return a + b + 1\n"
    draft = next(d for d in asked(after, 8, previous=before) if "Before this change" in d.text)
    assert draft.kind == "new_result" and "which line makes the difference" in draft.text
    assert draft.expected[1].text == "It names a line that changed: 2, 3, 4."


def test_what_a_line_makes_different_is_told_apart_from_what_others_do() -> None:
    before = "def f(n):\n    a = n % 7\n    return a + 30\n"
    after = "def f(n):\n    a = n % 8\n    return a + 40\n"
    brief = brief_of(after, previous=before)
    found = [one for one in versions.rewritten(brief, scene.build(brief)) if one.kind == "new_result"]
    (line_2,) = (one for one in found if one.text.startswith("Line 2 read"))
    assert "With the old line, `f(23)` returns `42`" in line_2.text
    assert "`47`" in line_2.expected[0].text


def test_a_name_that_became_another_is_no_change() -> None:
    before = "def total(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n"
    after = before.replace("for i", "for k").replace("+= i", "+= k")
    assert "has become" not in texts(after, 5, previous=before)
    assert "has become" not in texts(before.replace("def total", "def sum_of"), 5, previous=before)


def test_a_line_that_was_taken_out_is_asked_about_by_what_is_different_without_it() -> None:
    before = "def area(a, b):\n    a = a + 1\n    return a * b\n"
    draft = questions.ask(brief_of("def area(a, b):\n    return a * b\n", previous=before))
    assert draft.kind == "new_result" and "You took out `a = a + 1`" in draft.text and "`92`" in draft.expected[0].text
    idle = "def area(a, b):\n    c = a + 1\n    return a * b\n"
    draft = questions.ask(brief_of("def area(a, b):\n    return a * b\n", previous=idle))
    assert draft.kind == "removed" and "same as before" in draft.text


def test_a_slip_that_no_call_would_show_is_not_asked_about() -> None:
    found = texts("def same(n):\n    return n * 1 - 0\n", 6)
    assert "mistyped as" not in found and "one sign" not in found


def test_a_slip_comes_with_a_call_that_shows_it() -> None:
    draft = next(d for d in asked("def adult(age):\n    return age >= 18\n", 8) if d.kind == "mistyped")
    assert "`adult(18)`: it returns `True` and it returns `False`" in draft.expected[1].text


def test_what_a_value_is_asked_for_is_reached_with_it() -> None:
    code = "def f(n):\n    if n > 100:\n        return n // 7\n    return n\n"
    given = [d.text for d in asked(code, 8) if d.kind == "value" and "line 3" in d.text]
    assert given and all("`n` is 345" in text or "`n` is 101" in text for text in given)


def test_what_python_cannot_read_is_asked_about_with_what_the_parser_says() -> None:
    draft = questions.ask(brief_of("def f(n):\n    if n = 3:\n        return 1\n    return 2\n"))
    assert draft.kind == "not_read" and "line 2" in draft.text and "`==`" in draft.expected[0].text
    assert "call `f(" not in texts("def f(n):\n    if n = 3:\n        return 1\n    return 2\n", 4)


def test_a_line_in_the_middle_of_a_word_is_asked_for_what_it_is_to_be() -> None:
    before = "def parts_of(line):\n    return 1\n"
    draft = questions.ask(brief_of("def parts_of(line):\n    parts = line.sp\n    return 1\n", previous=before))
    assert draft.kind == "unfinished" and "`parts = line.sp`" in draft.text


def test_a_line_that_is_not_finished_is_asked_for_what_it_is_to_be() -> None:
    draft = questions.ask(brief_of("def f(n):\n    total =\n    return n\n", previous="def f(n):\n    return n\n"))
    assert draft.kind == "unfinished" and "`total =`" in draft.text


TYPES = {
    "def f(a):\n    return a.upper()\n": guesses.TEXT,
    "def f(a):\n    return a == 'x'\n": guesses.TEXT,
    "def f(a):\n    return a + '!'\n": guesses.TEXT,
    "def f(a):\n    return [c.lower() for c in a]\n": guesses.TEXT,
    "def f(a):\n    return a // 2\n": guesses.NUMBER,
    "def f(a):\n    return range(a)\n": guesses.NUMBER,
    "def f(a):\n    return a > 20\n": guesses.NUMBER,
    "def f(a):\n    return a[0] > 20\n": guesses.NUMBERS,
    "def f(a):\n    a.append(1)\n": guesses.NUMBERS,
    "def f(a):\n    for b in a:\n        print(b % 2)\n": guesses.NUMBERS,
    "def f(a):\n    return not a or a == True\n": guesses.FLAG,
    "def f(a: str):\n    return a\n": guesses.TEXT,
    "def f(isOld):\n    return isOld\n": guesses.FLAG,
    "def f(word):\n    return word\n": guesses.TEXT,
    "def f(a):\n    return a\n\nprint(f('abc'))\n": guesses.TEXT,
    "def f(a):\n    return a\n": guesses.NUMBER,
}


@pytest.mark.parametrize("code", TYPES)
def test_the_type_of_a_parameter_is_told_by_what_is_done_with_it(code: str) -> None:
    tree = ast.parse(code)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    (first, *_) = examples.ordinary(function, tree, "")
    wanted = {guesses.TEXT: str, guesses.NUMBER: int, guesses.NUMBERS: list, guesses.FLAG: bool}[TYPES[code]]
    assert type(first[0]) is wanted


def test_calls_that_the_instructions_name_are_the_first_examples() -> None:
    code = "def f(a, b):\n    return a * b\n"
    built = scene.build(brief_of(code, instructions="f(6, 'ab') gives 'abababababab'."))
    assert built is not None
    assert built.practised["f"].ordinary[0].arguments == (6, "ab")


def test_while_a_line_is_being_typed_the_lines_before_it_are_asked_about() -> None:
    """It is the last of several, and typing on would close it: nobody needs to be told what is wrong there."""
    code = (
        "def parse(line):\n    if not line:\n        return None\n    name, value = line.split('=')\n"
        "    return name, int(value)\n\n\ndef read(lines):\n    times = dict(li"
    )
    draft = questions.ask(brief_of(code))
    assert draft.kind not in ("not_read", "unfinished") and "line 9" not in draft.text
    alone = questions.ask(brief_of("def f(n):\n    return round(n\n", previous="def f(n):\n    return n\n"))
    assert alone.kind == "not_read", "the only line that changed is what there is to ask about"
