"""A venue's market as facts and words: what its folder puts together, and what makes sessions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from janym.book.decoder import decoder
from janym.book.keepers import BEST, Keeper
from janym.domain.errors import OutcomeUnknown
from janym.domain.market import Listing, Market, Pair, VenueId
from janym.feeds.dialect import Dialect, Manner
from janym.feeds.session import VenueSession
from janym.ports.feeds import Endpoint, Limits, Page, Purpose, Request, Session, Silence

SYMBOL_PARAMETERS = ("symbol", "instId", "market", "contract_code")
"""What venues call the parameter that names an instrument; where there is none, the path ends in
it."""


class VenueFeed:
    """`ports.feeds.Feed` for a venue that pushes."""

    def __init__(  # noqa: PLR0913 - facts of one venue, each by its name
        self,
        *,
        name: str,
        market: Market,
        dialect: Dialect,
        endpoints: Sequence[Endpoint],
        rest: str,
        limits: Limits,
        silence: Silence,
        instruments: Request,
        page: Callable[[Request, bytes], Page],
        manner: Manner | None = None,
        keeper: Keeper = BEST,
    ) -> None:
        self.venue = VenueId(name)
        self.market = market
        self.dialect = dialect
        self.endpoints = endpoints
        self.rest = rest
        self.limits = limits
        self.silence = silence
        self._instruments = instruments
        self._page = page
        self._manner = manner or Manner()
        self._keeper = keeper
        self._kinds = [(layout, decoder(layout)) for layout in dialect.kinds]

    def speaking(self, dialect: Dialect) -> "VenueFeed":
        """Give the same market in other words."""
        return self._but(dialect, self._keeper)

    def kept_by(self, keeper: Keeper) -> "VenueFeed":
        """Give the same market with its books in other hands."""
        return self._but(self.dialect, keeper)

    def _but(self, dialect: Dialect, keeper: Keeper) -> "VenueFeed":
        return VenueFeed(
            name=self.venue,
            market=self.market,
            dialect=dialect,
            endpoints=self.endpoints,
            rest=self.rest,
            limits=self.limits,
            silence=self.silence,
            instruments=self._instruments,
            page=self._page,
            manner=self._manner,
            keeper=keeper,
        )

    def session(
        self,
        endpoint: Endpoint,
        listings: Mapping[Pair, Listing],
        *,
        adopts: bool = False,
        inherits: Session | None = None,
    ) -> VenueSession:
        if inherits is not None and not isinstance(inherits, VenueSession):
            raise TypeError("a session shares books with one of its own feed")
        return VenueSession(
            self.dialect,
            (self.limits, self.silence, self._manner),
            self._kinds,
            endpoint,
            listings,
            keeper=self._keeper,
            adopts=adopts,
            inherits=inherits,
        )

    def recognize(self, url: str) -> Request | None:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        if parts.path == self._instruments.path:
            return replace(self._instruments, query=query)
        if not parts.path.startswith(tuple(self.dialect.snapshot_paths)):
            return None
        named = [query[name] for name in SYMBOL_PARAMETERS if name in query]
        return Request(
            purpose=Purpose.SNAPSHOT,
            path=parts.path,
            query=query,
            weight=0,
            symbol=named[0] if named else parts.path.rpartition("/")[2],
        )

    def instruments(self) -> Request:
        return self._instruments

    def page(self, request: Request, body: bytes) -> Page:
        try:
            return self._page(request, body)
        except RecursionError as error:
            raise OutcomeUnknown(f"{self.venue} lists instruments nested too deep") from error
