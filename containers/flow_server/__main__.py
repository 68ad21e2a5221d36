"""Starts the flow server: `python -m containers.flow_server --port P`."""

import argparse
import asyncio
import signal
import sys

from containers.flow_server.server import Server


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    options = _parser().parse_args()
    asyncio.run(_serve(options))
    return 0


async def _serve(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = Server(pairs=options.pairs, seed=options.seed, every_ms=options.every_ms)
    async with server.open(options.host, options.port) as port:
        sys.stdout.write(f"answering on http://{options.host}:{port}\n")
        sys.stdout.flush()
        await stop.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m containers.flow_server",
        description="Seeded market data in venues' own formats, over real sockets.",
    )
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--pairs", type=int, default=5, help="instruments of each market")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--every-ms", type=int, default=100, help="between steps; 0 stands still")
    return parser


if __name__ == "__main__":
    sys.exit(main())
