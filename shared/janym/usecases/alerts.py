"""Rules and channels as members keep them, and alerts as they take note of them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from janym.domain.alert import (
    Alert,
    AlertId,
    Channel,
    ChannelId,
    ChannelKind,
    Delivery,
    DeliveryId,
    DeliveryState,
    Occasion,
    QuietHours,
    Rule,
    RuleId,
    RuleKind,
    Severity,
)
from janym.domain.errors import FieldError, InvalidInput, NotFound
from janym.domain.ids import BotId
from janym.domain.organization import Caller, Role
from janym.ports.alerts import Seal
from janym.ports.clock import Clock, Randomness
from janym.ports.unit_of_work import UnitOfWork
from janym.usecases import audit, organization


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChannel:
    """A channel as its owner describes it."""

    kind: ChannelKind
    label: str
    hint: str
    secrets: Mapping[str, str]
    quiet: QuietHours | None
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWish:
    """A rule as its owner wants it."""

    bot: BotId | None
    threshold: Decimal | None
    asset: str | None
    silence_s: int | None
    severity: Severity
    channels: tuple[ChannelId, ...]
    enabled: bool


def create_channel(
    uow: UnitOfWork,
    asked: NewChannel,
    *,
    caller: Caller,
    seal: Seal,
    clock: Clock,
    randomness: Randomness,
) -> Channel:
    """Keep a channel, its secret encrypted for its own row.

    Raises:
        Forbidden: the caller is no trader.
        Conflict: `ORGANIZATION_MISSING`.
        AlreadyExists: the label is taken.
        KeyAccessDenied: KMS does not let us encrypt.
    """
    caller.require(Role.TRADER)
    organization.require(uow, caller)
    now = clock.now()
    bare = Channel(
        id=ChannelId(randomness.uuid()),
        organization=caller.organization,
        kind=asked.kind,
        label=asked.label,
        hint=asked.hint,
        sealed=b"",
        quiet=asked.quiet,
        enabled=asked.enabled,
        created_at=now,
        updated_at=now,
    )
    sealed = seal.seal(json.dumps(dict(asked.secrets)), context=bare.context())
    channel = replace(bare, sealed=sealed)
    uow.alerts.put_channel(channel)
    _note(uow, caller, "alert_channel.create", channel.id, now, after=_shown_channel(channel))
    return channel


def change_channel(
    uow: UnitOfWork,
    key: ChannelId,
    *,
    change: Callable[[Channel], Channel],
    caller: Caller,
    clock: Clock,
) -> Channel:
    """Change a channel's label, its quiet hours, or whether it is used. Raises as `create`."""
    caller.require(Role.TRADER)
    now, before = clock.now(), uow.alerts.channel(key)
    after = replace(change(before), updated_at=now)
    uow.alerts.put_channel(after)
    _note(
        uow,
        caller,
        "alert_channel.change",
        key,
        now,
        before=_shown_channel(before),
        after=_shown_channel(after),
    )
    return after


def delete_channel(uow: UnitOfWork, key: ChannelId, *, caller: Caller, clock: Clock) -> None:
    """Forget a channel for good; rules that named it do so no longer. Raises NotFound."""
    caller.require(Role.TRADER)
    before = _shown_channel(uow.alerts.channel(key))
    uow.alerts.remove_channel(key)
    _note(uow, caller, "alert_channel.delete", key, clock.now(), before=before)


def test_channel(
    uow: UnitOfWork, key: ChannelId, *, caller: Caller, clock: Clock, randomness: Randomness
) -> Delivery:
    """Have a channel told something, so that its owner sees whether it arrives.

    Raises:
        Forbidden: the caller is no trader.
        NotFound: there is none.
    """
    caller.require(Role.TRADER)
    now = clock.now()
    delivery = Delivery(
        id=DeliveryId(randomness.uuid()),
        channel=uow.alerts.channel(key).id,
        alert=None,
        occasion=Occasion.TEST,
        state=DeliveryState.PENDING,
        attempts=0,
        not_before=now,
        reason=None,
        created_at=now,
        delivered_at=None,
    )
    uow.alerts.deliver(caller.organization, delivery)
    _note(uow, caller, "alert_channel.test", key, now)
    return delivery


