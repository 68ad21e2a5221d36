"""What must survive a kill: accounts, balances, orders, fills, ids and prices, in one SQLite file.

Every accepted action is committed here before anybody is told of it. The file holds secrets, so
only its owner may read it. Write-ahead logging with `synchronous=NORMAL` survives the death of
the process; only the death of the machine can lose the last commits.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from containers.paper_exchange.accounts import Account
from janym.domain.trading import Side
from janym.matching.balances import Holding
from janym.matching.order import Fill, Order, OrderKind, OrderStatus, TimeInForce

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    api_key TEXT PRIMARY KEY, secret TEXT NOT NULL, label TEXT NOT NULL,
    permissions TEXT NOT NULL, withdrawals INTEGER NOT NULL, fee_asset TEXT,
    created_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS balances (
    account TEXT NOT NULL, asset TEXT NOT NULL, free TEXT NOT NULL, locked TEXT NOT NULL,
    PRIMARY KEY (account, asset));
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, client_id TEXT NOT NULL, symbol TEXT NOT NULL,
    side TEXT NOT NULL, kind TEXT NOT NULL, time_in_force TEXT NOT NULL, price TEXT NOT NULL,
    quantity TEXT NOT NULL, quote_quantity TEXT NOT NULL, filled TEXT NOT NULL,
    filled_quote TEXT NOT NULL, status TEXT NOT NULL, created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL, token_fees INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS orders_by_client ON orders (account, symbol, client_id);
CREATE INDEX IF NOT EXISTS orders_open ON orders (account)
    WHERE status IN ('new', 'partially_filled');
CREATE TABLE IF NOT EXISTS fills (
    trade_id INTEGER NOT NULL, order_id INTEGER NOT NULL, account TEXT NOT NULL,
    client_id TEXT NOT NULL, symbol TEXT NOT NULL, side TEXT NOT NULL, price TEXT NOT NULL,
    quantity TEXT NOT NULL, fee TEXT NOT NULL, fee_asset TEXT NOT NULL, fee_price TEXT NOT NULL,
    maker INTEGER NOT NULL, time_ms INTEGER NOT NULL, PRIMARY KEY (trade_id, order_id));
CREATE INDEX IF NOT EXISTS fills_by_account ON fills (account, symbol, trade_id);
CREATE INDEX IF NOT EXISTS fills_by_order ON fills (order_id);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, reserved INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS markets (
    symbol TEXT PRIMARY KEY, step INTEGER NOT NULL, mid TEXT NOT NULL,
    book_version INTEGER NOT NULL);
"""
ORDER_COLUMNS = tuple(Order.__dataclass_fields__)
FILL_COLUMNS = tuple(Fill.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketState:
    """Where a market stands: its step, its mid price, its book's version."""

    symbol: str
    step: int
    mid: Decimal
    book_version: int


class Journal:
    """The open file. Methods raise `sqlite3.Error` when the disk refuses."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=True)
        path.chmod(0o600)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)
        self._add_token_fees()

    def _add_token_fees(self) -> None:
        """Give a file of before there were orders without token fees the column for it."""
        columns = {row["name"] for row in self._db.execute("PRAGMA table_info(orders)")}
        if "token_fees" not in columns:
            self._db.execute("ALTER TABLE orders ADD COLUMN token_fees INTEGER NOT NULL DEFAULT 1")

    def close(self) -> None:
        self._db.close()

    def add_account(self, account: Account, holdings: Mapping[str, Holding]) -> None:
        """Keep a new account and what it begins with."""
        with _Commit(self._db):
            self._db.execute(
                "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    account.api_key,
                    account.secret,
                    account.label,
                    json.dumps(account.permissions),
                    account.withdrawals,
                    account.fee_asset,
                    account.created_ms,
                ),
            )
            self._put_holdings({account.api_key: holdings})

    def record(
        self,
        orders: Iterable[Order],
        fills: Iterable[Fill],
        holdings: Mapping[str, Mapping[str, Holding]],
    ) -> None:
        """Commit what one action changed: orders as they now stand, new fills, holdings."""
        with _Commit(self._db):
            self._db.executemany(
                _upsert("orders", ORDER_COLUMNS), [_row(order, ORDER_COLUMNS) for order in orders]
            )
            self._db.executemany(
                _upsert("fills", FILL_COLUMNS), [_row(fill, FILL_COLUMNS) for fill in fills]
            )
            self._put_holdings(holdings)

    def reserve(self, name: str, block: int) -> tuple[int, int]:
        """Set `block` numbers aside for good; return the first, and the one after the last."""
        with _Commit(self._db):
            row = self._db.execute(
                "SELECT reserved FROM counters WHERE name = ?", (name,)
            ).fetchone()
            first = 1 if row is None else int(row["reserved"])
            self._db.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (name, first + block))
        return first, first + block

    def put_markets(self, markets: Iterable[MarketState]) -> None:
        """Keep where each market stands."""
        with _Commit(self._db):
            self._db.executemany(
                "INSERT OR REPLACE INTO markets VALUES (?, ?, ?, ?)",
                [(one.symbol, one.step, str(one.mid), one.book_version) for one in markets],
            )

    def markets(self) -> dict[str, MarketState]:
        return {
            row["symbol"]: MarketState(
                symbol=row["symbol"],
                step=row["step"],
                mid=Decimal(row["mid"]),
                book_version=row["book_version"],
            )
            for row in self._db.execute("SELECT * FROM markets")
        }

    def accounts(self) -> list[Account]:
        rows = self._db.execute("SELECT * FROM accounts ORDER BY created_ms, api_key")
        return [
            Account(
                api_key=row["api_key"],
                secret=row["secret"],
                label=row["label"],
                permissions=tuple(json.loads(row["permissions"])),
                withdrawals=bool(row["withdrawals"]),
                fee_asset=row["fee_asset"],
                created_ms=row["created_ms"],
            )
            for row in rows
        ]

    def holdings(self, account: str) -> dict[str, Holding]:
        rows = self._db.execute("SELECT * FROM balances WHERE account = ?", (account,))
        return {
            row["asset"]: Holding(free=Decimal(row["free"]), locked=Decimal(row["locked"]))
            for row in rows
        }

    def orders(self, where: str, values: tuple[str | int, ...]) -> list[Order]:
        """Return orders that meet an SQL condition of ours (never of a client), by id."""
        query = f"SELECT * FROM orders WHERE {where}"  # noqa: S608 - conditions are our constants
        return [_order(row) for row in self._db.execute(query, values)]

    def fills(self, where: str, values: tuple[str | int, ...]) -> list[Fill]:
        """Return fills that meet an SQL condition of ours (never of a client)."""
        query = f"SELECT * FROM fills WHERE {where}"  # noqa: S608 - conditions are our constants
        return [_fill(row) for row in self._db.execute(query, values)]

    def count(self) -> dict[str, int]:
        """Return how many accounts, orders and fills are kept."""
        row = self._db.execute(
            "SELECT (SELECT count(*) FROM accounts) AS accounts,"
            " (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM fills) AS fills"
        ).fetchone()
        return {key: row[key] for key in ("accounts", "orders", "fills")}

    def _put_holdings(self, holdings: Mapping[str, Mapping[str, Holding]]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO balances VALUES (?, ?, ?, ?)",
            [
                (account, asset, str(held.free), str(held.locked))
                for account, assets in holdings.items()
                for asset, held in assets.items()
            ],
        )


class _Commit:
    """A transaction that takes the write lock at once: all of it, or nothing."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")


