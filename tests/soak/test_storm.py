"""Half an hour of everything that can go wrong, over ten bots.

Options: `make soak SEED=7 BOTS=4 STORM_SECONDS=600`.
"""

from pathlib import Path

from tests.soak.conftest import number
from tests.soak.storm import EVERYTHING, Forecast, weather

MOST_MIB = 8 * 1024


def test_the_books_are_right_after_a_storm(tmp_path: Path) -> None:
    """S0-033, S0-056, S0-092, SU-006, K-30a: no fill lost, none invented, no order left behind."""
    tmp_path.chmod(0o755)
    forecast = Forecast(
        seed=number("SEED", 20_261_121),
        bots=number("BOTS", 10),
        what=EVERYTHING,
        seconds=number("STORM_SECONDS", 1_800),
    )

    after = weather(tmp_path / "stack", forecast)

    assert after.lies == []
    assert 0 < after.most_mib <= MOST_MIB
    assert after.fills > forecast.bots
    assert set(after.struck) == set(EVERYTHING)
