"""Asking the exchange what is left of a bot after its task is gone.

While a run lives, its bridge looks after its own orders: then only fills that a former run did not
report are fetched. Otherwise orders with the bot's tag are cancelled, unless its owner said to keep
them, and the bot settles: stopped, or orphaned with the orders that are left.

An order that a bot told of and the exchange does not know may still arrive there for some seconds
after its sender's death. Until then the answer is not final: the bot stays as it is, and the next
sweep asks again. After that it is said to have failed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from janym.domain.bot import Bot, BotStatus, Desired, StopMode
from janym.domain.client_order_id import belongs_to, of_session
from janym.domain.command import CommandState
from janym.domain.credential import Credential, ExchangeKey
from janym.domain.errors import JanymError, KeyAccessDenied, OutcomeUnknown, VenueRefused
from janym.domain.ids import BotId, ClientOrderId
from janym.domain.run import Run
from janym.domain.trading import Fill, Order, OrderStatus
from janym.ports.bus import Functions
from janym.ports.clock import Clock
from janym.ports.told import OPEN_ORDERS
from janym.ports.unit_of_work import Page, UnitOfWork, UnitsOfWork
from janym.ports.vault import Vault
from janym.ports.venue import Venue, VenueOrder, Venues, VenueTrade
from janym.usecases import audit, commands
from janym.usecases.endings import verdict

ACTOR = "venue_check"
LOOKS = 5
"""How often the venue is asked for what is still open after cancelling."""
MARGIN = timedelta(minutes=1)
"""How far before a run's start its orders are looked for: a venue's clock is its own."""
SEARCHED = timedelta(days=30)
ARRIVES_WITHIN = timedelta(seconds=15)
"""How long after a run's end its last request may reach the venue: both venues' receive window is
5 s, the rest is for clocks and for the news of the end."""
NOT_AT_VENUE = "NOT_AT_VENUE: the exchange knows no such order"
MOST_OPEN = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The ports that asking an exchange needs."""

    units: UnitsOfWork
    clock: Clock
    vault: Vault
    venues: Venues
    functions: Functions
    request_id: str = ""
    """Of the invocation, for the audit log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    bot: Bot
    credential: Credential
    runs: Sequence[Run]
    """Ended runs after which nobody asked yet."""
    since: datetime
    cancel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    left: Sequence[VenueOrder]
    """Open orders of the bot after cancelling."""
    orders: Sequence[VenueOrder]
    fills: Sequence[Fill]


def check(key: BotId, tools: Tools) -> None:
    """Ask the exchange what is left of a bot, and settle it.

    A venue that refuses or does not answer leaves its runs for the next sweep; the bot says why.

    Raises:
        NotFound: there is no such bot.
        Unavailable: Postgres, KMS or Lambda does not answer.
    """
    question = _question(key, tools)
    if question is None:
        return
    try:
        answer = _ask(question, tools)
    except (VenueRefused, OutcomeUnknown, KeyAccessDenied) as error:
        _note_failure(key, error, tools)
        return
    waiting = _settle(question, answer, tools)
    if waiting:
        tools.functions.reconcile(key)


def _question(key: BotId, tools: Tools) -> _Question | None:
    """Say what is to be asked; None when nothing is."""
    now = tools.clock.now()
    with tools.units(None) as uow:
        bot = uow.bots.get(key)
        runs = uow.runs.unchecked(key)
        if not runs and bot.status is not BotStatus.ORPHANED:
            return None
        known = runs or uow.runs.recent(key, since=now - SEARCHED)
        since = min((run.created_at for run in known), default=bot.created_at) - MARGIN
        keep = bot.desired is Desired.STOPPED and bot.stop_mode is StopMode.KEEP_ORDERS
        return _Question(
            bot=bot,
            credential=uow.credentials.get(bot.credential),
            runs=runs,
            since=since,
            cancel=not keep and uow.runs.open(key) is None,
        )


def decrypt(credential: Credential, why: str, tools: Tools) -> ExchangeKey:
    """Write down that a key is about to be decrypted, and why; then decrypt it.

    Raises:
        KeyAccessDenied: KMS refuses.
        Unavailable: Postgres or KMS does not answer.
    """
    with tools.units(None) as uow:
        decrypt = audit.by_platform(
            ACTOR,
            "credential.decrypt",
            credential.id,
            organization=credential.organization,
            at=tools.clock.now(),
        )
        uow.audit.add(replace(decrypt, after={"for": why}, request_id=tools.request_id))
        uow.commit()
    return tools.vault.decrypt(credential.encrypted, context=credential.context())


def _ask(question: _Question, tools: Tools) -> _Answer:
    bot = question.bot
    key = decrypt(question.credential, f"what is left of bot {bot.id}", tools)
    venue = tools.venues.get(bot.exchange, bot.environment)
    left = _open(venue, key, bot)
    for _ in range(LOOKS):
        if not left or not question.cancel or _lives(bot, tools):
            break
        for order in left:
            venue.cancel(key, bot.trading_pair, order.client_order_id)
        left = _open(venue, key, bot)
    orders = [
        order
        for order in venue.orders(key, bot.trading_pair, since=question.since)
        if belongs_to(order.client_order_id, bot.tag)
    ]
    trades = venue.trades(key, bot.trading_pair, since=question.since)
    return _Answer(left=left, orders=orders, fills=_fills(bot, orders, trades, venue))


def _lives(bot: Bot, tools: Tools) -> bool:
    """Tell whether a run was opened meanwhile, whose own orders must not be touched."""
    with tools.units(None) as uow:
        return uow.runs.open(bot.id) is not None


def _open(venue: Venue, key: ExchangeKey, bot: Bot) -> list[VenueOrder]:
    return [
        order
        for order in venue.open_orders(key, bot.trading_pair)
        if belongs_to(order.client_order_id, bot.tag)
    ]


def _fills(
    bot: Bot, orders: Sequence[VenueOrder], trades: Sequence[VenueTrade], venue: Venue
) -> list[Fill]:
    ours = {order.exchange_order_id: order.client_order_id for order in orders}
    prices: dict[str, Decimal | None] = {}
    return [
        trade.fill(
            bot.id, ours[trade.exchange_order_id], fee_price=_fee_price(trade, venue, prices)
        )
        for trade in trades
        if trade.exchange_order_id in ours
    ]


def _fee_price(
    trade: VenueTrade, venue: Venue, prices: dict[str, Decimal | None]
) -> Decimal | None:
    """Give quote units for one unit of the fee's asset; None where the venue has no such pair."""
    base, _, quote = trade.trading_pair.partition("-")
    if trade.fee_asset in {quote, base}:
        return Decimal(1) if trade.fee_asset == quote else trade.price
    if trade.fee_asset not in prices:
        try:
            prices[trade.fee_asset] = venue.price(f"{trade.fee_asset}-{quote}")
        except VenueRefused:
            prices[trade.fee_asset] = None
    return prices[trade.fee_asset]


