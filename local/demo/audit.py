"""Comparing the books: what the exchange says against what the platform kept."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from local.demo.canaries import Search, forms
from local.demo.job import Job
from local.instruments import ledger, processes
from local.instruments.platform import Platform
from local.instruments.waiting import until

ARRIVED_IN_S = 60
ENOUGH_FILLS = 20


def books(job: Job, platform: Platform) -> dict[str, Any]:
    """Count on both sides, once everything that was sent has arrived."""
    postgres, clickhouse = platform.stores()
    at_exchange = len(job.fills())
    until(
        f"{at_exchange} fills in Postgres",
        lambda: postgres.count("fills", job.bot),
        lambda count: count >= at_exchange,
        limit_s=ARRIVED_IN_S,
    )
    fills = job.api.every(f"/api/bots/{job.bot}/fills")
    orders = job.api.every(f"/api/bots/{job.bot}/orders")
    pnl = job.api.get(f"/api/bots/{job.bot}/pnl")
    reckoned = ledger.total(job.fills(), pnl["price"])
    return {
        "fills_at_exchange": at_exchange,
        "fills_in_postgres": postgres.count("fills", job.bot),
        "fills_over_api": len({fill["trade_id"] for fill in fills}),
        "pnl_from_exchange_ledger": ledger.decimal_text(reckoned),
        "pnl_over_api": format(Decimal(pnl["total"]).normalize(), "f"),
        "pnl_mark_price": pnl["price"],
        "fees_by_asset": pnl["fees_by_asset"],
        "orders_new": len(orders),
        "orders_filled": sum(order["status"] == "filled" for order in orders),
        "orders_cancelled": sum(order["status"] == "cancelled" for order in orders),
        "orders_at_exchange": len(job.ledger()["orders"]),
        "metrics_rows_postgres": postgres.count("bot_metrics", job.bot),
        "metrics_rows_clickhouse": clickhouse.count("bot_metrics", job.bot),
        "log_rows": postgres.count("bot_logs", job.bot),
        "log_rows_clickhouse": clickhouse.count("bot_logs", job.bot),
    }


def secret_search(job: Job, platform: Platform) -> dict[str, Any]:
    """Look for the exchange secret everywhere, after proving that the search finds a leak."""
    needles = forms(job.secret)
    leak = platform.home / "logs" / "planted.log"
    leak.write_bytes(b"x" + needles["base64_1"])
    proof = Search(needles)
    proof.through_files(leak.parent)
    leak.unlink()
    search = Search(needles)
    home = platform.home
    search.through_files(home, but=[home / "data" / "paper_exchange"])
    search.through_files(Path("build"))
    for store in platform.stores():
        for place, rows in store.dump():
            search.through(place, rows)
    search.through_processes(processes.of_stack(home))
    return {
        "places": search.places,
        "bytes": search.searched_bytes,
        "forms": sorted(needles),
        "planted_leak_found": any(str(leak) in place for place in proof.found_in),
        "found_in": search.found_in,
    }


def verdict(facts: dict[str, Any]) -> list[str]:
    """List every promise that does not hold."""
    search = facts["secret_search"]
    counts = {facts["fills_at_exchange"], facts["fills_in_postgres"], facts["fills_over_api"]}
    promises = {
        "fills are the same at the exchange, in Postgres and over the API": len(counts) == 1,
        f"there are at least {ENOUGH_FILLS} fills": min(counts) >= ENOUGH_FILLS,
        "profit and loss equals the exchange's ledger": (
            facts["pnl_over_api"] == facts["pnl_from_exchange_ledger"]
        ),
        "fees were paid in a third token": "BNB" in facts["fees_by_asset"],
        "no order is left at the exchange": facts["open_orders_at_exchange_after_stop"] == 0,
        "every order of the exchange is known": facts["orders_new"] == facts["orders_at_exchange"],
        "metrics reached both stores": (
            facts["metrics_rows_postgres"] > 0 and facts["metrics_rows_clickhouse"] > 0
        ),
        "logs were kept": facts["log_rows"] > 0,
        "the bot ran, and ended stopped": (
            any(s.startswith("running") for s in facts["status_sequence"])
            and facts["status_sequence"][-1] == "stopped"
        ),
        "Hummingbot is the published one, and its compiled modules run": (
            facts["hummingbot_record_ok"]
        ),
        "a planted leak is found": search["planted_leak_found"],
        "the exchange secret is nowhere": not search["found_in"],
        "each kill healed within 60 s": facts["heal_s"] <= 60,
    }
    return [promise for promise, kept in promises.items() if not kept]
