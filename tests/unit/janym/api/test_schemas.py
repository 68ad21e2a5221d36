"""The published schemas are those of the models, one for each topic."""

import json
from pathlib import Path

from janym.api import schemas
from janym.domain import topics

PUBLISHED = Path(__file__).parents[4] / "docs" / "messages"


def test_every_topic_has_a_model() -> None:
    """S0-080 to S0-098: no topic without a payload that is described."""
    assert set(schemas.MODELS) == set(topics.BY_SUFFIX)


def test_published_schemas_are_up_to_date() -> None:
    """S0-096, S0-097, S0-098: `make docs` writes them again."""
    published = {file.name: json.loads(file.read_text()) for file in PUBLISHED.glob("*.json")}

    assert published == schemas.documents()
