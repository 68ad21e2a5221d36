"""One run of the engine: commands in, reports out, stop modes."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from engine import flatten
from engine.adapter import Engine
from engine.pipes import Inlet, Outlet
from engine.protocol import (
    BadLine,
    Close,
    Command,
    Ping,
    Pong,
    Quiet,
    Ready,
    Start,
    Stop,
    Stopped,
    decode_command,
)

TOLD_WAITING_EVERY_S = 15
READY_LOOK_EVERY_S = 0.1
TOLD_TO_CLOSE_WITHIN_S = 15

log = logging.getLogger("engine")


class Process:
    """Joins the pipes to the engine. `asked` is the stop mode, once somebody asked for one."""

    def __init__(
        self,
        start: Start,
        *,
        inlet: Inlet,
        outlet: Outlet,
        asked: asyncio.Future[str],
        now: Callable[[], datetime],
    ) -> None:
        self._start = start
        self._inlet = inlet
        self._outlet = outlet
        self._asked = asked
        self._close: asyncio.Future[Close] = asked.get_loop().create_future()
        self._engine = Engine(start, send=outlet.send, now=now)

    async def run(self) -> None:
        """Run until a stop is asked for; `stopped` is the last line. Raises Refused."""
        loop = asyncio.get_running_loop()
        self._inlet.feed(lambda line: loop.call_soon_threadsafe(self._hear, line))
        trading = asyncio.create_task(self._trade(), name="trading")
        await asyncio.wait({trading, self._asked}, return_when=asyncio.FIRST_COMPLETED)
        if not self._asked.done():
            await self._fail(trading)
        mode = self._asked.result()
        trading.cancel()
        await asyncio.wait({trading})
        if mode == "flatten":
            await self._flatten()
        else:
            await self._engine.stop(mode)
        self._outlet.send(Stopped(mode=mode))

    async def _flatten(self) -> None:
        """Cancel all, then close what the bridge, which knows every fill, says is ours."""
        await self._engine.stop("cancel_orders")
        self._outlet.send(Quiet())
        await asyncio.wait({self._close}, timeout=TOLD_TO_CLOSE_WITHIN_S)
        if self._close.done():
            self._outlet.send(await flatten.close(self._engine, self._close.result()))

    async def _fail(self, trading: asyncio.Task[None]) -> None:
        """Raise what ended the trading, which never ends of itself; no order is left behind."""
        try:
            await trading
        except Exception:
            await self._engine.stop("cancel_orders")
            raise

    def _hear(self, line: bytes) -> None:
        try:
            command = decode_command(line)
        except BadLine as error:
            log.warning("A line of the bridge was not understood: %s", error)
            return
        self._obey(command)

    def _obey(self, command: Command) -> None:
        match command:
            case Ping(id=number):
                self._outlet.send(Pong(id=number))
            case Stop(mode=mode):
                ask(self._asked, mode)
            case Close():
                if not self._close.done():
                    self._close.set_result(command)
            case Start():
                log.error("A second start line was ignored: one engine runs one strategy")

    async def _trade(self) -> None:
        await self._engine.start()
        await self._until_ready()
        self._engine.begin_chores()
        self._outlet.send(Ready())
        while True:
            self._outlet.send(self._engine.snapshot())
            await asyncio.sleep(float(self._start.snapshot_interval_s))

    async def _until_ready(self) -> None:
        loop = asyncio.get_running_loop()
        told = loop.time()
        while not self._engine.ready:
            if loop.time() - told > TOLD_WAITING_EVERY_S:
                told = loop.time()
                log.warning("The connector still waits for: %s", self._engine.missing)
            await asyncio.sleep(READY_LOOK_EVERY_S)


def ask(asked: asyncio.Future[str], mode: str) -> None:
    """Ask for a stop; the first mode holds."""
    if not asked.done():
        asked.set_result(mode)
