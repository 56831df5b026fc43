"""The limits of waiting for the database, and the numbers of its connections."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseLimits:
    """The limits of one process. Times in seconds; see the settings `database_*`."""

    connect: float = 5.0
    statement: float = 10.0
    lock: float = 2.0
    idle: float = 5.0
    network: float = 3.0
    commit: float = 5.0
    checkout: float = 5.0
    connections: int = 10

    @property
    def for_jobs(self) -> int:
        """Connections of DBOS."""
        return 2

    @property
    def for_updates(self) -> int:
        """Connections only for code updates, so that nothing else can delay them."""
        return 2

    @property
    def for_the_rest(self) -> int:
        """Connections for everything else. One of the total is reserved for notifications."""
        return self.connections - self.for_jobs - self.for_updates - 1


FEWEST_CONNECTIONS = 7
