# ruff: noqa: E501 (one question a line)
"""Questions that deserve to be asked: written by hand in a model's manner, and all that the offline examiner finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codeassess_core.errors import ExaminerUnavailable
from codeassess_core.examiner.offline import questions
from codeassess_core.model import ExpectedPoint, Provenance, Region
from codeassess_core.ports import QuestionBrief, QuestionDraft

MODEL = Provenance(examiner="model", model="openai:x", version="0")
OFFLINE_EACH = 12  #: offline questions for each program


@dataclass(frozen=True, slots=True)
class Program:
    """A task, code for it, and questions about that, one a line: first and last line | text | expected points."""

    task: str
    code: str
    questions: str


PROGRAMS = (
    Program(
        "Write a function that returns the mean of a list of prices, and say what it does with no prices.",
        """\
def mean(prices):
    total = 0
    for price in prices:
        total += price
    return total / len(prices)
""",
        """\
5 5 | What happens on line 5 when `prices` is empty? | Division by zero. | A ZeroDivisionError is raised.
2 2 | Why does `total` start at 0 on line 2 and not at 1? | Zero does not change the sum. | One would shift the result.
3 4 | How often does the body of the loop run for `mean([4, 8])`? | Two times. | Once for every element.
5 5 | What would `mean` return if `len(prices)` were replaced by 2? | A wrong result for other lengths. | The half of the sum.
3 4 | How does the running time of `mean` grow with the number of prices? | Linearly. | Each price is visited once.
""",
    ),
    Program(
        "Find the position of a number in a sorted list with binary search, or return -1 when it is missing.",
        """\
def find(xs, wanted):
    lo, hi = 0, len(xs) - 1
    while lo <= hi:
        mid = (lo + hi) // 2
        if xs[mid] == wanted:
            return mid
        if xs[mid] < wanted:
            lo = mid + 1
        else:
            hi = mid - 1
    return -1
""",
        """\
3 3 | Why is the comparison on line 3 `lo <= hi` and not `lo < hi`? | A range of one element is still searched. | Otherwise the last candidate is missed.
8 8 | What would go wrong in `find` if line 8 set `lo` to `mid`? | The loop may never end. | The interval stops shrinking.
4 4 | Which value does `mid` have in the first pass for a list of seven numbers? | It is 3. | Zero plus six, halved.
11 11 | For which inputs does `find` reach line 11? | When the number is missing. | When lo has passed hi.
1 11 | What must hold for `xs` so that `find` works, and why? | It is sorted. | Half of it can be ruled out then.
5 6 | Trace `find([2, 5, 9], 9)`: which values does `mid` take? | 1, then 2. | Then it returns 2.
""",
    ),
    Program(
        "Count how often each word occurs in a text. Upper and lower case are the same.",
        """\
def count_words(text):
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts
""",
        """\
4 4 | What does `counts.get(word, 0)` give on line 4 when a word is seen for the first time? | Zero, the default. | No KeyError arises.
3 3 | Why is `lower()` called before `split()`, and what would be different without it? | Case would make different words. | Counts would be split up.
3 3 | How does `count_words` treat the text "end. End"? | The dot stays with the word. | Two different entries.
2 2 | What would happen if `counts` on line 2 were a list? | It has no get. | An AttributeError.
""",
    ),
    Program(
        "Model a bank account with deposits and withdrawals; the balance must never be negative.",
        """\
class Account:
    def __init__(self, balance=0):
        self.balance = balance

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError('too much')
        self.balance -= amount
        return self.balance
""",
        """\
6 7 | What does a caller see when `amount` equals `self.balance` in `withdraw`? | The balance becomes zero. | No error, since it is not greater.
5 9 | How does `withdraw` behave when `amount` is negative? | The balance grows. | It is not checked.
7 7 | Why does line 7 raise an exception rather than return `None`? | The caller cannot overlook it. | None could be taken for a result.
2 3 | Which balance do two objects made by `Account()` share, if any? | None, each has its own. | It is an attribute of the instance.
8 8 | What is the state of `self.balance` after an exception in `withdraw`? | Unchanged. | The subtraction was not reached.
""",
    ),
    Program(
        "Read a CSV of orders with pandas and report the mean price per city, without cancelled orders.",
        """\
import pandas as pd

orders = pd.read_csv('orders.csv')
open_orders = orders[orders['status'] != 'cancelled']
means = open_orders.groupby('city')['price'].mean()
print(means.sort_values(ascending=False).head(3))
""",
        """\
4 4 | How many rows does `open_orders` have compared with `orders`, and what decides it? | At most as many. | Those whose status differs.
5 5 | What is the index of `means` on line 5? | The cities. | The groupby key.
5 5 | What happens to orders without a city in the `groupby` on line 5? | They are dropped. | Missing keys are left out.
6 6 | Why does line 6 sort before it takes `head(3)`? | To get the highest three. | Otherwise the first in the alphabet.
4 4 | What would line 4 keep if a status were written 'Cancelled'? | That order stays. | Comparison is case sensitive.
""",
    ),
    Program(
        "Compute the n-th Fibonacci number recursively, and think about how long it takes.",
        """\
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)
""",
        """\
