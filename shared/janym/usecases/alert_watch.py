"""Looking for broken rules, and carrying alerts to people. Each is safe to run twice at once."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

from janym.domain import alert as alerts
from janym.domain.alert import (
    MOST_ATTEMPTS,
    AlertId,
    Delivery,
    DeliveryState,
    Notice,
    Occasion,
    Severity,
)
from janym.domain.errors import JanymError, KeyAccessDenied
from janym.ports.alerts import Due, NeverTaken, Notifier, Seal
from janym.ports.clock import Clock, Pause, Randomness
from janym.ports.unit_of_work import UnitsOfWork

PASSES = tuple(timedelta(seconds=each) for each in (0, 15, 30, 45))
AT_ONCE = 8
BATCH = 50
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one look found."""

    raised: int
    resolved: int
    to_tell: int
    """Deliveries that wait since."""


def look(*, units: UnitsOfWork, clock: Clock, randomness: Randomness) -> Looked:
    """Raise what began, resolve what ended, and have the rules' channels told, all or nothing.

    Raises:
        StoreAway: Postgres does not answer; nothing was changed.
    """
    now, raised, resolved, to_tell = clock.now(), 0, 0, 0
    with units(None) as uow:
        broken = {(each.rule, each.subject): each for each in uow.watch.breaches(now=now)}
        known = {(each.rule, each.subject): each for each in uow.watch.open()}
        for key in broken.keys() - known.keys():
            breach = broken[key]
            begun = uow.watch.begin(
                breach, alerts.title_of(breach), AlertId(randomness.uuid()), now=now
            )
            if begun is not None:
                raised += 1
                to_tell += uow.watch.tell(begun, Occasion.RAISED, now=now)
        for key in known.keys() - broken.keys():
            if uow.watch.end(known[key].id, now=now):
                resolved += 1
                to_tell += uow.watch.tell(known[key], Occasion.RESOLVED, now=now)
        uow.commit()
    return Looked(raised=raised, resolved=resolved, to_tell=to_tell)


def minute(look_once: Callable[[], Looked], *, clock: Clock, pause: Pause) -> Iterator[Looked]:
    """Look four times in a minute, the scheduler's smallest step."""
    begun = clock.now()
    for after in PASSES:
        left = (begun + after - clock.now()).total_seconds()
        if left > 0:
            pause(left)
        yield look_once()


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Carries out deliveries."""

    units: UnitsOfWork
    clock: Clock
    seal: Seal
    notifier: Notifier
    report: Callable[[str, Delivery], None]

    def deliver(self) -> int:
        """Carry out what is due, several at once; count what was taken on.

        A delivery is put off before it is carried out and settled after: who dies in between leaves
        it to the next, and a notice may come twice.

        Raises:
            StoreAway: Postgres does not answer.
        """
        with self.units(None) as uow:
            taken = uow.watch.take(now=self.clock.now(), limit=BATCH)
            uow.commit()
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            list(pool.map(self._carry, taken))
        return len(taken)

    def _carry(self, due: Due) -> None:
        now = self.clock.now()
        quiet = due.channel.quiet.until(now) if due.channel.quiet else None
        if quiet is not None and due.alert is not None and not _wakes(due):
            with self.units(None) as uow:
                uow.watch.wait(due.delivery.id, until=quiet)
                uow.commit()
            return
        settled = self._tried(due)
        with self.units(None) as uow:
            uow.watch.settle(settled)
            uow.commit()
        if settled.state is not DeliveryState.DELIVERED:
            self.report(settled.reason or "", settled)

    def _tried(self, due: Due) -> Delivery:
        try:
            text = self.seal.unseal(due.channel.sealed, context=due.channel.context())
            secrets = cast("dict[str, str]", json.loads(text))
            self.notifier.send(due.channel, secrets, notice(due))
        except (NeverTaken, KeyAccessDenied) as refused:
            return _failed(due.delivery, refused)
        except JanymError as refused:
            if due.delivery.attempts >= MOST_ATTEMPTS:
                return _failed(due.delivery, refused)
            later = self.clock.now() + alerts.retry_after(due.delivery.attempts)
            return replace(due.delivery, not_before=later, reason=_reason(refused))
        return replace(
            due.delivery,
            state=DeliveryState.DELIVERED,
            reason=None,
            delivered_at=self.clock.now(),
        )


def notice(due: Due) -> Notice:
    """Say what a delivery tells."""
    told: dict[str, Any] = {
        "delivery": str(due.delivery.id),
        "occasion": due.delivery.occasion,
        "organization": due.channel.organization,
        "at": due.delivery.created_at,
    }
    if due.alert is None:
        title = f"A test of the channel {due.channel.label}"
        severity, kind = Severity.INFO, Occasion.TEST.value
        return Notice(
            id=told["delivery"],
            severity=severity,
            kind=kind,
            title=title,
            bot=None,
            facts={},
            **told,
        )
    over = "Over: " if due.delivery.occasion is Occasion.RESOLVED else ""
    return Notice(
        id=str(due.alert.id),
        severity=due.alert.severity,
        kind=due.alert.kind.value,
        title=over + due.alert.title,
        bot=str(due.alert.bot) if due.alert.bot else None,
        facts=due.alert.facts,
        **told,
    )


def _wakes(due: Due) -> bool:
    return due.alert is not None and due.alert.severity is Severity.CRITICAL


def _failed(delivery: Delivery, error: JanymError) -> Delivery:
    return replace(delivery, state=DeliveryState.FAILED, reason=_reason(error))


def _reason(error: JanymError) -> str:
    return str(error)[:LONGEST_REASON]
