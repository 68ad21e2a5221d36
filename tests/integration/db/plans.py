"""Every list that people read, and the most that one part of it may read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from janym.db import cursors
from janym.domain.alert import AlertId, AlertState, ChannelId
from janym.domain.bot import Environment
from janym.domain.ids import BotId, UserId
from janym.domain.telemetry import LogLevel
from janym.domain.trading import OrderStatus, Side
from janym.ports.audit import AuditFilter
from janym.ports.pages import Page, Span
from janym.ports.told import WantedLines, WantedOrders
from janym.ports.unit_of_work import UnitOfWork
from tests.fixtures.database import TestDatabase
from tests.integration.db import volume
from tests.integration.db.builders import ACME, NOON

PART = 100
BUSY = volume.BUSY.id
IDLE = BotId(UUID(int=1))
"""A bot of which nothing is told: who looks for it must not look at all the others' rows."""
LIMIT = 1_000
"""Blocks for a part: a hundred rows, each on a block of its own, and the way to them, twice over
and to spare."""
FOR_TEXT = 12_000
"""The same for a text, which is looked for in 5000 lines and asked where they end."""
FOR_STEPS = 500 * 12
"""For a series: five hundred looks into an index."""

YEAR = Span(since=NOON - timedelta(days=365), until=NOON, step=timedelta(days=1))
MONTH = Span(since=NOON - timedelta(days=29), until=NOON, step=timedelta(hours=2))

Reader = Callable[[UnitOfWork, Page], object]
BY_UUID, BY_NUMBER, BY_SEQ = str(UUID(int=2**127)), "1", "1.1"

SOUGHT: dict[str, WantedOrders] = {
    "orders": WantedOrders(),
    "sales": WantedOrders(side=Side.SELL),
    "orders of a week": WantedOrders(
        since=NOON - timedelta(days=10), until=NOON - timedelta(days=3)
    ),
    **{f"{status} orders": WantedOrders(status=status) for status in OrderStatus},
}
ORDERS = SOUGHT | {
    f"{name} of {pair}": replace(wanted, pair=pair)
    for pair in (volume.USUAL_PAIR, volume.RARE_PAIR, "XRP-USDT")
    for name, wanted in SOUGHT.items()
}

LISTS: dict[str, tuple[Reader, str, int]] = {
    **{
        f"{name}{whose}": (
            lambda u, p, b=bot, w=wanted: u.trading.orders(b, p, w), BY_UUID, LIMIT,
        )
        for name, wanted in ORDERS.items()
        for whose, bot in {"": None, " of a bot": BUSY}.items()
    },
    "fills": (lambda u, p: u.trading.fills(BUSY, p), BY_UUID, LIMIT),
    "positions": (lambda u, p: u.trading.positions(p), BY_UUID, LIMIT),
    "logs": (lambda u, p: u.logs.list(BUSY, p), BY_SEQ, LIMIT),
    "logs of a level": (
        lambda u, p: u.logs.list(BUSY, p, WantedLines(level=LogLevel.ERROR)), BY_SEQ, LIMIT,
    ),
    "logs of a span": (
        lambda u, p: u.logs.list(BUSY, p, WantedLines(until=NOON - timedelta(days=3))),
        BY_SEQ,
        LIMIT,
    ),
    "logs with a text": (
        lambda u, p: u.logs.list(BUSY, p, WantedLines(text="not there")), BY_SEQ, FOR_TEXT,
    ),
    "rejected messages": (lambda u, p: u.rejections.list(BUSY, p), BY_NUMBER, LIMIT),
    "commands": (lambda u, p: u.commands.list(BUSY, p), BY_UUID, LIMIT),
    "alerts": (lambda u, p: u.alerts.list(p), BY_UUID, LIMIT),
    "alerts of a bot": (lambda u, p: u.alerts.list(p, bot=IDLE), BY_UUID, LIMIT),
    **{
        f"{state} alerts": (lambda u, p, s=state: u.alerts.list(p, state=s), BY_UUID, LIMIT)
        for state in AlertState
    },
    "rules": (lambda u, p: u.alerts.rules(p), BY_UUID, LIMIT),
    "channels": (lambda u, p: u.alerts.channels(p), BY_UUID, LIMIT),
    "audit log": (lambda u, p: u.audit.list(AuditFilter(), p), BY_NUMBER, LIMIT),
    "what a member did": (
        lambda u, p: u.audit.list(AuditFilter(actor=UserId("eve")), p), BY_NUMBER, LIMIT,
    ),
    "who did something": (
        lambda u, p: u.audit.list(AuditFilter(action="bot.delete"), p),
        BY_NUMBER,
        LIMIT,
    ),
    "what was done to a bot": (
        lambda u, p: u.audit.list(AuditFilter(subject=str(IDLE)), p), BY_NUMBER, LIMIT,
    ),
    "fills that a run is given": (
        lambda u, p: u.trading.newest_fills(BUSY, "ETH-USDT", limit=p.limit), BY_UUID, LIMIT,
    ),
    "events": (lambda u, p: u.bots.events(BUSY, p), BY_NUMBER, LIMIT),
    "runs": (lambda u, p: u.runs.list(BUSY, p), BY_UUID, LIMIT),
    "bots": (lambda u, p: u.bots.list(p), BY_UUID, LIMIT),
    "newest figures": (lambda u, p: u.metrics.of_all(p), BY_UUID, LIMIT),
    "deliveries of an alert": (
        lambda u, _: u.alerts.deliveries(alert=AlertId(volume.ALERT)), BY_UUID, LIMIT,
    ),
    "deliveries of a channel": (
        lambda u, _: u.alerts.deliveries(channel=ChannelId(volume.CHANNEL)), BY_UUID, LIMIT,
    ),
    "versions": (lambda u, p: u.versions.list(BUSY, p), "10000", LIMIT),
    "integrators": (lambda u, p: u.integrators.list(p), BY_UUID, LIMIT),
    "members": (lambda u, p: u.members.list(p), "user 1", LIMIT),
    "monitoring": (lambda u, p: u.monitoring.list(p), BY_NUMBER, LIMIT),
    "balances": (
        lambda u, p: u.holdings.list(p), f"{volume.BUSY.credential} A5000", LIMIT,
    ),
}  # fmt: skip

