"""Running totals of executions in PostgreSQL: one row for each bot and pair.

Whoever stores executions holds the bot's row, so totals and executions change together. An
execution that follows those in the totals is added to them; one that comes late, or is told in
other words, has the pair added up again.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, LiteralString

from psycopg.types.json import Jsonb

from janym.db import cursors
from janym.db.connection import Transaction
from janym.domain.ids import BotId, TradeId
from janym.domain.money import plain
from janym.domain.pnl import ProfitAndLoss
from janym.domain.position import PairTotals
from janym.domain.trading import Fill
from janym.ports.pages import Listing, Page

Key = tuple[BotId, str]
AllOf = Callable[[Transaction, BotId, str], Sequence[Fill]]
"""Gives every execution of a bot on a pair, oldest first."""

PUT: LiteralString = """
INSERT INTO positions (
    bot_id, trading_pair, organization_id, position, flow, cost, gross, fees, fees_by_asset,
    volume, fills, last_at, last_trade
)
SELECT %(bot)s, %(pair)s, organization_id, %(position)s, %(flow)s, %(cost)s, %(gross)s, %(fees)s,
    %(fees_by_asset)s, %(volume)s, %(fills)s, %(last_at)s, %(last_trade)s
FROM bots WHERE id = %(bot)s
ON CONFLICT (bot_id, trading_pair) DO UPDATE SET
    position = excluded.position, flow = excluded.flow, cost = excluded.cost,
    gross = excluded.gross, fees = excluded.fees, fees_by_asset = excluded.fees_by_asset,
    volume = excluded.volume, fills = excluded.fills, last_at = excluded.last_at,
    last_trade = excluded.last_trade
"""


def of_bot(transaction: Transaction, bot: BotId, pair: str) -> PairTotals | None:
    """Give the totals of one pair, or None before its first execution."""
    row = transaction.one(
        "SELECT * FROM positions WHERE bot_id = %s AND trading_pair = %s", (bot, pair)
    )
    return _totals(row) if row else None


def listed(transaction: Transaction, page: Page) -> Listing[PairTotals]:
    """List all that may be seen, newest first."""
    rows = transaction.all(
        """
        SELECT * FROM positions
        WHERE %(at)s::timestamptz IS NULL OR (created_at, id) < (%(at)s, %(id)s::uuid)
        ORDER BY created_at DESC, id DESC LIMIT %(limit)s
        """,
        {"limit": page.limit + 1} | cursors.uuid_parameters(cursors.read(page.cursor)),
    )
    return cursors.listing(rows, page, _totals, lambda row: (row.created_at, str(row.id)))


def add(transaction: Transaction, news: Sequence[tuple[Fill, bool]], all_of: AllOf) -> None:
    """Bring totals up to executions just stored; each comes with whether it is new."""
    by_pair: dict[Key, list[tuple[Fill, bool]]] = defaultdict(list)
    for fill, is_new in news:
        by_pair[fill.bot, fill.trading_pair].append((fill, is_new))
    known = _known(transaction, sorted({bot for bot, _ in by_pair}))
    for key, told in by_pair.items():
        fills = sorted((fill for fill, _ in told), key=_order)
        stands = known.get(key)
        late = not all(is_new for _, is_new in told)
        if stands is None or late or not stands.follows(fills[0]):
            fills, stands = list(all_of(transaction, *key)), None
        _put(transaction, _added(stands, fills))


def _added(stands: PairTotals | None, fills: Sequence[Fill]) -> PairTotals:
    if stands is None:
        first, *fills = fills
        stands = PairTotals(
            bot=first.bot,
            trading_pair=first.trading_pair,
            totals=ProfitAndLoss().after(first),
            last_at=first.executed_at,
            last_trade=first.trade_id,
        )
    for fill in fills:
        stands = stands.after(fill)
    return stands


def _order(fill: Fill) -> tuple[object, str]:
    return fill.executed_at, fill.trade_id


def _known(transaction: Transaction, bots: Sequence[BotId]) -> dict[Key, PairTotals]:
    rows = transaction.all("SELECT * FROM positions WHERE bot_id = ANY(%s)", (list(bots),))
    return {(BotId(row.bot_id), row.trading_pair): _totals(row) for row in rows}


def _put(transaction: Transaction, pair: PairTotals) -> None:
    totals = pair.totals
    fees = {asset: plain(amount) for asset, amount in totals.fees_by_asset.items()}
    transaction.run(
        PUT,
        {
            "bot": pair.bot,
            "pair": pair.trading_pair,
            "position": totals.position,
            "flow": totals.flow,
            "cost": totals.cost,
            "gross": totals.gross,
            "fees": totals.fees,
            "fees_by_asset": Jsonb(fees),
            "volume": totals.volume,
            "fills": totals.fills,
            "last_at": pair.last_at,
            "last_trade": pair.last_trade,
        },
    )


def _totals(row: Any) -> PairTotals:
    return PairTotals(
        bot=BotId(row.bot_id),
        trading_pair=row.trading_pair,
        totals=ProfitAndLoss(
            position=row.position,
            flow=row.flow,
            cost=row.cost,
            gross=row.gross,
            fees=row.fees,
            fees_by_asset={asset: Decimal(told) for asset, told in row.fees_by_asset.items()},
            volume=row.volume,
            fills=row.fills,
        ),
        last_at=row.last_at,
        last_trade=TradeId(row.last_trade),
    )
