Meeting = tuple[int, int]


def merged(meetings: list[Meeting]) -> list[Meeting]:
    """The hours in which at least one meeting goes on."""
    raise NotImplementedError


def rooms_needed(meetings: list[Meeting]) -> int:
    """The smallest number of rooms for all meetings."""
    raise NotImplementedError
