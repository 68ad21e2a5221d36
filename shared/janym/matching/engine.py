"""The matching engine: instruments, accounts and their orders, matched by price and time.

Law: a request is either refused and nothing has changed, or it is accepted and answered with
all that followed from it, in order: accepted, the trades (the resting side first), the end.
An order locks all it may spend when it is accepted, a market order what its plan costs, so a
fee taken between two trades cannot eat what the second one needs.
Trades happen at the resting price, and what a buyer saves by it becomes free at once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from janym.domain.trading import Side
from janym.matching import fees
from janym.matching.balances import Balances, Holding, Overdrawn
from janym.matching.book import OrderBook, Take
from janym.matching.fees import Fee, FeeSchedule, Receipt
from janym.matching.instrument import Instrument
from janym.matching.order import (
    ZERO,
    Accepted,
    Canceled,
    Event,
    Expired,
    Fill,
    Order,
    OrderKind,
    OrderRequest,
    OrderStatus,
    Refusal,
    Refused,
    TimeInForce,
    Traded,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """Where the next order id and the next trade id come from."""

    order: Callable[[], int]
    trade: Callable[[], int]


class Engine:
    """All books, one set of balances. Not safe for use from several threads."""

    def __init__(
        self, instruments: Iterable[Instrument], *, ids: Ids, versions: Mapping[str, int]
    ) -> None:
        """`versions` gives the number that a symbol's book counts on from; absent means 0."""
        self.instruments = {instrument.symbol: instrument for instrument in instruments}
        self.books = {
            symbol: OrderBook(version=versions.get(symbol, 0)) for symbol in self.instruments
        }
        self.balances = Balances()
        self._ids = ids
        self._schedules: dict[str, FeeSchedule] = {}
        self._open: dict[tuple[str, str, str], int] = {}
        self._token_prices: dict[tuple[str, str], Decimal] = {}

    def open_account(
        self, account: str, *, fees: FeeSchedule, holdings: dict[str, Holding]
    ) -> None:
        """Begin an account. Locked holdings are for orders that `restore` brings back."""
        self.balances.open(account, holdings)
        self._schedules[account] = fees

    def set_token_price(self, token: str, quote: str, price: Decimal) -> None:
        """Say what a fee token is worth in `quote` from now on."""
        self._token_prices[token, quote] = price

    def restore(self, order: Order) -> None:
        """Let an order rest again whose amount is already locked in its account's holdings."""
        self.books[order.symbol].add(order)
        self._open[_key(order)] = order.id

    def open_id(self, account: str, symbol: str, client_id: str) -> int | None:
        """Return the id of the account's open order with this client order id."""
        return self._open.get((account, symbol, client_id))

    def submit(self, request: OrderRequest, *, at_ms: int) -> list[Event]:
        """Match an order and let its rest stand where it may. Raises `Refused`."""
        instrument = self.instruments.get(request.symbol)
        if instrument is None:
            raise Refused(Refusal.UNKNOWN_SYMBOL, request.symbol)
        instrument.check_grid(request)
        request = _plain(request)
        if (request.account, request.symbol, request.client_id) in self._open:
            raise Refused(Refusal.DUPLICATE_CLIENT_ID, request.client_id)
        takes = self._plan(request, instrument)
        quantity = request.quantity or sum((take.quantity for take in takes), ZERO)
        if request.time_in_force is TimeInForce.FOK and _sum(takes) < quantity:
            takes = []
        self._lock_funds(request, instrument, takes)
        order = _new_order(request, order_id=self._ids.order(), quantity=quantity, at_ms=at_ms)
        events: list[Event] = [Accepted(order=order)]
        for take in takes:
            order = self._trade(order, take, instrument, events)
        if order.is_open:
            self._settle_rest(order, instrument, events)
        return events

    def cancel(self, symbol: str, order_id: int, *, at_ms: int) -> Canceled:
        """End an open order and free what it held. Raises `Refused` if it is not open."""
        book = self.books.get(symbol)
        if book is None or order_id not in book:
            raise Refused(Refusal.UNKNOWN_ORDER, str(order_id))
        resting = book.remove(order_id)
        self._release(resting, self.instruments[symbol])
        ended = replace(resting, status=OrderStatus.CANCELED, updated_ms=at_ms)
        return Canceled(order=ended)

    def _plan(self, request: OrderRequest, instrument: Instrument) -> list[Take]:
        book = self.books[instrument.symbol]
        if request.kind is OrderKind.MARKET:
            if request.quantity > 0:
                return book.plan(request.side, limit=None, quantity=request.quantity)
            takes = book.plan_quote(
                request.side, quote=request.quote_quantity, step=instrument.step
            )
            if not takes:
                raise Refused(Refusal.NO_LIQUIDITY, request.symbol)
            return takes
        takes = book.plan(request.side, limit=request.price, quantity=request.quantity)
        if takes and request.kind is OrderKind.LIMIT_MAKER:
            raise Refused(Refusal.WOULD_TAKE, f"{request.side} at {request.price}")
        return takes

    def _lock_funds(self, request: OrderRequest, instrument: Instrument, takes: list[Take]) -> None:
        market = request.kind is OrderKind.MARKET
        if request.side is Side.SELL:
            needed = _sum(takes) if market else request.quantity
        elif market:
            needed = sum((take.quantity * take.maker.price for take in takes), ZERO)
        else:
            needed = request.quantity * request.price
        asset = _paid_asset(request.side, instrument)
        try:
            self.balances.lock(request.account, asset, needed)
        except Overdrawn as short:
            raise Refused(Refusal.INSUFFICIENT_BALANCE, f"needs {needed} {asset}") from short

    def _trade(
        self, taker: Order, take: Take, instrument: Instrument, events: list[Event]
    ) -> Order:
        price, quantity, at_ms = take.maker.price, take.quantity, taker.updated_ms
        maker = _filled(take.maker, quantity, price, at_ms)
        taker_after = _filled(taker, quantity, price, at_ms)
        for order in (take.maker, taker):
            self._pay(order, quantity, price, instrument)
        trade_id = self._ids.trade()
        for order, is_maker in ((maker, True), (taker_after, False)):
            fee = self._receive(order, quantity, price, is_maker=is_maker)
            fill = Fill(
                trade_id=trade_id,
                order_id=order.id,
                account=order.account,
                client_id=order.client_id,
                symbol=order.symbol,
                side=order.side,
                price=price,
                quantity=quantity,
                fee=fee.amount,
                fee_asset=fee.asset,
                fee_price=fee.price,
                maker=is_maker,
                time_ms=at_ms,
            )
            events.append(Traded(order=order, fill=fill))
        self.books[instrument.symbol].replace(maker)
        if not maker.is_open:
            del self._open[_key(maker)]
        return taker_after

    def _pay(self, order: Order, quantity: Decimal, price: Decimal, instrument: Instrument) -> None:
        asset = _paid_asset(order.side, instrument)
        paid = quantity * price if order.side is Side.BUY else quantity
        limit_buy = order.side is Side.BUY and order.kind is not OrderKind.MARKET
        held = quantity * order.price if limit_buy else paid
        self.balances.move(order.account, asset, free=held - paid, locked=-held)

    def _receive(self, order: Order, quantity: Decimal, price: Decimal, *, is_maker: bool) -> Fee:
        instrument = self.instruments[order.symbol]
        receipt = (
            Receipt(asset=instrument.base, amount=quantity, price=price, maker=is_maker)
            if order.side is Side.BUY
            else Receipt(
                asset=instrument.quote, amount=quantity * price, price=Decimal(1), maker=is_maker
            )
        )
        self.balances.move(order.account, receipt.asset, free=receipt.amount)
        fee = self._fee(order, receipt, instrument)
        self.balances.move(order.account, fee.asset, free=-fee.amount)
        return fee

    def _fee(self, order: Order, receipt: Receipt, instrument: Instrument) -> Fee:
        schedule = self._schedules[order.account]
        if not order.token_fees:
            return fees.in_received(replace(schedule, token=None), receipt)
        token = schedule.token
        token_price = self._token_prices.get((token or "", instrument.quote))
        if token is None or token == receipt.asset or token_price is None:
            return fees.in_received(schedule, receipt)
        fee = fees.in_token(schedule, receipt, token=token, price=token_price)
        if self.balances.get(order.account, token).free < fee.amount:
            return fees.in_received(schedule, receipt)
        return fee

    def _settle_rest(self, order: Order, instrument: Instrument, events: list[Event]) -> None:
        rests = order.kind is not OrderKind.MARKET and order.time_in_force is TimeInForce.GTC
        if rests:
            self.books[order.symbol].add(order)
            self._open[_key(order)] = order.id
            return
        if order.kind is not OrderKind.MARKET:
            self.balances.unlock(order.account, _paid_asset(order.side, instrument), order.held)
        events.append(Expired(order=replace(order, status=OrderStatus.EXPIRED)))

    def _release(self, order: Order, instrument: Instrument) -> None:
        self.balances.unlock(order.account, _paid_asset(order.side, instrument), order.held)
        del self._open[_key(order)]


