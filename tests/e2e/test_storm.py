"""Everything that can go wrong, over ten bots, and again; `make soak` has half an hour of it."""

from pathlib import Path

from tests.soak.storm import EVERYTHING, Forecast, weather

MOST_MIB = 8 * 1024


def test_the_books_are_right_after_a_short_storm(tmp_path: Path) -> None:
    """S0-033, S0-056, S0-092, SU-006, K-30a: no fill lost, none invented, no order left behind."""
    tmp_path.chmod(0o755)

    after = weather(tmp_path / "stack", Forecast(seed=11, bots=10, what=EVERYTHING, seconds=90))

    assert after.lies == []
    assert after.fills > 10
    assert set(after.struck) == set(EVERYTHING)
    assert 0 < after.most_mib <= MOST_MIB
