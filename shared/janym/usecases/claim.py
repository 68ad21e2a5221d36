"""A bridge's claim: its run's certificate, session and key, once.

Nothing is decrypted for a caller that is not the task of the launch: the token alone can be read in
task descriptions, and counts only together with the task's own signed identity. The audit line is
committed before the key is decrypted. The last transaction holds the bot while it checks all again,
has the certificate issued and notes the run as claimed: of two claims at once one is refused, and
where IoT does not answer nothing was used up.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from janym.domain import egress
from janym.domain.bot import Bot, BotStatus, Desired
from janym.domain.command import Command
from janym.domain.credential import Credential, ExchangeKey
from janym.domain.egress import Share
from janym.domain.errors import (
    Conflict,
    Forbidden,
    KeyAccessDenied,
    LaunchNotReady,
    NotFound,
)
from janym.domain.ids import RunId, TaskId
from janym.domain.pnl import ProfitAndLoss
from janym.domain.run import TOKEN_LIFETIME, RunState
from janym.domain.trading import Fill, Stretch
from janym.ports.clock import Clock
from janym.ports.launcher import Certificate, Certificates
from janym.ports.unit_of_work import UnitOfWork, UnitsOfWork
from janym.ports.vault import Vault
from janym.usecases import audit, budgets, endings, launches
from janym.usecases.endings import End, verdict

ACTOR = "claim"
MOST_FILLS = 5_000
"""Handed over one by one: Lambda's answers hold 6 MB, a fill takes about 400 bytes."""
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a bridge asks with, and which task its signed request came from."""

    run: RunId
    token: str = field(repr=False)
    csr_pem: str
    task: TaskId
    request_id: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """All that a bridge needs to run its bot."""

    bot: Bot
    session: int
    certificate: Certificate
    key: ExchangeKey
    fills: Sequence[Fill]
    """The newest fills of the bot's pair, oldest first."""
    earlier: Sequence[Stretch]
    """Where there were more on the last day: the figures of those before."""
    totals: ProfitAndLoss
    """What all fills of the pair add up to."""
    reconnects: Share | None
    """How often its engine may connect to the venue; None where there is no limit."""
    commands: Sequence[Command]
    """Those not carried out yet, oldest first."""


def claim(
    asked: Claim, *, units: UnitsOfWork, clock: Clock, vault: Vault, certificates: Certificates
) -> Claimed:
    """Give a run what it needs, once.

    Raises:
        LaunchNotReady: the launch is not on record yet; ask again in a moment.
        Forbidden: token, task or age is wrong, or the run has claimed before.
        Conflict: `BOT_NOT_WANTED`, its owner has stopped the bot.
        InvalidInput: the certificate request is none, or for another bot.
        KeyAccessDenied: KMS refuses; the run is ended and the bot is in error.
        Unavailable: KMS, IoT or Postgres does not answer; nothing was used up.
    """
    credential = _audited(asked, units=units, clock=clock)
    try:
        key = vault.decrypt(credential.encrypted, context=credential.context())
    except KeyAccessDenied as denied:
        _give_up(asked.run, denied, units=units, clock=clock)
        raise
    return _granted(asked, key, units=units, certificates=certificates, at=clock.now())


def _audited(asked: Claim, *, units: UnitsOfWork, clock: Clock) -> Credential:
    """Check the claim, and write down that its key is about to be decrypted."""
    now = clock.now()
    with units(None) as uow:
        bot = _checked(uow, asked, at=now)
        if not budgets.admit_claim(uow, at=now):
            raise LaunchNotReady("too many runs claim at this moment; ask again", retry_after_s=1)
        credential = uow.credentials.get(bot.credential)
        decrypt = audit.by_platform(
            ACTOR, "credential.decrypt", credential.id, organization=bot.organization, at=now
        )
        uow.audit.add(
            replace(
                decrypt,
                after={"for": f"run {asked.run} of bot {bot.id}"},
                request_id=asked.request_id,
                address=asked.address,
            )
        )
        uow.commit()
    return credential


def _checked(uow: UnitOfWork, asked: Claim, *, at: datetime) -> Bot:
    """Lock the bot and check the claim against its run. All refusals of identity read alike."""
    try:
        bot = uow.bots.lock(uow.runs.get(asked.run).bot)
        run = uow.runs.get(asked.run)
    except NotFound:
        raise _refused() from None
    if not hmac.compare_digest(run.token_hash, launches.hash_of(asked.token)):
        raise _refused()
    if run.state is RunState.WAITING:
        raise LaunchNotReady("the launch is not on record yet; ask again", retry_after_s=1)
    if run.state is not RunState.LAUNCHED:
        raise Forbidden(f"this run is {run.state}: a launch token is good once")
    if run.task != asked.task:
        raise _refused()
    if run.launched_at is None or at - run.launched_at > TOKEN_LIFETIME:
        raise Forbidden("this launch token is too old: start the bot again")
    if bot.desired is Desired.STOPPED:
        raise Conflict("BOT_NOT_WANTED", "the bot's owner has stopped it")
    return bot


def _refused() -> Forbidden:
    return Forbidden("this token, run and task do not belong together")


def _granted(
    asked: Claim,
    key: ExchangeKey,
    *,
    units: UnitsOfWork,
    certificates: Certificates,
    at: datetime,
) -> Claimed:
    with units(None) as uow:
        bot = _checked(uow, asked, at=at)
        certificate = certificates.issue(bot.id, asked.csr_pem)
        session = uow.bots.next_session(bot.id)
        fills = uow.trading.newest_fills(bot.id, bot.trading_pair, limit=MOST_FILLS)
        uow.runs.put(
            replace(
                uow.runs.get(asked.run),
                state=RunState.CLAIMED,
                session=session,
                certificate=certificate.id,
                claimed_at=at,
            )
        )
        claimed = Claimed(
            bot=replace(bot, session=session),
            session=session,
            certificate=certificate,
            key=key,
            fills=fills,
            earlier=_earlier(uow, bot, fills, at=at),
            totals=uow.trading.profit_and_loss(bot.id, bot.trading_pair),
            reconnects=_share(uow, bot),
            commands=uow.commands.pending(bot.id),
        )
        uow.commit()
    return claimed


def _earlier(
    uow: UnitOfWork, bot: Bot, fills: Sequence[Fill], *, at: datetime
) -> Sequence[Stretch]:
    """Count what a busy bot did on the last day before the fills that are handed over."""
    if len(fills) < MOST_FILLS:
        return ()
    before = fills[0].executed_at
    return uow.trading.busy(bot.id, bot.trading_pair, since=at - DAY, before=before)


def _share(uow: UnitOfWork, bot: Bot) -> Share | None:
    limit = egress.limit_of(bot.exchange, bot.environment)
    if limit is None:
        return None
    return egress.share(limit, bots=uow.bots.count_alive_on(bot.exchange, bot.environment))


def _give_up(key: RunId, denied: KeyAccessDenied, *, units: UnitsOfWork, clock: Clock) -> None:
    """End a run whose key nobody may have: launching it again would only repeat this."""
    now = clock.now()
    with units(None) as uow:
        bot = uow.bots.lock(uow.runs.get(key).bot)
        settled = verdict(
            bot,
            BotStatus.ERROR,
            at=now,
            reason=denied.code,
            detail="KMS does not let the platform decrypt this bot's exchange key",
        )
        uow.bots.put(settled)
        end = End(at=now, reason=denied.code, exit_code=None, detail=None)
        endings.end(uow, uow.runs.get(key), end)
        uow.commit()
