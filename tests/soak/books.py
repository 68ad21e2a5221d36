"""What must be true of the books once everything has calmed down; each line names one lie."""

from collections import Counter
from decimal import Decimal
from typing import Any

from local.instruments import ledger
from tests.soak.fleet import PREFIX, TAG, Fleet, Member, each, of


def lies(fleet: Fleet) -> list[str]:
    """Compare the exchange, Postgres and the API; an empty list is the truth."""
    ledgers = fleet.ledgers()

    def check(member: Member) -> list[str]:
        books = ledgers[member.key]
        return [
            *_status(fleet, member, books),
            *_fills(fleet, member, books),
            *_orders(fleet, member, books),
            *_profit(fleet, member, books),
        ]

    return [*each(fleet.members, check), *_strangers(fleet, ledgers)]


def _status(fleet: Fleet, member: Member, books: dict[str, Any]) -> list[str]:
    told = fleet.api.get(f"/api/bots/{member.bot}")["status"]
    left = [row["client_order_id"] for row in of(member, books["open_orders"])]
    return [
        *([f"is said to be {told}"] if told != "stopped" else []),
        *([f"has open orders at the exchange: {left}"] if left else []),
    ]


def _fills(fleet: Fleet, member: Member, books: dict[str, Any]) -> list[str]:
    there = {str(row["trade_id"]): row for row in of(member, books["fills"])}
    here = {row["trade_id"]: row for row in fleet.rows("fills", member)}
    wrong = [
        f"fill {trade} is {_amounts(here[trade])} in Postgres, {_amounts(there[trade])} there"
        for trade in there.keys() & here.keys()
        if _amounts(here[trade]) != _amounts(there[trade])
    ]
    return [
        *([f"lacks fills {sorted(there.keys() - here.keys())}"] if there.keys() - here else []),
        *([f"invented fills {sorted(here.keys() - there.keys())}"] if here.keys() - there else []),
        *wrong,
    ]


def _amounts(row: dict[str, Any]) -> tuple[str, Decimal, Decimal, str, Decimal]:
    fee = row["fee_amount"] if "fee_amount" in row else row["fee"]
    return (
        str(row["side"]).lower(),
        Decimal(row["price"]),
        Decimal(row["quantity"]),
        str(row["fee_asset"]),
        Decimal(fee),
    )


def _orders(fleet: Fleet, member: Member, books: dict[str, Any]) -> list[str]:
    there = {row["client_order_id"]: row for row in of(member, books["orders"])}
    here = {row["client_order_id"]: row for row in fleet.rows("orders", member)}
    unknown = sorted(there.keys() - here.keys())
    still_open = sorted(name for name, row in here.items() if row["status"] == "open")
    unequal = [
        f"order {name} has {here[name]['filled_quantity']} filled in Postgres, "
        f"{there[name]['filled_quantity']} there"
        for name in sorted(there.keys() & here.keys())
        if Decimal(here[name]["filled_quantity"]) != Decimal(there[name]["filled_quantity"])
    ]
    return [
        *([f"does not know its orders {unknown}"] if unknown else []),
        *([f"believes orders open that are not: {still_open}"] if still_open else []),
        *unequal,
    ]


def _profit(fleet: Fleet, member: Member, books: dict[str, Any]) -> list[str]:
    told = fleet.api.get(f"/api/bots/{member.bot}/pnl")
    fills = of(member, books["fills"])
    if not fills:
        return ["never traded"]
    reckoned = ledger.decimal_text(ledger.total(fills, told["price"]))
    said = format(Decimal(told["total"]).normalize(), "f")
    return [] if said == reckoned else [f"says it made {said}, the exchange's books say {reckoned}"]


def _strangers(fleet: Fleet, ledgers: dict[str, dict[str, Any]]) -> list[str]:
    tags = {member.tag for member in fleet.members}
    found: list[str] = []
    for books in ledgers.values():
        names = [row["client_order_id"] for row in books["orders"]]
        found += [
            f"order {name} belongs to no bot"
            for name in names
            if not name.startswith(PREFIX) or name[TAG] not in tags
        ]
        found += [f"client order id {name} used {n} times" for name, n in Counter(names).items()
                  if n > 1]  # fmt: skip
    return found
