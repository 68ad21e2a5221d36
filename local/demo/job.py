"""The job itself: a bot's life with a restart and three kills, and what it leaves in the books."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.instruments import processes
from local.instruments.client import Client
from local.instruments.waiting import until

PAIR = "ETH-USDT"
CONFIG = {
    "bid_spread": "0.0005",
    "ask_spread": "0.0005",
    "order_amount": "0.05",
    "order_refresh_time": "5",
    "filled_order_delay": "1",
}
RUNNING_IN_S = 180
HEALED_IN_S = 180
"""Three times what is promised; the report says how long it really took."""
TRADED_IN_S = 240
STOPPED_IN_S = 150


@dataclass(slots=True)
class Job:
    """One bot and everything seen of it."""

    api: Client
    exchange: Client
    say: Callable[[str], None]
    key: str = ""
    secret: str = field(default="", repr=False)
    bot: str = ""
    facts: dict[str, Any] = field(default_factory=dict[str, Any])

    def prepare(self) -> None:
        """Make an organization, an account at the exchange, a stored key and a bot."""
        self.api.put("/api/organization", {"name": "Demo"})
        account = self.exchange.post(
            "/control/accounts",
            {
                "label": "demo",
                "balances": {"USDT": "100000", "ETH": "50", "BNB": "20"},
                "permissions": ["SPOT"],
                "withdrawals": False,
                "fee_asset": "BNB",
            },
        )
        self.key, self.secret = account["api_key"], account["api_secret"]
        credential = self.api.post(
            "/api/exchanges/credentials",
            {"exchange": "binance", "environment": "paper", "api_key": self.key,
             "api_secret": self.secret},
        )  # fmt: skip
        bot = self.api.post(
            "/api/bots",
            {"name": "Demo", "strategy_type": "pure_market_making", "exchange": "binance",
             "environment": "paper", "trading_pair": PAIR,
             "credential_id": credential["credential_id"], "config": CONFIG},
        )  # fmt: skip
        self.bot = bot["bot_id"]
        self.say(f"bot {self.bot} on {PAIR}, fees in BNB")

    def start(self) -> None:
        """Start it, and note how long it took to run and to quote."""
        began = time.monotonic()
        self.api.post(f"/api/bots/{self.bot}/start")
        until("the first quote", self.open_orders, bool, limit_s=RUNNING_IN_S)
        self.facts["first_quote_s"] = round(time.monotonic() - began, 1)
        self._running()
        self.facts["start_to_running_s"] = round(time.monotonic() - began, 1)
        self.say(f"first quote after {self.facts['first_quote_s']} s")

    def trade(self, fills: int) -> None:
        """Wait until the exchange has executed so many of its orders."""
        until(
            f"{fills} fills", lambda: len(self.fills()), lambda n: n >= fills, limit_s=TRADED_IN_S
        )
        self.say(f"{len(self.fills())} fills at the exchange")

    def restart(self) -> None:
        """Restart it over the API: another engine, the same bot."""
        engine = self._engine()
        command = self.api.post(f"/api/bots/{self.bot}/restart")
        self._reborn(engine, "the restarted engine to quote")
        until(
            "the restart to be done",
            lambda: self.api.get(f"/api/commands/{command['command_id']}"),
            lambda seen: seen["state"] == "done",
            limit_s=RUNNING_IN_S,
        )
        self.say("restarted")

    def kill(self, what: str) -> float:
        """Kill the engine, the bridge or the whole group, and wait until another engine quotes.

        Returns:
            Seconds from the kill to the next quote of a running bot.
        """
        engine = self._engine()
        bridge = processes.bridge_of(self.bot)
        assert bridge is not None, "a bot with an engine has a bridge"  # noqa: S101 - narrows a type
        began = time.monotonic()
        victims = {"engine": [engine], "bridge": [bridge.pid], "group": processes.task_of(self.bot)}
        for victim in victims[what]:
            os.kill(victim, signal.SIGKILL)
        self._reborn(engine, f"the bot to heal after its {what} was killed")
        healed = round(time.monotonic() - began, 1)
        self.say(f"healed {healed} s after SIGKILL of the {what}")
        return healed

    def stop(self) -> None:
        """Stop it, and ask the exchange what is left."""
        self.api.post(f"/api/bots/{self.bot}/stop", {"mode": "cancel_orders"})
        until("the bot to be stopped", self.status, lambda s: s == "stopped", limit_s=STOPPED_IN_S)
        self.facts["open_orders_at_exchange_after_stop"] = len(self.open_orders())
        self.say(f"stopped; {self.facts['open_orders_at_exchange_after_stop']} orders left")

    def status(self) -> str:
        return str(self.api.get(f"/api/bots/{self.bot}")["status"])

    def ledger(self) -> dict[str, Any]:
        return self.exchange.get(f"/control/ledger?api_key={self.key}")

    def open_orders(self) -> list[dict[str, Any]]:
        return list(self.ledger()["open_orders"])

    def fills(self) -> list[dict[str, Any]]:
        return list(self.ledger()["fills"])

    def engine(self) -> int:
        """Give the process id of the living engine."""
        return self._engine()

    def _engine(self) -> int:
        found = until(
            "an engine process",
            lambda: processes.engine_of(self.bot),
            lambda process: process is not None,
            limit_s=RUNNING_IN_S,
        )
        assert found is not None, "until() lets only a process through"  # noqa: S101 - narrows a type
        return found.pid

    def _reborn(self, old: int, what: str) -> None:
        """Wait until a younger engine has an order in the book and the bot is running."""

        def look() -> dict[str, Any]:
            process = processes.engine_of(self.bot)
            return {
                "engine": process.pid if process else None,
                "status": self.status(),
                "prefixes": sorted({o["client_order_id"][:10] for o in self.open_orders()}),
            }

        before = {order["client_order_id"][:10] for order in self.ledger()["orders"]}
        until(
            what,
            look,
            lambda seen: (
                seen["engine"] not in (None, old)
                and seen["status"] == "running"
                and bool(set(seen["prefixes"]) - before)
            ),
            limit_s=HEALED_IN_S,
        )

    def _running(self) -> None:
        until("the bot to run", self.status, lambda s: s == "running", limit_s=RUNNING_IN_S)
