"""The paper exchange as a real server, and its own book of what happened on an account."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The keys of one account on the exchange."""

    api_key: str
    api_secret: str

    def keys(self, connector: str = "binance") -> dict[str, str]:
        """As the connector names them."""
        return {
            f"{connector}_api_key": self.api_key,
            f"{connector}_api_secret": self.api_secret,
        }


class Paper:
    """One running paper exchange."""

    def __init__(self, port: int) -> None:
        self.address = ("127.0.0.1", port)
        self._address = f"127.0.0.1:{port}"

    def venue(self, connector: str = "binance") -> dict[str, str]:
        """The addresses of the start line."""
        rest, sockets = f"http://{self._address}", f"ws://{self._address}"
        if connector == "bybit":
            return {
                "rest": rest,
                "stream": f"{sockets}/v5/public/spot",
                "private": f"{sockets}/v5/private",
            }
        return {"rest": rest, "stream": f"{sockets}/ws", "ws_api": f"{sockets}/ws-api/v3"}

    def account(self, *, fee_asset: str | None = "BNB") -> Account:
        """Open an account with money on it."""
        made = self._call(
            "/control/accounts",
            {
                "label": "engine",
                "balances": {"USDT": "20000", "ETH": "10", "BNB": "5"},
                "permissions": ["SPOT"],
                "withdrawals": False,
                "fee_asset": fee_asset,
            },
        )
        return Account(api_key=made["api_key"], api_secret=made["api_secret"])

    def ledger(self, account: Account) -> dict[str, Any]:
        """What the exchange wrote down about the account."""
        return self._call(f"/control/ledger?api_key={account.api_key}")

    def strike(self, account: Account, **fault: object) -> int:
        """Let a fault strike the account's requests; gives its number."""
        return int(self._call("/control/faults", {"api_key": account.api_key, **fault})["id"])

    def hits(self, number: int) -> int:
        """How often a fault has struck."""
        faults: Any = self._call("/control/faults")
        return next(fault["hits"] for fault in faults if fault["id"] == number)

    def price(self, symbol: str = "ETHUSDT") -> Decimal:
        """The last price."""
        return Decimal(self._call(f"/api/v3/ticker/price?symbol={symbol}")["price"])

    def advance(self, steps: int = 1) -> None:
        """Let the markets go on by hand."""
        self._call("/control/steps", {"count": steps})

    def healthy(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self._call("/control/health"))
        except urllib.error.URLError:
            return False

    def _call(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://{self._address}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            return json.load(response)


@contextmanager
def running(data: Path, *, tick_ms: int = 200) -> Generator[Paper]:
    """Start an exchange on a free port; it ends with the block.

    Its markets go on every `tick_ms` milliseconds, or by hand alone where that is 0.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = data / "exchange.log"
    command = [sys.executable, "-m", "containers.paper_exchange"]
    arguments = ["--port", str(port), "--data", str(data), "--seed", "11"]
    arguments += ["--tick-ms", str(tick_ms)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command + arguments, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        paper = Paper(port)
        deadline = time.monotonic() + PATIENCE_S
        while not paper.healthy():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, f"it does not answer: {log.read_text()}"
            time.sleep(0.05)
        yield paper
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
