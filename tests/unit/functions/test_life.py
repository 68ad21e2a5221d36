"""A bot's whole life, through the functions alone."""

from tests.fakes import life
from tests.fakes.functions import Functions


def test_a_bot_is_created_started_claimed_runs_and_ends(functions: Functions) -> None:
    """S0-025, S0-020, S0-051, S0-055, S0-056, S0-060, S0-061, S0-069, S0-070, S0-183, S2-009."""
    lived = life.live(functions)

    assert lived.statuses == ["stopped", "starting", "running", "stopping", "stopped"]
    assert lived.told_before == 0, "nothing is published before the status is written"
    assert lived.told == [lived.started["command_id"]]
    assert (lived.started["kind"], lived.started["state"]) == ("start", "done")
    assert lived.claimed["session"] == 1
    assert lived.claimed["credential"]["api_secret"] == life.SECRET
    assert [each["id"] for each in lived.claimed["commands"]] == lived.told
    assert lived.stopped["mode"] == "cancel_orders"
    assert lived.checked
    [run] = lived.runs
    assert (run["state"], run["session"], run["exit_code"]) == ("ended", 1, 0)
    assert lived.left == 404
