"""Starts the paper exchange: `python -m containers.paper_exchange --port P --data DIR`."""

import argparse
import asyncio
import logging
import signal
import sys
import time
from decimal import Decimal, InvalidOperation
from pathlib import Path

from containers.paper_exchange.exchange import Exchange, LedgerBroken
from containers.paper_exchange.journal import Journal
from containers.paper_exchange.market import Pace
from containers.paper_exchange.server import LOG, Address, JournalLost, Server
from janym.json_lines import JsonLines

JOURNAL = "exchange.sqlite"


def main() -> int:
    """Run until SIGTERM or SIGINT; 1 when the disk or the port refuses."""
    options = _parser().parse_args()
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    token = options.control_token_file
    journal = Journal(options.data / JOURNAL)
    try:
        exchange = Exchange(
            journal,
            seed=options.seed,
            pace=Pace(rest_steps=options.rest_steps, reach=options.reach),
            now_ms=lambda: time.time_ns() // 1_000_000,
        )
        asyncio.run(
            _serve(
                exchange,
                Address(host=options.host, port=options.port),
                token=None if token is None else token.read_text().strip(),
                tick_ms=options.tick_ms,
            )
        )
    except (JournalLost, LedgerBroken, OSError) as problem:
        LOG.error("%s", problem)
        return 1
    finally:
        journal.close()
    LOG.info("stopped")
    return 0


async def _serve(exchange: Exchange, address: Address, *, token: str | None, tick_ms: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = Server(exchange, control_token=token, tick_ms=tick_ms)
    await server.run(
        address,
        stop=stop,
        listening=lambda port: LOG.info("listening", extra={"about": {"port": port}}),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m containers.paper_exchange",
        description="An exchange that speaks Binance spot and Bybit v5, with a seeded live market.",
    )
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one; see the log")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data", type=Path, required=True, help="directory that state lives in")
    parser.add_argument("--seed", type=int, default=7, help="of prices and of seeded trades")
    parser.add_argument(
        "--control-token-file", type=Path, help="file with the bearer token of /control"
    )
    parser.add_argument(
        "--tick-ms", type=_whole, default=200, help="between market steps; 0: by hand only"
    )
    parser.add_argument(
        "--rest-steps",
        type=_positive,
        default=Pace().rest_steps,
        help="steps an order near the mid rests before a seeded taker crosses it",
    )
    parser.add_argument(
        "--reach",
        type=_fraction,
        default=Pace().reach,
        help="how far from the mid seeded takers go, as a fraction: 0.004 is 0.4 %%",
    )
    return parser


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _fraction(text: str) -> Decimal:
    try:
        fraction = Decimal(text)
    except InvalidOperation as bad:
        raise argparse.ArgumentTypeError("must be a decimal number") from bad
    if not 0 <= fraction < 1:
        raise argparse.ArgumentTypeError("must be within 0..1")
    return fraction


if __name__ == "__main__":
    sys.exit(main())
