"""Starts the flow server: `python -m containers.flow_server --port P`."""

import argparse
import asyncio
import signal
import sys
from decimal import Decimal

from containers.flow_server.flow import Terms
from containers.flow_server.server import Server


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    options = parser().parse_args()
    asyncio.run(_serve(options))
    return 0


async def _serve(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = Server(
        pairs=options.pairs,
        seed=options.seed,
        every_ms=options.every_ms,
        terms=dict(options.terms),
    )
    async with server.open(options.host, options.port) as port:
        sys.stdout.write(f"answering on http://{options.host}:{port}\n")
        sys.stdout.flush()
        await stop.wait()


def parser() -> argparse.ArgumentParser:
    """What the command takes."""
    options = argparse.ArgumentParser(
        prog="python -m containers.flow_server",
        description="Seeded market data in venues' own formats, over real sockets.",
    )
    options.add_argument("--port", type=int, required=True, help="0 takes a free one")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--pairs", type=int, default=5, help="instruments of each market")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--every-ms", type=int, default=100, help="between steps; 0 stands still")
    options.add_argument(
        "--terms",
        type=_terms,
        nargs="*",
        default=[],
        metavar="SYMBOL=TICK/STEP/PRICE",
        help="of instruments that have not the usual ones, as ETHUSDT=0.01/0.0001/2000",
    )
    return options


def _terms(text: str) -> tuple[str, Terms]:
    name, _, terms = text.partition("=")
    try:
        tick, step, price = (Decimal(number) for number in terms.split("/"))
    except (ArithmeticError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not as ETHUSDT=0.01/0.0001/2000") from error
    return name, Terms(tick, step, price)


if __name__ == "__main__":
    sys.exit(main())
