"""The engine's process: reads the start line, runs the strategy, ends as it is told."""

import asyncio
import importlib.util
import logging
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path


def name_package() -> None:
    """Make this folder importable as `engine`, and nothing that stands beside it."""
    here = Path(__file__).parent
    spec = importlib.util.spec_from_file_location(
        "engine", here / "__init__.py", submodule_search_locations=[str(here)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{here} is not a package")
    sys.modules["engine"] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)


name_package()

from engine import logs, pipes  # noqa: E402  the package has its name from here on
from engine.installation import Refused, compiled_modules, probe, relocate  # noqa: E402  as above
from engine.protocol import BadLine, Fatal, Hello, Start, decode_command  # noqa: E402  as above

FAILED = 1


def main() -> None:
    """Start as told by the first line; exits with the codes of the package's docstring."""
    inlet, outlet = pipes.take()
    asyncio.run(live(inlet, outlet))


async def live(inlet: pipes.Inlet, outlet: pipes.Outlet) -> None:
    """One engine, from its start line to its last. Ends the process, and so never returns."""
    try:
        await run(inlet, outlet)
    except BadLine as error:
        fatal = Fatal(code="BAD_START_LINE", message=str(error))
    except Refused as error:
        fatal = error.report
    except Exception as error:
        logging.getLogger("engine").exception("The engine failed")
        fatal = Fatal(code="ENGINE_FAILED", message=f"{type(error).__name__}; see the log")
    else:
        pipes.leave(0)
    outlet.send(fatal)
    pipes.leave(FAILED)


async def run(inlet: pipes.Inlet, outlet: pipes.Outlet) -> None:
    """Run until a stop was carried out. Raises BadLine and Refused."""
    start = decode_command(inlet.line())
    if not isinstance(start, Start):
        raise BadLine("the first line must be of type start")
    # From here on a signal waits until what takes seconds below is done.
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[str] = loop.create_future()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: asked.done() or asked.set_result("cancel_orders"))
    version = probe()
    relocate(Path(start.work_dir), start.connector)
    logs.install(outlet.send, secrets=start.keys.values())
    from engine.process import Process  # noqa: PLC0415  Hummingbot must be relocated first

    hello = Hello(hummingbot_version=version, pid=os.getpid(), modules=compiled_modules())
    outlet.send(hello)
    await Process(start, inlet=inlet, outlet=outlet, asked=asked, now=now).run()


def now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  this process's clock begins here


if __name__ == "__main__":
    main()
