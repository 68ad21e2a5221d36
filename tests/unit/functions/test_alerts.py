"""Channels and rules over HTTP, and what the audit log says of them."""

from tests.fakes.functions import Functions

NIGHT = {"begin": "22:00", "end": "07:00", "zone": "Europe/Berlin"}
CHANNEL = {
    "label": "Desk",
    "target": {"kind": "slack", "url": "https://hooks.slack.com/services/T0/B0/secret"},
    "quiet_hours": NIGHT,
}


def test_who_silenced_a_channel_can_be_found_out(functions: Functions) -> None:
    """S2-024: what it was before and what it is now, and nothing of where it leads."""
    functions.world.create_organization()
    channel = functions.http("POST /api/alerts/channels", CHANNEL).json["channel_id"]

    longer = NIGHT | {"begin": "18:30"}
    changed = functions.http(f"PUT /api/alerts/channels/{channel}", {"quiet_hours": longer})

    assert changed.status == 200, changed.text
    line = list(functions.world.units.tables.audit.values())[-1]
    assert (line.action, line.subject) == ("alert_channel.change", channel)
    assert line.before is not None
    assert line.after is not None
    assert line.before["quiet_hours"] == NIGHT
    assert line.after["quiet_hours"] == longer
    assert "secret" not in repr((line.before, line.after))
