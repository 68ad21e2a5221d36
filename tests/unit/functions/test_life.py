"""A bot's whole life, through the functions alone."""

from tests.fakes import life
from tests.fakes.functions import Functions


def test_a_bot_is_created_started_claimed_runs_and_ends(functions: Functions) -> None:
    """S0-025, S0-020, S0-051, S0-055, S0-056, S0-060, S0-061, S0-070."""
    life.live(functions)
