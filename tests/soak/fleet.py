"""Several bots on one platform: who they are, and what the exchange and Postgres know of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.instruments.client import Client
from local.instruments.platform import Platform
from local.instruments.waiting import until

QUOTING_IN_S = 400
STOPPED_IN_S = 240
PREFIX = "jn"
TAG = slice(2, 8)
"""Where a client order id has the bot's tag."""
RUN = 10
"""So many characters of a client order id name one life of one engine."""

WAITS_FOR_OWNER = ("RESTART_BUDGET", "START_TIMEOUT")

SPREADS = {
    "bid_spread": "0.0005",
    "ask_spread": "0.0005",
    "order_refresh_time": "4",
    "filled_order_delay": "1",
}
AMOUNTS = {"ETH-USDT": "0.05", "BTC-USDT": "0.002"}
STRATEGIES = ("pure_market_making", "pmm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One bot of the fleet."""

    bot: str
    tag: str
    key: str
    pair: str
    strategy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Bots in pairs: two share a key on different markets, as two strategies."""

    platform: Platform
    api: Client
    exchange: Client
    members: tuple[Member, ...]

    @classmethod
    def enlist(cls, platform: Platform, size: int) -> "Fleet":
        """Make accounts, keys and bots; nothing runs yet."""
        api, exchange = platform.api("admin"), platform.exchange()
        api.put("/api/organization", {"name": "Fleet"})
        fleet = cls(platform=platform, api=api, exchange=exchange, members=())
        members: list[Member] = []
        for number in range(0, size, 2):
            key, credential = fleet._account(number // 2)
            for pair in list(AMOUNTS)[: size - number]:
                strategy = STRATEGIES[(len(members) + number // 2) % 2]
                members.append(fleet._member(key, credential, pair, strategy))
        return cls(platform=platform, api=api, exchange=exchange, members=tuple(members))

    def start(self) -> None:
        """Start all, and wait until each has orders in the book."""
        for member in self.members:
            self.api.post(f"/api/bots/{member.bot}/start")
        self.quoting({})

    def quoting(self, buried: Mapping[str, set[str]]) -> None:
        """Wait until every bot was seen to run and to have orders in the book.

        Not all at once: their orders trade, and rest only part of the time. Who gave up is started
        again. Orders of engines that are dead and buried, by bot and prefix, do not count.
        """
        seen: set[str] = set()

        def look() -> dict[str, tuple[str, int]]:
            lacking = {
                member.tag: (
                    self.nudged(member),
                    self.quotes(member, buried.get(member.tag, set())),
                )
                for member in self.members
                if member.tag not in seen
            }
            seen.update(
                tag for tag, (status, count) in lacking.items() if status == "running" and count
            )
            return {tag: told for tag, told in lacking.items() if tag not in seen}

        until(
            "every bot to run and to quote",
            look,
            lambda lacking: not lacking,
            limit_s=QUOTING_IN_S,
        )

    def trading(self) -> None:
        """Wait until every bot has at least one execution."""
        until(
            "every bot to have traded",
            lambda: {
                member.tag: len(of(member, self.ledgers()[member.key]["fills"]))
                for member in self.members
            },
            lambda counts: all(counts.values()),
            limit_s=QUOTING_IN_S,
        )

    def nudged(self, member: Member) -> str:
        """Give a bot's status. One that waits for its owner is started, as a person would.

        A bot in `error` whose desired state is still `running` may be about to be healed; it waits
        for its owner only where the reason says so.
        """
        seen = self.api.get(f"/api/bots/{member.bot}")
        if seen["status"] == "error" and seen["reason"] in WAITS_FOR_OWNER:
            self.api.post(f"/api/bots/{member.bot}/start")
        return str(seen["status"])

    def stop(self) -> None:
        """Stop all, and wait until the platform says that each is stopped."""
        for member in self.members:
            self.api.post(f"/api/bots/{member.bot}/stop", {"mode": "cancel_orders"})
        until("every bot to be stopped", self.statuses, _all_stopped, limit_s=STOPPED_IN_S)

    def statuses(self) -> dict[str, str]:
        return {
            member.tag: str(self.api.get(f"/api/bots/{member.bot}")["status"])
            for member in self.members
        }

    def ledgers(self) -> dict[str, dict[str, Any]]:
        """Give each account's books at the exchange, by key."""
        keys = sorted({member.key for member in self.members})
        return {key: self.exchange.get(f"/control/ledger?api_key={key}") for key in keys}

    def quotes(self, member: Member, but: set[str]) -> int:
        """Count a bot's open orders at the exchange, without those of some engines."""
        books = self.exchange.get(f"/control/ledger?api_key={member.key}")
        mine = of(member, books["open_orders"])
        return sum(row["client_order_id"][:RUN] not in but for row in mine)

    def prefixes(self, member: Member) -> set[str]:
        """Give the prefixes of all orders that a bot's engines have placed so far."""
        books = self.exchange.get(f"/control/ledger?api_key={member.key}")
        return {row["client_order_id"][:RUN] for row in of(member, books["orders"])}

    def rows(self, table: str, member: Member) -> list[dict[str, Any]]:
        """Read a bot's rows in Postgres."""
        postgres, _ = self.platform.stores()
        return postgres.rows(table, member.bot)

    def _account(self, number: int) -> tuple[str, str]:
        account = self.exchange.post(
            "/control/accounts",
            {
                "label": f"fleet {number}",
                "balances": {"USDT": "500000", "ETH": "100", "BTC": "5", "BNB": "50"},
                "permissions": ["SPOT"],
                "withdrawals": False,
                "fee_asset": "BNB",
            },
        )
        credential = self.api.post(
            "/api/exchanges/credentials",
            {"exchange": "binance", "environment": "paper", "label": f"fleet {number}",
             "api_key": account["api_key"], "api_secret": account["api_secret"]},
        )  # fmt: skip
        return str(account["api_key"]), str(credential["credential_id"])

    def _member(self, key: str, credential: str, pair: str, strategy: str) -> Member:
        bot = self.api.post(
            "/api/bots",
            {"name": f"{strategy} on {pair} {key[:6]}", "strategy_type": strategy,
             "exchange": "binance", "environment": "paper", "trading_pair": pair,
             "credential_id": credential, "config": SPREADS | {"order_amount": AMOUNTS[pair]}},
        )  # fmt: skip
        postgres, _ = self.platform.stores()
        (row,) = postgres.rows("bots", str(bot["bot_id"]), key="id")
        return Member(bot=str(bot["bot_id"]), tag=row["tag"], key=key, pair=pair, strategy=strategy)


def of(member: Member, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pick a bot's own from what an account holds, by the tag in the client order id."""
    return [row for row in rows if row["client_order_id"].startswith(PREFIX + member.tag)]


def each(members: tuple[Member, ...], check: Callable[[Member], list[str]]) -> list[str]:
    """Gather what a check finds of each bot."""
    return [f"{member.tag} {found}" for member in members for found in check(member)]


def _all_stopped(statuses: dict[str, str]) -> bool:
    return set(statuses.values()) == {"stopped"}
