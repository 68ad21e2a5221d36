"""What all tests share: a skipped test is a failure, unless it wants captured frames."""

from collections.abc import Generator
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

FIXTURES = Path(__file__).parent / "fixtures"
pytest_plugins = [f"tests.fixtures.{file.stem}" for file in sorted(FIXTURES.glob("[a-z]*.py"))]

SHARING = "tests/e2e/web/"
"""Its modules look at one stack: another worker would have to start another."""


class ByStack(LoadScopeScheduling):
    """Deals tests out by module, and those that share a stack together."""

    def _split_scope(self, nodeid: str) -> str:
        return SHARING if nodeid.startswith(SHARING) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return ByStack(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.get_closest_marker("corpus") is None:
        report.outcome = "failed"
        report.longrepr = f"skipped ({report.longrepr}): make it run, or remove it"
    return report
