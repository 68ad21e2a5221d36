"""The owner's wish that a bot runs, stops or starts anew: desired state, command and errands.

All three are one transaction (S0-070: `starting` is written before anything is published); what
follows from them is done after the commit, by `outbox`.
"""

from dataclasses import dataclass, replace
from typing import Any

from janym.domain.bot import Bot, BotStatus, Desired, StopMode
from janym.domain.command import LIFETIME, Command, CommandKind, CommandState
from janym.domain.errors import Conflict, FieldError, KeyCanWithdraw, NotFound
from janym.domain.ids import BotId, CommandId
from janym.domain.organization import Caller, Organization, Role
from janym.ports.clock import Clock, Randomness
from janym.ports.unit_of_work import Errand, OutboxEntry, UnitOfWork
from janym.usecases import audit, organization

STARTABLE = frozenset({BotStatus.ERROR, BotStatus.ORPHANED, BotStatus.PAUSED})
"""States that a bot wanted running may be started from again: its owner has acted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOptions:
    """How a start is to be done, as S0-096 words it."""

    log_level: str = "INFO"
    script: str | None = None
    is_quickstart: bool = False


def start(
    uow: UnitOfWork,
    key: BotId,
    options: StartOptions,
    *,
    caller: Caller,
    clock: Clock,
    randomness: Randomness,
) -> Command:
    """Ask for a bot to run.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such bot.
        Conflict: `ALREADY_RUNNING`, `ACCOUNT_IN_USE` by another bot on its key and pair, or what
            `organization.require_start` says.
    """
    caller.require(Role.TRADER)
    owner, bot = _locked(uow, key)
    organization.require_start(uow, owner, bot)
    if bot.desired is Desired.RUNNING and bot.status not in STARTABLE:
        raise Conflict(
            "ALREADY_RUNNING", f"the bot is {bot.status}; to take up a change, restart it"
        )
    _require_key(uow, bot)
    _require_free_account(uow, bot)
    payload = _start_payload(bot, options, restart=False)
    wish = _Wish(kind=CommandKind.START, desired=Desired.RUNNING, payload=payload)
    return _note(uow, bot, wish, caller=caller, clock=clock, randomness=randomness)


def restart(
    uow: UnitOfWork,
    key: BotId,
    options: StartOptions,
    *,
    caller: Caller,
    clock: Clock,
    randomness: Randomness,
) -> Command:
    """Ask for a bot to run with its present configuration, whether it runs now or not.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such bot.
        Conflict: `ACCOUNT_IN_USE` by another bot on its key and pair, or what
            `organization.require_start` says.
    """
    caller.require(Role.TRADER)
    owner, bot = _locked(uow, key)
    organization.require_start(uow, owner, bot)
    _require_key(uow, bot)
    _require_free_account(uow, bot)
    payload = _start_payload(bot, options, restart=True)
    wish = _Wish(kind=CommandKind.RESTART, desired=Desired.RUNNING, payload=payload)
    return _note(uow, bot, wish, caller=caller, clock=clock, randomness=randomness)


def stop(
    uow: UnitOfWork,
    key: BotId,
    mode: StopMode,
    *,
    caller: Caller,
    clock: Clock,
    randomness: Randomness,
) -> Command:
    """Ask for a bot to stop. One that is stopped already is asked again: stopping is safe.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such bot.
    """
    caller.require(Role.TRADER)
    bot = uow.bots.lock(key)
    wish = _Wish(
        kind=CommandKind.STOP, desired=Desired.STOPPED, payload={"mode": mode}, stop_mode=mode
    )
    return _note(uow, bot, wish, caller=caller, clock=clock, randomness=randomness)


def pause(
    uow: UnitOfWork, key: BotId, *, caller: Caller, clock: Clock, randomness: Randomness
) -> Command:
    """Ask for a bot to rest: its orders are cancelled, its task and its key stay.

    One that is paused already is asked again: resting is safe.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such bot.
        Conflict: `NOT_RUNNING`, the bot is stopped.
    """
    caller.require(Role.TRADER)
    bot = uow.bots.lock(key)
    if bot.desired is Desired.STOPPED:
        raise Conflict("NOT_RUNNING", f"the bot is {bot.status}: only one that runs can pause")
    wish = _Wish(
        kind=CommandKind.PAUSE,
        desired=Desired.PAUSED,
        payload={"mode": StopMode.CANCEL_ORDERS, "pause": True},
    )
    return _note(uow, bot, wish, caller=caller, clock=clock, randomness=randomness)


def resume(
    uow: UnitOfWork, key: BotId, *, caller: Caller, clock: Clock, randomness: Randomness
) -> Command:
    """Ask for a paused bot to run again, with its present configuration.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such bot.
        Conflict: `NOT_PAUSED`, or what `organization.require_start` says.
    """
    caller.require(Role.TRADER)
    owner, bot = _locked(uow, key)
    organization.require_start(uow, owner, bot)
    if bot.desired is not Desired.PAUSED and bot.status is not BotStatus.PAUSED:
        raise Conflict("NOT_PAUSED", f"the bot is {bot.status}: only a paused one can resume")
    payload = _start_payload(bot, StartOptions(), restart=False) | {"resume": True}
    wish = _Wish(kind=CommandKind.RESUME, desired=Desired.RUNNING, payload=payload)
    return _note(uow, bot, wish, caller=caller, clock=clock, randomness=randomness)


def apply(
    uow: UnitOfWork, key: BotId, *, caller: Caller, clock: Clock, randomness: Randomness
) -> Command:
    """Ask for a bot to take up its stored configuration in its living task.

    Its orders are cancelled and a new engine trades on; a paused one stays paused.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such bot.
        Conflict: `NOT_RUNNING`, the bot is stopped and takes it up when it starts.
    """
    caller.require(Role.TRADER)
    bot = uow.bots.lock(key)
    if bot.desired is Desired.STOPPED:
        raise Conflict(
            "NOT_RUNNING", f"the bot is {bot.status}: it takes up its configuration when it starts"
        )
    payload = _start_payload(bot, StartOptions(), restart=True)
    wish = _Wish(kind=CommandKind.APPLY, desired=bot.desired, payload=payload)
    return _note(uow, bot, wish, caller=caller, clock=clock, randomness=randomness)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    kind: CommandKind
    desired: Desired
    payload: dict[str, Any]
    stop_mode: StopMode | None = None


def _require_key(uow: UnitOfWork, bot: Bot) -> None:
    """Refuse a bot whose key is gone, or that may withdraw as its exchange says by now."""
    try:
        credential = uow.credentials.get(bot.credential)
    except NotFound:
        raise Conflict(
            "CREDENTIAL_DELETED", "the key of this bot was deleted: give the bot another one"
        ) from None
    if credential.permissions.withdraw:
        reason = (
            f"the key {credential.label!r} can withdraw funds: take that right from it at"
            f" {credential.exchange}, then test it here"
        )
        raise KeyCanWithdraw(FieldError(field="credential_id", reason=reason))


def _locked(uow: UnitOfWork, key: BotId) -> tuple[Organization, Bot]:
    """Hold a bot's organization, so that no halt comes between, and then the bot."""
    owner = uow.organizations.lock(uow.bots.get(key).organization)
    return owner, uow.bots.lock(key)


