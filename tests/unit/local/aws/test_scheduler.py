"""When schedules fire."""

from datetime import UTC, datetime

import pytest

from local.aws import scheduler
from local.aws.intrinsics import TemplateUnsupported

FRIDAY = datetime(2026, 11, 20, 23, 59, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 minute)", datetime(2026, 11, 21, 0, 0, 30, tzinfo=UTC)),
        ("rate(2 hours)", datetime(2026, 11, 21, 1, 59, 30, tzinfo=UTC)),
        ("cron(17 3 * * ? *)", datetime(2026, 11, 21, 3, 17, tzinfo=UTC)),
        ("cron(11 4 ? * SUN *)", datetime(2026, 11, 22, 4, 11, tzinfo=UTC)),
        ("cron(0/15 * * * ? *)", datetime(2026, 11, 21, 0, 0, tzinfo=UTC)),
        ("cron(0 12 1 JAN ? *)", datetime(2027, 1, 1, 12, 0, tzinfo=UTC)),
        ("cron(30 9-10 ? * MON-FRI *)", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
    ],
)
def test_the_next_time(expression: str, expected: datetime) -> None:
    assert scheduler.parse(expression, "it")(FRIDAY) == expected


@pytest.mark.parametrize("expression", ["at(2026-01-01)", "cron(1 2 3)", "cron(0 0 L * ? *)"])
def test_what_is_not_understood_is_refused_by_name(expression: str) -> None:
    with pytest.raises(TemplateUnsupported, match="nightly"):
        scheduler.parse(expression, "nightly")
