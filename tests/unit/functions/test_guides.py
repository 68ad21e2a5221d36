"""What guides tell people to send is what the API takes."""

import json
import re
from pathlib import Path

import pytest

from tests.fakes.functions import Functions, is_served
from tests.fakes.world import ADMIN

GUIDES = sorted((Path(__file__).parents[3] / "docs/guides").glob("*.md"))
FIRST_STEPS = next(guide for guide in GUIDES if guide.name == "first-steps.md")
COMMAND = re.compile(r"""^api -X (\w+) +"\$API(\S+)"(?: \\?\s*-d '([^']*)')?""", re.MULTILINE)
UNTIMELY = {"NOT_RUNNING", "NOT_PAUSED"}
"""What a bot answers that was stopped a few lines before."""
NAMED = re.compile(r"`(GET|POST|PUT|DELETE) (/api/[^\s`?…]*)")


def test_the_first_steps_lead_to_a_bot_that_is_started(functions: Functions) -> None:
    """S0-187: every command as it is written, one after the other, with ids as they came."""
    ids = {"credential_id": "", "bot_id": ""}
    statuses: dict[str, int] = {}
    for method, written, body in COMMAND.findall(FIRST_STEPS.read_text()):
        path = written.replace("BOT_ID", ids["bot_id"])
        sent = json.loads(body.replace("…", "from the exchange")) if body else None
        if sent is not None and "credential_id" in sent:
            sent["credential_id"] = ids["credential_id"]
        answer = functions.http(f"{method} {path}", sent, caller=ADMIN)
        assert answer.status < 300 or answer.json["code"] in UNTIMELY, answer.text
        statuses[f"{method} {written}"] = answer.status
        ids |= {name: answer.json[name] for name in ids.keys() & answer.json.keys()}

    assert statuses["POST /api/bots"] == 201
    assert statuses["POST /api/bots/BOT_ID/start"] == 202
    assert statuses["POST /api/bots/BOT_ID/stop"] == 202


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_routes_that_a_guide_names_are_there(guide: Path) -> None:
    named = {f"{method} {path}" for method, path in NAMED.findall(guide.read_text())}

    assert [call for call in sorted(named) if not is_served(call)] == []