def _require_free_account(uow: UnitOfWork, bot: Bot) -> None:
    """Refuse where another bot is wanted on the same key and pair; two starts take turns."""
    uow.bots.hold_account(bot.credential, bot.trading_pair)
    for other in uow.bots.wanted_on(bot.credential, bot.trading_pair):
        if other.id != bot.id:
            raise Conflict(
                "ACCOUNT_IN_USE",
                f"bot {other.name!r} ({other.id}) runs on the same key and {bot.trading_pair}:"
                " stop it first, or give this bot another key",
            )


def _start_payload(bot: Bot, options: StartOptions, *, restart: bool) -> dict[str, Any]:
    return {
        "log_level": options.log_level,
        "script": options.script,
        "is_quickstart": options.is_quickstart,
        "restart": restart,
        "config": {
            "strategy": bot.strategy_type,
            "exchange": bot.exchange,
            "trading_pair": bot.trading_pair,
        }
        | bot.config,
    }


def _note(
    uow: UnitOfWork,
    bot: Bot,
    wish: _Wish,
    *,
    caller: Caller,
    clock: Clock,
    randomness: Randomness,
) -> Command:
    if bot.leaving and wish.desired is not Desired.STOPPED:
        raise Conflict("BOT_LEAVING", "the bot is to be deleted as soon as it is stopped")
    now = clock.now()
    if wish.desired is Desired.STOPPED and bot.reported is None and uow.runs.open(bot.id):
        bot = replace(bot, reported=BotStatus.STARTING)
    wanted = bot.want(wish.desired, at=now, stop_mode=wish.stop_mode)
    command = Command(
        id=CommandId(randomness.uuid()),
        organization=bot.organization,
        bot=bot.id,
        kind=wish.kind,
        payload=wish.payload,
        state=CommandState.ACCEPTED,
        reason=None,
        asked_by=caller.user,
        created_at=now,
        expires_at=now + LIFETIME,
        updated_at=now,
        idempotency_key=caller.idempotency_key,
    )
    for older in uow.commands.pending(bot.id):
        reason = f"superseded by {command.kind} {command.id}"
        uow.commands.put(older.to(CommandState.FAILED, at=now, reason=reason))
    uow.bots.put(wanted)
    uow.commands.add(command)
    for errand in (Errand.RECONCILE, Errand.PUBLISH):
        uow.outbox.add(
            OutboxEntry(
                errand=errand,
                organization=bot.organization,
                bot=bot.id,
                command=command.id,
                not_before=now,
            )
        )
    uow.audit.add(
        audit.by_caller(
            caller,
            f"bot.{wish.kind}",
            bot.id,
            at=now,
            before={"desired": bot.desired, "status": bot.status},
            after={"desired": wanted.desired, "status": wanted.status, "command": str(command.id)},
        )
    )
    return command
