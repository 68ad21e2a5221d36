"""Each kind of rule over real tables, and alerts that are raised and delivered once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from typing import Any, LiteralString

import pytest
from psycopg import errors
from psycopg.sql import SQL, Identifier

from janym.domain.alert import (
    AlertState,
    Channel,
    ChannelId,
    ChannelKind,
    DeliveryState,
    Occasion,
    QuietHours,
    Rule,
    RuleId,
    RuleKind,
    Severity,
)
from janym.domain.bot import BotStatus, Desired
from janym.domain.errors import AlreadyExists, NotFound
from janym.ports.pages import Listing, Page
from janym.usecases import alert_watch
from tests.fakes.clock import FakeClock, FakeRandomness
from tests.fixtures.database import TestDatabase
from tests.integration.db.builders import (
    ACME,
    NOON,
    OTHER,
    bot,
    execution,
    later,
    metrics,
    seed,
    uid,
)

MAKER = bot("maker", desired=Desired.RUNNING, status=BotStatus.RUNNING, reported_at=NOON)
IDLE = bot("idle")
THEIRS = bot(key=OTHER, desired=Desired.RUNNING, status=BotStatus.RUNNING, reported_at=NOON)


def channel(name: str = "desk", **more: Any) -> Channel:
    fields: dict[str, Any] = {
        "id": ChannelId(uid(f"channel {name}")),
        "organization": ACME,
        "kind": ChannelKind.WEBHOOK,
        "label": name,
        "hint": "hooks.example.com",
        "sealed": b"\x00s",
        "quiet": QuietHours(begin=time(22), end=time(7), zone="Europe/Berlin"),
        "enabled": True,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Channel(**(fields | more))


def rule(kind: RuleKind, **more: Any) -> Rule:
    fields: dict[str, Any] = {
        "id": RuleId(uid(f"rule {kind} {more}")),
        "organization": ACME,
        "kind": kind,
        "bot": None,
        "threshold": None,
        "asset": None,
        "silence_s": None,
        "severity": Severity.WARNING,
        "channels": (channel().id,),
        "enabled": True,
        "created_at": NOON - timedelta(days=400),
        "updated_at": NOON - timedelta(days=400),
    }
    return Rule(**(fields | more))


@pytest.fixture
def kept(database: TestDatabase) -> TestDatabase:
    """Two organizations with bots, one with a channel."""
    units = database.units("control")
    seed(units, MAKER, THEIRS)
    with units(ACME) as uow:
        uow.bots.add(IDLE)
        uow.commit()
    with database.units("app")(ACME) as uow:
        uow.alerts.put_channel(channel())
        uow.commit()
    return database


def keep(database: TestDatabase, *rules: Rule) -> None:
    with database.units("app")(ACME) as uow:
        for each in rules:
            uow.alerts.put_rule(each)
        uow.commit()


def hear(database: TestDatabase, *reports: Any) -> None:
    with database.units("ingest")(None) as uow:
        assert uow.telemetry.apply(reports) == []
        uow.commit()


def have(database: TestDatabase, statement: LiteralString) -> None:
    with database.admin() as admin:
        admin.execute(statement)


def broken(database: TestDatabase, at: float = 0) -> list[tuple[str, str]]:
    with database.units("alerts")(None) as uow:
        found = uow.watch.breaches(now=later(at))
        uow.commit()
    return [(each.kind.value, each.facts["name"]) for each in found]


def look(database: TestDatabase, at: float = 0) -> alert_watch.Looked:
    clock = FakeClock(later(at))
    return alert_watch.look(units=database.units("alerts"), clock=clock, randomness=_UNIQUE)


_UNIQUE = FakeRandomness()


def test_a_bot_in_error_silent_or_orphaned(kept: TestDatabase) -> None:
    """S0-160: of the rule's organization alone."""
    keep(
        kept,
        rule(RuleKind.BOT_ERROR),
        rule(RuleKind.BOT_SILENT),
        rule(RuleKind.ORPHANED_ORDERS),
        rule(RuleKind.BOT_ERROR, bot=IDLE.id),
        rule(RuleKind.BOT_ERROR, enabled=False, severity=Severity.INFO),
    )
    have(kept, "UPDATE bots SET status = 'running'")
    assert broken(kept, 120) == []
    assert broken(kept, 121) == [("bot_silent", "maker")]
    have(kept, "UPDATE bots SET status = 'error', status_reason = 'HEARTBEAT_LOST'")
    assert sorted(broken(kept)) == [
        ("bot_error", "idle"),
        ("bot_error", "idle"),
        ("bot_error", "maker"),
        ("bot_silent", "maker"),
    ]
    have(kept, "UPDATE bots SET status = 'orphaned', status_reason = NULL")
    assert sorted(broken(kept)) == [("orphaned_orders", "idle"), ("orphaned_orders", "maker")]


def test_a_key_that_its_exchange_refuses(kept: TestDatabase) -> None:
    """S0-123, S0-160: until the exchange takes it again; silence takes nothing back."""
    keep(
        kept,
        rule(RuleKind.KEY_REFUSED),
        rule(RuleKind.KEY_REFUSED, bot=MAKER.id),
        rule(RuleKind.KEY_REFUSED, enabled=False, severity=Severity.INFO),
    )
    have(kept, "UPDATE exchange_credentials SET check_state = 'unknown'")
    assert look(kept).raised == 0
    have(
        kept,
        "UPDATE exchange_credentials SET check_state = 'refused', check_code = 'VENUE_BAD_KEY',"
        " check_detail = 'the exchange does not know this key'",
    )
    assert broken(kept) == [("key_refused", "default")] * 2
    assert look(kept).raised == 2
    with kept.units("app")(ACME) as uow:
        told = {each.title for each in uow.alerts.list(Page(), state=None, bot=None).items}
    assert told == {"binance refuses the key default (paper): the exchange does not know this key"}
    have(kept, "UPDATE exchange_credentials SET check_state = 'unknown'")
    assert look(kept, 15).resolved == 0
    have(kept, "UPDATE exchange_credentials SET check_state = 'valid'")
    assert look(kept, 30).resolved == 2


def test_who_tells_of_keys_sees_nothing_that_is_encrypted(kept: TestDatabase) -> None:
    """S0-133: the function that calls addresses of users reads what a key is called."""
    role = kept.role("alerts")
    with role.transaction(None) as transaction:
        assert len(transaction.all("SELECT label FROM exchange_credentials")) == 2
    for column in ("api_key_encrypted", "api_secret_encrypted", "passphrase_encrypted", "hint"):
        with role.transaction(None) as transaction, pytest.raises(errors.InsufficientPrivilege):
            transaction.all(SQL("SELECT {} FROM exchange_credentials").format(Identifier(column)))


def test_limits_of_money(kept: TestDatabase) -> None:
    """S0-161, S0-162."""
    told = metrics(MAKER, 1)
    keep(
        kept,
        rule(RuleKind.LOSS_LIMIT, threshold=Decimal(5)),
        rule(RuleKind.GOAL_REACHED, threshold=Decimal(5)),
        rule(RuleKind.DRAWDOWN, threshold=Decimal("0.1")),
        rule(RuleKind.LOW_BALANCE, threshold=Decimal(90)),
    )
    sheet = {
        "balance_total": Decimal(100),
        "balance_available": Decimal(100),
        "pnl_total": Decimal(0),
    }

    def figures(seq: int, **changes: Decimal) -> None:
        position = replace(told.position, seq=seq)
        hear(kept, replace(told, position=position, **(sheet | changes)))

    figures(1)
    assert broken(kept) == []
    figures(2, balance_total=Decimal(200), pnl_total=Decimal(5))
    assert broken(kept) == [("goal_reached", "maker")]
    figures(3, balance_total=Decimal(181), pnl_total=Decimal("-4.99"))
    assert broken(kept) == []
    figures(
        4,
        balance_total=Decimal(180),
        balance_available=Decimal("89.99"),
        pnl_total=Decimal(-5),
    )
    assert sorted(broken(kept)) == [
        ("drawdown", "maker"),
        ("loss_limit", "maker"),
        ("low_balance", "maker"),
    ]


