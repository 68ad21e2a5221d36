"""Postgres or ClickHouse goes away while bots talk: messages wait, nothing is lost or set aside."""

from tests.integration.failures.conftest import Platform
from tests.integration.local_aws.stacks import eventually

FAR_BELOW_THE_LIMIT = 20
"""Receives; a message is set aside after a thousand."""


def test_while_postgres_is_away_messages_wait_and_the_api_says_when_to_ask_again(
    platform: Platform,
) -> None:
    """Postgres away: no retry budget is spent, and the API answers 503 with Retry-After."""
    before = platform.stored()
    platform.say("current", 1, 20)
    eventually(lambda: platform.stored() == before + 20, "the first lines to be stored")

    platform.postgres.stop()
    platform.say("current", 21, 200)
    refused = platform.get(f"/api/bots/{platform.bot.id}")
    eventually(lambda: "does not answer" in platform.small.log("sqs"), "a batch to be refused")
    platform.say("current", 221, 30)
    waiting, receives = platform.waiting("current")
    platform.postgres.start()
    eventually(lambda: platform.stored() == before + 250, "every line to be stored")

    assert refused.status == 503
    assert int(refused.headers["retry-after"]) > 0
    assert refused.json()["code"] == "STORE_AWAY"
    assert waiting == 230
    assert receives < FAR_BELOW_THE_LIMIT
    assert platform.waiting("current-dlq") == (0, 0)
    eventually(lambda: platform.waiting("current")[0] == 0, "the queue to be empty")
    assert platform.get(f"/api/bots/{platform.bot.id}").status == 200


def test_while_clickhouse_is_away_history_waits_and_the_present_goes_on(
    platform: Platform,
) -> None:
    """ClickHouse away: it holds up its own queue alone."""
    before = platform.stored()
    platform.clickhouse.stop()
    for queue in ("current", "history"):
        platform.say(queue, 1001, 40)
    eventually(lambda: platform.stored() == before + 40, "the present to be stored")
    eventually(lambda: "ClickHouse" in platform.small.log("sqs"), "a batch to be refused")
    waiting, receives = platform.waiting("history")
    platform.clickhouse.start()
    eventually(lambda: platform.remembered() == 40, "the history to be stored")

    assert waiting == 40
    assert receives < FAR_BELOW_THE_LIMIT
    assert platform.waiting("history-dlq") == (0, 0)
