"""One session of a bot: every part joined, from the claim's answer to the last word."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from containers.bridge import quoting, usage
from containers.bridge.children import Children
from containers.bridge.claim import Claim
from containers.bridge.commands import Commands
from containers.bridge.health import Heartbeat
from containers.bridge.ledger import Ledger
from containers.bridge.life import Ears, Life, Patience
from containers.bridge.lines import Execution, Hello, Line, Log, OrderEvent
from containers.bridge.logs import Forwarding, Logs
from containers.bridge.measuring import Measuring
from containers.bridge.prices import PriceBook
from containers.bridge.quoting import Quoting
from containers.bridge.redaction import Redaction
from containers.bridge.reporter import Publisher, Reporter
from containers.bridge.settings import Settings
from containers.bridge.supervisor import Hands, Supervisor
from containers.bridge.sweep import Sweeper, Swept
from containers.bridge.trading import Trading, known_fill
from containers.bridge.wishes import Wishes
from containers.bridge.worker import Worker
from janym.domain import client_order_id
from janym.domain.bot import BotStatus, StopMode
from janym.domain.credential import ExchangeKey
from janym.domain.ids import BotId
from janym.domain.pnl import ProfitAndLoss
from janym.domain.topics import Topic
from janym.domain.trading import Stretch
from janym.hummingbot import strategies
from janym.ports.clock import Clock
from janym.ports.venue import Venue

ENGINE = Path(__file__).parent / "engine" / "__main__.py"
HEARTBEAT_S = 15.0
SNAPSHOT_S = "1"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What surrounds a session."""

    settings: Settings
    environment: Mapping[str, str]
    publisher: Publisher
    venue: Venue
    clock: Clock
    children: Children
    redact: Redaction
    patience: Patience