2 3 | Which calls of `fib` end on line 3? | Those with 0 and 1. | The base cases.
4 4 | How many times is `fib(1)` evaluated by `fib(4)`, and how did you find out? | Three times. | By drawing the tree.
4 4 | Why does `fib(40)` take so much longer than `fib(20)`? | Work grows exponentially. | Values are computed again and again.
2 2 | What does `fib(-3)` return, and is that sensible? | It returns -3. | The condition is true for negatives.
""",
    ),
    Program(
        "Write a decorator that retries a function a few times when it fails.",
        """\
import time


def retry(times, pause=0.1):
    def wrap(call):
        def run(*args):
            for attempt in range(times):
                try:
                    return call(*args)
                except OSError:
                    time.sleep(pause * 2 ** attempt)
            raise TimeoutError
        return run
    return wrap
""",
        """\
11 11 | How long does the third pause on line 11 last with the default `pause`? | 0.4 seconds. | 0.1 times two squared.
10 10 | What happens when `call` raises a `ValueError`? | It is not caught. | It reaches the caller at once.
12 12 | When is line 12 reached? | After all attempts failed. | When no attempt returned.
6 6 | How would a call with keyword arguments fare with `run`? | A TypeError. | Only positional ones are taken.
7 7 | What does the decorated function do when `times` is 0? | It raises TimeoutError. | The loop has no pass.
""",
    ),
    Program(
        "Merge two sorted lists into one sorted list without using the built-in sort.",
        """\
def merge(a, b):
    out = []
    while a and b:
        out.append(a.pop(0) if a[0] <= b[0] else b.pop(0))
    return out + a + b
""",
        """\
4 4 | What do the lists of the caller look like after `merge`? | They were emptied from the front. | The pops change the same objects.
5 5 | Why are both `a` and `b` added on line 5 although the loop has ended? | One may still hold the rest. | The other is empty and adds nothing.
4 4 | Which of two equal elements comes first in `out`, and which part of line 4 decides it? | The one from the first list. | Less or equal picks it.
4 4 | What does `pop(0)` cost on a long list? | Time linear in the length. | All later elements move.
""",
    ),
    Program(
        "Remove duplicates from a list and keep the order of first appearance.",
        """\
def unique(items):
    seen = set()
    return [x for x in items if not (x in seen or seen.add(x))]
""",
        """\
3 3 | What does `seen.add(x)` return, and why does line 3 rely on it? | It returns None. | None is falsy, so the condition holds.
2 2 | For which kinds of items does `unique` raise a `TypeError`? | Unhashable ones. | Lists cannot be put in a set.
3 3 | How would `unique` change if `seen` were a list? | Membership becomes slow. | Quadratic time; append would be needed.
""",
    ),
    Program(
        "Tell whether the brackets in a text are balanced.",
        """\
PAIRS = {')': '(', ']': '['}


def balanced(text):
    stack = []
    for c in text:
        if c in PAIRS.values():
            stack.append(c)
        elif c in PAIRS and (not stack or stack.pop() != PAIRS[c]):
            return False
    return not stack
""",
        """\
11 11 | For which text is `stack` not empty on line 11? | One with an opening bracket too many. | For instance a single one.
9 9 | Why is `not stack` tested before `stack.pop()` on line 9? | Popping nothing is an IndexError. | Short-circuit evaluation.
7 9 | What does `balanced` do with letters? | It passes over them. | Neither branch applies.
6 10 | Walk through `balanced('(]')`: on which line does it end? | On line 10. | The popped one does not fit.
""",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """A draft that should pass, and what it was written for."""

    draft: QuestionDraft
    brief: QuestionBrief


def goods() -> tuple[Good, ...]:
    """All of them."""
    return tuple(good for program in PROGRAMS for good in (*hand_written(program), *_offline(program)))


def by_hand() -> tuple[Good, ...]:
    """Only those with expected points in prose, as a model writes them."""
    return tuple(good for program in PROGRAMS for good in hand_written(program))


def brief_for(program: Program, asked: tuple[str, ...] = ()) -> QuestionBrief:
    last = len(program.code.splitlines())
    return QuestionBrief(
        code=program.code,
        previous="",
        document="main",
        language="python",
        region=Region(document="main", snapshot=1, start_line=1, end_line=last),
        rule="enough_lines",
        instructions=program.task,
        asked=asked,
    )


def hand_written(program: Program) -> Iterator[Good]:
    """Each knows the ones before it as asked."""
    asked: tuple[str, ...] = ()
    for line in program.questions.splitlines():
        lines, text, *points = line.split(" | ")
        start, end = map(int, lines.split())
        expected = tuple(ExpectedPoint(text=point) for point in points)
        draft = QuestionDraft(
            text=text, kind="value", start_line=start, end_line=end, expected=expected, provenance=MODEL
        )
        yield Good(draft=draft, brief=brief_for(program, asked))
        asked = (*asked, text)


def _offline(program: Program) -> Iterator[Good]:
    asked: tuple[str, ...] = ()
    for _ in range(OFFLINE_EACH):
        brief = brief_for(program, asked)
        try:
            draft = questions.ask(brief)
        except ExaminerUnavailable:
            return
        yield Good(draft=draft, brief=brief)
        asked = (*asked, draft.text)
