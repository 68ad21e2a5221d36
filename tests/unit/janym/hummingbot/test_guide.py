"""The guide to strategies says what the schemas say."""

from pathlib import Path

import pytest

from janym.hummingbot import guide, strategies

PUBLISHED = Path(__file__).parents[4] / "docs" / "guides" / "strategies.md"


def test_the_published_guide_is_the_one_that_the_schemas_make() -> None:
    """Where this fails: `python -m janym.hummingbot.guide > docs/guides/strategies.md`."""
    assert PUBLISHED.read_text() == guide.text()


@pytest.mark.parametrize("strategy_type", strategies.STRATEGIES)
def test_every_field_of_a_strategy_stands_in_its_table(strategy_type: str) -> None:
    _, _, section = guide.text().partition(f"## {strategy_type}\n")
    own, _, _ = section.partition("\n## ")

    assert all(
        f"| `{field}` |" in own for field in strategies.STRATEGIES[strategy_type].model_fields
    )
