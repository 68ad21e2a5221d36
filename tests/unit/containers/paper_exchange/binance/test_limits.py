"""Rate-limit headers count per address, per key and per window."""

from containers.paper_exchange.binance.limits import DAY_MS, MINUTE_MS, TEN_SECONDS_MS, Limits


def test_weights_add_up_within_their_minute() -> None:
    limits = Limits()
    used = [
        limits.weigh("GET", path, address, at_ms)["X-MBX-USED-WEIGHT-1M"]
        for path, address, at_ms in (
            ("/api/v3/account", "a", 0),
            ("/api/v3/order", "a", 1),
            ("/api/v3/ping", "b", 2),
            ("/api/v3/ping", "a", MINUTE_MS),
        )
    ]

    assert used == ["20", "24", "1", "1"]


def test_orders_add_up_by_key_in_two_windows() -> None:
    limits = Limits()
    limits.count_order("k", 0)

    later = limits.count_order("k", TEN_SECONDS_MS)
    next_day = limits.count_order("k", DAY_MS)

    assert later == {"X-MBX-ORDER-COUNT-10S": "1", "X-MBX-ORDER-COUNT-1D": "2"}
    assert next_day == {"X-MBX-ORDER-COUNT-10S": "1", "X-MBX-ORDER-COUNT-1D": "1"}
