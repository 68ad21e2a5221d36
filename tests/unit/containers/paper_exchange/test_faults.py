"""Faults strike the message they were told to, and only that."""

from containers.paper_exchange.control_input import fault_of
from containers.paper_exchange.faults import Channel, FaultKind, Faults


def struck(faults: Faults, count: int, **facts: str) -> list[bool]:
    """Send so many frames past the faults; tell which were struck."""
    return [bool(faults.strike(Channel.FRAME, facts, FaultKind.DROP_FRAME)) for _ in range(count)]


def test_the_nth_and_the_ones_after_it() -> None:
    faults = Faults()
    fault = faults.add(fault_of({"kind": "drop_frame", "nth": 2, "count": 2}))

    assert struck(faults, 5) == [False, True, True, False, False]
    assert (fault.seen, fault.hits) == (5, 2)


def test_without_an_end() -> None:
    faults = Faults()
    faults.add(fault_of({"kind": "drop_frame", "nth": 2, "count": None}))

    assert struck(faults, 4) == [False, True, True, True]


def test_filters_choose_what_is_counted() -> None:
    faults = Faults()
    fault = faults.add(fault_of({"kind": "drop_frame", "api_key": "a", "event": "x"}))

    assert struck(faults, 1, api_key="b", event="x") == [False]
    assert struck(faults, 1, api_key="a", event="y") == [False]
    assert struck(faults, 1, api_key="a", event="x") == [True]
    assert fault.seen == 1


def test_another_channel_is_not_counted() -> None:
    faults = Faults()
    fault = faults.add(fault_of({"kind": "disconnect", "on": "order"}))

    assert faults.strike(Channel.FRAME, {}, FaultKind.DISCONNECT) == {}
    assert faults.strike(Channel.ORDER, {}, FaultKind.DISCONNECT) == {FaultKind.DISCONNECT: fault}


def test_another_kind_is_not_counted() -> None:
    faults = Faults()
    fault = faults.add(fault_of({"kind": "reject_key"}))

    assert faults.strike(Channel.REQUEST, {}, FaultKind.MAINTENANCE) == {}
    assert fault.seen == 0


def test_each_has_its_id_and_all_go_at_once() -> None:
    faults = Faults()
    ids = [faults.add(fault_of({"kind": "maintenance"})).id for _ in range(2)]

    assert ids == [1, 2]
    assert faults.clear() == 2
    assert list(faults) == []


def test_lasting_kinds_do_not_end_by_themselves() -> None:
    assert fault_of({"kind": "maintenance"}).count is None
    assert fault_of({"kind": "rate_limit"}).count == 1
