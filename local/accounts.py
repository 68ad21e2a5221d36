"""`account`: an account at the paper exchange, as a person would open one."""

import argparse
import json
import sys
import urllib.request
from decimal import Decimal, InvalidOperation
from urllib.error import HTTPError, URLError

from local.commands import FAULTY, NOT_RUNNING, OK
from local.layout import Stack, read_json

BALANCES = {"USDT": "100000", "ETH": "50", "BTC": "2", "BNB": "20"}
_LIMIT_S = 10


def balance(text: str) -> tuple[str, str]:
    """Read `ASSET=AMOUNT`.

    Raises:
        ArgumentTypeError: it is none, or the amount is no positive number.
    """
    asset, _, amount = text.partition("=")
    try:
        enough = Decimal(amount) > 0
    except InvalidOperation:
        enough = False
    if not asset or not enough:
        raise argparse.ArgumentTypeError(f"{text!r} is no ASSET=AMOUNT, for example USDT=1000")
    return asset.upper(), amount


def open_account(stack: Stack, *, label: str, balances: dict[str, str], fees_in: str | None) -> int:
    """Open an account and print its key as JSON; nobody can ask for the secret again."""
    addresses = read_json(stack.description).get("addresses")
    secrets = read_json(stack.secrets)
    if not addresses or not secrets:
        print(f"There is no stack at {stack.home} yet: `janym up` first.", file=sys.stderr)
        return NOT_RUNNING
    request = urllib.request.Request(  # noqa: S310 - the stack's own address
        f"{addresses['paper_exchange']}/control/accounts",
        method="POST",
        headers={
            "Authorization": f"Bearer {secrets['paper_exchange_control']}",
            "Content-Type": "application/json",
        },
        data=json.dumps(
            {
                "label": label,
                "balances": balances,
                "permissions": ["SPOT"],
                "withdrawals": False,
                "fee_asset": fees_in,
            }
        ).encode(),
    )
    try:
        with urllib.request.urlopen(request, timeout=_LIMIT_S) as answer:  # noqa: S310 - as above
            print(json.dumps(json.loads(answer.read()), indent=2))
    except HTTPError as refused:
        print(f"The exchange refused: {refused.read().decode()}", file=sys.stderr)
        return FAULTY
    except URLError as away:
        print(f"The exchange does not answer ({away.reason}); see `janym status`.", file=sys.stderr)
        return NOT_RUNNING
    return OK
