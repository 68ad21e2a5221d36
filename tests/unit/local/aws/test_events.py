"""Which events fit a pattern."""

from typing import Any

import pytest

from local.aws import events

EVENT = {
    "source": "aws.ecs",
    "detail": {"lastStatus": "STOPPED", "group": "family:janym-bot", "codes": [1, 137]},
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["aws.ecs"]}, True),
        ({"source": ["aws.s3", "aws.ecs"]}, True),
        ({"source": ["aws.s3"]}, False),
        ({"detail": {"lastStatus": ["RUNNING", "STOPPED"]}}, True),
        ({"source": ["aws.ecs"], "detail": {"lastStatus": ["RUNNING"]}}, False),
        ({"detail": {"codes": [137]}}, True),
        ({"detail": {"absent": ["x"]}}, False),
        ({"detail": {"absent": {"deeper": ["x"]}}}, False),
        ({"detail": {"absent": [{"exists": False}]}}, True),
        ({"detail": {"group": [{"exists": True}]}}, True),
        ({"detail": {"group": [{"prefix": "family:"}]}}, True),
        ({"detail": {"group": [{"suffix": "-bot"}]}}, True),
        ({"detail": {"group": [{"anything-but": ["family:janym-bot"]}]}}, False),
        ({"detail": {"lastStatus": [{"equals-ignore-case": "stopped"}]}}, True),
    ],
)
def test_patterns(pattern: dict[str, Any], expected: bool) -> None:  # noqa: FBT001 - the table's column
    assert events.matches(pattern, EVENT) is expected
