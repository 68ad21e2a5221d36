"""Raising once, telling until it is taken, and saying where it was not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from janym.domain import alert as alerts_domain
from janym.domain.alert import (
    MOST_ATTEMPTS,
    Breach,
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    Notice,
    Occasion,
    QuietHours,
    Rule,
    RuleKind,
    Severity,
)
from janym.domain.errors import AlreadyExists, Forbidden, InvalidInput, NotFound
from janym.ports.alerts import NeverTaken, NotTaken
from janym.usecases import alert_watch, alerts
from janym.usecases.alert_watch import Courier, Looked
from janym.usecases.alerts import NewChannel, RuleWish
from tests.fakes.platform import FakeSeal
from tests.fakes.world import ANA, EVE, VERA, World

SECRET = {"url": "https://hooks.example.com/x", "secret": "canary-of-the-channel"}


class FakeNotifier:
    """Takes notices, as long as a test wants it."""

    def __init__(self) -> None:
        self.taken: list[Notice] = []
        self.refusals: list[Exception] = []

    def send(self, channel: Channel, secrets: Mapping[str, str], notice: Notice) -> None:
        assert (secrets, channel.kind) == (SECRET, ChannelKind.WEBHOOK)
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append(notice)


class Scene:
    def __init__(self, world: World) -> None:
        self.world, self.notifier, self.reports = world, FakeNotifier(), list[str]()
        world.create_organization()
        self.courier = Courier(
            units=world.units,
            clock=world.clock,
            seal=FakeSeal(),
            notifier=self.notifier,
            report=lambda why, _: self.reports.append(why),
        )
        self.channel = self.keep_channel()
        self.rule = self.keep_rule()

    def keep_channel(self, label: str = "desk", **more: Any) -> Channel:
        asked: dict[str, Any] = {
            "kind": ChannelKind.WEBHOOK,
            "label": label,
            "hint": "hooks.example.com",
            "secrets": SECRET,
            "quiet": None,
            "enabled": True,
        }
        with self.world.units(ANA.organization) as uow:
            made = alerts.create_channel(
                uow,
                NewChannel(**(asked | more)),
                caller=ANA,
                seal=FakeSeal(),
                clock=self.world.clock,
                randomness=self.world.randomness,
            )
            uow.commit()
        return made

    def keep_rule(self, kind: RuleKind = RuleKind.BOT_ERROR, **more: Any) -> Rule:
        with self.world.units(ANA.organization) as uow:
            made = alerts.create_rule(
                uow,
                kind,
                wish(channels=(self.channel.id,), **more),
                caller=ANA,
                clock=self.world.clock,
                randomness=self.world.randomness,
            )
            uow.commit()
        return made

    def breach(self, **more: Any) -> Breach:
        facts = {"name": "maker", "reason": "ENGINE_DIED", "detail": None}
        fields: dict[str, Any] = {
            "rule": self.rule.id,
            "organization": ANA.organization,
            "kind": self.rule.kind,
            "severity": self.rule.severity,
            "subject": "maker",
            "bot": None,
            "facts": facts,
        }
        return Breach(**(fields | more))

    def broken(self, *breaches: Breach) -> Looked:
        """Look while these rules are broken."""
        self.world.units.tables.breaches = breaches
        return alert_watch.look(
            units=self.world.units, clock=self.world.clock, randomness=self.world.randomness
        )

    @property
    def delivery(self) -> Delivery:
        return next(iter(self.world.units.tables.deliveries.values()))


def wish(**more: Any) -> RuleWish:
    fields: dict[str, Any] = {
        "bot": None,
        "threshold": None,
        "asset": None,
        "silence_s": None,
        "severity": Severity.WARNING,
        "channels": (),
        "enabled": True,
    }
    return RuleWish(**(fields | more))


@pytest.fixture
def scene(world: World) -> Scene:
    return Scene(world)


def test_a_condition_is_told_when_it_begins_and_when_it_ends(scene: Scene) -> None:
    """S0-160: and once each, however often it is looked at."""
    breach = scene.breach()
    assert scene.broken(breach) == Looked(raised=1, resolved=0, to_tell=1)
    assert scene.broken(breach) == Looked(raised=0, resolved=0, to_tell=0)
    assert scene.courier.deliver() == 1
    assert scene.broken() == Looked(raised=0, resolved=1, to_tell=1)
    scene.courier.deliver()

    begun, ended = scene.notifier.taken
    assert (begun.occasion, ended.occasion) == (Occasion.RAISED, Occasion.RESOLVED)
    assert begun.title == "maker is in error: ENGINE_DIED"
    assert (ended.title, ended.id) == (f"Over: {begun.title}", begun.id)
    assert scene.courier.deliver() == 0


def test_what_begins_again_within_minutes_is_the_same_alert(scene: Scene) -> None:
    scene.broken(scene.breach())
    scene.broken()
    scene.world.clock.advance(minutes=4)
    again = scene.broken(scene.breach())
    [known] = scene.world.units.tables.alerts.values()
    scene.broken()
    scene.world.clock.advance(minutes=6)
    later = scene.broken(scene.breach())

    assert (again.raised, known.count, known.resolved_at) == (0, 2, None)
    assert later.raised == 1


def test_a_fact_is_told_once_for_good(scene: Scene) -> None:
    """S0-162."""
    rule = scene.keep_rule(RuleKind.LARGE_FILL, threshold=Decimal(100))
    facts = {"name": "maker", "side": "buy", "quantity": "1", "price": "3000", "trading_pair": "E"}
    fill = scene.breach(rule=rule.id, kind=rule.kind, subject="t1", facts=facts)
    assert scene.broken(fill).raised == 1
    assert scene.broken() == Looked(raised=0, resolved=0, to_tell=0)
    scene.world.clock.advance(minutes=60)
    assert scene.broken(fill).raised == 0


def test_what_is_not_taken_is_tried_again_later_each_time(scene: Scene) -> None:
    scene.broken(scene.breach())
    scene.notifier.refusals = [NotTaken("answered 503")] * 2
    waits: list[timedelta] = []
    for _ in range(2):
        scene.courier.deliver()
        waits.append(scene.delivery.not_before - scene.world.clock.now())
        assert (scene.courier.deliver(), scene.delivery.reason) == (0, "answered 503")
        scene.world.clock.advance(seconds=waits[-1].total_seconds())
    scene.courier.deliver()

    assert waits == [timedelta(seconds=10), timedelta(seconds=20)]
    assert len(scene.notifier.taken) == 1
    assert (scene.delivery.state, scene.delivery.attempts) == (DeliveryState.DELIVERED, 3)
    assert scene.reports == ["answered 503"] * 2


def test_what_nobody_takes_ends_as_failed_and_says_why(scene: Scene) -> None:
    scene.broken(scene.breach())
    scene.notifier.refusals = [NotTaken("answered 503")] * MOST_ATTEMPTS
    for _ in range(MOST_ATTEMPTS):
        scene.courier.deliver()
        scene.world.clock.advance(minutes=15)

    assert (scene.delivery.state, scene.delivery.attempts) == (DeliveryState.FAILED, MOST_ATTEMPTS)
    assert scene.delivery.reason == "answered 503"
    assert scene.courier.deliver() == 0


def test_what_is_refused_for_good_is_not_tried_again(scene: Scene) -> None:
    scene.broken(scene.breach())
    scene.notifier.refusals = [NeverTaken("answered 404")]
    scene.courier.deliver()

    assert (scene.delivery.state, scene.delivery.reason) == (DeliveryState.FAILED, "answered 404")


def test_a_channel_whose_secret_belongs_elsewhere_tells_nobody(scene: Scene) -> None:
    scene.broken(scene.breach())
    tables = scene.world.units.tables
    other = replace(scene.channel, sealed=scene.keep_channel("other").sealed)
    tables.channels[scene.channel.id] = other
    scene.courier.deliver()

    assert scene.delivery.state is DeliveryState.FAILED
    assert scene.notifier.taken == []


def test_in_quiet_hours_only_what_is_critical_is_told(scene: Scene) -> None:
    night = QuietHours(begin=time(11), end=time(13), zone="UTC")
    scene.world.units.tables.channels[scene.channel.id] = replace(scene.channel, quiet=night)
    scene.broken(scene.breach(), scene.breach(subject="b", severity=Severity.CRITICAL))
    scene.courier.deliver()
    at_once = [notice.severity for notice in scene.notifier.taken]
    scene.world.clock.advance(minutes=60)
    scene.courier.deliver()

    assert at_once == [Severity.CRITICAL]
    assert len(scene.notifier.taken) == 2
    assert all(each.attempts == 1 for each in scene.world.units.tables.deliveries.values())


@pytest.mark.parametrize(
    ("begin", "end", "zone", "now", "until"),
    [
        ("22:00", "07:00", "UTC", "2026-11-21T23:00", "2026-11-22T07:00"),
        ("22:00", "07:00", "UTC", "2026-11-21T06:59", "2026-11-21T07:00"),
        ("22:00", "07:00", "UTC", "2026-11-21T07:00", None),
        ("12:00", "13:00", "UTC", "2026-11-21T12:00", "2026-11-21T13:00"),
        ("22:00", "07:00", "Asia/Tokyo", "2026-11-21T13:00", "2026-11-21T22:00"),
        ("22:00", "07:00", "Europe/Berlin", "2026-10-24T22:00", "2026-10-25T06:00"),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(
    begin: str, end: str, zone: str, now: str, until: str | None
) -> None:
    """The last: the night in which Berlin's clocks go back."""
    quiet = QuietHours(begin=time.fromisoformat(begin), end=time.fromisoformat(end), zone=zone)
    found = quiet.until(datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert found == (datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None)


def test_a_minute_has_four_looks(world: World) -> None:
    begun, looks = world.clock.now(), list[float]()

    def look() -> Looked:
        looks.append((world.clock.now() - begun).total_seconds())
        return Looked(raised=0, resolved=0, to_tell=0)

    assert len(list(alert_watch.minute(look, clock=world.clock, pause=world.let_pass))) == 4
    assert looks == [0, 15, 30, 45]


def test_a_channels_secret_is_kept_encrypted_and_shown_nowhere(scene: Scene) -> None:
    stored = repr(scene.world.units.tables)

    assert "canary-of-the-channel" not in stored
    assert "canary" not in repr(scene.channel)


def test_a_test_goes_the_way_of_alerts(scene: Scene) -> None:
    with scene.world.units(ANA.organization) as uow:
        asked = alerts.test_channel(
            uow,
            scene.channel.id,
            caller=ANA,
            clock=scene.world.clock,
            randomness=scene.world.randomness,
        )
        uow.commit()
    scene.courier.deliver()

    [notice] = scene.notifier.taken
    assert (notice.occasion, notice.id) == (Occasion.TEST, str(asked.id))


def test_the_first_who_acknowledges_counts(scene: Scene) -> None:
    scene.broken(scene.breach())
    [key] = scene.world.units.tables.alerts
    for caller in (ANA, replace(ANA, user="bob")):
        with scene.world.units(ANA.organization) as uow:
            seen = alerts.acknowledge(uow, key, caller=caller, clock=scene.world.clock)
            uow.commit()
        assert seen.acknowledged_by == ANA.user


def test_who_may_not_or_names_what_is_not_there_is_refused(scene: Scene) -> None:
    """S0-141, S0-142."""
    ports: dict[str, Any] = {"clock": scene.world.clock, "randomness": scene.world.randomness}
    with scene.world.units(ANA.organization) as uow:
        with pytest.raises(Forbidden):
            alerts.create_rule(uow, RuleKind.BOT_ERROR, wish(), caller=VERA, **ports)
        with pytest.raises(AlreadyExists):
            uow.alerts.put_channel(replace(scene.channel, id=scene.rule.id))
    with scene.world.units(EVE.organization) as uow:
        for attempt in (
            lambda: alerts.test_channel(uow, scene.channel.id, caller=EVE, **ports),
            lambda: alerts.delete_rule(uow, scene.rule.id, caller=EVE, clock=scene.world.clock),
        ):
            with pytest.raises(NotFound):
                attempt()


@pytest.mark.parametrize(
    ("kind", "more", "fields"),
    [
        (RuleKind.LOSS_LIMIT, {}, ["threshold"]),
        (RuleKind.BOT_ERROR, {"threshold": Decimal(1)}, ["threshold"]),
        (RuleKind.DRAWDOWN, {"threshold": Decimal(2)}, ["threshold"]),
        (RuleKind.BOT_ERROR, {"asset": "BTC", "silence_s": 60}, ["asset", "silence_seconds"]),
        (RuleKind.COLLECTOR_STALE, {"bot": alerts_domain.UUID(int=1)}, ["bot_id"]),
        (RuleKind.BOT_ERROR, {"bot": alerts_domain.UUID(int=1)}, ["bot_id"]),
        (RuleKind.BOT_ERROR, {"channels": (alerts_domain.UUID(int=1),)}, ["channels.0"]),
    ],
)
def test_a_rule_must_make_sense(
    scene: Scene, kind: RuleKind, more: dict[str, Any], fields: list[str]
) -> None:
    with (
        scene.world.units(ANA.organization) as uow,
        pytest.raises(InvalidInput) as refused,
    ):
        alerts.create_rule(
            uow,
            kind,
            wish(**more),
            caller=ANA,
            clock=scene.world.clock,
            randomness=scene.world.randomness,
        )
    assert [each.field for each in refused.value.errors] == fields
