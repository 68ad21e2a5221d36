"""A short storm over four bots: one of each kind of blow; `make soak` has the long one."""

from pathlib import Path

from tests.soak.storm import Forecast, weather

BLOWS = (
    "engine", "bridge", "gateway", "mosquitto", "postgres",
    "accept_then_timeout", "error_after_accept", "duplicate_frame", "reorder_frame",
)  # fmt: skip


def test_the_books_are_right_after_a_short_storm(tmp_path: Path) -> None:
    """S0-033, S0-056, S0-092, SU-006, K-30a: no fill lost, none invented, no order left behind."""
    tmp_path.chmod(0o755)

    after = weather(tmp_path / "stack", Forecast(seed=11, bots=4, what=BLOWS, seconds=0))

    assert after.lies == []
    assert after.fills > 4
    assert set(after.struck) == set(BLOWS)