def test_one_assets_balance(kept: TestDatabase) -> None:
    keep(kept, rule(RuleKind.LOW_BALANCE, asset="ETH", threshold=Decimal(2)))
    assets = {"ETH": {"total": "3", "available": "1.9", "locked": "1.1"}}
    hear(kept, metrics(MAKER, 1, extra={"assets": assets}))

    assert broken(kept) == [("low_balance", "maker")]


def test_a_large_fill_is_told_once(kept: TestDatabase) -> None:
    """S0-162."""
    keep(kept, rule(RuleKind.LARGE_FILL, threshold=Decimal(100)))
    with kept.units("control")(ACME) as uow:
        uow.trading.add_fills(
            [
                execution(MAKER, "t1", "o1", price=Decimal(100), quantity=Decimal(1)),
                execution(MAKER, "t2", "o1", price=Decimal(100), quantity=Decimal("0.99")),
            ]
        )
        uow.commit()
    have(kept, "UPDATE fills SET created_at = '2026-11-21 12:00'")
    first, again = look(kept, 1), look(kept, 16)
    have(kept, "UPDATE alerts SET acknowledged_at = now()")

    assert (first.raised, first.to_tell, again.raised) == (1, 1, 0)
    assert look(kept, 30).raised == 0


def test_a_stale_collector(kept: TestDatabase) -> None:
    keep(kept, rule(RuleKind.COLLECTOR_STALE))
    have(
        kept,
        "INSERT INTO daemon_state (daemon_id, role, status, last_heartbeat) VALUES"
        " ('one', 'monitor', 'running', '2026-11-21 12:00+00'),"
        " ('two', 'monitor', 'stopped', '2026-11-20 12:00+00')",
    )
    assert broken(kept, 60) == []
    assert broken(kept, 61) == [("collector_stale", "one")]


def test_many_who_look_at_once_raise_and_tell_once(kept: TestDatabase) -> None:
    keep(kept, rule(RuleKind.BOT_ERROR))
    have(kept, "UPDATE bots SET status = 'error' WHERE name = 'maker'")
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = list(pool.map(look, [kept] * 8))
    have(kept, "UPDATE bots SET status = 'running'")
    with ThreadPoolExecutor(max_workers=4) as pool:
        ended = list(pool.map(look, [kept] * 8, [1.0] * 8))

    assert sum(each.raised for each in found) == sum(each.to_tell for each in found) == 1
    assert sum(each.resolved for each in ended) == 1
    with kept.units("app")(ACME) as uow:
        [alert] = uow.alerts.list(Page()).items
        told = uow.alerts.deliveries(alert=alert.id)
    assert alert.state is AlertState.RESOLVED
    assert {each.occasion for each in told} == {Occasion.RAISED, Occasion.RESOLVED}
    assert len(told) == 2


def test_a_delivery_is_taken_on_by_one(kept: TestDatabase) -> None:
    keep(kept, rule(RuleKind.BOT_ERROR))
    have(kept, "UPDATE bots SET status = 'error' WHERE name = 'maker'")
    look(kept)

    def take(at: float) -> int:
        with kept.units("alerts")(None) as uow:
            taken = uow.watch.take(now=later(at), limit=10)
            uow.commit()
        return len(taken)

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sum(pool.map(take, [1.0] * 8)) == 1
    assert take(120) == 0, "it is left to whoever took it on"
    with kept.units("alerts")(None) as uow:
        [due] = uow.watch.take(now=later(121), limit=10)
        uow.watch.settle(replace(due.delivery, state=DeliveryState.FAILED, reason="answered 404"))
        uow.commit()
    assert (due.delivery.attempts, due.channel) == (2, channel())
    with kept.units("app")(ACME) as uow:
        [shown] = uow.alerts.deliveries(channel=channel().id)
    assert (shown.state, shown.reason) == (DeliveryState.FAILED, "answered 404")


