"""The decision whether to ask: rules in order, the cheapest first; the first one with a result decides.

To add one: a function here, its place in RULES, a table of cases in the tests and a line in
docs/triggers.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from codeassess_core.model import Decision, Moment, TriggerPolicy

from .lines import changed_lines, count, middle
from .paste import PASTE_LINES
from .region import any_statement, paste_region, region_of, same_statements
from .situation import Situation
from .statements import MAX_READ, count_changed, statements

Rule = Callable[[Situation, TriggerPolicy], Decision | None]

LEAST_TIME_LEFT: Final = 30.0
"""Seconds; with less time left an answer is not possible."""

SMALL_PROGRAM: Final = 8
"""Statements; a program with at most this many is small, and its change is counted in statements.

Half of 457 real students' programs had three lines: counted in lines, two of three sessions got no question.
"""


def decide(situation: Situation, policy: TriggerPolicy) -> Decision:
    """Whether to ask now, by which rule, why, and about which lines."""
    decision = next(decision for rule in RULES if (decision := rule(situation, policy)) is not None)
    return replace(decision, moment=situation.moment)


def session_closing(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """A session that is finishing asks nothing more."""
    return _no("session_closing", "The session is finishing or has ended.") if situation.closing else None


def time_is_up(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """No question when an answer is not possible in time."""
    left = situation.time_left
    if left is None or left >= LEAST_TIME_LEFT:
        return None
    return _no("time_is_up", f"{max(0, int(left))} s are left ({LEAST_TIME_LEFT:g} s needed).")


def question_open(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """One question at a time."""
    return _no("question_open", "A question is open.") if situation.question_open else None


def budget_spent(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """No more questions than the policy allows in one session."""
    if situation.questions_asked < policy.max_questions:
        return None
    return _no("budget_spent", f"{situation.questions_asked} questions were asked (at most {policy.max_questions}).")


def cool_down(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """After "not now" there is no question for a while."""
    elapsed = _seconds(situation.last_deferred_at, situation.now)
    if elapsed is None or elapsed >= policy.cool_down:
        return None
    return _no("cool_down", f'The candidate said "not now" {int(elapsed)} s ago ({policy.cool_down:g} s needed).')


def too_soon(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """Questions have a minimum distance in time; the first one does not wait."""
    elapsed = _seconds(situation.last_question_at, situation.now)
    if elapsed is None or elapsed >= policy.min_time_between_interactions:
        return None
    return _no("too_soon", f"The last question was {_ago(situation, policy)}.")


def nothing_new(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """No second question about the same code."""
    return _no("nothing_new", f"0 lines changed {_since(situation)}.", 0) if situation.code == situation.base else None


def paste(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """A large insertion is asked about, however few lines the policy needs, unless it has no statement."""
    if situation.paste is None:
        return None
    lines = paste_region(situation.code, situation.paste, situation.language)
    if lines is None:
        return None
    inserted = f"{_lines(situation.paste.lines)} came in at once ({PASTE_LINES} make a paste)"
    changed = changed_lines(situation.base, situation.code)
    return _yes("paste", f"{inserted}{_then_ago(situation, policy)}.", changed, lines)


def small_program(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """When too few lines changed, a small program counts by statements: several at a pause, one at a run or save.

    Not when the policy needs more lines than a small program has: then few questions are wanted.
    """
    needed = policy.min_code_change_statements
    if needed == 0 or policy.min_code_change_lines > SMALL_PROGRAM or not _is_small(situation):
        return None
    needed = needed if situation.moment is Moment.PAUSE else 1
    part = middle(situation.base, situation.code)
    changed = count_changed(situation.base, situation.code, part, situation.language)
    if changed < needed or count(part) >= policy.min_code_change_lines:
        return None
    size = f"{_statements(changed)} of a small program changed {_since(situation)} ({needed} needed{_at(situation)})"
    lines = region_of(situation.base, situation.code, part, situation.language)
    return _yes("small_program", f"{size}{_then_ago(situation, policy)}.", count(part), lines)


def too_few_lines(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """A question needs a change of some size."""
    changed = changed_lines(situation.base, situation.code, cutoff=policy.min_code_change_lines)
    if changed >= policy.min_code_change_lines:
        return None
    reason = f"{_lines(changed)} changed {_since(situation)} ({policy.min_code_change_lines} needed)."
    return _no("too_few_lines", reason, changed)


def not_worth_asking(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """White space, comments, docstrings and imports are not worth a question."""
    part = middle(situation.base, situation.code)
    if not same_statements(situation.base, situation.code, part, situation.language):
        return None
    changed = count(part)
    reason = f"{_lines(changed)} changed {_since(situation)}, but only white space, comments, docstrings or imports."
    return _no("not_worth_asking", reason, changed)


def nothing_left(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """When all code was removed there is none to ask about."""
    if any_statement(situation.code, situation.language):
        return None
    changed = changed_lines(situation.base, situation.code)
    return _no("nothing_left", f"{_lines(changed)} changed {_since(situation)}, and no statement is left.", changed)


def enough_lines(situation: Situation, policy: TriggerPolicy) -> Decision:
    """Nothing speaks against a question. The last rule, which always decides."""
    part = middle(situation.base, situation.code)
    changed = count(part)
    size = f"{'At least ' if part.cut else ''}{_lines(changed)} changed {_since(situation)}"
    reason = f"{size} ({policy.min_code_change_lines} needed){_then_ago(situation, policy)}."
    lines = region_of(situation.base, situation.code, part, situation.language)
    return _yes("enough_lines", reason, changed, lines)


RULES: Final[tuple[Rule, ...]] = (
    session_closing,
    time_is_up,
    question_open,
    budget_spent,
    cool_down,
    too_soon,
    nothing_new,
    paste,
    small_program,
    too_few_lines,
    not_worth_asking,
    nothing_left,
    enough_lines,
)


FOLLOW_UP_RULES: Final[tuple[Rule, ...]] = (session_closing, time_is_up, question_open, budget_spent, cool_down)
"""The rules that can prevent a follow-up, without `too_soon`, which is about the distance between questions."""


def against_follow_up(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """The decision against a follow-up now; None when there may be one."""
    if not policy.follow_ups:
        return _no("follow_up", "Follow-ups are switched off.")
    return next((no for rule in FOLLOW_UP_RULES if (no := rule(situation, policy)) is not None), None)


def _no(rule: str, reason: str, changed: int | None = None) -> Decision:
    return Decision(asked=False, rule=rule, reason=reason, changed_lines=changed)


def _yes(rule: str, reason: str, changed: int, lines: tuple[int, int]) -> Decision:
    low, high = lines
    return Decision(asked=True, rule=rule, reason=reason, changed_lines=changed, start_line=low, end_line=high)


def _seconds(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else max(0.0, (now - since).total_seconds())


def _since(situation: Situation) -> str:
    return "since the start" if situation.last_question_at is None else "since the last question"


def _ago(situation: Situation, policy: TriggerPolicy) -> str:
    elapsed = _seconds(situation.last_question_at, situation.now) or 0.0
    return f"{int(elapsed)} s ago ({policy.min_time_between_interactions:g} s needed)"


def _then_ago(situation: Situation, policy: TriggerPolicy) -> str:
    return "" if situation.last_question_at is None else f", {_ago(situation, policy)}"


def _is_small(situation: Situation) -> bool:
    """Does the program have statements, and at most `SMALL_PROGRAM`?"""
    if len(situation.code) > MAX_READ:
        return False
    size = sum(1 for _ in islice(statements(situation.code, 1, situation.language), SMALL_PROGRAM + 1))
    return 0 < size <= SMALL_PROGRAM


def _at(situation: Situation) -> str:
    words = {Moment.RUN: " at a run", Moment.SAVE: " at a save"}
    return words.get(situation.moment, "")


def _statements(number: int) -> str:
    return "1 statement" if number == 1 else f"{number} statements"


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"