def _upsert(table: str, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" for _ in columns)
    return f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names


def _row(item: Order | Fill, columns: tuple[str, ...]) -> list[object]:
    values = (getattr(item, column) for column in columns)
    return [str(value) if isinstance(value, Decimal) else value for value in values]


def _order(row: sqlite3.Row) -> Order:
    return Order(
        id=row["id"],
        account=row["account"],
        client_id=row["client_id"],
        symbol=row["symbol"],
        side=Side(row["side"]),
        kind=OrderKind(row["kind"]),
        time_in_force=TimeInForce(row["time_in_force"]),
        price=Decimal(row["price"]),
        quantity=Decimal(row["quantity"]),
        quote_quantity=Decimal(row["quote_quantity"]),
        filled=Decimal(row["filled"]),
        filled_quote=Decimal(row["filled_quote"]),
        status=OrderStatus(row["status"]),
        created_ms=row["created_ms"],
        updated_ms=row["updated_ms"],
        token_fees=bool(row["token_fees"]),
    )


def _fill(row: sqlite3.Row) -> Fill:
    return Fill(
        trade_id=row["trade_id"],
        order_id=row["order_id"],
        account=row["account"],
        client_id=row["client_id"],
        symbol=row["symbol"],
        side=Side(row["side"]),
        price=Decimal(row["price"]),
        quantity=Decimal(row["quantity"]),
        fee=Decimal(row["fee"]),
        fee_asset=row["fee_asset"],
        fee_price=Decimal(row["fee_price"]),
        maker=bool(row["maker"]),
        time_ms=row["time_ms"],
    )
