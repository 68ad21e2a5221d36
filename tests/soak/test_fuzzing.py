"""Requests that nobody would think of, by the thousand."""

from tests.fakes.fuzzing import fuzz
from tests.fakes.recorder import Stage


def test_thousands_of_requests_break_neither_the_api_nor_its_word(stage: Stage) -> None:
    """S0-186: no server error, no answer that its schema does not allow."""
    found = fuzz(stage, examples=200)

    assert found.faults == [], "\n".join(found.faults)
    assert found.cases >= 5_000
