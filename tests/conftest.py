"""What all tests share: a skipped test is a failure, unless it wants captured frames."""

from collections.abc import Generator
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent / "fixtures"
pytest_plugins = [f"tests.fixtures.{file.stem}" for file in sorted(FIXTURES.glob("[a-z]*.py"))]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.get_closest_marker("corpus") is None:
        report.outcome = "failed"
        report.longrepr = f"skipped ({report.longrepr}): make it run, or remove it"
    return report
