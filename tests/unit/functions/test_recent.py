"""Figures read within a minute come from memory, for their organization alone."""

import pytest

from janym.domain.telemetry import MetricsReport
from tests.fakes.functions import Functions
from tests.fakes.world import ACME, ANA, EVE
from tests.integration.db import builders


@pytest.fixture
def told(functions: Functions) -> MetricsReport:
    bot = functions.world.stopped_bot()
    with functions.world.units(ACME) as uow:
        report = builders.metrics(bot, 1)
        uow.telemetry.apply([report])
        uow.commit()
    return report


def test_a_read_within_a_minute_reads_no_figures(functions: Functions, told: MetricsReport) -> None:
    """S0-170, K-06: the database is asked for no more than whether the caller is still a member."""
    call = f"GET /api/bots/{told.bot}/metrics"
    span = {"since": "2026-11-21T11:00:00Z", "until": "2026-11-21T13:00:00Z"}
    first = functions.http(call, query=span)
    functions.world.units.tables.metrics.clear()
    functions.world.clock.advance(seconds=59)

    again = functions.http(call, query=span)

    assert again.json == first.json
    assert first.headers["Cache-Control"] == "private, max-age=60"
    assert (again.headers["Cache-Control"], again.headers["Age"]) == ("private, max-age=1", "59")


def test_after_a_minute_and_on_request_the_database_is_asked(
    functions: Functions, told: MetricsReport
) -> None:
    """S0-171."""
    del told
    functions.http("GET /api/metrics")
    functions.world.units.away = True

    anew = functions.http("GET /api/metrics", headers={"cache-control": "no-cache"})
    assert anew.status == 503
    functions.world.clock.advance(seconds=60)
    assert functions.http("GET /api/metrics").status == 503


def test_what_is_kept_for_one_organization_is_shown_to_no_other(
    functions: Functions, told: MetricsReport
) -> None:
    """S0-141."""
    path = f"GET /api/bots/{told.bot}/metrics"
    assert functions.http(path, caller=ANA).status == 200
    [seen] = functions.http("GET /api/metrics", caller=ANA).json["items"]
    assert seen["latest"]["balance"]["total"] == "20000.123456789012345678"

    assert functions.http(path, caller=EVE).status == 404
    assert functions.http("GET /api/metrics", caller=EVE).json["items"] == []


def test_a_year_answers_in_one_bounded_answer(functions: Functions, told: MetricsReport) -> None:
    """S0-032."""
    year = {"since": "2025-11-21T12:00:00Z", "limit": "500"}
    call = f"GET /api/bots/{told.bot}/metrics"

    assert functions.http(call, query=year).json["step_seconds"] == 24 * 3600
    refused = functions.http(call, query={**year, "timeframe": "1h"})
    assert (refused.status, refused.fields) == (422, ["timeframe"])
