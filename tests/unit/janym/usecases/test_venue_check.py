"""After a task is gone, the exchange is asked what is left of its bot."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from janym.domain.bot import Bot, BotStatus, Position, StopMode
from janym.domain.command import CommandState
from janym.domain.credential import ExchangeKey, Permissions
from janym.domain.errors import KeyAccessDenied, OutcomeUnknown, VenueRefused
from janym.domain.ids import ClientOrderId
from janym.domain.telemetry import OrderReport
from janym.domain.trading import Fill, FillSource, Order, OrderStatus, OrderType, Side
from janym.ports.unit_of_work import Page
from janym.ports.venue import VenueOrder
from janym.usecases import key_checks, venue_check
from tests.fakes.venue import venue_order, venue_trade
from tests.fakes.world import KEY, World


@pytest.fixture
def bot(world: World) -> Bot:
    """A bot that was stopped, and whose task is gone."""
    bot = world.running_bot()
    world.stop(bot.id)
    world.task_event(world.task(bot.id), exit_code=0)
    return world.bot(bot.id)


def ours(bot: Bot, rest: str = "1") -> str:
    return f"jn{bot.tag}10{rest}"


def fills(world: World, bot: Bot) -> list[Fill]:
    with world.units(None) as uow:
        return list(uow.trading.newest_fills(bot.id, bot.trading_pair, limit=1000))


def test_none_left_and_it_is_stopped(world: World, bot: Bot) -> None:
    world.check_venue(bot.id)

    assert world.bot(bot.id).status is BotStatus.STOPPED
    assert world.commands(bot.id)[0].state is CommandState.DONE
    assert world.runs(bot.id)[0].checked_at == world.clock.now()


def test_its_orders_are_cancelled_and_nobody_elses(world: World, bot: Bot) -> None:
    """K-30a."""
    others = [f"jn{bot.tag[::-1]}10x", "web_1", "x-MG43PCSN1"]
    world.venue.placed = [venue_order(key) for key in [ours(bot), *others]]

    world.check_venue(bot.id)

    assert world.venue.cancelled == [ours(bot)]
    assert world.bot(bot.id).status is BotStatus.STOPPED


def orphan(world: World, bot: Bot) -> None:
    """Have the venue keep an order that should be cancelled."""
    world.venue.placed = [venue_order(ours(bot))]
    world.venue.cannot_cancel = True
    world.check_venue(bot.id)


def test_what_cannot_be_cancelled_is_listed(world: World, bot: Bot) -> None:
    orphan(world, bot)

    stored = world.bot(bot.id)
    assert (stored.status, stored.reason) == (BotStatus.ORPHANED, "ORDERS_LEFT")
    assert stored.detail == f"left at binance: {ours(bot)} buy 0.1 ETH-USDT at 3000"
    assert len(world.venue.cancelled) == venue_check.LOOKS


def test_an_orphaned_bot_is_asked_about_again_until_nothing_is_left(world: World, bot: Bot) -> None:
    orphan(world, bot)
    world.venue.cannot_cancel = False
    world.functions.venue_checks.clear()

    world.reconcile(bot.id)
    assert world.functions.venue_checks == [bot.id]
    world.check_venue(bot.id)

    assert world.bot(bot.id).status is BotStatus.STOPPED


def test_orders_to_keep_are_kept_and_listed(world: World) -> None:
    bot = world.running_bot()
    world.stop(bot.id, StopMode.KEEP_ORDERS)
    world.task_event(world.task(bot.id), exit_code=0)
    world.venue.placed = [venue_order(ours(bot))]

    world.check_venue(bot.id)

    stored = world.bot(bot.id)
    assert (stored.status, world.venue.cancelled) == (BotStatus.STOPPED, [])
    assert stored.detail is not None
    assert ours(bot) in stored.detail


def test_orders_of_a_bot_that_died_are_cancelled_whatever_its_last_stop_said(
    world: World,
) -> None:
    bot = world.running_bot()
    world.units.tables.bots[bot.id] = replace(bot, stop_mode=StopMode.KEEP_ORDERS)
    world.task_event(world.task(bot.id), exit_code=137)
    world.venue.placed = [venue_order(ours(bot))]

    world.check_venue(bot.id)

    assert world.venue.cancelled == [ours(bot)]
    assert world.bot(bot.id).reason == "TASK_STOPPED"


def test_a_launch_that_waited_for_the_check_goes_on_at_once(world: World) -> None:
    bot = world.running_bot()
    world.task_event(world.task(bot.id), exit_code=137)
    world.functions.reconciled.clear()

    world.check_venue(bot.id)

    assert world.functions.reconciled == [bot.id]


def test_a_stopped_bot_has_no_launch_to_go_on_with(world: World, bot: Bot) -> None:
    world.functions.reconciled.clear()

    world.check_venue(bot.id)

    assert world.functions.reconciled == []


def test_while_a_run_lives_its_orders_are_its_own(world: World) -> None:
    bot = world.running_bot()
    world.task_event(world.task(bot.id), exit_code=137)
    world.clock.advance(seconds=61)
    world.reconcile(bot.id)
    world.venue.placed = [venue_order(ours(bot), filled="0.05")]
    world.venue.executed = [venue_trade("t1")]

    world.check_venue(bot.id)

    assert world.venue.cancelled == []
    assert [fill.trade_id for fill in fills(world, bot)] == ["t1"]
    assert world.runs(bot.id)[0].checked_at is not None


def test_a_run_that_opens_during_the_check_keeps_its_orders(world: World) -> None:
    bot = world.running_bot()
    world.task_event(world.task(bot.id), exit_code=137)
    world.venue.placed = [venue_order(ours(bot))]
    look = world.venue.open_orders

    def look_and_launch(key: ExchangeKey, pair: str) -> Sequence[VenueOrder]:
        world.clock.advance(seconds=61)
        world.reconcile(bot.id)
        return look(key, pair)

    world.venue.open_orders = look_and_launch
    world.check_venue(bot.id)

    assert world.open_run(bot.id).task is not None
    assert world.venue.cancelled == []
    assert world.bot(bot.id).status is not BotStatus.ORPHANED


def test_fills_that_were_not_reported_are_fetched_once(world: World, bot: Bot) -> None:
    world.venue.placed = [venue_order(ours(bot), status=OrderStatus.CANCELLED, filled="0.05")]
    world.venue.executed = [venue_trade("t1"), venue_trade("t2", exchange_order_id="not ours")]

    world.check_venue(bot.id)

    (fill,) = fills(world, bot)
    assert (fill.trade_id, fill.source, fill.client_order_id) == (
        "t1",
        FillSource.VENUE,
        ours(bot),
    )
    with world.units(None) as uow:
        (order,) = uow.trading.orders(bot.id, Page()).items
    assert (order.status, order.filled_quantity) == (OrderStatus.CANCELLED, Decimal("0.05"))


def tell_order(
    world: World, bot: Bot, name: str, *, session: int = 1, exchange_order_id: str | None = None
) -> None:
    """Have the bot say that an order is open."""
    told = OrderReport(
        bot=bot.id,
        position=Position(session=session, seq=50),
        at=world.clock.now(),
        status=OrderStatus.OPEN,
        client_order_id=ClientOrderId(name),
        exchange_order_id=exchange_order_id,
        trading_pair="ETH-USDT",
        type=OrderType.LIMIT,
        side=Side.BUY,
        price=Decimal(3000),
        quantity=Decimal("0.1"),
        reason=None,
    )
    with world.units(None) as uow:
        uow.telemetry.apply([told])
        uow.commit()


def orders(world: World, bot: Bot) -> dict[str, Order]:
    with world.units(None) as uow:
        rows = uow.trading.orders(bot.id, Page()).items
    return {order.client_order_id: order for order in rows}


def dead(world: World) -> Bot:
    """Make a bot that runs, told of an order that the venue never got, and was killed."""
    bot = world.running_bot()
    tell_order(world, bot, ours(bot))
    world.task_event(world.task(bot.id), exit_code=137)
    return bot


def test_an_order_that_may_still_arrive_is_asked_about_again(world: World) -> None:
    """Its request may be under way within the venue's receive window."""
    bot = dead(world)

    world.check_venue(bot.id)

    assert orders(world, bot)[ours(bot)].status is OrderStatus.OPEN
    assert world.runs(bot.id)[0].checked_at is None
    world.venue.placed = [venue_order(ours(bot))]
    world.clock.advance(seconds=20)
    world.functions.venue_checks.clear()
    world.reconcile(bot.id)
    assert world.functions.venue_checks == [bot.id]

    world.check_venue(bot.id)

    assert world.venue.cancelled == [ours(bot)]
    assert orders(world, bot)[ours(bot)].status is OrderStatus.CANCELLED


