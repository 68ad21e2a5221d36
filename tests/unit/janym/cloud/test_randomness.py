"""Chance is long enough, and the clock knows where it is."""

import re
from datetime import UTC

from janym.cloud.clock import SystemClock
from janym.cloud.randomness import SystemRandomness


def test_a_token_has_256_bits_and_needs_no_quoting() -> None:
    tokens = {SystemRandomness().token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(re.fullmatch("[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_ids_differ() -> None:
    assert SystemRandomness().uuid() != SystemRandomness().uuid()


def test_the_time_is_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC
