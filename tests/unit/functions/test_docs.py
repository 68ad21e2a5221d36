"""What the API is, to be read by machines and by people."""

import json
import re

from janym.api.contract import declared
from tests.fakes.functions import Functions
from tests.fakes.published import DOCUMENT


def test_machines_read_the_published_document(functions: Functions) -> None:
    """S0-186."""
    answer = functions.http("GET /openapi.json", caller=None, function="docs")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert json.loads(answer.text) == DOCUMENT


def test_people_read_every_route_and_schema(functions: Functions) -> None:
    """S0-186."""
    answer = functions.http("GET /docs", caller=None, function="docs")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    for route in declared.every():
        assert f"<code>{route.path}</code>" in answer.text
        assert route.summary.replace("'", "&#x27;") in answer.text
    told = set(re.findall(r'href="#(\w+)"', answer.text))
    assert told <= set(re.findall(r'id="(\w+)"', answer.text))


def test_the_page_needs_nothing_from_anywhere(functions: Functions) -> None:
    """A strict policy and a page that fits in it: no script, no address but our own."""
    answer = functions.http("GET /docs", caller=None, function="docs")
    policy = answer.headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "<script" not in answer.text
    assert not re.search(r"""(?:src|href)=["'](?!#|/openapi\.json)""", answer.text)
    assert not re.search(r"\son\w+=|\sstyle=", answer.text)


def test_every_answer_is_guarded(functions: Functions) -> None:
    """A browser runs nothing of an answer, shows it in no frame, and stays on TLS."""
    functions.world.create_organization()
    answers = [
        functions.http("GET /api/bots"),
        functions.http("GET /api/bots/7"),
        functions.http("GET /nowhere", function="bots"),
        functions.http("DELETE /api/bots/7"),
    ]

    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