def test_a_stopped_bot_is_not_said_to_be_stopped_while_an_order_may_arrive(world: World) -> None:
    bot = world.running_bot()
    tell_order(world, bot, ours(bot))
    world.stop(bot.id)
    world.task_event(world.task(bot.id), exit_code=137)

    world.check_venue(bot.id)
    assert world.bot(bot.id).status is BotStatus.STOPPING

    world.clock.advance(seconds=20)
    world.check_venue(bot.id)
    assert world.bot(bot.id).status is BotStatus.STOPPED


@pytest.mark.parametrize(
    ("name_there", "status"), [(None, OrderStatus.FAILED), ("17", OrderStatus.CANCELLED)]
)
def test_an_order_that_the_venue_does_not_know_ends(
    world: World, name_there: str | None, status: OrderStatus
) -> None:
    """One that the venue once named was there, and is gone; another never was there."""
    bot = world.running_bot()
    tell_order(world, bot, ours(bot), exchange_order_id=name_there)
    world.task_event(world.task(bot.id), exit_code=137)
    world.clock.advance(seconds=20)

    world.check_venue(bot.id)

    order = orders(world, bot)[ours(bot)]
    assert (order.status, order.reason) == (status, venue_check.NOT_AT_VENUE)
    assert world.runs(bot.id)[0].checked_at is not None