def test_rules_and_channels_come_in_parts_oldest_first(kept: TestDatabase) -> None:
    """Those of one moment too, and none twice or not at all."""
    mine = [rule(RuleKind.BOT_ERROR, asset=str(n), created_at=later(n // 2)) for n in range(5)]
    desks = [channel(str(n), created_at=later(1 + n // 2)) for n in range(5)]
    keep(kept, *mine)
    with kept.units("app")(ACME) as uow:
        for each in desks:
            uow.alerts.put_channel(each)
        rules = in_parts(uow.alerts.rules)
        channels = in_parts(uow.alerts.channels)

    assert rules == sorted(mine, key=lambda each: (each.created_at, each.id))
    assert channels == sorted([channel(), *desks], key=lambda each: (each.created_at, each.id))


def in_parts(read: Callable[[Page], Listing[Any]]) -> list[Any]:
    """Read a list two by two."""
    part = read(Page(limit=2))
    items = [*part.items]
    while part.next_cursor is not None:
        part = read(Page(limit=2, cursor=part.next_cursor))
        items += part.items
    return items


def test_what_is_kept_comes_back(kept: TestDatabase) -> None:
    mine = rule(RuleKind.LOW_BALANCE, asset="ETH", threshold=Decimal("0.50"), bot=MAKER.id)
    keep(kept, mine)
    with kept.units("app")(ACME) as uow:
        assert uow.alerts.every_channel() == [channel()]
        assert uow.alerts.channels(Page()).items == [channel()]
        assert uow.alerts.rules(Page()).items == [mine]
        uow.alerts.put_channel(channel(label="night", enabled=False, quiet=None))
        assert uow.alerts.channel(channel().id).label == "night"
        uow.alerts.remove_channel(channel().id)
        assert uow.alerts.rule(mine.id).channels == ()
        uow.alerts.remove_rule(mine.id)
        for attempt in (
            lambda: uow.alerts.channel(channel().id),
            lambda: uow.alerts.remove_rule(mine.id),
        ):
            with pytest.raises(NotFound):
                attempt()
    with kept.units("app")(ACME) as uow, pytest.raises(AlreadyExists):
        uow.alerts.put_channel(channel("desk", id=ChannelId(uid("another"))))


def test_members_are_told_of_alerts_while_they_happen(kept: TestDatabase) -> None:
    keep(kept, rule(RuleKind.BOT_ERROR))
    have(kept, "UPDATE bots SET status = 'error' WHERE name = 'maker'")
    look(kept)
    with kept.admin() as admin:
        rows = admin.execute(
            "SELECT organization_id, data->>'state' FROM live_events WHERE topic = 'alerts'"
        ).fetchall()

    assert rows == [(ACME, "open")]


def test_who_encrypts_anew_changes_the_secret_alone(database: TestDatabase) -> None:
    """K-05: of two that encrypt one channel anew the first wins."""
    seed(database.units("control"), MAKER)
    stored = channel()
    with database.units("app")(ACME) as uow:
        uow.alerts.put_channel(stored)
        uow.commit()

    with database.units("control")(None) as uow:
        assert uow.alerts.swap(stored, b"fresh")
        assert not uow.alerts.swap(stored, b"late")
        uow.commit()
    with database.units("control")(None) as uow, pytest.raises(errors.InsufficientPrivilege):
        uow.alerts.put_channel(replace(stored, label="renamed"))
    with database.units("app")(ACME) as uow:
        assert uow.alerts.channel(stored.id) == replace(stored, sealed=b"fresh")
