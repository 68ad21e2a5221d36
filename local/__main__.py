"""The laptop's cloud from the command line: `python -m local up|down|status|queues|…`.

People type `janym up`; it starts this.
"""

import argparse
import contextlib
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from local import accounts, audit, books, commands, queues, up
from local.components import URLS, Choices
from local.issuer import ROLES
from local.layout import DEFAULT_HOME, Stack
from local.postgres import VERSIONS

Action = Callable[[Stack, Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    act: Action = options.act
    with contextlib.suppress(KeyboardInterrupt):
        return act(Stack.at(options.home), options)
    return 0


def _up(stack: Stack, options: Namespace) -> int:
    choices = Choices(
        postgres_version=options.postgres, fsync=not options.no_fsync, ports=dict(options.port)
    )
    return up.run(stack, choices)


def _down(stack: Stack, _options: Namespace) -> int:
    return commands.down(stack)


def _status(stack: Stack, options: Namespace) -> int:
    return commands.status(stack, as_json=options.json)


def _restart(stack: Stack, options: Namespace) -> int:
    return commands.restart(stack, options.component)


def _token(stack: Stack, options: Namespace) -> int:
    return commands.token(stack, organization=options.org, role=options.role, user=options.user)


def _account(stack: Stack, options: Namespace) -> int:
    return accounts.open_account(
        stack,
        label=options.label,
        balances=dict(options.balance) or accounts.BALANCES,
        fees_in=options.fees_in,
    )


def _queues(stack: Stack, _options: Namespace) -> int:
    return queues.show(stack)


def _redrive(stack: Stack, options: Namespace) -> int:
    return queues.redrive(stack, options.queue)


def _audit(stack: Stack, options: Namespace) -> int:
    return audit.verify(stack, only=options.org, expected=dict(options.expect))


def _logs(stack: Stack, options: Namespace) -> int:
    return commands.logs(stack, options.component, lines=options.lines, follow=options.follow)


def _port(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if name not in URLS:
        raise argparse.ArgumentTypeError(f"{name!r} has no port; there are {', '.join(URLS)}")
    if not number.isdigit() or not 0 < int(number) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=PORT")
    return name, int(number)


def _head(text: str) -> tuple[str, str]:
    name, _, head = text.partition("=")
    if not name or not head:
        raise argparse.ArgumentTypeError(f"{text!r} is no ORG=HEAD")
    return name, head


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", type=Path, default=DEFAULT_HOME, help="folder of the stack")
    verbs = parser.add_subparsers(dest="command", required=True)
    start = verbs.add_parser("up", parents=[shared], help="start everything, until Ctrl-C")
    start.set_defaults(act=_up)
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
    end = verbs.add_parser("down", parents=[shared], help="stop it")
    end.set_defaults(act=_down)
    state = verbs.add_parser("status", parents=[shared], help="say how each component is")
    state.set_defaults(act=_status)
    state.add_argument("--json", action="store_true")
    again = verbs.add_parser("restart", parents=[shared], help="end a component, start it again")
    again.set_defaults(act=_restart)
    again.add_argument("component")
    book = verbs.add_parser("book", parents=[shared], help="print a book as it was")
    book.set_defaults(act=books.show)
    for name in ("exchange", "market", "pair", "at"):
        book.add_argument(f"--{name}", required=True)
    book.add_argument("--limit", type=int)
    token = verbs.add_parser("token", parents=[shared], help="print a token for the API")
    token.set_defaults(act=_token)
    token.add_argument("--org", required=True)
    token.add_argument("--role", required=True, choices=ROLES)
    token.add_argument("--user", default="user_local")
    account = verbs.add_parser("account", parents=[shared], help="open a paper account")
    account.set_defaults(act=_account)
    account.add_argument("--label", default="default")
    account.add_argument("--balance", type=accounts.balance, action="append", default=[])
    account.add_argument("--fees-in")
    waiting = verbs.add_parser("queues", parents=[shared], help="say what waits in each queue")
    waiting.set_defaults(act=_queues)
    back = verbs.add_parser("redrive", parents=[shared], help="send dead letters back")
    back.set_defaults(act=_redrive)
    back.add_argument("queue")
    chains = verbs.add_parser("audit", parents=[shared], help="check the audit log")
    chains.set_defaults(act=_audit)
    chains.add_argument("verb", choices=["verify"])
    chains.add_argument("--org")
    chains.add_argument("--expect", type=_head, action="append", default=[])
    logs = verbs.add_parser("logs", parents=[shared], help="print a component's log")
    logs.set_defaults(act=_logs)
    logs.add_argument("component")
    logs.add_argument("-n", "--lines", type=int, default=50)
    logs.add_argument("-f", "--follow", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
