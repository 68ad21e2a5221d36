"""IoT SQL as AWS reads it, for what the template uses."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.aws import iotsql
from local.aws.iotsql import Received, SqlUnsupported

RULE = (
    "SELECT encode(*, 'base64') AS body, topic(2) AS bot_id, topic() AS topic,"
    " clientid() AS client_id, timestamp() AS received_ms FROM 'hbot/+/#'"
)


def message(topic: str = "hbot/b1/status", payload: bytes = b"{}") -> Received:
    return Received(topic=topic, payload=payload, client_id="b1", at_ms=7)


def fires(where: str, topic: str = "hbot/b1/status") -> bool:
    return iotsql.parse(f"{RULE} WHERE {where}").evaluate(message(topic)) is not None


def test_every_column_of_our_rules() -> None:
    payload = b'{"bot_id": "forged", "price": 1.10}'

    assert iotsql.parse(RULE).evaluate(message(payload=payload)) == {
        "body": base64.b64encode(payload).decode(),
        "bot_id": "b1",
        "topic": "hbot/b1/status",
        "client_id": "b1",
        "received_ms": 7,
    }


@given(st.binary())
def test_any_payload_keeps_its_bytes(payload: bytes) -> None:
    result = iotsql.parse(RULE).evaluate(message(payload=payload))

    assert result is not None
    assert base64.b64decode(result["body"]) == payload


def test_a_column_that_is_undefined_is_left_out() -> None:
    statement = iotsql.parse("SELECT topic(9) AS ninth, topic(1) AS first FROM '#'")

    assert statement.evaluate(message()) == {"first": "hbot"}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("topic(3) = 'status'", True),
        ("topic(3) = 'ack'", False),
        ("topic(3) IN ['ack', 'status']", True),
        ("topic(3) IN ['ack']", False),
        ("NOT topic(3) = 'ack'", True),
        ("topic(3) = 'status' AND topic(2) = 'b1'", True),
        ("topic(3) = 'ack' OR topic(2) = 'b1'", True),
        ("topic(3) = 'ack' AND topic(2) = 'b1' OR topic(1) = 'hbot'", True),
        ("topic(3) = 'ack' AND (topic(2) = 'b1' OR topic(1) = 'hbot')", False),
        ("topic(3) <> 'ack'", True),
        ("true", True),
        ("timestamp() = 7", True),
    ],
)
def test_conditions(where: str, expected: bool) -> None:  # noqa: FBT001 - the table's column
    assert fires(where) is expected


@pytest.mark.parametrize(
    "where",
    [
        "topic(4) = 'x'",
        "topic(4) <> 'x'",
        "topic(4) IN ['x']",
        "topic(4) = topic(5)",
        "NOT topic(4)",
        "topic(3)",
    ],
)
def test_undefined_compares_with_nothing(where: str) -> None:
    """A condition on a level that is not there drops the message, whatever it says."""
    assert not fires(where)


@pytest.mark.parametrize(
    ("topic_filter", "topic", "expected"),
    [
        ("hbot/+/status", "hbot/b/status", True),
        ("hbot/+/status", "hbot/b/status/ready", False),
        ("hbot/+/#", "hbot/b", True),
        ("hbot/+", "hbot/a/b", False),
        ("#", "$aws/x", False),
        ("+/x", "$aws/x", False),
        ("$aws/#", "$aws/x", True),
        ("a/+/c", "a//c", True),
    ],
)
def test_filters(topic_filter: str, topic: str, expected: bool) -> None:  # noqa: FBT001 - the table's column
    assert iotsql.matches(topic_filter, topic) is expected


def test_the_prefix_of_basic_ingest_is_not_part_of_the_topic() -> None:
    assert iotsql.unprefixed("$aws/rules/tele/hbot/b1/metrics") == ("tele", "hbot/b1/metrics")
    assert iotsql.unprefixed("hbot/b1/metrics") == (None, "hbot/b1/metrics")


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("SELECT * FROM 'a'", r"\*"),
        ("SELECT upper(topic()) AS x FROM 'a'", "upper"),
        ("SELECT price AS x FROM 'a'", "price"),
        ("SELECT encode(price, 'base64') AS x FROM 'a'", "encode"),
        ("SELECT encode(*, 'hex') AS x FROM 'a'", "encode"),
        ("SELECT topic() FROM 'a'", "AS"),
        ("SELECT topic() AS t FROM a", "FROM"),
        ("SELECT topic() AS t FROM 'a' WHERE topic(1) > 'b'", ">"),
        ("SELECT topic() AS t FROM 'a' GROUP BY x", "GROUP"),
        ("SELECT topic() AS t FROM 'a' WHERE", "the end"),
        ("SELECT topic() AS t; FROM 'a'", ";"),
    ],
)
def test_what_the_laptop_does_not_have_is_refused_by_name(sql: str, named: str) -> None:
    with pytest.raises(SqlUnsupported, match=named):
        iotsql.parse(sql)