def create_rule(
    uow: UnitOfWork,
    kind: RuleKind,
    asked: RuleWish,
    *,
    caller: Caller,
    clock: Clock,
    randomness: Randomness,
) -> Rule:
    """Keep a rule.

    Raises:
        Forbidden: the caller is no trader.
        Conflict: `ORGANIZATION_MISSING`.
        InvalidInput: its fields make no sense together, or name what is not there.
    """
    caller.require(Role.TRADER)
    organization.require(uow, caller)
    now = clock.now()
    rule = Rule(
        id=RuleId(randomness.uuid()),
        organization=caller.organization,
        kind=kind,
        bot=asked.bot,
        threshold=asked.threshold,
        asset=asked.asset,
        silence_s=asked.silence_s,
        severity=asked.severity,
        channels=asked.channels,
        enabled=asked.enabled,
        created_at=now,
        updated_at=now,
    )
    _put(uow, rule)
    _note(uow, caller, "alert_rule.create", rule.id, now, after=_shown_rule(rule))
    return rule


def change_rule(
    uow: UnitOfWork, key: RuleId, asked: RuleWish, *, caller: Caller, clock: Clock
) -> Rule:
    """Replace all of a rule but its kind. Raises as `create_rule`, and NotFound."""
    caller.require(Role.TRADER)
    now, before = clock.now(), uow.alerts.rule(key)
    after = replace(
        before,
        bot=asked.bot,
        threshold=asked.threshold,
        asset=asked.asset,
        silence_s=asked.silence_s,
        severity=asked.severity,
        channels=asked.channels,
        enabled=asked.enabled,
        updated_at=now,
    )
    _put(uow, after)
    _note(
        uow,
        caller,
        "alert_rule.change",
        key,
        now,
        before=_shown_rule(before),
        after=_shown_rule(after),
    )
    return after


def delete_rule(uow: UnitOfWork, key: RuleId, *, caller: Caller, clock: Clock) -> None:
    """Forget a rule; what it told stays. Raises NotFound."""
    caller.require(Role.TRADER)
    before = _shown_rule(uow.alerts.rule(key))
    uow.alerts.remove_rule(key)
    _note(uow, caller, "alert_rule.delete", key, clock.now(), before=before)


def acknowledge(uow: UnitOfWork, key: AlertId, *, caller: Caller, clock: Clock) -> Alert:
    """Note that a member has seen an alert; the first one counts.

    Raises:
        Forbidden: the caller is no trader.
        NotFound: there is none.
    """
    caller.require(Role.TRADER)
    alert = uow.alerts.get(key)
    if alert.acknowledged_at is not None:
        return alert
    now = clock.now()
    seen = replace(alert, acknowledged_at=now, acknowledged_by=caller.user)
    uow.alerts.put(seen)
    _note(uow, caller, "alert.acknowledge", key, now)
    return seen


def _put(uow: UnitOfWork, rule: Rule) -> None:
    rule.require_sound()
    missing: list[FieldError] = []
    for place, key in enumerate(rule.channels):
        try:
            uow.alerts.channel(key)
        except NotFound:
            reason = "there is no such channel"
            missing.append(FieldError(field=f"channels.{place}", reason=reason))
    if rule.bot is not None:
        try:
            uow.bots.get(rule.bot)
        except NotFound:
            missing.append(FieldError(field="bot_id", reason="there is no such bot"))
    if missing:
        raise InvalidInput(*missing)
    uow.alerts.put_rule(rule)


def _note(
    uow: UnitOfWork,
    caller: Caller,
    action: str,
    subject: object,
    at: datetime,
    **facts: dict[str, object],
) -> None:
    uow.audit.add(audit.by_caller(caller, action, subject, at=at, **facts))


def _shown_channel(channel: Channel) -> dict[str, object]:
    return {
        "kind": channel.kind.value,
        "label": channel.label,
        "hint": channel.hint,
        "quiet_hours": _shown_quiet(channel.quiet),
        "enabled": channel.enabled,
    }


def _shown_quiet(quiet: QuietHours | None) -> dict[str, str] | None:
    if quiet is None:
        return None
    begin, end = (each.isoformat("minutes") for each in (quiet.begin, quiet.end))
    return {"begin": begin, "end": end, "zone": quiet.zone}


def _shown_rule(rule: Rule) -> dict[str, object]:
    return {
        "kind": rule.kind.value,
        "bot_id": str(rule.bot) if rule.bot else None,
        "threshold": str(rule.threshold) if rule.threshold is not None else None,
        "asset": rule.asset,
        "silence_seconds": rule.silence_s,
        "severity": rule.severity.value,
        "channels": [str(key) for key in rule.channels],
        "enabled": rule.enabled,
    }
