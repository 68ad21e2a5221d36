"""The exchange itself: engine, journal and markets, without any protocol.

Law: what an action changed is committed before listeners or callers learn of it. A journal that
fails leaves memory ahead of the disk, so the process must end then and start again from the disk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from containers.paper_exchange.accounts import HOUSE, HOUSE_FEES, Account
from containers.paper_exchange.candles import Candles
from containers.paper_exchange.ids import Counter
from containers.paper_exchange.instruments import ASSETS, LISTINGS
from containers.paper_exchange.journal import Journal, MarketState
from containers.paper_exchange.market import Market, Pace
from containers.paper_exchange.tape import AggregateTrade, PublicTrade, Tape
from janym.domain.trading import Side
from janym.matching.balances import Holding
from janym.matching.engine import Engine, Ids
from janym.matching.order import (
    ZERO,
    Event,
    Fill,
    Order,
    OrderRequest,
    Refusal,
    Refused,
    Traded,
)

HOUSE_STOCK = Decimal(1_000_000_000_000)
ID_BLOCK = 10_000
STEPS_PER_SAVE = 5
VERSION_GAP = 10_000_000
"""More changes than a book can see between two saves: a restarted book counts on beyond them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one action or step did in one market, after it was committed."""

    symbol: str
    events: Sequence[Event]
    trades: Sequence[PublicTrade]
    aggregates: Sequence[AggregateTrade]
    at_ms: int

    def by_account(self) -> dict[str, list[Event]]:
        """Return each user's own events, in order."""
        found: dict[str, list[Event]] = {}
        for event in self.events:
            if event.order.account not in HOUSE:
                found.setdefault(event.order.account, []).append(event)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class BookChange:
    """The levels of one book that changed between two versions, at their present sizes."""

    symbol: str
    before: int
    version: int
    levels: Sequence[tuple[Side, Decimal, Decimal]]
    at_ms: int


Listener = Callable[[News], None]


class LedgerBroken(Exception):
    """The journal's locked balances are not the sum of its open orders; a person must look."""


