"""Whose order it is stands in its client order id."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from janym.domain import client_order_id
from janym.domain.ids import BotId

BINANCE_LIMIT, HUMMINGBOT_LIMIT = 36, 32


@given(st.uuids(), st.integers(0, 10_000), st.integers(0, 10_000))
def test_an_order_belongs_to_its_bot(key: UUID, session: int, engine_start: int) -> None:
    tag = client_order_id.tag_of(BotId(key))
    prefix = client_order_id.prefix(tag, session=session, engine_start=engine_start)

    assert len(prefix) == client_order_id.PREFIX_LENGTH <= HUMMINGBOT_LIMIT < BINANCE_LIMIT
    assert (prefix.isalnum(), prefix.islower() or prefix.isdigit()) == (True, True)
    assert client_order_id.belongs_to(f"{prefix}rest", tag)


@given(st.uuids(), st.uuids())
def test_an_order_belongs_to_nobody_else(one: UUID, another: UUID) -> None:
    tags = client_order_id.tag_of(BotId(one)), client_order_id.tag_of(BotId(another))
    order = client_order_id.prefix(tags[0], session=1, engine_start=1)

    assert client_order_id.belongs_to(order, tags[1]) is (tags[0] == tags[1])


def test_each_attempt_gives_another_tag() -> None:
    key = BotId(UUID(int=2**128 - 1))

    assert len({client_order_id.tag_of(key, attempt) for attempt in range(5)}) == 5


@pytest.mark.parametrize("order", ["", "jn", "x-MG43PCSN1", "web_1"])
def test_orders_of_other_software_belong_to_no_bot(order: str) -> None:
    assert not client_order_id.belongs_to(order, "abc123")
