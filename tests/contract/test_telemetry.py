"""What bots say ends in the rows of in-order delivery, in any order and however often it comes."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from janym.domain.bot import BotStatus, Desired, Position
from janym.domain.command import CommandKind, CommandState
from janym.domain.ids import BotId
from janym.domain.run import Run, RunState
from janym.domain.telemetry import (
    FillReport,
    LogLevel,
    LogLine,
    MetricsReport,
    OrderReport,
    Report,
)
from janym.domain.trading import Fee, Order, OrderStatus, Side
from janym.ports.pages import Span
from janym.ports.told import WantedOrders
from janym.ports.unit_of_work import Page, UnitsOfWork
from tests.integration.db.builders import (
    NOON,
    OTHER,
    ack,
    bot,
    command,
    execution,
    later,
    order,
    run,
    seed,
    status,
)

PAIR = "ETH-USDT"
GRID = bot(desired=Desired.RUNNING, status=BotStatus.STARTING, session=2)
TWIN = bot("twin", key=OTHER)
STRANGER = bot("stranger")
START = command(GRID)
STOP = command(GRID, "stop", kind=CommandKind.STOP, payload={"mode": "cancel_orders"})


def fill(seq: int, trade: str, name: str, **changes: Any) -> FillReport:
    position = Position(session=1, seq=seq)
    told = execution(GRID, trade, name, position=position, executed_at=later(seq), **changes)
    return FillReport(bot=GRID.id, position=position, at=later(seq), fill=told)


def line(seq: int, level: LogLevel) -> LogLine:
    return LogLine(
        bot=GRID.id,
        position=Position(session=1, seq=seq),
        at=later(seq),
        level=level,
        message=f"line {seq}",
        metadata={"n": seq},
    )


def figures(seq: int, session: int = 1) -> MetricsReport:
    return MetricsReport(
        bot=GRID.id,
        position=Position(session=session, seq=seq),
        at=later(seq),
        balance_total=Decimal("20031.50") + seq,
        balance_available=Decimal(1),
        balance_locked=Decimal(2),
        pnl_total=Decimal("-0.1"),
        pnl_total_pct=Decimal("0.001"),
        pnl_realized=Decimal(0),
        pnl_unrealized=Decimal(0),
        orders_active=seq,
        orders_filled_24h=0,
        orders_cancelled_24h=0,
        volume_24h=Decimal(0),
        extra={"mid_price": "3000.5"},
    )


STORY: list[Report] = [
    status(GRID, 1, BotStatus.STARTING),
    ack(START, 2, CommandState.ACKNOWLEDGED),
    order(GRID, 3, "o1"),
    order(GRID, 4, "o2"),
    fill(5, "t1", "o1"),
    status(GRID, 6, BotStatus.RUNNING),
    fill(7, "t2", "o1", quantity=Decimal("0.2")),
    fill(8, "t3", "o2"),
    order(GRID, 9, "o2", OrderStatus.CANCELLED, exchange_order_id=None),
    order(GRID, 10, "o3", OrderStatus.FAILED, reason="MIN_NOTIONAL"),
    figures(11),
    figures(12),
    line(13, LogLevel.INFO),
    line(14, LogLevel.ERROR),
    ack(STOP, 15, CommandState.ACKNOWLEDGED),
    ack(STOP, 16, CommandState.DONE),
    fill(17, "t1", "o1", fee=Fee(asset="BNB", amount=Decimal(9), price=None)),
    status(GRID, 2**53 - 1, BotStatus.ERROR, reason="BRIDGE_LOST", at=later(20)),
    status(GRID, 1, BotStatus.RUNNING, session=2, at=later(30)),
    figures(1, session=2),
    status(TWIN, 1, BotStatus.PAUSED),
]


def prepare(units: UnitsOfWork) -> None:
    seed(units, GRID, TWIN)
    with units(None) as uow:
        uow.commands.add(START)
        uow.commands.add(STOP)
        uow.commit()


def tell(units: UnitsOfWork, reports: Sequence[Report]) -> None:
    with units(None) as uow:
        assert uow.telemetry.apply(reports) == []
        uow.commit()


EACH = Span(since=NOON, until=later(900), step=timedelta(seconds=1))


def seen(units: UnitsOfWork) -> dict[str, Any]:
    """Everything that readers can see, but for when a row was last touched."""
    page = Page(limit=500)
    with units(None) as uow:
        bots = [replace(uow.bots.get(key), updated_at=NOON) for key in (GRID.id, TWIN.id)]
        commands = [replace(uow.commands.get(each.id), updated_at=NOON) for each in (START, STOP)]
        return {
            "bots": bots,
            "commands": commands,
            "orders": list(uow.trading.orders(GRID.id, page).items),
            "fills": list(uow.trading.newest_fills(GRID.id, GRID.trading_pair, limit=1000)),
            "pnl": uow.trading.profit_and_loss(GRID.id, GRID.trading_pair),
            "latest": uow.metrics.latest(GRID.id),
            "history": list(uow.metrics.history(GRID.id, EACH)),
            "logs": list(uow.logs.list(GRID.id, page).items),
        }


def expected() -> dict[str, Any]:
    """What in-order delivery ends in, by the store that is easiest to read."""
    from tests.fakes.memory import MemoryUnits  # noqa: PLC0415 - stands for the rule, not the store

    units = MemoryUnits()
    prepare(units)
    for report in STORY:
        tell(units, [report])
    return seen(units)


def test_in_order_delivery_says_what_it_should(units: UnitsOfWork) -> None:
    """S0-009, S0-070, K-21."""
    prepare(units)
    for report in STORY:
        tell(units, [report])

    rows = seen(units)
    grid, twin = rows["bots"]
    assert (grid.status, twin.status) == (BotStatus.RUNNING, BotStatus.STOPPING)
    assert [each.state for each in rows["commands"]] == [CommandState.DONE, CommandState.DONE]
    orders = {each.client_order_id: each for each in rows["orders"]}
    assert {key: each.status for key, each in orders.items()} == {
        "o1": OrderStatus.FILLED,
        "o2": OrderStatus.CANCELLED,
        "o3": OrderStatus.FAILED,
    }
    assert orders["o2"].filled_quantity == Decimal("0.1")
    assert [each.trade_id for each in rows["fills"]] == ["t1", "t2", "t3"]
    assert rows["latest"] == figures(1, session=2)
    assert [each.position.seq for each in rows["logs"]] == [14, 13]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (WantedOrders(), {"o1", "o2", "o3"}),
        (WantedOrders(status=OrderStatus.FAILED), {"o3"}),
        (WantedOrders(side=Side.SELL), {"o2"}),
        (WantedOrders(status=OrderStatus.FILLED, side=Side.BUY), {"o1"}),
        (WantedOrders(status=OrderStatus.FILLED, side=Side.SELL), set[str]()),
        (WantedOrders(status=OrderStatus.OPEN), set[str]()),
        (WantedOrders(pair=PAIR), {"o1", "o2"}),
        (WantedOrders(pair="BTC-USDT"), {"o3"}),
        (WantedOrders(pair="BTC-USDT", status=OrderStatus.FILLED), set[str]()),
        (WantedOrders(pair=PAIR, status=OrderStatus.FILLED, side=Side.BUY), {"o1"}),
        (WantedOrders(pair=PAIR, since=later(4)), {"o2"}),
        (WantedOrders(since=later(4), until=later(10)), {"o2"}),
        (WantedOrders(since=later(4), until=later(11)), {"o2", "o3"}),
        (WantedOrders(until=later(3)), set[str]()),
    ],
)
@pytest.mark.parametrize("owner", [GRID.id, None])
def test_orders_are_found_by_whatever_is_known_of_them(
    units: UnitsOfWork, wanted: WantedOrders, found: set[str], owner: BotId | None
) -> None:
    """S0-124: whoever looks for the failed ones need not read all the others."""
    prepare(units)
    tell(units, [varied(each) for each in STORY])

    listed: list[Order] = []
    page: Page | None = Page(limit=1)
    while page is not None:
        with units(None) as uow:
            part = uow.trading.orders(owner, page, wanted)
        listed += part.items
        page = replace(page, cursor=part.next_cursor) if part.next_cursor else None

    assert {each.client_order_id for each in listed} == found
    assert listed == sorted(listed, key=lambda each: each.created_at, reverse=True)


def varied(report: Report) -> Report:
    """Have the second order sell, and the third be of another pair."""
    if not isinstance(report, OrderReport):
        return report
    match report.client_order_id:
        case "o2":
            return replace(report, side=Side.SELL)
        case "o3":
            return replace(report, trading_pair="BTC-USDT")
        case _:
            return report


@pytest.mark.parametrize("chance", range(6))
def test_any_order_with_any_repeats_ends_in_the_same_rows(units: UnitsOfWork, chance: int) -> None:
    """K-03, S0-070: shuffled, a third of it told twice, in batches of any size."""
    dice = random.Random(chance)  # noqa: S311 - the same shuffles each time
    told = STORY + dice.sample(STORY, len(STORY) // 3)
    dice.shuffle(told)
    prepare(units)
    while told:
        size = dice.randint(1, 8)
        tell(units, told[:size])
        told = told[size:]

    assert seen(units) == expected()


def test_an_older_session_changes_no_status(units: UnitsOfWork) -> None:
    """A bridge of a former run may still be heard: its session fences it."""
    prepare(units)
    tell(units, [status(GRID, 1, BotStatus.RUNNING, session=2)])
    tell(units, [status(GRID, 99, BotStatus.ERROR, session=1, reason="BRIDGE_LOST")])

    with units(None) as uow:
        assert uow.bots.get(GRID.id).status is BotStatus.RUNNING


def test_an_unknown_bot_is_refused_and_the_others_are_stored(units: UnitsOfWork) -> None:
    prepare(units)
    stray = status(STRANGER, 1, BotStatus.RUNNING)

    with units(None) as uow:
        refused = uow.telemetry.apply([stray, status(GRID, 1, BotStatus.RUNNING)])
        uow.commit()

    assert [(report, str(STRANGER.id) in reason) for report, reason in refused] == [(stray, True)]
    with units(None) as uow:
        assert uow.bots.get(GRID.id).status is BotStatus.RUNNING


def test_an_ack_of_another_bots_command_changes_nothing(units: UnitsOfWork) -> None:
    prepare(units)
    forged = replace(ack(START, 1, CommandState.DONE), bot=TWIN.id)

    with units(None) as uow:
        uow.telemetry.apply([forged])
        uow.commit()
    with units(None) as uow:
        assert uow.commands.get(START.id).state is CommandState.ACCEPTED


def test_a_fill_told_by_bot_and_venue_counts_once(units: UnitsOfWork) -> None:
    prepare(units)
    tell(units, [order(GRID, 1, "o1")])
    with units(None) as uow:
        assert uow.trading.add_fills([execution(GRID, "t1", "o1")]) == 1
        uow.commit()
    tell(units, [fill(2, "t1", "o1")])

    with units(None) as uow:
        (stored,) = uow.trading.newest_fills(GRID.id, GRID.trading_pair, limit=1000)
        assert stored == fill(2, "t1", "o1").fill, "the bot's own word comes first"
        assert uow.trading.add_fills([execution(GRID, "t1", "o1")]) == 0


def test_the_newest_fills_of_a_pair_come_oldest_first(units: UnitsOfWork) -> None:
    prepare(units)
    told = [replace(execution(GRID, f"t{n}", "o1"), executed_at=later(n // 2)) for n in range(1, 6)]
    other = replace(execution(GRID, "t9", "o9"), trading_pair="BTC-USDT", executed_at=later(9))
    with units(None) as uow:
        uow.trading.add_fills([told[3], other, *told[:3], told[4]])
        uow.commit()

    with units(None) as uow:
        newest = uow.trading.newest_fills(GRID.id, GRID.trading_pair, limit=3)

        earlier = uow.trading.busy(
            GRID.id, GRID.trading_pair, since=later(0), before=newest[0].executed_at
        )

    assert [each.trade_id for each in newest] == ["t3", "t4", "t5"]
    assert [(each.ended, each.fills) for each in earlier] == [(later(0), 1)]
    assert [each.volume for each in earlier] == [told[0].price * told[0].quantity]


def checked(name: str, session: int) -> Run:
    """Make a run that has ended, and after which the venue was asked."""
    return run(
        GRID,
        name,
        session=session,
        state=RunState.ENDED,
        ended_at=later(1),
        checked_at=later(2),
    )


def test_an_order_opened_by_an_ended_run_has_the_venue_asked_again(units: UnitsOfWork) -> None:
    seed(units, GRID)
    with units(None) as uow:
        uow.runs.add(checked("first", 1))
        uow.runs.add(checked("second", 2))
        uow.telemetry.apply([order(GRID, 3, "o1")])
        uow.commit()

    with units(None) as uow:
        assert uow.runs.unchecked(GRID.id) == [replace(checked("first", 1), checked_at=None)]


def test_one_whose_end_is_known_asks_for_nothing(units: UnitsOfWork) -> None:
    seed(units, GRID)
    with units(None) as uow:
        uow.runs.add(checked("first", 1))
        uow.telemetry.apply([order(GRID, 4, "o1", OrderStatus.CANCELLED)])
        uow.telemetry.apply([order(GRID, 3, "o1")])
        uow.commit()

    with units(None) as uow:
        assert uow.runs.unchecked(GRID.id) == []
