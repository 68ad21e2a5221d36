"""The laptop's cloud from the command line: `python -m local up|down|status|token|logs`.

People type `janym up`; it starts this.
"""

import argparse
import contextlib
import sys
from pathlib import Path

from local import commands, up
from local.components import URLS, Choices
from local.issuer import ROLES
from local.layout import DEFAULT_HOME, Stack
from local.postgres import VERSIONS


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    stack = Stack.at(options.home)
    match options.command:
        case "up":
            choices = Choices(
                postgres_version=options.postgres,
                fsync=not options.no_fsync,
                ports=dict(options.port),
            )
            return up.run(stack, choices)
        case "down":
            return commands.down(stack)
        case "status":
            return commands.status(stack, as_json=options.json)
        case "token":
            return commands.token(
                stack, organization=options.org, role=options.role, user=options.user
            )
        case _:
            with contextlib.suppress(KeyboardInterrupt):
                return commands.logs(
                    stack, options.component, lines=options.lines, follow=options.follow
                )
            return 0


def _port(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if name not in URLS:
        raise argparse.ArgumentTypeError(f"{name!r} has no port; there are {', '.join(URLS)}")
    if not number.isdigit() or not 0 < int(number) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=PORT")
    return name, int(number)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", type=Path, default=DEFAULT_HOME, help="folder of the stack")
    verbs = parser.add_subparsers(dest="command", required=True)
    start = verbs.add_parser("up", parents=[shared], help="start everything, until Ctrl-C")
    start.add_argument(
        "--port",
        type=_port,
        action="append",
        default=[],
        metavar="NAME=PORT",
        help=f"a port of your choice; names: {', '.join(URLS)}",
    )
    start.add_argument("--postgres", type=int, choices=sorted(VERSIONS), default=16)
    start.add_argument("--no-fsync", action="store_true", help="faster, for data that may be lost")
    verbs.add_parser("down", parents=[shared], help="stop it")
    state = verbs.add_parser("status", parents=[shared], help="say how each component is")
    state.add_argument("--json", action="store_true")
    token = verbs.add_parser("token", parents=[shared], help="print a token for the API")
    token.add_argument("--org", required=True)
    token.add_argument("--role", required=True, choices=ROLES)
    token.add_argument("--user", default="user_local")
    logs = verbs.add_parser("logs", parents=[shared], help="print a component's log")
    logs.add_argument("component")
    logs.add_argument("-n", "--lines", type=int, default=50)
    logs.add_argument("-f", "--follow", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
