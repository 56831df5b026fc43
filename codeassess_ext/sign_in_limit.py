"""How often somebody may try to sign in: a few attempts at once, then one in a while, for each remote address."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from math import ceil

from codeassess_core.errors import RateLimited

ATTEMPTS = 20  # failed ones that may follow each other at once: a class sits behind one address
SECONDS = 3.0  # after which one more is allowed
MOST_ADDRESSES = 10_000  # the one that tried longest ago is forgotten


class SignInLimit:
    """Counts the failed attempts of this process. An attempt counts as failed until it is `forgiven`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: OrderedDict[str, tuple[float, float]] = OrderedDict()  # how many are counted, and when

    def attempt(self, address: str) -> None:
        """Count one more attempt.

        Raises:
            RateLimited: there were too many; nothing was looked up.
        """
        name, now = _network(address), self._clock()
        counted, at = self._failed.get(name, (0.0, now))
        counted = max(0.0, counted - (now - at) / SECONDS)
        if counted > ATTEMPTS - 1:
            wait = ceil((counted - ATTEMPTS + 1) * SECONDS)
            raise RateLimited("Too many failed sign-ins from this address: wait a little.", retry_after=wait)
        self._keep(name, counted + 1, now)

    def forgive(self, address: str) -> None:
        """The attempt was good."""
        name = _network(address)
        counted, at = self._failed.get(name, (1.0, self._clock()))
        self._keep(name, max(0.0, counted - 1), at)

    def _keep(self, name: str, counted: float, at: float) -> None:
        self._failed[name] = (counted, at)
        self._failed.move_to_end(name)
        if len(self._failed) > MOST_ADDRESSES:
            self._failed.popitem(last=False)


def _network(address: str) -> str:
    """The address; of IPv6 its /64, because one machine has all of it."""
    try:
        parsed = ip_address(address)
    except ValueError:  # a Unix socket has none
        return address
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
