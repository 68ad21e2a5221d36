"""One engine's life, from its start line to its end, and why it ended.

ENGINE_REFUSED        it said itself why it cannot go on
OUT_OF_MEMORY         the kernel killed it, and counted a kill for memory
ENGINE_START_TIMEOUT  it was not trading within 180 s
ENGINE_HUNG           its loop did not turn for 15 s
ENGINE_DIED           anything else that was not asked for
"""

import asyncio
import logging
import signal
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from containers.bridge.lines import (
    Closed,
    Execution,
    Fatal,
    Hello,
    Line,
    Log,
    OrderEvent,
    Pong,
    Quiet,
    Ready,
    Snapshot,
    Stopped,
)
from janym.domain.bot import StopMode
from janym.domain.trading import Side

SLIPPAGE = "0.01"
"""How far from the best price a position is closed at worst, as a fraction."""

logger = logging.getLogger(__name__)


class DeathReason(StrEnum):
    """Stable codes of why an engine ended without being asked."""

    ENGINE_REFUSED = "ENGINE_REFUSED"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    ENGINE_START_TIMEOUT = "ENGINE_START_TIMEOUT"
    ENGINE_HUNG = "ENGINE_HUNG"
    ENGINE_DIED = "ENGINE_DIED"


class Engine(Protocol):
    """One engine process; `containers.bridge.worker.Worker` is one."""

    @property
    def pid(self) -> int: ...

    @property
    def exited(self) -> asyncio.Future[int]:
        """Its exit code, minus the signal where one killed it."""
        ...

    @property
    def tail(self) -> deque[str]:
        """Its last lines on stderr."""
        ...

    def tell(self, kind: str, **fields: object) -> None:
        """Write one line to it."""
        ...

    def kill(self) -> None:
        """End it and whatever it started."""
        ...

    async def drained(self) -> None:
        """Wait until everything that it wrote is read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """An engine's end that nobody asked for."""

    reason: DeathReason
    detail: str
    hopeless: bool = False
    """The next engine would end the same way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for an engine, in seconds."""

    start_s: float = 180.0
    pong_s: float = 15.0
    ping_every_s: float = 5.0
    stop_s: float = 45.0
    kill_s: float = 5.0
    look_every_s: float = 0.25
    finish_s: float = 30.0
    """For the last sweep: a task has 120 s from SIGTERM to SIGKILL in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Who wants to know what the engine says."""

    trade: Callable[[OrderEvent | Execution], None]
    log: Callable[[Log], None]
    hello: Callable[[Hello], None]
    running: Callable[[], None]