def test_a_fill_that_comes_later_outranks_that_it_was_not_found(world: World) -> None:
    bot = dead(world)
    world.clock.advance(seconds=20)
    world.check_venue(bot.id)

    failed = orders(world, bot)[ours(bot)]

    with world.units(None) as uow:
        uow.trading.put_order(replace(failed, status=OrderStatus.FILLED))
        uow.commit()

    assert orders(world, bot)[ours(bot)].status is OrderStatus.FILLED


def test_orders_of_another_session_are_not_judged(world: World) -> None:
    """Kept by a stop before, they are older than what the venue is asked about."""
    bot = world.running_bot()
    kept = f"jn{bot.tag}z0kept"
    tell_order(world, bot, kept, session=0)
    world.task_event(world.task(bot.id), exit_code=137)
    world.clock.advance(seconds=20)

    world.check_venue(bot.id)

    assert orders(world, bot)[kept].status is OrderStatus.OPEN


def test_a_word_that_comes_after_the_check_has_the_venue_asked_again(world: World) -> None:
    """What a dead bot said last may be under way while the venue is asked."""
    bot = world.running_bot()
    world.stop(bot.id)
    world.task_event(world.task(bot.id), exit_code=137)
    world.check_venue(bot.id)
    assert world.bot(bot.id).status is BotStatus.STOPPED
    world.functions.venue_checks.clear()

    world.clock.advance(seconds=20)
    tell_order(world, bot, ours(bot))
    world.reconcile(bot.id)
    assert world.functions.venue_checks == [bot.id]
    world.check_venue(bot.id)

    assert orders(world, bot)[ours(bot)].status is OrderStatus.FAILED


@pytest.mark.parametrize(
    ("asset", "price"),
    [("USDT", Decimal(1)), ("ETH", Decimal(3000)), ("BNB", Decimal(600)), ("XYZ", None)],
)
def test_a_fee_is_priced_in_quote_units(
    world: World, bot: Bot, asset: str, price: Decimal | None
) -> None:
    world.venue.placed = [venue_order(ours(bot), status=OrderStatus.FILLED)]
    world.venue.executed = [venue_trade("t1", fee_asset=asset)]

    world.check_venue(bot.id)

    assert fills(world, bot)[0].fee.price == price


@pytest.mark.parametrize(
    "refusal",
    [
        VenueRefused("binance", "-2015", "Invalid API-key."),
        OutcomeUnknown("binance does not answer"),
    ],
)
def test_a_venue_that_cannot_be_asked_is_asked_again(
    world: World, bot: Bot, refusal: Exception
) -> None:
    world.venue.refusal = refusal
    world.check_venue(bot.id)

    stored = world.bot(bot.id)
    assert stored.status is BotStatus.STOPPING
    assert str(refusal) in (stored.detail or "")
    assert world.runs(bot.id)[0].checked_at is None

    world.venue.refusal = None
    world.check_venue(bot.id)
    assert (world.bot(bot.id).status, world.bot(bot.id).detail) == (BotStatus.STOPPED, None)


def test_kms_denial_leaves_the_run_unchecked(world: World, bot: Bot) -> None:
    world.vault.denied = True

    world.check_venue(bot.id)

    assert world.runs(bot.id)[0].checked_at is None
    assert "could not be asked" in (world.bot(bot.id).detail or "")


def test_decrypting_is_audited_first(world: World, bot: Bot) -> None:
    """S0-134."""
    world.vault.denied = True
    world.check_venue(bot.id)

    line = list(world.units.tables.audit.values())[-1]
    assert (line.actor, line.action) == ("venue_check", "credential.decrypt")


def test_a_bot_of_which_nothing_can_be_left_is_not_asked_about(world: World) -> None:
    bot = world.stopped_bot()

    world.check_venue(bot.id)

    assert world.vault.decrypted == 0


def test_a_stored_key_is_tested_and_the_answer_noted(world: World) -> None:
    """S0-030."""
    world.create_organization()
    stored = world.create_credential()
    world.venue.key_permissions = Permissions(trade=True, withdraw=True)
    world.clock.advance(minutes=5)

    told = key_checks.test(stored.id, world.tools, why="a test")

    noted = world.units.tables.credentials[stored.id]
    assert (noted.permissions, noted.checked_at) == (told, world.clock.now())
    assert world.venue.asked_with[-1] == KEY


def test_a_key_that_cannot_be_decrypted_cannot_be_tested(world: World) -> None:
    world.create_organization()
    stored = world.create_credential()
    world.vault.denied = True

    with pytest.raises(KeyAccessDenied):
        key_checks.test(stored.id, world.tools, why="a test")
