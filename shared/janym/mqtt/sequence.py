"""Where a message stands among all others of its session.

Every attempt to connect is an epoch k, counted from 0. A message sent in it carries k·2^32 + n with
n from 1, and its last will k·2^32 + 2^32-1: the will of a connection beats all that was sent over
it, and the first message of the next connection beats that will. The highest is below 2^53, so the
number is exact in JSON everywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

EPOCH_SIZE = 2**32
EPOCHS = 2**21
WILL = EPOCH_SIZE - 1


class Exhausted(Exception):
    """An epoch, or the session, has no numbers left; only a new session has."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """The numbers of one connection; an iterator of them for messages, and one for its will."""

    number: int
    _messages: Iterator[int]

    @property
    def will(self) -> int:
        return self.number * EPOCH_SIZE + WILL

    def next(self) -> int:
        """Give the number of the next message.

        Raises:
            Exhausted: the connection has sent 2^32 - 2 messages.
        """
        seq = next(self._messages)
        if seq >= self.will:
            raise Exhausted(f"epoch {self.number} has no numbers left")
        return seq


def epoch(number: int) -> Epoch:
    """Give the numbers of the connection attempt `number`.

    Raises:
        Exhausted: 2^21 attempts were made in this session.
    """
    if number >= EPOCHS:
        raise Exhausted("this session has no epochs left")
    return Epoch(number, count(number * EPOCH_SIZE + 1))


def stamped(body: bytes, seq: int) -> bytes:
    """Return a JSON object, given as text, with its `seq` as last member."""
    members = body[: body.rindex(b"}")]
    separator = b"" if members.strip() == b"{" else b","
    return b'%b%b"seq":%d}' % (members, separator, seq)
