"""Requests that nobody would think of, on PostgreSQL; `make soak` sends ten times as many."""

from tests.fakes.fuzzing import fuzz
from tests.fakes.recorder import Stage


def test_no_request_breaks_the_api_or_its_word(stage: Stage) -> None:
    """S0-186: no server error, no answer that its schema does not allow."""
    found = fuzz(stage, examples=5)

    assert found.faults == [], "\n".join(found.faults)
    assert found.cases >= 500
