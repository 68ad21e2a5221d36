"""Whether a message is the next one: each law as a function of numbers alone."""

from collections.abc import Callable, Mapping

from janym.book.law import Follows
from janym.book.message import Change

Test = Callable[[Change, int], bool]
"""Does this message follow a book whose last change has this number?"""


def _next(message: Change, last: int) -> bool:
    return message.first == last + 1


def _overlap(message: Change, last: int) -> bool:
    return message.first <= last + 1 <= message.final


def _previous(message: Change, last: int) -> bool:
    return message.previous == last


def _always(message: Change, last: int) -> bool:  # noqa: ARG001 - a law of the same form
    return True


def _reaches_next(message: Change, last: int) -> bool:
    return message.first <= last + 1 <= message.final


def _reaches_previous(message: Change, last: int) -> bool:
    return message.previous <= last <= message.final


FOLLOWS: Mapping[Follows, Test] = {
    Follows.NEXT: _next,
    Follows.OVERLAP: _overlap,
    Follows.PREVIOUS: _previous,
    Follows.ALONE: _always,
    Follows.CHECKED: _always,
}
"""Does a message follow the one before it?"""

JOINS: Mapping[Follows, Test] = {
    Follows.NEXT: _reaches_next,
    Follows.OVERLAP: _reaches_next,
    Follows.PREVIOUS: _reaches_previous,
    Follows.ALONE: _always,
    Follows.CHECKED: _always,
}
"""Does a message follow a snapshot that was fetched beside the stream?"""
