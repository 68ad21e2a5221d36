"""Numbers that never repeat, not even after a kill."""

from containers.paper_exchange.journal import Journal


class Counter:
    """Rising numbers out of blocks that the journal sets aside before the first is used."""

    def __init__(self, journal: Journal, name: str, *, block: int) -> None:
        self._journal = journal
        self._name = name
        self._block = block
        self._next, self._end = journal.reserve(name, block)

    def take(self) -> int:
        """Return the next number."""
        if self._next >= self._end:
            self._next, self._end = self._journal.reserve(self._name, self._block)
        number = self._next
        self._next += 1
        return number
