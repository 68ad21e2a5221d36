"""Engine after engine, until the owner wants none.

    sweep the venue → start an engine → it dies → say why → sweep → wait → start the next
                                      → stop is asked → end it → sweep → stopped
                                      → pause is asked → end it → sweep → paused, until resumed

No engine starts while an order of the bot may be open at the venue.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from containers.bridge.budget import RestartBudget
from containers.bridge.commands import Commands
from containers.bridge.flattening import outcome
from containers.bridge.life import Death, DeathReason, Engine, Life
from containers.bridge.lines import Closed, Line
from containers.bridge.reporter import Reporter
from containers.bridge.sweep import Swept
from containers.bridge.trading import Trading
from containers.bridge.wishes import Wishes
from containers.bridge.worker import TooLong
from janym.domain.bot import BotStatus, Desired, StopMode
from janym.domain.command import Flatten
from janym.domain.errors import InvalidInput, JanymError, Unavailable
from janym.ports.clock import Clock

SETTLE_S = 5.0
RETRY_FIRST_S = 1.0
RETRY_LAST_S = 30.0

STOPPED, LEFT_BEHIND = 0, 1
"""Exit codes: all is well; orders may be open at the venue."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What the supervisor acts with."""

    sweep: Callable[[bool], Awaitable[Swept]]
    """Asks the venue; cancels the bot's orders where the argument says so."""
    new_life: Callable[[Callable[[], None]], Life]
    """Gives the watch over one engine; its argument is called once the engine runs."""
    spawn: Callable[[int, Callable[[Line], None]], Engine]
    """Starts the engine of this number and tells it what to run."""
    finish_s: float
    """How long the last sweep may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One engine process and the watch over it."""

    life: Life
    worker: Engine