class Exchange:
    """Accounts trade here; the house keeps the markets alive."""

    def __init__(
        self, journal: Journal, *, seed: int, pace: Pace, now_ms: Callable[[], int]
    ) -> None:
        self.journal = journal
        self.now_ms = now_ms
        self.accounts = {account.api_key: account for account in journal.accounts()}
        self.listeners: list[Listener] = []
        states = _states(journal)
        self.engine = Engine(
            (one.instrument for one in LISTINGS),
            ids=Ids(
                order=Counter(journal, "order", block=ID_BLOCK).take,
                trade=Counter(journal, "trade", block=ID_BLOCK).take,
            ),
            versions={symbol: state.book_version for symbol, state in states.items()},
        )
        self._told = {symbol: book.version for symbol, book in self.engine.books.items()}
        self._restore()
        aggregate = Counter(journal, "aggregate", block=ID_BLOCK)
        self.markets: dict[str, Market] = {}
        self.tapes: dict[str, Tape] = {}
        self.candles: dict[str, Candles] = {}
        for listing in LISTINGS:
            instrument = listing.instrument
            state = states[instrument.symbol]
            self.engine.set_token_price(instrument.base, instrument.quote, listing.start_price)
            self.markets[instrument.symbol] = Market(
                listing, self.engine, seed=seed, pace=pace, state=(state.step, state.mid)
            )
            self.tapes[instrument.symbol] = Tape(aggregate.take, start_price=state.mid)
            self.candles[instrument.symbol] = Candles(
                start_price=listing.start_price, tick=instrument.tick, size=listing.size
            )
        self._save_markets()
        at_ms = now_ms()
        for symbol, market in self.markets.items():
            self._settle(symbol, market.open(at_ms), at_ms)

    def open_account(self, account: Account, balances: dict[str, Decimal]) -> None:
        """Begin an account with these free balances."""
        holdings = {asset: Holding(free=balances.get(asset, ZERO)) for asset in ASSETS}
        self.journal.add_account(account, holdings)
        self.accounts[account.api_key] = account
        self.engine.open_account(account.api_key, fees=account.fees, holdings=holdings)

    def check(self, request: OrderRequest) -> None:
        """Raise `Refused` where the order breaks the instrument's rules; place nothing."""
        instrument = self.engine.instruments.get(request.symbol)
        if instrument is None:
            raise Refused(Refusal.UNKNOWN_SYMBOL, request.symbol)
        instrument.check_grid(request)
        instrument.check_limits(request, self.tapes[request.symbol].last_price)

    def submit(self, request: OrderRequest) -> list[Event]:
        """Place an order; it is committed when this returns. Raises `Refused`."""
        self.check(request)
        at_ms = self.now_ms()
        events = self.engine.submit(request, at_ms=at_ms)
        self._settle(request.symbol, events, at_ms)
        return events

    def cancel(self, symbol: str, order_id: int) -> Order:
        """Cancel an open order; it is committed when this returns. Raises `Refused`."""
        at_ms = self.now_ms()
        event = self.engine.cancel(symbol, order_id, at_ms=at_ms)
        self._settle(symbol, [event], at_ms)
        return event.order

    def step(self) -> None:
        """Let every market advance by one step."""
        at_ms = self.now_ms()
        for symbol, market in self.markets.items():
            self._settle(symbol, market.step(at_ms), at_ms)
        if self.steps % STEPS_PER_SAVE == 0:
            self._save_markets()

    def take_book_changes(self) -> list[BookChange]:
        """Return what has changed in each book since the last call."""
        at_ms = self.now_ms()
        found: list[BookChange] = []
        for symbol, book in self.engine.books.items():
            before, self._told[symbol] = self._told[symbol], book.version
            if book.version != before:
                change = BookChange(
                    symbol=symbol,
                    before=before,
                    version=book.version,
                    levels=book.take_changes(),
                    at_ms=at_ms,
                )
                found.append(change)
        return found

    def dollar_prices(self) -> dict[str, Decimal]:
        """Return the last price of every asset; the quote asset counts as the dollar itself."""
        prices = {one.quote: Decimal(1) for one in self.engine.instruments.values()}
        for symbol, instrument in self.engine.instruments.items():
            prices[instrument.base] = self.tapes[symbol].last_price
        return prices

    @property
    def steps(self) -> int:
        return max(market.steps for market in self.markets.values())

    def _save_markets(self) -> None:
        self.journal.put_markets(
            MarketState(
                symbol=symbol,
                step=market.steps,
                mid=market.mid,
                book_version=self.engine.books[symbol].version,
            )
            for symbol, market in self.markets.items()
        )

    def _settle(self, symbol: str, events: list[Event], at_ms: int) -> None:
        self._commit(events)
        trades, aggregates = self.tapes[symbol].add(events)
        for trade in trades:
            self.candles[symbol].add(trade)
        news = News(symbol=symbol, events=events, trades=trades, aggregates=aggregates, at_ms=at_ms)
        for listener in self.listeners:
            listener(news)

    def _commit(self, events: list[Event]) -> None:
        orders: dict[int, Order] = {}
        fills: list[Fill] = []
        for event in events:
            if event.order.account in HOUSE:
                continue
            orders[event.order.id] = event.order
            if isinstance(event, Traded):
                fills.append(event.fill)
        if orders:
            owners = {order.account for order in orders.values()}
            holdings = {owner: self.engine.balances.of(owner) for owner in owners}
            self.journal.record(orders.values(), fills, holdings)

    def _restore(self) -> None:
        for name in HOUSE:
            stock = {asset: Holding(free=HOUSE_STOCK) for asset in ASSETS}
            self.engine.open_account(name, fees=HOUSE_FEES, holdings=stock)
        for key, account in self.accounts.items():
            holdings = self.journal.holdings(key)
            self.engine.open_account(key, fees=account.fees, holdings=holdings)
            held = dict.fromkeys(ASSETS, ZERO)
            where = "account = ? AND status IN ('new', 'partially_filled') ORDER BY id"
            for order in self.journal.orders(where, (key,)):
                self.engine.restore(order)
                instrument = self.engine.instruments[order.symbol]
                held[instrument.quote if order.side == "buy" else instrument.base] += order.held
            for asset, amount in held.items():
                if holdings[asset].locked != amount:
                    raise LedgerBroken(
                        f"{account.label!r} has {holdings[asset].locked} {asset} locked"
                        f" and orders that hold {amount}"
                    )


def _states(journal: Journal) -> dict[str, MarketState]:
    saved = journal.markets()
    states: dict[str, MarketState] = {}
    for listing in LISTINGS:
        symbol = listing.instrument.symbol
        fresh = MarketState(symbol=symbol, step=0, mid=listing.start_price, book_version=0)
        state = saved.get(symbol, fresh)
        states[symbol] = replace(state, book_version=state.book_version + VERSION_GAP)
    return states
