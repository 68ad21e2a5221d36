"""A slow listener loses its own changes, knows how many, and takes nothing from the others."""

from janym.book.subscribers import Policy, Ring, Subscriber, Subscribers
from janym.domain.market import BookUpdate, Pair, Scale

BTC, ETH = Pair("BTC/USDT"), Pair("ETH/USDT")
SCALE = Scale(price_places=1, size_places=3)


def update(sequence: int, pair: Pair = BTC) -> BookUpdate:
    return BookUpdate(pair, False, sequence, [(1005, 7)], [], SCALE, sequence, sequence)


def numbers(updates: object) -> list[int]:
    assert isinstance(updates, tuple)
    return [each.sequence for each in updates if isinstance(each, BookUpdate)]  # pyright: ignore[reportUnknownVariableType]


def test_one_who_wants_every_change_gets_each_in_turn_and_loses_the_oldest() -> None:
    """S4-025, S4-026."""
    quick, slow = Subscriber("quick", Policy.EVERY), Subscriber("slow", Policy.EVERY, limit=2)
    listeners = Subscribers()
    listeners.add(quick)
    listeners.add(slow)

    for number in range(1, 6):
        listeners.tell(update(number))

    assert numbers(quick.fetch()) == [1, 2, 3, 4, 5]
    assert numbers(slow.fetch()) == [4, 5]
    assert slow.fetch() == ()
    assert listeners.losses() == {"quick": 0, "slow": 3}


def test_one_who_wants_the_newest_gets_one_change_of_each_pair() -> None:
    """S4-025: the trader gets the present state alone."""
    trader = Subscriber("trader", Policy.NEWEST)

    for each in (update(1), update(2, ETH), update(3)):
        trader.tell(each)

    assert numbers(trader.fetch()) == [2, 3]
    assert trader.lost == 1


def test_pairs_that_nobody_fetches_take_no_room_for_ever() -> None:
    trader = Subscriber("trader", Policy.NEWEST, limit=1)

    trader.tell(update(1))
    trader.tell(update(2, ETH))

    assert numbers(trader.fetch()) == [2]
    assert trader.lost == 1


def test_one_who_leaves_is_told_no_more() -> None:
    listeners, gone = Subscribers(), Subscriber("gone", Policy.EVERY)
    listeners.add(gone)
    listeners.remove("gone")

    listeners.tell(update(1))

    assert gone.fetch() == ()
    assert listeners.losses() == {}


def test_a_ring_keeps_the_last_changes_and_says_what_came_after_one() -> None:
    """S4-025."""
    ring = Ring(3)
    for number in range(1, 6):
        ring.add(update(number))

    assert [each.sequence for each in ring] == [3, 4, 5]
    assert numbers(ring.after(3)) == [4, 5]
    assert ring.after(1) == (), "a reader that is too late begins with the whole book"
    assert len(ring) == 3
