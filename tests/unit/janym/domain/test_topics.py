"""One table of topics, within what IoT Core allows."""

import pytest

from janym.domain import topics
from janym.domain.topics import Direction, Ingest

BOT = "5f0c2d9e-7b1a-4c83-9d46-0a1b2c3d4e5f"


@pytest.mark.parametrize("topic", topics.TOPICS, ids=lambda topic: topic.suffix)
def test_a_topic_is_within_iot_cores_limits(topic: topics.Topic) -> None:
    """K-03, S0-101: seven slashes, no QoS 2."""
    published = topics.published(BOT, topic, telemetry_rule="janym_telemetry")

    assert published.removeprefix("$aws/rules/janym_telemetry/").count("/") <= 7
    assert topic.qos in {0, 1}
    assert topics.parse(topics.of(BOT, topic)) == (BOT, topic)


def test_commands_are_delivered_at_least_once() -> None:
    """S0-100."""
    assert {topic.qos for topic in topics.TOPICS if topic.direction is Direction.TO_BOT} == {1}


def test_metrics_are_delivered_at_most_once() -> None:
    """S0-099."""
    figures = [topic for topic in topics.TOPICS if topic.suffix.startswith("metrics")]
    assert {topic.qos for topic in figures} == {0}


def test_status_alone_is_retained() -> None:
    """S0-103, K-04."""
    assert [topic for topic in topics.TOPICS if topic.retained] == [topics.STATUS]


def test_telemetry_goes_by_basic_ingest_and_state_does_not() -> None:
    for topic in topics.TOPICS:
        published = topics.published(BOT, topic, telemetry_rule="rule")
        assert published.startswith("$aws/rules/rule/") is (topic.ingest is Ingest.TELEMETRY)


@pytest.mark.parametrize(
    ("text", "bot"), [("hbot/x/nonsense", "x"), ("other/x/status", ""), ("hbot", ""), ("", "")]
)
def test_what_is_not_in_the_table(text: str, bot: str) -> None:
    assert topics.parse(text) == (bot, None)
