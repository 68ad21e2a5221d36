"""How every component serves: several listeners in one process until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
import ssl
import sys
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from local.aws.intrinsics import TemplateUnsupported
from local.aws.stack import StackFileInvalid

SHUTDOWN_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One address to listen on, plain or with TLS."""

    app: web.Application
    port: int
    tls: ssl.SSLContext | None = None


async def health(_request: web.Request) -> web.Response:
    """Answer `GET /_health`."""
    return web.json_response({"status": "ok"})


def server_tls(pki: Path) -> ssl.SSLContext:
    """TLS with the stack's server certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pki / "server.crt", pki / "server.key")
    return context


@asynccontextmanager
async def serving(listeners: Sequence[Listener]) -> AsyncGenerator[list[int]]:
    """Listen on loopback; gives the ports in the listeners' order."""
    runners: list[web.AppRunner] = []
    try:
        ports: list[int] = []
        for listener in listeners:
            runner = web.AppRunner(listener.app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
            runners.append(runner)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", listener.port, ssl_context=listener.tls)
            await site.start()
            ports.append(int(runner.addresses[0][1]))
        yield ports
    finally:
        for runner in runners:
            await runner.cleanup()


async def until_stopped() -> None:
    """Return when the process is asked to end (SIGTERM, SIGINT)."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


@asynccontextmanager
async def background(*work: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Run loops beside the servers; one that fails is logged and ends the component."""
    tasks = [asyncio.create_task(item) for item in work]
    for task in tasks:
        task.add_done_callback(_end_on_failure)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _end_on_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        logging.getLogger(__name__).error("a loop failed", exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)


def run(component: Coroutine[Any, Any, None]) -> int:
    """Run a component to its end; what the stack's owner must mend is said in one line."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    try:
        asyncio.run(component)
    except (TemplateUnsupported, StackFileInvalid, OSError) as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 1
    return 0
