"""A bot's figures, and what its fills earned."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from janym.domain.bot import Bot, Position
from janym.domain.errors import InvalidInput, NotFound
from janym.domain.ids import ClientOrderId, TradeId
from janym.domain.telemetry import MetricsReport
from janym.domain.trading import Fee, Fill, FillSource, Side
from janym.usecases import metrics
from tests.fakes.clock import NOON
from tests.fakes.world import ANA, EVE, World


@pytest.fixture
def bot(world: World) -> Bot:
    return world.stopped_bot()


def tell(world: World, bot: Bot, seq: int, extra: dict[str, Any] | None = None) -> MetricsReport:
    report = MetricsReport(
        bot=bot.id,
        position=Position(session=1, seq=seq),
        at=NOON + timedelta(seconds=seq),
        balance_total=Decimal(100),
        balance_available=Decimal(60),
        balance_locked=Decimal(40),
        pnl_total=Decimal(1),
        pnl_total_pct=Decimal("0.01"),
        pnl_realized=Decimal(1),
        pnl_unrealized=Decimal(0),
        orders_active=2,
        orders_filled_24h=3,
        orders_cancelled_24h=4,
        volume_24h=Decimal(500),
        extra=extra or {},
    )
    with world.units(None) as uow:
        uow.telemetry.apply([report])
        uow.commit()
    return report


def fill(bot: Bot, key: str, side: Side, price: str, fee: str) -> Fill:
    return Fill(
        bot=bot.id,
        trade_id=TradeId(key),
        client_order_id=ClientOrderId("jn"),
        exchange_order_id=None,
        trading_pair="ETH-USDT",
        side=side,
        price=Decimal(price),
        quantity=Decimal(1),
        fee=Fee(asset="USDT", amount=Decimal(fee), price=Decimal(1)),
        maker=True,
        executed_at=NOON + timedelta(seconds=int(key)),
        source=FillSource.BOT,
        position=None,
    )


def test_the_newest_figures_and_those_of_a_span(world: World, bot: Bot) -> None:
    """S0-031, S0-032."""
    told = [tell(world, bot, seq) for seq in (3, 1, 2)]

    with world.units(ANA.organization) as uow:
        span = metrics.history(
            uow, bot.id, since=NOON, until=NOON + timedelta(seconds=3), limit=100
        )
        assert metrics.latest(uow, bot.id) == told[0]
    assert [report.position.seq for report in span] == [1, 2]


def test_a_span_that_ends_before_it_begins_is_refused(world: World, bot: Bot) -> None:
    with world.units(ANA.organization) as uow, pytest.raises(InvalidInput, match="until"):
        metrics.history(uow, bot.id, since=NOON, until=NOON, limit=1)


def test_profit_and_loss_is_what_the_fills_say(world: World, bot: Bot) -> None:
    """S0-033: bought at 3000 and 3100, sold at 3200, 1 of fees each."""
    with world.units(None) as uow:
        uow.trading.add_fills(
            [
                fill(bot, "1", Side.BUY, "3000", "1"),
                fill(bot, "2", Side.BUY, "3100", "1"),
                fill(bot, "3", Side.SELL, "3200", "1"),
            ]
        )
        uow.commit()
    tell(world, bot, 1, {"mid_price": "3150"})

    with world.units(ANA.organization) as uow:
        earned = metrics.pnl(uow, bot.id)

    assert (earned.totals.realized, earned.price) == (Decimal(147), Decimal(3150))
    assert earned.totals.total(earned.price) == Decimal(247)


@pytest.mark.parametrize("extra", [{}, {"mid_price": None}, {"mid_price": "soon"}])
def test_without_a_mid_price_the_position_counts_at_cost(
    world: World, bot: Bot, extra: dict[str, Any]
) -> None:
    tell(world, bot, 1, extra)

    with world.units(ANA.organization) as uow:
        assert metrics.pnl(uow, bot.id).price is None


def test_another_organizations_bot_has_no_figures(world: World, bot: Bot) -> None:
    """S0-141."""
    tell(world, bot, 1)

    with world.units(EVE.organization) as uow:
        with pytest.raises(NotFound):
            metrics.latest(uow, bot.id)
        with pytest.raises(NotFound):
            metrics.pnl(uow, bot.id)