class Session:
    """Runs one bot until it is to stop."""

    def __init__(self, claim: Claim, world: World) -> None:
        self._claim = claim
        self._world = world
        bot = BotId(UUID(claim.bot_id))
        pair = claim.bot.trading_pair
        self._base, _, self._quote = pair.partition("-")
        self._ledger = Ledger()
        totals = claim.totals and ProfitAndLoss(**claim.totals.model_dump())
        earlier = [Stretch(**stretch.model_dump()) for stretch in claim.earlier]
        self._ledger.seed([known_fill(bot, fill) for fill in claim.fills], totals, earlier)
        self._reporter = Reporter(
            world.publisher, session=claim.session, clock=world.clock, redact=world.redact
        )
        self._logs = Logs(self._reporter, seconds=time.monotonic)
        self._prices = PriceBook(venue=world.venue, quote=self._quote, seconds=time.monotonic)
        self._measuring = Measuring(
            base=self._base,
            quote=self._quote,
            ledger=self._ledger,
            prices=self._prices,
            reporter=self._reporter,
            clock=world.clock,
        )
        self._trading = Trading(
            bot=bot,
            pair=pair,
            ledger=self._ledger,
            reporter=self._reporter,
            price=self._prices.told,
        )
        self._sweeper = Sweeper(
            venue=world.venue,
            key=_key(claim),
            pair=pair,
            tag=claim.tag,
            since=world.clock.now(),
            pause=time.sleep,
        )
        # A position is closed where its owner asks for it now, never because of an earlier stop.
        flattens = claim.stop_mode is StopMode.FLATTEN
        mode = StopMode.CANCEL_ORDERS if flattens else claim.stop_mode
        self._wishes = Wishes(claim.desired, mode, claim.bot.config)
        self._commands = Commands(wishes=self._wishes, reporter=self._reporter, clock=world.clock)
        self._quoting: Quoting | None = None
        self._supervisor = Supervisor(
            wishes=self._wishes,
            reporter=self._reporter,
            commands=self._commands,
            trading=self._trading,
            hands=Hands(
                sweep=self._sweep,
                new_life=self._new_life,
                spawn=self._spawn,
                finish_s=world.patience.finish_s,
            ),
            clock=world.clock,
        )

    def receive(self, topic: Topic, body: bytes) -> None:
        """Take a message of the broker."""
        self._commands.receive(topic, body)

    def connected(self) -> None:
        """Say the status again on a new connection, over the will of the last one."""
        self._reporter.repeat()

    def lost(self, numbers: Mapping[str, int]) -> None:
        """Say that messages had no room while they waited for the broker."""
        for suffix, number in numbers.items():
            logger.warning("%d messages on %s had no room and are lost", number, suffix)
        self._reporter.lost(numbers)

    def terminate(self) -> None:
        """Stop as the owner would want it; a second time changes nothing."""
        if not self._wishes.stopping:
            logger.info("asked to terminate: stopping with %s", self._wishes.stop_mode)
            self._wishes.stop()

    async def run(self) -> int:
        """Run until the stop is done and said; give the exit code."""
        forwarding = Forwarding(self._logs, asyncio.get_running_loop())
        logging.getLogger().addHandler(forwarding)
        self._reporter.status(self._reporter.standing.status)
        self._commands.claimed(self._claim.commands)
        background = [
            asyncio.create_task(work)
            for work in (
                self._trading.run(),
                self._every(HEARTBEAT_S, self._reporter.heartbeat),
                self._every(1.0, lambda: self._logs.account(self._world.clock.now())),
                self._every(1.0, Heartbeat(self._world.settings.work_dir).beat),
                self._every(1.0, self._look_for_quotes),
                self._measure(),
            )
        ]
        try:
            return await self._watched(background)
        finally:
            logging.getLogger().removeHandler(forwarding)
            for task in background:
                task.cancel()

    async def _watched(self, background: list[asyncio.Task[None]]) -> int:
        """Supervise; a part that fails ends the whole, for a bridge must not limp."""
        supervising = asyncio.create_task(self._supervisor.run())
        await asyncio.wait({supervising, *background}, return_when=asyncio.FIRST_COMPLETED)
        if not supervising.done():
            for task in background:
                if task.done() and (error := task.exception()):
                    logger.error("a part of the bridge failed: the bot is stopped", exc_info=error)
            self._wishes.stop()
        return await supervising

    async def _every(self, seconds: float, act: Callable[[], None]) -> None:
        while True:
            act()
            await asyncio.sleep(seconds)

    async def _sweep(self, cancel: bool) -> Swept:  # noqa: FBT001 - the one argument of a callback
        return await asyncio.to_thread(lambda: self._sweeper.sweep(cancel=cancel))

    def _new_life(self, running: Callable[[], None]) -> Life:
        def runs() -> None:
            self._quoting = self._watch_quotes()
            running()

        self._quoting = None
        ears = Ears(trade=self._trade, log=self._log, hello=self._greet, running=runs)
        kills = partial(usage.memory_kills, self._world.settings.cgroup)
        return Life(ears=ears, patience=self._world.patience, memory_kills=kills)

    def _watch_quotes(self) -> Quoting:
        parsed = strategies.parse(self._claim.bot.strategy_type, self._wishes.config)
        return Quoting(
            base=self._base,
            quote=self._quote,
            config=strategies.stored(parsed),
            since=time.monotonic(),
        )

    def _trade(self, event: OrderEvent | Execution) -> None:
        if self._quoting:
            self._quoting.heard(event, now=time.monotonic())
        self._trading.take(event)

    def _look_for_quotes(self) -> None:
        """Say of a running engine that it does not quote, and that it does so again."""
        engine, standing = self._supervisor.running, self._reporter.standing
        if not (self._quoting and engine and engine.life.trading and engine.life.snapshot):
            return
        trouble = self._quoting.trouble(engine.life.snapshot, now=time.monotonic())
        if trouble and standing.status is BotStatus.RUNNING:
            self._reporter.status(BotStatus.ERROR, quoting.REASON, trouble)
        elif not trouble and standing.reason == quoting.REASON:
            self._reporter.status(BotStatus.RUNNING)

    def _log(self, line: Log) -> None:
        self._logs.tell(line.level, line.message, logger=line.logger, at=line.at)

    def _greet(self, line: Hello) -> None:
        self._reporter.engine_version = line.hummingbot_version

    def _spawn(self, number: int, hear: Callable[[Line], None]) -> Worker:
        start = self._start_line(number)
        settings = self._world.settings
        worker = Worker.spawn(
            [str(settings.engine_python), "-I", str(ENGINE)],
            work_dir=settings.work_dir,
            environment=self._world.environment,
            children=self._world.children,
            hear=hear,
        )
        worker.tell("start", **start)
        logger.info("engine %d began, process %d", number, worker.pid)
        return worker

    def _start_line(self, number: int) -> dict[str, object]:
        claim, bot = self._claim, self._claim.bot
        config = strategies.parse(bot.strategy_type, self._wishes.config)
        return {
            "bot_id": claim.bot_id,
            "engine": strategies.render(
                bot.strategy_type, config, exchange=bot.exchange, trading_pair=bot.trading_pair
            ),
            "connector": bot.exchange,
            "trading_pair": bot.trading_pair,
            "client_order_id_prefix": client_order_id.prefix(
                claim.tag, session=claim.session, engine_start=number
            ),
            "keys": connector_keys(bot.exchange, _key(claim)),
            "venue": claim.venue,
            "work_dir": str(self._world.settings.work_dir),
            "snapshot_interval_s": SNAPSHOT_S,
            "reconnects": claim.reconnects and claim.reconnects.model_dump(mode="json"),
        }

    async def _measure(self) -> None:
        while True:
            await asyncio.sleep(self._claim.metrics_interval_s)
            engine = self._supervisor.running
            if engine and engine.life.running and engine.life.snapshot:
                await self._measuring.tell(engine.life.snapshot, engine_pid=engine.worker.pid)


def _key(claim: Claim) -> ExchangeKey:
    return ExchangeKey(
        api_key=claim.credential.api_key,
        api_secret=claim.credential.api_secret,
        passphrase=claim.credential.passphrase,
    )


def connector_keys(connector: str, key: ExchangeKey) -> dict[str, str]:
    """Give a key under the names that Hummingbot's connector asks for."""
    keys = {f"{connector}_api_key": key.api_key, f"{connector}_api_secret": key.api_secret}
    return keys | ({f"{connector}_passphrase": key.passphrase} if key.passphrase else {})
