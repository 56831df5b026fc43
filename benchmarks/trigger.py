"""The cost of one trigger decision beside plain `difflib.unified_diff`, both in one run.

    python -m benchmarks trigger

Trust the ratios: the figures depend on the machine, the ratios hardly do. "one edit" is
the usual decision while the candidate types (too few lines changed), "a new function" one
that asks, which includes reading the statements. The hostile pair makes difflib cubic.
"""

from __future__ import annotations

import difflib
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from codeassess_core.model import TriggerPolicy
from codeassess_core.triggers import Situation, decide

POLICY = TriggerPolicy()
FUNCTION = "def added(values):\n    total = 0\n    for value in values:\n        total += value\n    return total\n\n\n"


def document(lines: int) -> str:
    """Python of so many lines: small functions, no two alike."""
    body = "def step_{n}(state, rate):\n    change = state[{n}] * rate\n    state[{n}] += change\n    return change\n\n"
    return "".join(body.format(n=n) for n in range(lines // 5))


def pairs(lines: int) -> dict[str, tuple[str, str]]:
    """What changed since the last question, by name."""
    code = document(lines)
    place = code.index(f"def step_{lines // 10}(")
    return {
        "one edit": (code, code.replace(f"state[{lines // 10}] +=", f"state[{lines // 10}] -=", 1)),
        "a new function": (code, code[:place] + FUNCTION + code[place:]),
    }


def hostile(lines: int) -> tuple[str, str]:
    """Every other line is new and no line is popular enough for difflib to skip it."""
    old = [f"x{n % 50}" for n in range(lines)]
    new = [text for n, line in enumerate(old) for text in (line, f"only {n}")]
    return "\n".join(old) + "\n", "\n".join(new) + "\n"


def situation(base: str, code: str) -> Situation:
    """The first question of a session: no rule before the count settles it."""
    return Situation(
        now=datetime(2030, 1, 1, tzinfo=UTC),
        code=code,
        base=base,
        language="python",
        last_question_at=None,
        last_deferred_at=None,
        question_open=False,
        questions_asked=0,
        paste=None,
        closing=False,
        time_left=None,
    )


def unified_diff(before: str, after: str) -> int:
    """The plain way to count."""
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return sum(line[0] in "+-" for line in diff if line[:3] not in {"+++", "---"})


def cost(call: Callable[[], object]) -> float:
    """CPU of one call in µs: the median of up to nine rounds, within about a second."""
    rounds: list[float] = []
    while len(rounds) < 9 and sum(rounds) < 1e6:
        start = time.process_time_ns()
        call()
        rounds.append((time.process_time_ns() - start) / 1e3)
    return statistics.median(rounds)


def row(name: str, lines: int, before: str, after: str) -> str:
    """One line of the table."""
    decision = decide(situation(before, after), POLICY)
    ours = cost(lambda: decide(situation(before, after), POLICY))
    plain = cost(lambda: unified_diff(before, after))
    return f"{name:<16}{lines:>7,}{ours:>12,.0f}{plain:>16,.0f}{plain / ours:>9,.1f}x  {decision.rule}"


def main(_arguments: list[str]) -> None:
    """Print the table."""
    print(f"{'changed':<16}{'lines':>7}{'decide, µs':>12}{'unified_diff':>16}{'ratio':>10}  settled by")
    for lines in (100, 400, 2_000, 10_000):
        for name, pair in pairs(lines).items():
            print(row(name, lines, *pair))
    for lines in (500, 1_000):
        print(row("hostile", lines, *hostile(lines)))
