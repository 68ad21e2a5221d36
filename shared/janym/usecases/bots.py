"""Bots: what they are made of. That they run or stop is a wish, in `wishes`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from janym.domain import client_order_id
from janym.domain.bot import NEVER, Bot, BotStatus, Desired, Environment, StopMode
from janym.domain.configuration import facts
from janym.domain.credential import Credential
from janym.domain.errors import AlreadyExists, Conflict, FieldError, InvalidInput, NotFound
from janym.domain.ids import BotId, CredentialId
from janym.domain.instrument import Instrument
from janym.domain.organization import Caller, Role
from janym.domain.telemetry import ConfigReport
from janym.hummingbot import strategies
from janym.ports.clock import Clock, Randomness
from janym.ports.unit_of_work import Listing, Page, UnitOfWork
from janym.ports.venue import Venues
from janym.usecases import audit, organization

TAG_ATTEMPTS = 5
FIXED_FOR_A_RUN = ("strategy_type", "exchange", "environment", "credential", "trading_pair")
"""What a run is told once, at its claim: it changes only while the bot is stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotSpec:
    """What an owner says a bot is."""

    name: str
    strategy_type: str
    exchange: str
    environment: Environment
    trading_pair: str
    credential: CredentialId
    config: dict[str, Any]
    """The strategy's own fields, in our units; decimals are strings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotChange:
    """What an owner wants different; None leaves as it is.

    `config` is laid over the present one field by field, None in it removes a field; with another
    strategy type it replaces the present one.
    """

    name: str | None = None
    strategy_type: str | None = None
    exchange: str | None = None
    environment: Environment | None = None
    trading_pair: str | None = None
    credential: CredentialId | None = None
    config: dict[str, Any] | None = None

    def over(self, bot: Bot) -> BotSpec:
        """Give the whole that comes out."""
        return BotSpec(
            name=self.name or bot.name,
            strategy_type=self.strategy_type or bot.strategy_type,
            exchange=self.exchange or bot.exchange,
            environment=self.environment or bot.environment,
            trading_pair=self.trading_pair or bot.trading_pair,
            credential=self.credential or bot.credential,
            config=self._config(bot),
        )

    def _config(self, bot: Bot) -> dict[str, Any]:
        if self.strategy_type not in {None, bot.strategy_type}:
            return self.config or {}
        merged = bot.config | (self.config or {})
        return {field: value for field, value in merged.items() if value is not None}


def examine(spec: BotSpec, *, caller: Caller, venues: Venues) -> BotSpec:
    """Check a bot against its strategy and its venue, and fill in its strategy's defaults.

    What is wrong in itself is told without asking the venue.

    Raises:
        Forbidden: the caller is a viewer.
        InvalidInput: no such venue, pair or strategy, or the strategy's fields are wrong.
        OutcomeUnknown: the venue does not answer.
    """
    caller.require(Role.TRADER)
    strategies.parse(spec.strategy_type, spec.config)
    venue = venues.get(spec.exchange, spec.environment)
    instrument = _instrument(venue.instruments(), spec)
    config = strategies.validate(
        spec.strategy_type,
        spec.config,
        instrument=instrument,
        price=venue.price(spec.trading_pair),
    )
    return replace(spec, config=strategies.stored(config))


def _instrument(offered: Sequence[Instrument], spec: BotSpec) -> Instrument:
    for instrument in offered:
        if instrument.pair == spec.trading_pair:
            return instrument
    raise _wrong(
        "trading_pair",
        f"{spec.exchange} {spec.environment} has no pair {spec.trading_pair!r};"
        " write it as BASE-QUOTE, for example ETH-USDT",
    )


def _wrong(field: str, reason: str) -> InvalidInput:
    return InvalidInput(FieldError(field=field, reason=reason))


def create(
    uow: UnitOfWork,
    spec: BotSpec,
    *,
    caller: Caller,
    clock: Clock,
    randomness: Randomness,
    note: str = "created",
) -> Bot:
    """Store an examined bot, stopped, with its first version and how that came to be.

    Raises:
        Forbidden: the caller is a viewer.
        Conflict: `ORGANIZATION_MISSING`, or `BOT_LIMIT`.
        InvalidInput: the credential is none of the organization's, or for another venue.
    """
    caller.require(Role.TRADER)
    owner = organization.require(uow, caller)
    organization.require_room(uow.bots.count(), owner.limits.bots, "bot")
    _require_credential(uow, spec)
    now, key = clock.now(), BotId(randomness.uuid())
    bot = Bot(
        id=key,
        organization=caller.organization,
        name=spec.name,
        strategy_type=spec.strategy_type,
        exchange=spec.exchange,
        environment=spec.environment,
        trading_pair=spec.trading_pair,
        credential=spec.credential,
        config=spec.config,
        tag=client_order_id.tag_of(key),
        desired=Desired.STOPPED,
        stop_mode=StopMode.CANCEL_ORDERS,
        status=BotStatus.STOPPED,
        reason=None,
        detail=None,
        reported=None,
        reported_position=NEVER,
        reported_at=None,
        session=0,
        created_at=now,
        updated_at=now,
    )
    bot = _add_with_free_tag(uow, bot)
    uow.versions.add(key, facts(bot), author=caller.user, at=now, note=note)
    uow.audit.add(audit.by_caller(caller, "bot.create", key, at=now, after=facts(bot)))
    return bot


def _add_with_free_tag(uow: UnitOfWork, bot: Bot) -> Bot:
    for attempt in range(TAG_ATTEMPTS):
        tagged = replace(bot, tag=client_order_id.tag_of(bot.id, attempt))
        try:
            uow.bots.add(tagged)
        except AlreadyExists as taken:
            if "tag" not in str(taken):
                raise
        else:
            return tagged
    raise AlreadyExists("bot with tag", bot.tag)


def _require_credential(uow: UnitOfWork, spec: BotSpec) -> Credential:
    try:
        credential = uow.credentials.get(spec.credential)
    except NotFound:
        raise _wrong("credential_id", f"there is no credential {spec.credential}") from None
    if (credential.exchange, credential.environment) != (spec.exchange, spec.environment):
        raise _wrong(
            "credential_id",
            f"this key is for {credential.exchange} {credential.environment},"
            f" the bot trades on {spec.exchange} {spec.environment}",
        )
    return credential


def read(uow: UnitOfWork, key: BotId) -> Bot:
    """Give one. Raises NotFound."""
    return uow.bots.get(key)


def config(uow: UnitOfWork, key: BotId) -> tuple[Bot, ConfigReport | None]:
    """Give a bot, and what it last said it runs with. Raises NotFound."""
    return uow.bots.get(key), uow.bots.told_config(key)


def listed(uow: UnitOfWork, page: Page) -> Listing[Bot]:
    """List the organization's bots, newest first."""
    return uow.bots.list(page)


