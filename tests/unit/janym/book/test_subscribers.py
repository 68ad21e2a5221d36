"""A slow listener loses its own news, knows how much, and takes nothing from the others."""

from janym.book.subscribers import News, Policy, Subscriber, Subscribers
from janym.domain.market import BookUpdate, Pair, Scale

BTC, ETH = Pair("BTC/USDT"), Pair("ETH/USDT")
SCALE = Scale(price_places=1, size_places=3)


def update(sequence: int, pair: Pair = BTC) -> BookUpdate:
    return BookUpdate(pair, False, sequence, [(1005, 7)], [], SCALE, sequence, sequence)


def fetched(subscriber: Subscriber) -> list[int]:
    return [each.sequence for each in subscriber.fetch() if isinstance(each, BookUpdate)]


def test_one_who_wants_everything_gets_it_in_turn_and_loses_the_oldest() -> None:
    """S4-025, S4-026: a ring of the last updates, and a slow one stops nobody."""
    quick, slow = Subscriber(Policy.EVERY), Subscriber(Policy.EVERY, limit=2)
    listeners = Subscribers[Pair]()
    listeners.add(BTC, quick)
    listeners.add(BTC, slow)

    for number in range(1, 6):
        listeners.tell(BTC, update(number))

    assert (quick.lost, slow.lost, listeners.lost) == (0, 3, 3)
    assert fetched(quick) == [1, 2, 3, 4, 5]
    assert fetched(slow) == [4, 5]
    assert slow.fetch() == ()


def test_one_who_wants_the_newest_gets_one() -> None:
    """S4-025: the trader gets the present state alone."""
    trader = Subscriber(Policy.NEWEST)

    for number in range(1, 4):
        trader.tell(update(number))

    assert fetched(trader) == [3]
    assert trader.lost == 2


def test_each_is_told_of_its_own_book() -> None:
    """S4-024."""
    one, other = Subscriber(Policy.EVERY), Subscriber(Policy.EVERY)
    listeners = Subscribers[Pair]()
    listeners.add(BTC, one)
    listeners.add(ETH, other)

    listeners.tell(ETH, update(1, ETH))

    assert fetched(one) == []
    assert fetched(other) == [1]


def test_one_is_woken_once_for_all_that_waits() -> None:
    woken: list[int] = []
    listener = Subscriber(Policy.EVERY, wake=lambda: woken.append(1))

    for number in range(3):
        listener.tell(update(number))
    listener.fetch()
    listener.tell(update(4))

    assert len(woken) == 2


def test_one_who_leaves_is_told_no_more_and_its_losses_stay_counted() -> None:
    """S4-024, S4-026."""
    listeners, gone = Subscribers[Pair](), Subscriber(Policy.NEWEST)
    listeners.add(BTC, gone)
    news: News = update(1)
    listeners.tell(BTC, news)
    listeners.tell(BTC, news)
    gone.fetch()
    listeners.remove(BTC, gone)

    listeners.tell(BTC, news)

    assert gone.fetch() == ()
    assert (listeners.here, listeners.lost) == (0, 1)