def _plain(request: OrderRequest) -> OrderRequest:
    """Drop trailing zeros: they count as digits, and products of them would be rounded."""
    return replace(
        request,
        price=request.price.normalize(),
        quantity=request.quantity.normalize(),
        quote_quantity=request.quote_quantity.normalize(),
    )


def _new_order(request: OrderRequest, *, order_id: int, quantity: Decimal, at_ms: int) -> Order:
    return Order(
        id=order_id,
        account=request.account,
        client_id=request.client_id,
        symbol=request.symbol,
        side=request.side,
        kind=request.kind,
        time_in_force=request.time_in_force,
        price=ZERO if request.kind is OrderKind.MARKET else request.price,
        quantity=quantity,
        quote_quantity=request.quote_quantity,
        filled=ZERO,
        filled_quote=ZERO,
        status=OrderStatus.NEW,
        created_ms=at_ms,
        updated_ms=at_ms,
        token_fees=request.token_fees,
    )


def _filled(order: Order, quantity: Decimal, price: Decimal, at_ms: int) -> Order:
    filled = order.filled + quantity
    done = filled == order.quantity
    return replace(
        order,
        filled=filled,
        filled_quote=order.filled_quote + quantity * price,
        status=OrderStatus.FILLED if done else OrderStatus.PARTIALLY_FILLED,
        updated_ms=at_ms,
    )


def _paid_asset(side: Side, instrument: Instrument) -> str:
    return instrument.quote if side is Side.BUY else instrument.base


def _sum(takes: list[Take]) -> Decimal:
    return sum((take.quantity for take in takes), ZERO)


def _key(order: Order) -> tuple[str, str, str]:
    return order.account, order.symbol, order.client_id