def _settle(question: _Question, answer: _Answer, tools: Tools) -> bool:
    """Store what the venue said, and settle the bot where no run is open.

    Returns:
        Whether the bot's next launch has waited for this.
    """
    now = tools.clock.now()
    with tools.units(None) as uow:
        bot = uow.bots.lock(question.bot.id)
        for order in answer.orders:
            uow.trading.put_order(_order(bot, order, at=now))
        uow.trading.add_fills(answer.fills)
        missing = _missing(uow, question, answer)
        final = not missing or all(_arrived(run, at=now) for run in question.runs)
        idle = uow.runs.open(bot.id) is None
        if final:
            for order in missing:
                uow.trading.put_order(_not_there(order, at=now))
            for run in question.runs:
                uow.runs.put(replace(uow.runs.get(run.id), checked_at=now))
        if final and idle:
            _settle_bot(uow, bot, question, answer, at=now)
        uow.commit()
    return final and idle and bot.desired is not Desired.STOPPED


def _missing(uow: UnitOfWork, question: _Question, answer: _Answer) -> list[Order]:
    """List the orders of the runs in question that we hold for open and the venue does not know."""
    known = {order.client_order_id for order in (*answer.left, *answer.orders)}
    sessions = {run.session for run in question.runs if run.session is not None}
    tag = question.bot.tag
    return [
        order
        for order in uow.trading.orders(question.bot.id, Page(limit=MOST_OPEN), OPEN_ORDERS).items
        if order.client_order_id not in known
        and order.created_at >= question.since
        and any(of_session(order.client_order_id, tag, session) for session in sessions)
    ]


