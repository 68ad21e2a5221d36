"""The numbers of a session: what is sent later always beats what was sent before."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from janym.mqtt import sequence
from janym.mqtt.sequence import Exhausted


def test_messages_count_up_within_an_epoch() -> None:
    epoch = sequence.epoch(0)

    assert [epoch.next(), epoch.next(), epoch.next()] == [1, 2, 3]


@given(number=st.integers(0, sequence.EPOCHS - 2), sent=st.integers(1, 50))
def test_a_will_beats_its_epoch_and_yields_to_the_next(number: int, sent: int) -> None:
    epoch = sequence.epoch(number)
    last = [epoch.next() for _ in range(sent)][-1]

    assert last < epoch.will < sequence.epoch(number + 1).next()


def test_every_number_is_exact_in_json() -> None:
    assert sequence.epoch(sequence.EPOCHS - 1).will == 2**53 - 1


def test_a_session_has_so_many_epochs() -> None:
    with pytest.raises(Exhausted, match="no epochs left"):
        sequence.epoch(sequence.EPOCHS)


@pytest.mark.parametrize("body", [b"{}", b'{"a":1}', b'{"a":{"b":"}"}}', b'{ "a" : 1 }\n'])
def test_a_stamp_is_one_more_member(body: bytes) -> None:
    assert json.loads(sequence.stamped(body, 5)) == json.loads(body) | {"seq": 5}
