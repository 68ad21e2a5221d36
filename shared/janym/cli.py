"""The `janym` command: the platform on this machine, from a checkout.

It knows nothing of how that is done: it starts the checkout's `local` package as a process.
"""

import argparse
import gzip
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from janym.domain.errors import InvalidInput

CHECKOUT = Path(__file__).resolve().parents[2]
DEFAULT_HOME = CHECKOUT / ".local" / "stack"

_ABOUT = "Fleets of trading bots: the whole platform on this machine."
_MORE = "Each command takes --home DIR: the folder that holds one stack and everything it keeps."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; it takes the place of this process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    if options.command == "replay":
        return _replay(options)
    if not (CHECKOUT / "local" / "__main__.py").exists():
        print(
            f"janym {options.command} needs a checkout of Janym, and {CHECKOUT} is none: "
            "install with `make setup` in the checkout and use that one's janym",
            file=sys.stderr,
        )
        return 1
    demo = options.command == "demo"
    module, passed = ("local.demo", given[1:]) if demo else ("local", given)
    paths = f"{CHECKOUT / 'shared'}{os.pathsep}{CHECKOUT}"
    environment = {**os.environ, "PYTHONPATH": paths}
    command = [sys.executable, "-m", module, *passed]
    return _become(command, environment)


def _replay(options: argparse.Namespace) -> int:
    """Print what a capture comes to; it needs no platform."""
    from janym.live import feeds  # noqa: PLC0415 - venues are loaded for this command alone
    from janym.usecases import replay  # noqa: PLC0415

    try:
        feed = feeds.get(options.venue, options.market)
        packed = options.file.suffix == ".gz"
        with gzip.open(options.file) if packed else options.file.open("rb") as lines:
            books = replay.run(feed, lines)
    except (InvalidInput, OSError) as error:
        print(f"janym replay: {error}", file=sys.stderr)
        return 2
    print(json.dumps(books, indent=None, separators=(",", ":")))
    return 0


def _become(command: list[str], environment: Mapping[str, str]) -> NoReturn:
    os.execve(command[0], command, environment)  # noqa: S606 - no shell; Ctrl-C goes straight there


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="janym", description=_ABOUT, epilog=_MORE)
    home = argparse.ArgumentParser(add_help=False)
    home.add_argument(
        "--home",
        type=Path,
        default=DEFAULT_HOME,
        metavar="DIR",
        help="folder of the stack (default: .local/stack in the checkout)",
    )
    verbs = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = verbs.add_parser(
        "up",
        parents=[home],
        help="start everything; Ctrl-C stops it, data stays",
        description="Start everything and stay until Ctrl-C. Data stays for the next time.",
    )
    up.add_argument(
        "--port",
        action="append",
        metavar="NAME=PORT",
        help="a port of your choice, for example gateway=8443; repeatable",
    )
    up.add_argument("--postgres", type=int, choices=[16, 18], help="major version (default: 16)")
    up.add_argument("--no-fsync", action="store_true", help="faster, for data that may be lost")
    verbs.add_parser("down", parents=[home], help="stop what `up` started")
    status = verbs.add_parser(
        "status",
        parents=[home],
        help="say how each component is",
        description="Say how each component is. "
        "The exit code is 0 when all are well, 1 when not, 4 when the stack is not running.",
    )
    status.add_argument("--json", action="store_true", help="for programs")
    restart = verbs.add_parser(
        "restart",
        parents=[home],
        help="end one component and start it again; the others go on",
        description="End one component and start it again. With ecs, its bots' tasks end too.",
    )
    restart.add_argument("component", metavar="COMPONENT", help="a name that `janym status` shows")
    token = verbs.add_parser(
        "token", parents=[home], help="print a token for the API (good for 12 hours)"
    )
    token.add_argument("--org", required=True, help="the organization it acts in")
    token.add_argument("--role", required=True, choices=["admin", "trader", "viewer"])
    token.add_argument("--user", default="user_local", help="who it says it is")
    account = verbs.add_parser(
        "account",
        parents=[home],
        help="open an account at the paper exchange and print its key",
        description="Open an account at the paper exchange and print its key as JSON.",
    )
    account.add_argument("--label", default="default", help="what to call it")
    account.add_argument(
        "--balance",
        action="append",
        metavar="ASSET=AMOUNT",
        help="what it holds; repeatable (default: USDT, ETH, BTC and BNB in plenty)",
    )
    account.add_argument("--fees-in", metavar="ASSET", help="pay fees in this token, e.g. BNB")
    verbs.add_parser(
        "queues", parents=[home], help="say how much waits in each queue, and how long already"
    )
    redrive = verbs.add_parser(
        "redrive",
        parents=[home],
        help="send a queue's dead letters back to be handled again",
        description="Send a queue's dead letters back to be handled again, once the cause is gone.",
    )
    redrive.add_argument(
        "queue", metavar="QUEUE", help="a queue of `janym queues`, for example current-dlq"
    )
    book = verbs.add_parser(
        "book",
        parents=[home],
        help="print a collected order book as it was at any instant",
        description="Rebuild an order book from the history and print it as JSON: levels as "
        "decimal strings, best first, and under `trust` how far it can be believed: complete, "
        "stale, missing or unproven, with the reasons under `doubts`.",
    )
    book.add_argument("--exchange", required=True, metavar="VENUE", help="binance, bybit, okx, ...")
    book.add_argument("--market", required=True, choices=["spot", "futures"])
    book.add_argument("--pair", required=True, metavar="BASE/QUOTE", help="for example BTC/USDT")
    book.add_argument(
        "--at", required=True, metavar="TIME", help="for example 2026-11-21T12:00:00.25Z"
    )
    book.add_argument("--limit", type=int, metavar="N", help="levels of a side (default: all)")
    replay = verbs.add_parser(
        "replay",
        help="show the books that a capture of market data ends in",
        description="Run captured frames through the venue's session and book, and print the books "
        "they end in as JSON. Each line is `<receive time in ns> <frame>`, the frame as text or "
        "as base64:...; `#rest <url> <answer>` is a REST answer that arrived at that point.",
    )
    replay.add_argument("venue", metavar="VENUE", help="binance, bybit, okx, ...")
    replay.add_argument("market", metavar="MARKET", help="spot or futures")
    replay.add_argument("file", metavar="FILE", type=Path, help="the capture, .gz or plain")
    audit = verbs.add_parser(
        "audit",
        parents=[home],
        help="check that the audit log is the one that was written",
        description="Compute every hash of the audit log again and print each organization's head. "
        "The exit code is 0 when all are whole, 1 when a line was changed, moved or taken out.",
    )
    audit.add_argument("verb", choices=["verify"])
    audit.add_argument("--org", help="one organization (default: all)")
    audit.add_argument(
        "--expect",
        action="append",
        metavar="ORG=HEAD",
        help="a head that was printed before and kept elsewhere; repeatable",
    )
    demo = verbs.add_parser(
        "demo",
        help="prove the job end to end on a stack of its own",
        description="Start a stack of its own, run a bot on the paper exchange, and check it all.",
    )
    demo.add_argument("--home", type=Path, metavar="DIR", help="folder of the demo's stack")
    demo.add_argument("--report", type=Path, metavar="FILE", help="where the figures go")
    logs = verbs.add_parser("logs", parents=[home], help="print a component's log")
    logs.add_argument("component", metavar="COMPONENT", help="a name that `janym status` shows")
    logs.add_argument("-n", "--lines", type=int, default=50, help="how many (default: 50)")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    return parser


if __name__ == "__main__":
    sys.exit(main())