IN_CODE = "as many as the code has"
OF_A_MARKET = "as many as one exchange lists"
OF_CLICKHOUSE = "ClickHouse, in a span or up to a limit that the query carries"

ROUTES: dict[str, tuple[str, ...] | str] = {
    "GET /api/alerts": (
        "alerts", "alerts of a bot", *(f"{state} alerts" for state in AlertState),
    ),
    "GET /api/alerts/channels": ("channels",),
    "GET /api/alerts/channels/{channel_id}/deliveries": ("deliveries of a channel",),
    "GET /api/alerts/rules": ("rules",),
    "GET /api/alerts/{alert_id}/deliveries": ("deliveries of an alert",),
    "GET /api/audit": (
        "audit log", "what a member did", "who did something", "what was done to a bot",
    ),
    "GET /api/balances": ("balances",),
    "GET /api/bbo": OF_CLICKHOUSE,
    "GET /api/bots": ("bots",),
    "GET /api/bots/{bot_id}/commands": ("commands",),
    "GET /api/bots/{bot_id}/events": ("events",),
    "GET /api/bots/{bot_id}/fills": ("fills",),
    "GET /api/bots/{bot_id}/logs": (
        "logs", "logs of a level", "logs of a span", "logs with a text",
    ),
    "GET /api/bots/{bot_id}/orders": tuple(f"{name} of a bot" for name in ORDERS),
    "GET /api/bots/{bot_id}/rejected": ("rejected messages",),
    "GET /api/bots/{bot_id}/runs": ("runs",),
    "GET /api/bots/{bot_id}/versions": ("versions",),
    "GET /api/candles": OF_CLICKHOUSE,
    "GET /api/collectors": "a hundred, of as many as tasks ran in a day",
    "GET /api/exchanges": IN_CODE,
    "GET /api/exchanges/addresses": "as many as the template has addresses",
    "GET /api/exchanges/credentials": "as many as the organization's limit",
    "GET /api/gaps": OF_CLICKHOUSE,
    "GET /api/instruments": OF_A_MARKET,
    "GET /api/integrators": ("integrators",),
    "GET /api/metrics": ("newest figures",),
    "GET /api/monitoring": ("monitoring",),
    "GET /api/orders": tuple(ORDERS),
    "GET /api/organization/members": ("members",),
    "GET /api/positions": ("positions",),
    "GET /api/strategies": IN_CODE,
    "GET /api/templates": "as many as an organization may have, and the library's",
    "GET /api/tickers": OF_A_MARKET,
    "GET /api/trades": OF_CLICKHOUSE,
}  # fmt: skip
"""Every route that lists something: the reads above that it leads to, or what bounds it."""


def faults(database: TestDatabase) -> list[str]:
    """Read every list from its beginning and from its middle; tell what read too much."""
    watched = volume.Watched(database.role("app"))
    found: list[str] = []
    for name, (read, rest, most) in LISTS.items():
        middle = cursors.write((NOON - timedelta(days=7), rest))
        for cursor in (None, middle):
            with watched.units()(ACME) as uow:
                read(uow, Page(limit=PART, cursor=cursor))
            found += _judged(f"{name} from {cursor}", watched, most)
    for name, span in {"a month": MONTH, "a year": YEAR}.items():
        with watched.units()(ACME) as uow:
            points = uow.metrics.history(BUSY, span)
        found += _judged(f"{len(points)} figures of {name}", watched, FOR_STEPS)
        with watched.units()(ACME) as uow:
            curve = uow.holdings.curve(Environment.PAPER, span)
        found += _judged(f"{len(curve)} points of {name}'s equity", watched, FOR_STEPS)
    with watched.units()(ACME) as uow:
        uow.metrics.latest(BUSY)
    return found + _judged("newest figures of a bot", watched, LIMIT)


def _judged(name: str, watched: volume.Watched, most: int) -> list[str]:
    reads, watched.reads[:] = list(watched.reads), []
    assert reads, f"{name}: nothing was asked"
    blocks = sum(read.buffers for read in reads)
    scanned = {table for read in reads for table in read.scanned if _grows(table)}
    said = [f"{name}: {blocks} blocks, at most {most}"] if blocks > most else []
    return said + [f"{name}: scans {table}: {reads[-1].statement}" for table in sorted(scanned)]


def _grows(table: str) -> bool:
    return any(table == each or table.startswith("bot_metrics_2") for each in volume.FULL)
