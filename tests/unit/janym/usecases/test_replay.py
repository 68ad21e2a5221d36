"""A capture comes to the books that a live session would have, or is refused by its line."""

import base64
import json

import pytest

from janym.domain.errors import InvalidInput
from janym.domain.market import Pair
from janym.live import feeds
from janym.usecases import replay

SPOT = feeds.get("binance", "spot")
PAIR = Pair("BTC/USDT")
SNAPSHOT = {
    "lastUpdateId": 10,
    "bids": [["100.10", "1.00"], ["100.00", "2"]],
    "asks": [["100.20", "3"], ["100.30", "4.5"]],
}
S = 1_000_000_000


def change(first: int, final: int, bid: str = "100.10", size: str = "5") -> str:
    data = {"e": "depthUpdate", "E": final, "s": "BTCUSDT", "U": first, "u": final}
    data |= {"b": [[bid, size]], "a": []}
    return json.dumps({"stream": "btcusdt@depth@100ms", "data": data})


def rest(snapshot: object = SNAPSHOT) -> str:
    return (
        f"#rest https://api.example/api/v3/depth?limit=5000&symbol=BTCUSDT {json.dumps(snapshot)}"
    )


def run(*lines: str) -> dict[str, object]:
    return dict(replay.run(SPOT, [line.encode() for line in lines])[PAIR])


def test_frames_and_answers_become_a_book() -> None:
    """The form is the one that anybody judges a capture by."""
    book = run(f"1 {change(10, 11)}", "", "# a remark", rest(), f"2 {change(12, 12, '100.15')}")

    assert book == {
        "bids": [["100.15", "5.0"], ["100.10", "5.0"], ["100.00", "2.0"]],
        "asks": [["100.20", "3.0"], ["100.30", "4.5"]],
        "sequence": 12,
        "updates": 2,
        "gaps": 0,
        "stale": False,
    }


def test_an_answer_may_come_before_anything_was_asked() -> None:
    assert run(rest(), f"1 {change(11, 11)}")["stale"] is False


def test_a_frame_may_be_encoded_and_need_no_envelope() -> None:
    bare = json.dumps(json.loads(change(11, 12))["data"]).encode()

    book = run(rest(), f"1 base64:{base64.b64encode(bare).decode()}")

    assert (book["sequence"], book["stale"]) == (12, False)


def test_answers_to_subscriptions_stand_as_they_were_recorded() -> None:
    book = run('1 {"result":null,"id":99}', rest(), f"2 {change(11, 11)}", "3 what is this", "4 ")

    assert (book["updates"], book["stale"]) == (1, False)


def test_a_lost_message_is_a_gap_and_a_stale_book() -> None:
    book = run(rest(), f"1 {change(11, 11)}", f"2 {change(13, 13)}")

    assert (book["gaps"], book["stale"], book["sequence"]) == (1, True, 11)


def test_the_time_of_receipt_is_the_clock_and_shows_a_stall() -> None:
    other = change(1, 1).replace("btcusdt", "ethusdt").replace("BTCUSDT", "ETHUSDT")

    book = run(rest(), f"1 {change(11, 11)}", f"{70 * S} {other}")

    assert (book["gaps"], book["stale"]) == (1, True)


def test_books_of_several_pairs_are_kept_apart() -> None:
    other = change(1, 1).replace("btcusdt", "ethusdt").replace("BTCUSDT", "ETHUSDT")

    books = replay.run(
        SPOT, [rest().encode(), f"1 {change(11, 11)}".encode(), f"2 {other}".encode()]
    )

    assert [(pair, book["stale"]) for pair, book in books.items()] == [
        ("BTC/USDT", False),
        ("ETH/USDT", True),
    ]


def test_a_frame_that_is_cut_off_puts_the_book_in_doubt_until_the_next() -> None:
    cut = change(12, 12)[:70]

    assert run(rest(), f"1 {change(11, 11)}", f"2 {cut}")["stale"] is True
    lost = run(rest(), f"1 {change(11, 11)}", f"2 {cut}", f"3 {change(13, 13)}")
    assert (lost["stale"], lost["gaps"]) == (True, 1)
    kept = run(rest(), f"1 {change(11, 11)}", f"2 {cut}", f"3 {change(12, 12)}")
    assert (kept["stale"], kept["sequence"]) == (False, 12)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("now {}", "line 1: begins with no time in nanoseconds"),
        ("5 base64:%%%", "line 1: base64 that is none"),
        ("#rest https://api.example/api/v3/depth", "line 1: #rest takes an address and an answer"),
    ],
)
def test_a_line_of_no_known_form_is_refused_by_its_number(line: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        replay.run(SPOT, [line.encode()])