@dataclass(slots=True, kw_only=True)
class Life:
    """Watches one engine."""

    ears: Ears
    patience: Patience
    memory_kills: Callable[[], int]
    snapshot: Snapshot | None = None
    """The newest."""
    closed: Closed | None = None
    """What came of closing the position, where that was asked for."""
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    running: bool = False
    ending: bool = False
    _ready: bool = False
    _fatal: Fatal | None = None
    _kill: DeathReason | None = None
    _kills_before: int = 0
    _pings: int = 0
    _pinged: float = 0.0
    _heard: float = 0.0
    _began: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def __post_init__(self) -> None:
        self._kills_before = self.memory_kills()

    @property
    def trading(self) -> bool:
        """Whether the engine runs, is connected to the venue, and was not told to end."""
        connected = self.snapshot is not None and self.snapshot.connector_ready
        return self.running and connected and not self.ending

    def hear(self, line: Line) -> None:
        """Take one line of the engine."""
        match line:
            case OrderEvent() | Execution():
                self.ears.trade(line)
            case Snapshot():
                self.snapshot = line
                self._run_if_ready()
            case Log():
                self.ears.log(line)
            case Pong():
                self._heard = asyncio.get_running_loop().time()
            case Hello():
                self.ears.hello(line)
            case Ready():
                self._ready = True
                self._run_if_ready()
            case Fatal() | Quiet() | Closed() | Stopped():
                self._hear_end(line)

    def _hear_end(self, line: Fatal | Quiet | Closed | Stopped) -> None:
        match line:
            case Fatal():
                self._fatal = line
            case Quiet():
                self.quiet.set()
            case Closed():
                self.closed = line
            case Stopped():
                logger.info("the engine says that it has stopped")

    async def watch(self, worker: Engine, leave: asyncio.Event) -> Death | None:
        """Wait for the engine's death; None where `leave` is set first."""
        leaving = asyncio.ensure_future(leave.wait())
        try:
            while not worker.exited.done():
                if leave.is_set():
                    return None
                self._check(worker)
                await asyncio.wait(
                    {worker.exited, leaving},
                    timeout=self.patience.look_every_s,
                    return_when=asyncio.FIRST_COMPLETED,
                )
        finally:
            leaving.cancel()
        await worker.drained()
        return self._death(worker)

    async def end(self, worker: Engine, mode: StopMode) -> None:
        """Ask the engine to end, wait, and end it where it does not."""
        self.ending = True
        worker.tell("stop", mode=mode)
        await self._ended(worker)

    async def flatten(self, worker: Engine, position: Callable[[], Awaitable[Decimal]]) -> None:
        """Ask the engine to cancel all, to close the position of that moment, and to end."""
        self.ending = True
        worker.tell("stop", mode=StopMode.FLATTEN)
        quiet = asyncio.ensure_future(self.quiet.wait())
        await asyncio.wait(
            {quiet, worker.exited},
            timeout=self.patience.stop_s,
            return_when=asyncio.FIRST_COMPLETED,
        )
        quiet.cancel()
        if self.quiet.is_set():
            owned = await position()
            side = Side.SELL if owned > 0 else Side.BUY
            worker.tell("close", side=side, quantity=f"{abs(owned):f}", slippage=SLIPPAGE)
        await self._ended(worker)

    async def _ended(self, worker: Engine) -> None:
        await asyncio.wait({worker.exited}, timeout=self.patience.stop_s)
        if not worker.exited.done():
            logger.warning("the engine did not stop within %.0f s", self.patience.stop_s)
            worker.kill()
            await asyncio.wait({worker.exited}, timeout=self.patience.kill_s)
        await worker.drained()

    def _run_if_ready(self) -> None:
        connected = self.snapshot is not None and self.snapshot.connector_ready
        if self._ready and connected and not self.running and not self.ending:
            self.running = True
            self._heard = asyncio.get_running_loop().time()
            self.ears.running()

    def _check(self, worker: Engine) -> None:
        now = asyncio.get_running_loop().time()
        if not self.running:
            if now - self._began > self.patience.start_s:
                self._give_up(worker, DeathReason.ENGINE_START_TIMEOUT)
            return
        if now - self._heard > self.patience.pong_s:
            self._give_up(worker, DeathReason.ENGINE_HUNG)
        elif now - self._pinged > self.patience.ping_every_s:
            self._pinged = now
            self._pings += 1
            worker.tell("ping", id=self._pings)

    def _give_up(self, worker: Engine, reason: DeathReason) -> None:
        self._kill = reason
        worker.kill()

    def _death(self, worker: Engine) -> Death:
        code = worker.exited.result()
        ended = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        if worker.tail:
            logger.error("the engine's last words:\n%s", "\n".join(worker.tail))
        if self._kill:
            return Death(reason=self._kill, detail=f"ended by the bridge, {ended}")
        if self._fatal:
            said = f"{self._fatal.code}: {self._fatal.message}"
            return Death(reason=DeathReason.ENGINE_REFUSED, detail=said)
        if code == -signal.SIGKILL and self.memory_kills() > self._kills_before:
            return Death(
                reason=DeathReason.OUT_OF_MEMORY, detail="the task's memory was not enough"
            )
        return Death(reason=DeathReason.ENGINE_DIED, detail=ended)
