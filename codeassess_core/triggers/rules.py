"""The decision: rules in order, cheapest first; the first that answers settles it.

To add one: a function here, its place in RULES, a table of cases in the tests and a
line in docs/triggers.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from codeassess_core.model import Decision, TriggerPolicy

from .lines import changed_lines, count, middle
from .paste import PASTE_LINES
from .region import any_statement, paste_region, region_of, same_statements
from .situation import Situation

Rule = Callable[[Situation, TriggerPolicy], Decision | None]

LEAST_TIME_LEFT: Final = 30.0
"""Seconds: with less time left nobody could answer."""


def decide(situation: Situation, policy: TriggerPolicy) -> Decision:
    """Whether to ask now, by which rule, why, and about which lines."""
    return next(decision for rule in RULES if (decision := rule(situation, policy)) is not None)


def session_closing(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """A session that is finishing asks nothing more."""
    return _no("session_closing", "The session is finishing or has ended.") if situation.closing else None


def time_is_up(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """Nobody is asked who could not answer in time."""
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
    """After "not now" the candidate is left alone for a while."""
    elapsed = _seconds(situation.last_deferred_at, situation.now)
    if elapsed is None or elapsed >= policy.cool_down:
        return None
    return _no("cool_down", f'The candidate said "not now" {int(elapsed)} s ago ({policy.cool_down:g} s needed).')


def too_soon(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """Questions keep their distance; the first has nothing to wait for."""
    elapsed = _seconds(situation.last_question_at, situation.now)
    if elapsed is None or elapsed >= policy.min_time_between_interactions:
        return None
    return _no("too_soon", f"The last question was {_ago(situation, policy)}.")


def nothing_new(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """The same code is not asked about twice."""
    return _no("nothing_new", f"0 lines changed {_since(situation)}.", 0) if situation.code == situation.base else None


def paste(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """A large insertion is asked about, however few lines the policy needs, unless there is no statement in it."""
    if situation.paste is None:
        return None
    lines = paste_region(situation.code, situation.paste, situation.language)
    if lines is None:
        return None
    inserted = f"{_lines(situation.paste.lines)} came in at once ({PASTE_LINES} make a paste)"
    changed = changed_lines(situation.base, situation.code)
    return _yes("paste", f"{inserted}{_then_ago(situation, policy)}.", changed, lines)


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
    """Where all code was removed there is none to ask about."""
    if any_statement(situation.code, situation.language):
        return None
    changed = changed_lines(situation.base, situation.code)
    return _no("nothing_left", f"{_lines(changed)} changed {_since(situation)}, and no statement is left.", changed)


def enough_lines(situation: Situation, policy: TriggerPolicy) -> Decision:
    """Nothing speaks against a question. The last rule: it always answers."""
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
    too_few_lines,
    not_worth_asking,
    nothing_left,
    enough_lines,
)


FOLLOW_UP_RULES: Final[tuple[Rule, ...]] = (session_closing, time_is_up, question_open, budget_spent, cool_down)
"""What can speak against a follow-up. Not `too_soon`: it belongs to the question that was just answered."""


def against_follow_up(situation: Situation, policy: TriggerPolicy) -> Decision | None:
    """Why an answer is not followed up now; None when it may be."""
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


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"