class Supervisor:
    """Keeps one engine alive for as long as the owner wants it."""

    def __init__(
        self,
        *,
        wishes: Wishes,
        reporter: Reporter,
        commands: Commands,
        trading: Trading,
        hands: Hands,
        clock: Clock,
    ) -> None:  # the supervisor joins all parts
        self._wishes = wishes
        self._reporter = reporter
        self._commands = commands
        self._trading = trading
        self._hands = hands
        self._clock = clock
        self._budget = RestartBudget()
        self._starts = 0
        self._closed: Closed | None = None
        self.running: Running | None = None
        """The engine of this moment."""

    async def run(self) -> int:
        """Run until a stop is done; give the exit code of the task."""
        while not self._wishes.stopping:
            self._wishes.changed.clear()
            await self._clear()
            if self._wishes.changed.is_set():
                continue
            if self._wishes.paused:
                await self._rest()
                continue
            death = await self._engine()
            if death:
                await self._mourn(death)
        return await self._finish()

    async def _rest(self) -> None:
        """Have no engine until the owner wants something else; nothing is open at the venue."""
        self._reporter.status(BotStatus.PAUSED)
        self._commands.paused()
        await self._wishes.changed.wait()
        self._budget.renew()

    async def _engine(self) -> Death | None:
        self._say(BotStatus.STARTING)
        self._starts += 1
        life = self._hands.new_life(self._started)
        try:
            worker = self._hands.spawn(self._starts, life.hear)
        except (InvalidInput, TooLong, OSError) as error:
            return Death(reason=DeathReason.ENGINE_REFUSED, detail=str(error), hopeless=True)
        self.running = Running(life=life, worker=worker)
        death = await life.watch(worker, self._wishes.changed)
        if death is None:
            await self._end(self.running)
        self.running = None
        await self._trading.settled(SETTLE_S)
        return death

    def _started(self) -> None:
        if self._wishes.changed.is_set():
            return  # it is to end, and what runs is not what is wanted
        self._reporter.status(BotStatus.RUNNING)
        self._commands.running()

    async def _end(self, engine: Running) -> None:
        stopping = self._wishes.stopping
        renewed = self._wishes.desired is Desired.RUNNING
        self._say(BotStatus.STARTING if renewed else BotStatus.STOPPING)
        mode = self._wishes.stop_mode if stopping else StopMode.CANCEL_ORDERS
        if mode is StopMode.FLATTEN:
            await engine.life.flatten(engine.worker, lambda: self._trading.position(SETTLE_S))
            self._closed = engine.life.closed
        else:
            await engine.life.end(engine.worker, mode)

    async def _mourn(self, death: Death) -> None:
        """Say why the engine died, clean up after it, and wait until the next may start."""
        self._reporter.status(BotStatus.ERROR, death.reason, death.detail)
        delay = self._budget.delay_after_death(self._clock.now())
        await self._clear()
        if delay is not None and not death.hopeless:
            await self._wait(delay)
            return
        if not self._wishes.changed.is_set():
            self._give_up(death)
            await self._wishes.changed.wait()
        self._budget.renew()

    def _give_up(self, death: Death) -> None:
        reason = death.reason if death.hopeless else "RESTART_BUDGET"
        last = f"no further restart after {death.reason}: {death.detail}"
        self._reporter.status(BotStatus.ERROR, reason, last)
        self._commands.not_running(reason)

    async def _clear(self) -> None:
        """Sweep until nothing is open, however long the venue is away, or the wish changes."""
        delay = RETRY_FIRST_S
        while not self._wishes.changed.is_set():
            trouble = await self._sweep_once(cancel=True)
            if trouble is None:
                return
            reason, detail = trouble
            if self._reporter.standing.reason != reason:
                self._reporter.status(BotStatus.ERROR, reason, detail)
            await self._wait(delay)
            delay = min(delay * 2, RETRY_LAST_S)

    async def _sweep_once(self, *, cancel: bool) -> tuple[str, str] | None:
        """Sweep; give a code and words where orders may be left."""
        try:
            async with asyncio.timeout(self._hands.finish_s):
                swept = await self._hands.sweep(cancel)
        except TimeoutError:
            return "VENUE_AWAY", f"no answer within {self._hands.finish_s:.0f} s"
        except Unavailable as error:
            return "VENUE_AWAY", str(error)
        except JanymError as error:
            return error.code, str(error)
        if swept.cancelled:
            logger.info("%d orders were cancelled at the venue", len(swept.cancelled))
            self._trading.swept(swept.cancelled, self._clock.now())
        missed = await self._trading.missed(swept.executions)
        if missed:
            logger.warning("%d fills were told by the venue alone", missed)
        if cancel and swept.left:
            names = ", ".join(order.client_order_id for order in swept.left)
            return "ORDERS_LEFT", f"still open at the venue: {names}"
        return None

    async def _finish(self) -> int:
        """End the run: nothing left at the venue where the mode says so, then the last word."""
        self._say(BotStatus.STOPPING)
        trouble = await self._last_sweep()
        if trouble:
            reason, detail = trouble
            self._reporter.status(BotStatus.ERROR, reason, detail)
            self._commands.stopped(failure=f"{reason}: {detail}")
            return LEFT_BEHIND
        if self._wishes.stop_mode is StopMode.FLATTEN:
            await self._say_flattened()
        else:
            self._reporter.status(BotStatus.STOPPED)
            self._commands.stopped()
        return STOPPED

    async def _say_flattened(self) -> None:
        position = await self._trading.position(SETTLE_S)
        flat = outcome(self._closed, position=position, base=self._trading.base)
        code = Flatten.DONE if flat.complete else Flatten.FAILED
        self._reporter.status(BotStatus.STOPPED, code, flat.words)
        if flat.complete:
            self._commands.stopped(result=flat.words)
        else:
            self._commands.stopped(failure=flat.words)

    async def _last_sweep(self) -> tuple[str, str] | None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._hands.finish_s
        delay = RETRY_FIRST_S
        while True:
            cancel = self._wishes.stop_mode is not StopMode.KEEP_ORDERS
            trouble = await self._sweep_once(cancel=cancel)
            if trouble is None or not cancel or loop.time() + delay > deadline:
                return trouble if cancel else None
            await asyncio.sleep(delay)
            delay *= 2

    async def _wait(self, seconds: float) -> None:
        """Wait, but no longer than until the wish changes."""
        changed = asyncio.ensure_future(self._wishes.changed.wait())
        await asyncio.wait({changed}, timeout=seconds)
        changed.cancel()

    def _say(self, status: BotStatus) -> None:
        if self._reporter.standing.status is not status:
            self._reporter.status(status)
