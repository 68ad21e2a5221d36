"""What is owned, what of it bots earned, and how accounts come to be read."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from janym.domain.bot import Bot, Environment
from janym.domain.errors import OutcomeUnknown, VenueRefused
from janym.domain.ids import ClientOrderId, TradeId
from janym.domain.trading import Fee, Fill, FillSource, Side
from janym.ports.pages import Page
from janym.ports.venue import VenueBalance
from janym.usecases import holdings, portfolio
from tests.fakes.clock import NOON
from tests.fakes.world import ANA, EVE, World

PAPER = Environment.PAPER


@pytest.fixture
def bot(world: World) -> Bot:
    bot = world.stopped_bot()
    world.venue.held = [
        VenueBalance(asset="USDT", free=Decimal(900), locked=Decimal(100)),
        VenueBalance(asset="ETH", free=Decimal(2), locked=Decimal(0)),
        VenueBalance(asset="DUST", free=Decimal(7), locked=Decimal(0)),
    ]
    return bot


def fill(bot: Bot, key: str, side: Side, price: str, fee: str = "1", **changes: object) -> Fill:
    made = Fill(
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
        source=FillSource.VENUE,
        position=None,
    )
    return replace(made, **changes)


def trade(world: World, *fills: Fill) -> None:
    with world.units(None) as uow:
        uow.trading.add_fills(fills)
        uow.commit()


def read(world: World, bot: Bot) -> str:
    return holdings.read(bot.credential, world.tools)


def owned(world: World) -> portfolio.Portfolio:
    with world.units(ANA.organization) as uow:
        return portfolio.overview(uow, PAPER)


def test_the_whole_is_what_exchanges_say(world: World, bot: Bot) -> None:
    """S0-034, S0-063, S0-116, S0-117: 1000 USDT at par and 2 ETH at 3000."""
    assert read(world, bot) == "3 assets"

    found = owned(world)

    assert found.total == Decimal(7000)
    assert found.by_exchange == {"binance": Decimal(7000)}
    assert found.unpriced == ["DUST"]
    assert found.oldest == NOON
    prices = {held.asset: held.price for held in found.holdings}
    assert (prices["ETH"].source if prices["ETH"] else "") == "binance ETH-USDT"
    assert (prices["USDT"].source if prices["USDT"] else "") == "at par"
    assert prices["DUST"] is None


def test_strategies_and_the_rest_add_up_to_the_whole(world: World, bot: Bot) -> None:
    """S0-119, S0-033: bought at 2900 and 2800, sold at 3000, 1 of fees each; ETH is at 3000.

    Realized 3000 - 2850 - 3 = 147, open 3000 - 2850 = 150.
    """
    read(world, bot)
    trade(
        world,
        fill(bot, "1", Side.BUY, "2900"),
        fill(bot, "2", Side.BUY, "2800"),
        fill(bot, "3", Side.SELL, "3000"),
    )

    found = owned(world)

    [strategy] = found.by_strategy
    assert (strategy.strategy_type, strategy.bots) == ("pure_market_making", 1)
    assert (strategy.value, strategy.realized) == (Decimal(297), Decimal(147))
    assert strategy.volume == Decimal(8700)
    assert found.unattributed == Decimal(7000 - 297)
    with world.units(ANA.organization) as uow:
        [position] = portfolio.positions(uow, Page()).items
    assert position.pair.totals.position == 1
    assert position.value == Decimal(297)


def test_what_nobody_prices_is_named_and_in_no_sum(world: World, bot: Bot) -> None:
    trade(world, fill(bot, "1", Side.BUY, "2900", trading_pair="DUST-EUR"))
    read(world, bot)

    found = owned(world)

    assert found.unpriced == ["DUST", "DUST-EUR"]
    assert (found.by_strategy, found.unattributed) == ([], Decimal(7000))


def test_another_organization_owns_nothing_of_it(world: World, bot: Bot) -> None:
    """S0-141."""
    read(world, bot)
    trade(world, fill(bot, "1", Side.BUY, "2900"))

    with world.units(EVE.organization) as uow:
        found = portfolio.overview(uow, PAPER)
        assert portfolio.positions(uow, Page()).items == []
        assert portfolio.balances(uow, Page()).items == []

    assert (found.total, found.by_strategy, found.oldest) == (0, [], None)


@pytest.mark.parametrize(
    "refusal",
    [VenueRefused("binance", "-2015", "Invalid API-key"), OutcomeUnknown("no whole answer")],
)
def test_an_exchange_that_says_nothing_leaves_what_is_known(
    world: World, bot: Bot, refusal: Exception
) -> None:
    read(world, bot)
    world.clock.advance(minutes=30)
    world.venue.refusal = refusal

    assert str(refusal) in read(world, bot)

    assert (owned(world).total, owned(world).oldest) == (Decimal(7000), NOON)


def test_each_reading_of_a_key_is_audited_first(world: World, bot: Bot) -> None:
    read(world, bot)

    entries = [e for e in world.units.tables.audit.values() if e.action == "credential.decrypt"]
    assert [entry.subject for entry in entries] == [str(bot.credential)]


def test_accounts_are_asked_for_in_turn_while_no_bot_runs(world: World, bot: Bot) -> None:
    """S0-151, S2-068: one a second, each once in a quarter of an hour, by two passes at once."""
    second = world.create_credential("second")

    def ask() -> str:
        return holdings.ask(
            units=world.units, clock=world.clock, functions=world.functions, pause=world.let_pass
        )

    begun = world.clock.now()
    assert ask() == "asked for 2 accounts"
    assert world.clock.now() - begun == timedelta(seconds=1)
    assert ask() == "asked for 0 accounts"
    assert sorted(world.functions.read) == sorted([bot.credential, second.id])
    world.clock.advance(minutes=15)
    assert ask() == "asked for 2 accounts"


def test_a_key_that_is_gone_is_not_read(world: World, bot: Bot) -> None:
    world.units.tables.bots.clear()
    world.units.tables.credentials.clear()

    before = list(world.venue.asked_with)

    assert read(world, bot) == "the key is gone"
    assert world.venue.asked_with == before
