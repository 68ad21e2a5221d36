"""Waits between attempts (S4-013)."""

from janym.live.backoff import Backoff


def test_waits_double_up_to_five_minutes() -> None:
    """S4-013."""
    backoff = Backoff(chance=lambda: 0.0)

    assert [backoff.wait_s() for _ in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_chance_shortens_a_wait_by_up_to_half() -> None:
    backoff = Backoff(chance=lambda: 0.999)

    assert 0.5 < backoff.wait_s() < 0.51


def test_retries_have_no_end() -> None:
    """S4-013: a venue that is away for days is tried for days."""
    backoff = Backoff(chance=lambda: 0.0, failures=5000)

    assert backoff.wait_s() == 300


def test_only_a_connection_that_lasted_begins_anew() -> None:
    backoff = Backoff(chance=lambda: 0.0)
    for _ in range(5):
        backoff.wait_s()

    backoff.lived(59)
    assert backoff.wait_s() == 32

    backoff.lived(60)
    assert backoff.wait_s() == 1
