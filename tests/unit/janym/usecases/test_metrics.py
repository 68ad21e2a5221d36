"""A bot's figures, and what its fills earned."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from janym.domain.bot import Bot, Position
from janym.domain.errors import NotFound, StoreAway
from janym.domain.ids import ClientOrderId, OrganizationId, TradeId
from janym.domain.telemetry import MetricsReport
from janym.domain.trading import Fee, Fill, FillSource, Side
from janym.ports.pages import Page, Span
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


def read(
    world: World, bot: Bot, span: Span, organization: OrganizationId = ANA.organization
) -> metrics.Series:
    return metrics.history(
        bot.id,
        span,
        organization=organization,
        stores=metrics.Stores(units=world.units, history=lambda: world.history),
        clock=world.clock,
    )


def span(seconds: float, step: float = 1) -> Span:
    return Span(since=NOON, until=NOON + timedelta(seconds=seconds), step=timedelta(seconds=step))


def test_the_newest_figures_and_those_of_a_span(world: World, bot: Bot) -> None:
    """S0-031, S0-032."""
    told = [tell(world, bot, seq) for seq in (3, 1, 2)]

    series = read(world, bot, span(3))

    assert series.latest == told[0]
    assert [report.position.seq for report in series.points] == [1, 2]


def test_a_recent_span_needs_postgres_alone(world: World, bot: Bot) -> None:
    """S0-171: ClickHouse may be away; what Postgres keeps is read from it."""
    tell(world, bot, 1)
    world.history.away = StoreAway("ClickHouse does not answer")

    assert len(read(world, bot, span(3)).points) == 1


def test_older_figures_come_from_the_long_memory_and_join_the_newer(world: World, bot: Bot) -> None:
    """S0-016, S0-171: what Postgres has dropped is still in the answer, each step once."""
    old = [tell(world, bot, seq) for seq in (0, 50, 100)]
    world.history.store(old, [])
    days = metrics.KEPT // timedelta(days=1)
    world.clock.advance(minutes=days * 24 * 60 + 1)
    world.units.tables.metrics.clear()
    new = tell(world, bot, 102)

    series = read(world, bot, span(200, 10))

    assert [report.position.seq for report in series.points] == [0, 50, 102]
    assert series.latest == new
    world.history.away = StoreAway("ClickHouse does not answer")
    with pytest.raises(StoreAway):
        read(world, bot, span(200, 10))


def test_nothing_older_than_the_bot_is_looked_for(world: World, bot: Bot) -> None:
    world.history.away = StoreAway("ClickHouse does not answer")
    year = Span(since=NOON - timedelta(days=365), until=NOON, step=timedelta(days=1))

    assert read(world, bot, year).points == []


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
        assert metrics.of_all(uow, Page()).items == []
    with pytest.raises(NotFound):
        read(world, bot, span(9), organization=EVE.organization)
