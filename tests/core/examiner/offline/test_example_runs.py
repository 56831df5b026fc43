"""Questions about code that is run on examples: defects first, only true statements, and slots with claims."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

import pytest

from codeassess_core.errors import ExaminerUnavailable
from codeassess_core.evals import claims
from codeassess_core.evals.histories import claim_as_dict
from codeassess_core.examiner.offline import (
    analysed_code,
    example_runs,
    examples,
    guesses,
    questions,
    running,
    slot_making,
)
from codeassess_core.model import ClaimOutcome, Difficulty, Plan, Region, SlotKind
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
        try:
            drafts.append(questions.ask(brief_of(code, asked=tuple(d.text for d in drafts), **more)))  # type: ignore[arg-type]
        except ExaminerUnavailable:
            break
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
    "a name that nothing binds": ("NameError", "old"),
    "a name before its value": ("UnboundLocalError", "n"),
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
    assert (draft.slots[0].kind, draft.slots[0].accepted) == (SlotKind.EXCEPTION, (error,))
    assert why in draft.expected[0].text
    assert (draft.claims[0].outcome, draft.claims[0].value) == (ClaimOutcome.RAISES, error)


def test_a_line_behind_the_failure_is_asked_about_through_it() -> None:
    before = "def ends(s):\n    n = len(s)\n    a = s[0] + s[n]\n    return s\n"
    draft = questions.ask(brief_of(before.replace("return s", "return a"), previous=before))
    assert draft.kind == "fails" and "line 4" in draft.text and "Line 3" in draft.expected[0].text


def test_a_failure_that_was_asked_about_and_stayed_is_asked_for_its_cause() -> None:
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
    "it is given a table": "def best(s):\n    return s.groupby('team').mean()\n",
    "it is given what an annotation names": "def best(name: DataFrame):\n    return name.head\n",
    "it is given a function": "def twice(f, n):\n    return f(f(n))\n",
    "it is given an object": "def area(shape):\n    return shape.width * shape.height\n",
    "only some values fail": "import math\ndef root(x):\n    return math.sqrt(x - 5)\n",
    "it could not be run": "def load(path):\n    return open(path).read() + missing\n",
    "a line is being typed": "def double(x):\n    y = x * 2\n    retu\n",
    "it raises on purpose for some": "def half(n):\n    if n < 0:\n        raise ValueError('n')\n    return n // 2\n",
}


@pytest.mark.parametrize("case", NO_FLAWS)
def test_no_failure_is_claimed_where_none_is_sure(case: str) -> None:
    assert not {"fails", "to_mend"} & {draft.kind for draft in asked(NO_FLAWS[case], 5)}


def test_a_change_is_asked_about_by_what_it_makes_different() -> None:
    before, after = "def dozens(n):\n    return n // 12\n", "def dozens(n):\n    return n // 12 + 1\n"
    found = {draft.kind: draft for draft in asked(after, 12, previous=before)}
    result = found["new_result"]
    assert "`return n // 12`" in result.text and "before: what does it come to now" in result.text
    now, then = result.claims
    assert (now.code, then.code) == (after, before) and now.run == then.run
    assert int(now.value) == int(then.value) + 1 and result.slots[0].accepted == (now.value,)


def test_a_change_without_an_effect_is_asked_about_as_that() -> None:
    before = "def rest(n):\n    return n - n // 8 * 8\n"
    found = texts("def rest(n):\n    return n % 8\n", 12, previous=before)
    assert "comes to the same with either" in found and "before: what does it come to now" not in found


STUBS = (
    "    pass\n",
    "    ...\n",
    "    return None\n",
    "    raise NotImplementedError\n",
    "    # TODO: write it\n    pass\n",
)


@pytest.mark.parametrize("stub", STUBS)
def test_the_beginning_that_the_task_gave_is_nobodys_version(stub: str) -> None:
    found = texts("def area(a, b):\n    return a * b\n", 10, previous=f"def area(a, b):\n{stub}")
    assert not any(words in found for words in ("has become", "took out", "Before this change", "old line"))


def test_of_a_change_of_several_lines_the_call_is_told_and_the_lines_are_asked_for() -> None:
    before = "def f(n):\n    a = n % 7\n    b = n // 7\n    return a + b\n"
    after = "def f(n):\n    a = n // 5\n    b = n % 5\n    return a + b + 1\n"
    draft = next(d for d in asked(after, 12, previous=before) if "Before this change" in d.text)
    assert draft.kind == "new_result" and "which line makes the difference" in draft.text
    assert draft.expected[0].text == "New in it: lines 2, 3 and 4."


def test_a_name_that_became_another_is_no_change() -> None:
    before = "def total(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n"
    after = before.replace("for i", "for k").replace("+= i", "+= k")
    assert "has become" not in texts(after, 5, previous=before)
    assert "has become" not in texts(before.replace("def total", "def sum_of"), 5, previous=before)


def test_a_line_that_was_taken_out_is_asked_about_by_what_is_different_without_it() -> None:
    before = "def area(a, b):\n    a = a + 1\n    return a * b\n"
    draft = questions.ask(brief_of("def area(a, b):\n    return a * b\n", previous=before))
    assert draft.kind == "removed" and "You took out `a = a + 1`" in draft.text and draft.slots
    assert {claim.code for claim in draft.claims} == {before, "def area(a, b):\n    return a * b\n"}


def test_a_slip_that_no_call_would_show_is_not_asked_about() -> None:
    assert "mistyped as" not in texts("def same(n):\n    if n > n:\n        return n\n    return n\n", 9)


def test_a_slip_is_asked_about_with_calls_of_which_one_tells() -> None:
    draft = next(d for d in asked("def adult(age):\n    return age >= 18\n", 12) if d.kind == "mistyped")
    (slot,) = draft.slots
    assert slot.kind is SlotKind.CHOICE and slot.accepted == ("adult(18)",)
    assert all(option.reason and option.text in draft.text for option in slot.options)
    assert "`adult(18)`: with `>=` it returns `True`, with `>` it returns `False`." in draft.expected[0].text


def test_every_sign_that_explains_a_wrong_result_is_right() -> None:
    draft = next(d for d in asked("def f(n):\n    return n - 3 + 9 - 3\n", 30) if d.kind == "slipped")
    (slot,) = draft.slots
    for option in slot.options:
        old, new = option.text.split(" became ")
        pieces = ["n", "-", "3", "+", "9", "-", "3"]
        mutants = [" ".join((*pieces[:i], new, *pieces[i + 1 :])) for i, piece in enumerate(pieces) if piece == old]
        call = draft.claims[0].run
        n = int(call[2:-1])
        wanted = int(draft.text.split("it returns `")[1].split("`")[0])
        explains = any(eval(mutant, {"n": n}) == wanted for mutant in mutants)
        assert (option.text in slot.accepted) is explains, (option.text, draft.text)


def test_what_python_cannot_read_is_asked_about_with_what_cpython_says() -> None:
    code = "def f(n):\n    if n = 3:\n        return 1\n    return 2\n"
    draft = questions.ask(brief_of(code))
    assert draft.kind == "not_read" and "line 2" in draft.text and "Maybe you meant '=='" in draft.text
    assert draft.slots[0].accepted == ("if n == 3:",)
    assert draft.claims[0].value == "SyntaxError" and "call `f(" not in texts(code, 4)


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("def f(n):\n    x = n\n\treturn x\n", "3"),
        ("def f(n):\n    x = n\n      return x\n", "4 blanks"),
        ("def f(n):\n    return (n * (2 + 3)\n", "return (n * (2 + 3))"),
        ("def f(n):\n    print n\n", "print(n)"),
    ],
)
def test_what_would_be_read_was_tried(code: str, answer: str) -> None:
    draft = questions.ask(brief_of(code))
    assert draft.kind == "not_read" and answer in draft.slots[0].accepted


def test_nothing_is_said_of_code_that_had_to_be_mended() -> None:
    code = "def f(n):\n        if n == 3\n    return True\n"
    assert {draft.kind for draft in asked(code, 8)} <= {"not_read", "text_uses"}


TRUE_OF = (
    "def mean(xs):\n    total = 0\n    for x in xs:\n        if x < 0:\n            continue\n        total += x\n"
    "    return total / len(xs)\n",
    "def fact(n):\n    if n <= 1:\n        return 1\n    return n * fact(n - 1)\n",
    "total = 0\nfor price in [3, 4, 5]:\n    total += price\nprint(total)\nhalf = total // 2\n",
    "class Account:\n    def __init__(self, owner):\n        self.owner = owner\n        self.balance = 0\n"
    "    def deposit(self, amount):\n        self.balance += amount\n        return self.balance\n\n"
    "a = Account('Ada')\na.deposit(5)\nnow = a.deposit(7)\n",
    "def grade(p):\n    if p >= 90:\n        return 'A'\n    elif p >= 50:\n        return 'B'\n    return 'F'\n",
    "def parse(s):\n    try:\n        return int(s)\n    except ValueError:\n        return 0\n",
    "numbers = [3, 1, 2]\nnumbers.sort()\nlargest = numbers[-1]\nprint(largest, 'is the largest')\n",
    "x = 10\ny = x / (x - 10)\nprint(y)\n",
    "import math\ndef hyp(a, b):\n    return round(math.sqrt(a * a + b * b), 2)\n",
    "def count(text):\n    found = {}\n    for c in text:\n        found[c] = found.get(c, 0) + 1\n    return found\n",
)


@pytest.mark.parametrize("code", TRUE_OF)
def test_every_claim_is_what_cpython_does(code: str) -> None:
    drafts = asked(code, 14)
    found = [claim_as_dict(claim, code) for draft in drafts for claim in draft.claims]
    assert found
    assert [one.differs for one in claims.check(found) if one.differs] == []


@pytest.mark.parametrize("code", TRUE_OF)
def test_every_question_states_a_fact_and_every_slot_is_open_and_claimed(code: str) -> None:
    for draft in asked(code, 14):
        instructions = ("It says", "It names", "It gives", "It describes", "It compares")
        assert draft.expected and not any(p.text.startswith(instructions) for p in draft.expected), draft
        for slot in draft.slots:
            assert slot.weight >= 6
            if slot.kind in (SlotKind.VALUE, SlotKind.EXCEPTION):
                assert [claim for claim in draft.claims if claim.slot == slot.id], draft
                assert not any(f"`{answer}`" in draft.text for answer in slot.accepted), draft
            if slot.kind is SlotKind.CHOICE:
                assert all(option.text in draft.text for option in slot.options)
                assert {*slot.accepted} < {option.text for option in slot.options}


def test_the_example_inputs_vary() -> None:
    def calls(body: str) -> Sequence[str]:
        return [c.run for d in asked(f"def f(n):\n    {body}\n", 3) for c in d.claims]

    assert len({call for n in range(3, 12) for call in calls(f"return n // {n} + {n}")}) >= 6


def test_notebook_cells_run_after_the_cells_before_them_and_magics_are_their_python() -> None:
    code = (
        '# %% id="a"\nbase = 7\n\n# %% id="b"\n# %time size = base * 3\n\n'
        '# %% id="c"\n# %%time\n# total = size + 1\n\n# %% id="d"\nfinal = total // 2\n'
    )
    previous = code[: code.index('# %% id="d"')]
    draft = next(d for d in asked(code, 6, previous=previous, document="n.ipynb") if d.kind == "at_end")
    assert draft.slots[0].accepted == ("11",) and "final" in draft.text
    assert [one.differs for one in claims.check([claim_as_dict(c, code) for c in draft.claims])] == [""]


TYPES = {
    "def f(a):\n    return a.upper()\n": guesses.TEXT,
    "def f(a):\n    return a == 'x'\n": guesses.TEXT,
    "def f(a):\n    return a + '!'\n": guesses.TEXT,
    "def f(a):\n    return [c.lower() for c in a]\n": guesses.TEXT,
    "def f(a):\n    return a // 2\n": guesses.NUMBER,
    "def f(a):\n    return range(a)\n": guesses.NUMBER,
    "def f(a):\n    return a > 20\n": guesses.NUMBER,
    "def f(a, b):\n    return sum(1 for c in a if c >= b)\n": guesses.NUMBERS,
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
    runs = running.Runs(running.shared())
    built = analysed_code.build(brief_of(code, instructions="f(6, 'ab') gives 'abababababab'."), runs)
    assert built is not None
    assert built.example_runs["f"].ordinary[0].arguments == (6, "ab")


def test_while_a_line_is_being_typed_the_lines_before_it_are_asked_about() -> None:
    """It is the last of several, and typing on would close it: nobody needs to be told what is wrong there."""
    code = (
        "def parse(line):\n    if not line:\n        return None\n    name, value = line.split('=')\n"
        "    return name, int(value)\n\n\ndef read(lines):\n    times = dict(li"
    )
    draft = questions.ask(brief_of(code))
    assert draft.kind != "not_read"
    alone = questions.ask(brief_of("def f(n):\n    return round(n\n", previous="def f(n):\n    return n\n"))
    assert alone.kind == "not_read", "the only line that changed is what there is to ask about"


HALF_WRITTEN = """\
def merged(meetings):
    return sorted(meetings)


