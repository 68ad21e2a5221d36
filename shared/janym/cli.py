"""The `janym` command: the platform on this machine, from a checkout.

It knows nothing of how that is done: it starts the checkout's `local` package as a process.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DEFAULT_HOME = CHECKOUT / ".local" / "stack"

_ABOUT = "Fleets of trading bots: the whole platform on this machine."
_MORE = "Each command takes --home DIR: the folder that holds one stack and everything it keeps."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; it takes the place of this process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options, rest = _parser().parse_known_args(given)
    if rest and options.command not in {"up", "demo"}:
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    if not (CHECKOUT / "local" / "__main__.py").exists():
        print(
            f"janym {options.command} needs a checkout of Janym, and {CHECKOUT} is none: "
            "install with `make setup` in the checkout and use that one's janym",
            file=sys.stderr,
        )
        return 1
    module = "local.demo" if options.command == "demo" else "local"
    passed = given[1:] if options.command == "demo" else given
    paths = f"{CHECKOUT / 'shared'}{os.pathsep}{CHECKOUT}"
    environment = {**os.environ, "PYTHONPATH": paths}
    command = [sys.executable, "-m", module, *passed]
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
    verbs.add_parser(
        "up",
        parents=[home],
        help="start everything; Ctrl-C stops it, data stays",
        description="Start everything and stay until Ctrl-C. Data stays for the next time. "
        "Also takes: --port NAME=PORT (repeatable), --postgres {16,18}, --no-fsync.",
    )
    verbs.add_parser("down", parents=[home], help="stop what `up` started")
    status = verbs.add_parser("status", parents=[home], help="say how each component is")
    status.add_argument("--json", action="store_true", help="for programs")
    token = verbs.add_parser(
        "token", parents=[home], help="print a token for the API (good for 12 hours)"
    )
    token.add_argument("--org", required=True, help="the organization it acts in")
    token.add_argument("--role", required=True, choices=["admin", "trader", "viewer"])
    token.add_argument("--user", default="user_local", help="who it says it is")
    verbs.add_parser(
        "demo",
        parents=[home],
        help="prove the job end to end on a stack of its own",
        description="Start a stack of its own, run a bot on the paper exchange, and check it all.",
    )
    logs = verbs.add_parser("logs", parents=[home], help="print a component's log")
    logs.add_argument("component", metavar="COMPONENT", help="a name that `janym status` shows")
    logs.add_argument("-n", "--lines", type=int, default=50, help="how many (default: 50)")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    return parser


if __name__ == "__main__":
    sys.exit(main())
