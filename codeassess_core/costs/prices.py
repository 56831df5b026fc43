"""Reads the operator's list of prices."""

from __future__ import annotations

import math

from ..errors import InvalidInput
from .budget import Price


def read_prices(text: str) -> dict[str, Price]:
    """The prices in `provider:name=input/output, …`. Raises InvalidInput with the entry that is wrong."""
    entries = (entry.strip() for entry in text.split(",") if entry.strip())
    return dict(_price(entry) for entry in entries)


def _price(entry: str) -> tuple[str, Price]:
    model, _, amounts = entry.rpartition("=")
    into, _, out = amounts.partition("/")
    try:
        price = Price(float(into), float(out))
    except ValueError:
        price = Price(-1, -1)
    if not model.strip() or not all(0 <= amount < math.inf for amount in (price.input, price.output)):
        raise InvalidInput(
            f"prices must be provider:name=input/output for a million tokens each, not {entry!r}.", setting="prices"
        )
    return model.strip(), price