def rooms_needed(meetings):
    needed = 0
    for start, end in meetings:
        needed = max(needed, end - start)
{ending}

print(merged([(9, 11)]))
rooms_needed([])
"""


def about_nothing(code: str) -> list[QuestionDraft]:
    """The questions about `rooms_needed` that name a call of it and have a slot for a result."""
    drafts = asked(code, 12)
    return [draft for draft in drafts if "`rooms_needed(" in draft.text and draft.slots[:1] and draft.claims]


def test_what_the_program_prints_is_never_the_result_of_a_call() -> None:
    """A function without its `return` yet, below which the program prints something."""
    code = HALF_WRITTEN.format(ending="")
    runs = running.program(code, running.Runs(running.shared()))
    assert runs is not None
    run = example_runs.ran(runs, "rooms_needed([])")
    assert run is not None and (run.result, run.printed) == ("None", "")
    assert slot_making.result(run, "").accepted == ("None",)
    assert (slot_making.claim(run).outcome, slot_making.claim(run).value) == (ClaimOutcome.RETURNS, "None")
    drafts = about_nothing(code)
    assert drafts
    for draft in drafts:
        assert not [answer for slot in draft.slots for answer in slot.accepted if "9, 11" in answer], draft
    assert_true(code, drafts)


def test_a_finished_call_is_asked_for_its_value_whatever_the_program_prints() -> None:
    code = HALF_WRITTEN.format(ending="    return needed\n")
    drafts = about_nothing(code)
    assert any(draft.slots[0].accepted == ("0",) for draft in drafts), drafts
    assert_true(code, drafts)


def test_a_function_that_prints_is_asked_for_what_it_prints_itself() -> None:
    code = "def show(names):\n    for name in names:\n        print(name)\n\n\nprint('begin')\nshow(['a'])\n"
    found = [claim for draft in asked(code, 12) for claim in draft.claims if claim.run]
    shown = [claim for claim in found if claim.outcome is ClaimOutcome.PRINTS]
    assert shown and not [claim for claim in shown if "begin" in claim.value]
    assert_true(code, asked(code, 12))


def assert_true(code: str, drafts: Sequence[QuestionDraft]) -> None:
    """Every claim holds in CPython."""
    checked = claims.check([claim_as_dict(claim, code) for draft in drafts for claim in draft.claims])
    assert [one.differs for one in checked if one.differs] == []