def changed(uow: UnitOfWork, key: BotId, change: BotChange, *, caller: Caller) -> BotSpec:
    """Say what a bot would be after a change, to be examined before `update`.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such bot.
        Conflict: `BOT_NOT_STOPPED`, what is fixed for a run would change, and it is not stopped.
    """
    caller.require(Role.TRADER)
    bot = uow.bots.get(key)
    spec = change.over(bot)
    _require_stopped_for(spec, bot)
    return spec


def _require_stopped_for(spec: BotSpec, bot: Bot) -> None:
    moved = [name for name in FIXED_FOR_A_RUN if getattr(spec, name) != getattr(bot, name)]
    if moved and bot.status is not BotStatus.STOPPED:
        raise Conflict(
            "BOT_NOT_STOPPED",
            f"{', '.join(moved)} can only change while the bot is stopped; it is {bot.status}",
        )


def update(
    uow: UnitOfWork,
    key: BotId,
    spec: BotSpec,
    *,
    caller: Caller,
    clock: Clock,
    note: str = "updated",
) -> Bot:
    """Store what a bot is now to be, examined. One that runs acts on it when it is restarted.

    What is different from before becomes its next version, with how that came to be.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such bot.
        Conflict: `BOT_NOT_STOPPED`, what is fixed for a run would change, and it is not stopped.
        InvalidInput: the credential is none of the organization's, or for another venue.
    """
    caller.require(Role.TRADER)
    old, now = uow.bots.lock(key), clock.now()
    _require_stopped_for(spec, old)
    _require_credential(uow, spec)
    new = replace(
        old,
        name=spec.name,
        strategy_type=spec.strategy_type,
        exchange=spec.exchange,
        environment=spec.environment,
        trading_pair=spec.trading_pair,
        credential=spec.credential,
        config=spec.config,
        updated_at=now,
    )
    uow.bots.put(new)
    if facts(new) != facts(old):
        uow.versions.add(key, facts(new), author=caller.user, at=now, note=note)
    uow.audit.add(
        audit.by_caller(caller, "bot.update", key, at=now, before=facts(old), after=facts(new))
    )
    return new


def delete(uow: UnitOfWork, key: BotId, *, caller: Caller, clock: Clock) -> None:
    """Remove a stopped bot with its history.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such bot.
        Conflict: `BOT_RUNNING`, it is not stopped.
    """
    caller.require(Role.TRADER)
    bot = uow.bots.lock(key)
    if bot.status is not BotStatus.STOPPED or uow.runs.open(key) is not None:
        raise Conflict(
            "BOT_RUNNING",
            f"the bot is {bot.status}: stop it first, or have it stopped and deleted by"
            " POST /api/bots/{bot_id}/delete",
        )
    uow.bots.remove(key)
    uow.audit.add(audit.by_caller(caller, "bot.delete", key, at=clock.now(), before=facts(bot)))
