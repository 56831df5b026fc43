"""What the model's calls of one session use, and whether another call may be made. Pure.

Tokens are those that the provider reports with each answer, retries and unusable replies
included; where it reports none they are estimated from the length of the texts, so that
a limit holds all the same. Money is known for the models that the operator priced.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from .model import Interaction, Provenance, Question

MILLION: Final = 1_000_000
CHARACTERS_A_TOKEN: Final = 4
"""Of an estimate. Code and other scripts have fewer characters a token; a limit is no invoice."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens that went into and came out of calls."""

    input: int = 0
    output: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.input + other.input, self.output + other.output)

    @property
    def total(self) -> int:
        """Both together: what a limit is compared with."""
        return self.input + self.output

    @classmethod
    def of(cls, provenance: Provenance | None) -> Tokens:
        """What one text cost; nothing when no model had a hand in it."""
        if provenance is None:
            return cls()
        return cls(provenance.input_tokens or 0, provenance.output_tokens or 0)


@dataclass(frozen=True, slots=True)
class Spending:
    """What calls of one model used."""

    model: str  #: provider:name
    tokens: Tokens
    estimated: bool = False

    def __add__(self, other: Spending | None) -> Spending:
        if other is None:
            return self
        return Spending(self.model, self.tokens + other.tokens, self.estimated or other.estimated)

    @classmethod
    def of(cls, provenance: Provenance) -> Spending:
        """What one text cost."""
        return cls(provenance.spent_on or provenance.model, Tokens.of(provenance), provenance.estimated)

    def as_dict(self) -> dict[str, Any]:
        """As an interaction holds it, when nothing came of the calls."""
        return {"model": self.model, "input": self.tokens.input, "output": self.tokens.output}

    def into(self, provenance: Provenance) -> Provenance:
        """The provenance of a text for which this was spent in vain first."""
        tokens = self.tokens + Tokens.of(provenance)
        return replace(
            provenance,
            input_tokens=tokens.input,
            output_tokens=tokens.output,
            spent_on=None if provenance.model == self.model else self.model,
            estimated=self.estimated or provenance.estimated,
        )


@dataclass(frozen=True, slots=True)
class Price:
    """Of a million tokens, in the operator's currency."""

    input: float
    output: float

    def of(self, tokens: Tokens) -> float:
        """What the tokens cost."""
        return (tokens.input * self.input + tokens.output * self.output) / MILLION


@dataclass(frozen=True, slots=True)
class Spent:
    """What a session has used so far."""

    tokens: Tokens = field(default_factory=Tokens)
    cost: float | None = None  #: None: no model with a price was called
    estimated: bool = False  #: is a part of the tokens estimated?


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a session. None: no limit."""

    tokens: int | None = None
    cost: float | None = None
    price: Price | None = None  #: of the model that is going to be called

    def covers(self, used: Tokens) -> bool:
        """May this much be used?"""
        if self.tokens is not None and used.total > self.tokens:
            return False
        return self.cost is None or self.price is None or self.price.of(used) <= self.cost

    def less(self, spending: Spending | None) -> Allowance:
        """What is left after that; never below zero."""
        if spending is None:
            return self
        used = spending.tokens
        cost = self.price.of(used) if self.price else 0.0
        return replace(
            self,
            tokens=None if self.tokens is None else max(0, self.tokens - used.total),
            cost=None if self.cost is None else max(0.0, self.cost - cost),
        )


ANY: Final = Allowance()
"""As much as it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingLimit:
    """The operator's settings. 0: no limit."""

    tokens: int = 0
    cost: float = 0.0
    prices: Mapping[str, Price] = field(default_factory=dict)  #: by provider:name

    def left(self, spent: Spent, model: str) -> Allowance:
        """What a session that has spent so much may still use for calls of `model`; never below zero."""
        return Allowance(
            tokens=max(0, self.tokens - spent.tokens.total) if self.tokens else None,
            cost=max(0.0, self.cost - (spent.cost or 0.0)) if self.cost else None,
            price=self.prices.get(model),
        )

    def spent(
        self,
        questions: Iterable[Question],
        interactions: Iterable[Interaction] = (),
        others: Iterable[Provenance] = (),
    ) -> Spent:
        """What a session's questions, evaluations, failed attempts at either (in its interactions) and others used."""
        made = (p for q in questions for p in (q.provenance, q.evaluation.provenance if q.evaluation else None))
        used = [Spending.of(provenance) for provenance in (*made, *others) if provenance]
        failed = (i.payload["spent"] for i in interactions if "spent" in i.payload)
        used += [Spending(one["model"], Tokens(one["input"], one["output"])) for one in failed]
        return self.together(used)

    def together(self, used: Iterable[Spending]) -> Spent:
        """The sum, with its price as far as that is known."""
        all_of = [one for one in used if one.tokens.total]
        priced = [self.prices[one.model].of(one.tokens) for one in all_of if one.model in self.prices]
        return Spent(
            tokens=sum((one.tokens for one in all_of), start=Tokens()),
            cost=math.fsum(priced) if priced else None,
            estimated=any(one.estimated for one in all_of),
        )


NO_LIMIT: Final = SpendingLimit()
"""Neither a limit nor prices."""


def estimated(text: str) -> int:
    """About how many tokens a text has."""
    return -(-len(text) // CHARACTERS_A_TOKEN)