def _arrived(run: Run, *, at: datetime) -> bool:
    """Tell whether what a run sent at last has arrived, if it ever does."""
    return run.ended_at is not None and at - run.ended_at > ARRIVES_WITHIN


def _not_there(order: Order, *, at: datetime) -> Order:
    """Return the order as it ended: one that the venue had once named was there, and is gone."""
    status = OrderStatus.CANCELLED if order.exchange_order_id else OrderStatus.FAILED
    return replace(
        order, status=status, reason=NOT_AT_VENUE, exchange_timestamp=None, updated_at=at
    )


def _settle_bot(
    uow: UnitOfWork, bot: Bot, question: _Question, answer: _Answer, *, at: datetime
) -> None:
    if answer.left and question.cancel:
        detail = f"left at {bot.exchange}: {_listed(answer.left)}"
        uow.bots.put(verdict(bot, BotStatus.ORPHANED, at=at, reason="ORDERS_LEFT", detail=detail))
    elif bot.desired is Desired.STOPPED:
        kept = f"kept as asked: {_listed(answer.left)}" if answer.left else None
        uow.bots.put(verdict(bot, BotStatus.STOPPED, at=at, reason=None, detail=kept))
        commands.settle_stops(uow, bot.id, at=at)
        _settle_flatten(uow, bot, at=at)
    elif bot.status is BotStatus.ORPHANED:
        uow.bots.put(verdict(bot, BotStatus.STARTING, at=at, reason=None))


def _settle_flatten(uow: UnitOfWork, bot: Bot, *, at: datetime) -> None:
    """Note a flatten as done where the fills say so; what is left may be less than can be sold."""
    asked = commands.unsettled_flatten(uow, bot.id, at=at)
    totals = uow.trading.profit_and_loss(bot.id, bot.trading_pair)
    if asked is not None and not totals.position:
        words = "nothing of the position is left, as the exchange says"
        commands.settle_flatten(uow, bot.id, CommandState.DONE, at=at, words=words)


def _listed(orders: Sequence[VenueOrder]) -> str:
    return ", ".join(
        f"{order.client_order_id} {order.side} {order.quantity - order.filled_quantity:f}"
        f" {order.trading_pair} at {'market' if order.price is None else format(order.price, 'f')}"
        for order in orders
    )


def _order(bot: Bot, order: VenueOrder, *, at: datetime) -> Order:
    return Order(
        bot=bot.id,
        client_order_id=ClientOrderId(order.client_order_id),
        exchange_order_id=order.exchange_order_id,
        trading_pair=order.trading_pair,
        type=order.type,
        side=order.side,
        price=order.price,
        quantity=order.quantity,
        filled_quantity=order.filled_quantity,
        status=order.status,
        reason=None,
        exchange_timestamp=order.updated_at,
        created_at=at,
        updated_at=at,
    )


def _note_failure(key: BotId, error: JanymError, tools: Tools) -> None:
    with tools.units(None) as uow:
        bot = uow.bots.lock(key)
        detail = f"the exchange could not be asked what is left: {error}"
        uow.bots.put(replace(bot, detail=detail, updated_at=tools.clock.now()))
        uow.commit()
