"""What the model calls of one session have used, and whether another call is allowed. Pure.

Tokens are those that the provider reports, including retries and unusable replies. Without a
report they are estimated from the length of the texts, so that a limit holds in any case. Costs
are known for models with a price from the operator.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ..model import Interaction, Provenance, Question

MILLION: Final = 1_000_000
CHARACTERS_A_TOKEN: Final = 4
"""For estimates. Code and non-Latin scripts have fewer characters per token; a limit need not be exact."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The input and output tokens of calls."""

    input: int = 0
    output: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.input + other.input, self.output + other.output)

    @property
    def total(self) -> int:
        """The sum, which is compared with a limit."""
        return self.input + self.output

    @classmethod
    def of(cls, provenance: Provenance | None) -> Tokens:
        """The tokens of one text; zero without a model."""
        if provenance is None:
            return cls()
        return cls(provenance.input_tokens or 0, provenance.output_tokens or 0)


@dataclass(frozen=True, slots=True)
class Spending:
    """The use of one model."""

    model: str  #: provider:name
    tokens: Tokens
    estimated: bool = False

    def __add__(self, other: Spending | None) -> Spending:
        if other is None:
            return self
        return Spending(self.model, self.tokens + other.tokens, self.estimated or other.estimated)

    @classmethod
    def of(cls, provenance: Provenance) -> Spending:
        """The use for one text."""
        return cls(provenance.spent_on or provenance.model, Tokens.of(provenance), provenance.estimated)

    def as_dict(self) -> dict[str, Any]:
        """The form in the payload of a failed attempt."""
        return {"model": self.model, "input": self.tokens.input, "output": self.tokens.output}

    def into(self, provenance: Provenance) -> Provenance:
        """The provenance of a text, plus what failed attempts before it have used."""
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
    """The price of a million tokens, in the operator's currency."""

    input: float
    output: float

    def of(self, tokens: Tokens) -> float:
        """The cost of the tokens."""
        return (tokens.input * self.input + tokens.output * self.output) / MILLION


@dataclass(frozen=True, slots=True)
class Spent:
    """What a session has used so far."""

    tokens: Tokens = field(default_factory=Tokens)
    cost: float | None = None  #: None: no model with a price was used
    estimated: bool = False  #: some of the tokens are estimated


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a session may still use. None: no limit."""

    tokens: int | None = None
    cost: float | None = None
    price: Price | None = None  #: of the model for the next call

    def covers(self, used: Tokens) -> bool:
        """True when so much may be used."""
        if self.tokens is not None and used.total > self.tokens:
            return False
        return self.cost is None or self.price is None or self.price.of(used) <= self.cost

    def less(self, spending: Spending | None) -> Allowance:
        """What remains after that; never below zero."""
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
"""No limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingLimit:
    """The limits from the settings. 0: no limit."""

    tokens: int = 0
    cost: float = 0.0
    prices: Mapping[str, Price] = field(default_factory=dict)  #: by provider:name

    def left(self, spent: Spent, model: str) -> Allowance:
        """What a session that has used `spent` may still use of `model`; never below zero."""
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
        """The total of a session: its questions, evaluations, failed attempts (in its interactions) and `others`."""
        made = (p for q in questions for p in (q.provenance, q.evaluation.provenance if q.evaluation else None))
        used = [Spending.of(provenance) for provenance in (*made, *others) if provenance]
        failed = (i.payload["spent"] for i in interactions if "spent" in i.payload)
        used += [Spending(one["model"], Tokens(one["input"], one["output"])) for one in failed]
        return self.together(used)

    def together(self, used: Iterable[Spending]) -> Spent:
        """The sum, with the known costs."""
        all_of = [one for one in used if one.tokens.total]
        priced = [self.prices[one.model].of(one.tokens) for one in all_of if one.model in self.prices]
        return Spent(
            tokens=sum((one.tokens for one in all_of), start=Tokens()),
            cost=math.fsum(priced) if priced else None,
            estimated=any(one.estimated for one in all_of),
        )


NO_LIMIT: Final = SpendingLimit()
"""No limit and no prices."""


def estimated(text: str) -> int:
    """An estimate of the tokens of a text."""
    return -(-len(text) // CHARACTERS_A_TOKEN)
