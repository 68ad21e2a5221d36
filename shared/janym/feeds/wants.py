"""What one connection asks of its venue: topics, who wants them, and which of them it took."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from janym.domain.market import Channel, Depth, Listing, Pair, Subscription
from janym.feeds.dialect import Denied, Dialect, Manner, Taken
from janym.ports.feeds import Endpoint, Limits, Refused, Send, Subscribed


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A topic that is asked for, and by whom."""

    topic: str
    token: str | None
    """Names the book, for books."""
    subscriptions: frozenset[Subscription]

    @property
    def depth(self) -> Depth:
        """The deepest that anybody asks for."""
        return max((each.depth for each in self.subscriptions), key=lambda d: d.levels or 1_000_000)


class Wants:
    """The topics of one connection.

    Args:
        dialect: the venue's words.
        limits: how many topics and pairs a connection carries, and a message asks for.
        manner: how the venue wants to be asked.
        endpoint: where the connection goes.
        listings: what can be asked for.
    """

    def __init__(
        self,
        dialect: Dialect,
        limits: Limits,
        manner: Manner,
        endpoint: Endpoint,
        listings: Mapping[Pair, Listing],
    ) -> None:
        self._dialect = dialect
        self._limits = limits
        self._manner = manner
        self._endpoint = endpoint
        self._listings = listings
        self._wants: dict[str, Want] = {}
        self._asked: dict[int, Sequence[str]] = {}
        self._number = 0
        self.carried: set[str] = set()
        """Names of the books that the venue said it would send."""

    @property
    def topics(self) -> Sequence[str]:
        return sorted(self._wants)

    @property
    def subscriptions(self) -> frozenset[Subscription]:
        return frozenset(each for want in self._wants.values() for each in want.subscriptions)

    def refusal(self, wanted: Subscription) -> str | None:
        """Say why this cannot be asked for here; None if it can."""
        if wanted.channel not in self._endpoint.channels:
            return f"{wanted.channel} is not carried by the endpoint {self._endpoint.name}"
        if wanted.pair not in self._listings:
            return f"{wanted.pair} is not listed"
        if self._limits.topics is not None and len(self._wants) >= self._limits.topics:
            return f"a connection carries {self._limits.topics} topics at most"
        pairs = {each.pair for each in self.subscriptions} | {wanted.pair}
        if len(pairs) > self._limits.pairs:
            return f"a connection carries {self._limits.pairs} pairs at most"
        return None

    def note(self, wanted: Subscription) -> tuple[Want, bool]:
        """Write a subscription down; give its topic, and whether that is new."""
        topic, symbol = self._topic(wanted), self._listings[wanted.pair].symbol
        had = self._wants.get(topic)
        is_book = wanted.channel is Channel.BOOK
        want = self._wants[topic] = Want(
            topic=topic,
            token=self._dialect.token(wanted.depth, symbol) if is_book else None,
            subscriptions=frozenset({wanted, *(had.subscriptions if had else ())}),
        )
        return want, had is None

    def strike(self, unwanted: Subscription) -> Want | None:
        """Take a subscription out; give its topic if nobody wants that any more."""
        topic = self._topic(unwanted) if unwanted.pair in self._listings else ""
        want = self._wants.get(topic)
        if want is None:
            return None
        left = want.subscriptions - {unwanted}
        if left:
            self._wants[topic] = Want(topic=topic, token=want.token, subscriptions=left)
            return None
        if want.token is not None:
            self.carried.discard(want.token)
        return self._wants.pop(topic)

    def of_book(self, token: str) -> Want | None:
        """Give the topic that brings a book."""
        return next((want for want in self._wants.values() if want.token == token), None)

    def books(self, topics: Sequence[str]) -> Sequence[str]:
        """Name the books that some topics bring."""
        tokens = (self._wants[topic].token for topic in topics)
        return [token for token in tokens if token is not None]

    def number(self) -> int:
        """Give a message of ours its number."""
        self._number += 1
        return self._number

    def ask(self, topics: Sequence[str]) -> Sequence[Send]:
        """Write what asks for topics, and for those that it would take the place of."""
        group = self._manner.group
        if self._manner.replaces:
            groups = set(map(group, topics))
            topics = [topic for topic in self.topics if group(topic) in groups]
        return [self._ask(batch) for batch in self._batches(topics)]

    def leave(self, topics: Sequence[str]) -> Sequence[Send]:
        """Write what asks for topics no more."""
        return [
            Send(frame=self._dialect.unsubscribe(batch, self.number()), subscribes=True)
            for batch in self._batches(topics)
        ]

    def forget_answers(self) -> None:
        """Take nothing for asked or taken any more: the connection is gone."""
        self._asked.clear()
        self.carried.clear()

    def taken(self, said: Taken) -> Sequence[Subscribed]:
        """Note what the venue took."""
        named = said.topics or self._of(self._oldest(said.group) if said.group else said.id)
        wants = [self._wants[topic] for topic in named if topic in self._wants]
        self.carried |= {want.token or "" for want in wants}
        return [
            Subscribed(subscription=each)
            for want in wants
            for each in sorted(want.subscriptions, key=str)
        ]

    def denied(self, said: Denied) -> Sequence[Refused]:
        """Say whose subscriptions the venue did not take; nobody's if it does not say."""
        topics = [topic for topic in said.topics or self._of(said.id) if topic in self._wants]
        return [
            Refused(reason=said.reason, subscription=each)
            for topic in topics
            for each in self._wants[topic].subscriptions
        ] or [Refused(reason=said.reason)]

    def _topic(self, wanted: Subscription) -> str:
        symbol = self._listings[wanted.pair].symbol
        return self._dialect.topic(wanted.channel, wanted.depth, symbol)

    def _ask(self, topics: Sequence[str]) -> Send:
        number = self.number()
        self._asked[number] = topics
        return Send(frame=self._dialect.subscribe(topics, number), subscribes=True)

    def _batches(self, topics: Sequence[str]) -> Iterator[Sequence[str]]:
        size, group = self._limits.arguments, self._manner.group
        for _, alike in groupby(sorted(topics, key=group), key=group):
            rest = list(alike)
            yield from (rest[start : start + size] for start in range(0, len(rest), size))

    def _of(self, number: str | int | None) -> Sequence[str]:
        """Give what a message of ours asked for; nothing for a number that is not ours."""
        text = str(number)
        return self._asked.pop(int(text), ()) if text.isdecimal() else ()

    def _oldest(self, group: str) -> int | None:
        """Give the number of the oldest message of ours that asked for topics of a group."""
        return next(
            (
                number
                for number, topics in self._asked.items()
                if self._manner.group(topics[0]) == group
            ),
            None,
        )
