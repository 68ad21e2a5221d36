"""Batches that wait: in order, within bounds, across a restart."""

from pathlib import Path

import pytest

from containers.collector import backlog
from containers.collector.backlog import Backlog
from janym.domain.market import Market, Pair, VenueId
from janym.ports.market_history import Batch, Place, Span

PLACE = Place(VenueId("binance"), Market.SPOT, Pair("BTC/USDT"))


def batch(number: int, size: int = 10) -> Batch:
    return Batch(
        table="trades",
        token=f"me-{number}",
        spans=(Span(PLACE, 3, number, number + 1),),
        block=bytes([number % 256]) * size + b"\nno header",
    )


@pytest.fixture(autouse=True)
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "IN_MEMORY", 40)


def drained(waiting: Backlog) -> list[Batch]:
    found: list[Batch] = []
    while (oldest := waiting.oldest()) is not None:
        found.append(oldest)
        waiting.done()
    return found


def test_the_oldest_goes_first_wherever_it_lies(tmp_path: Path) -> None:
    """S4-055: what does not fit into memory waits on disk, in its turn."""
    waiting = Backlog(tmp_path, most_bytes=10_000)
    sent = [batch(number) for number in range(1, 30)]

    assert waiting.push(sent) == []

    assert waiting.disk_bytes > 0
    assert waiting.first_ns == 1
    assert drained(waiting) == sent
    assert (waiting.disk_bytes, list(tmp_path.iterdir())) == (0, [])


def test_what_comes_while_the_disk_drains_keeps_its_turn(tmp_path: Path) -> None:
    waiting = Backlog(tmp_path, most_bytes=10_000)
    waiting.push([batch(number) for number in range(1, 10)])
    first = waiting.oldest()
    waiting.done()
    waiting.push([batch(10)])

    assert first == batch(1)
    assert drained(waiting) == [batch(number) for number in range(2, 11)]


def test_what_does_not_fit_is_given_back(tmp_path: Path) -> None:
    """Beyond the bound the loss is counted and recorded, never silent."""
    waiting = Backlog(tmp_path, most_bytes=500)

    lost = waiting.push([batch(number) for number in range(1, 30)])

    kept = drained(waiting)
    assert lost
    assert kept + lost == [batch(number) for number in range(1, 30)]


def test_a_restart_finds_everything_in_order(tmp_path: Path) -> None:
    """S4-074: what could not be stored before the end is stored after it."""
    before = Backlog(tmp_path, most_bytes=10_000)
    sent = [batch(number) for number in range(1, 12)]
    before.push(sent)
    assert before.keep() == []

    after = Backlog(tmp_path, most_bytes=10_000)
    after.push([batch(12)])

    assert drained(after) == [*sent, batch(12)]


def test_half_a_file_is_no_batch(tmp_path: Path) -> None:
    (tmp_path / "00000000000000000001.draft").write_bytes(b"cut off")

    assert drained(Backlog(tmp_path, most_bytes=1000)) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left", [b"", b"{}\n", b'{"table": "tra', None], ids=str)
def test_a_file_that_lost_its_content_holds_nobody_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, left: bytes | None
) -> None:
    """S4-074: after a power cut the rest is stored, and the file stays for whoever wants to look.

    What it held is in no lease's covered time, and so in a recorded gap.
    """
    Backlog(tmp_path, most_bytes=10_000).push([batch(number) for number in range(1, 12)])
    # Two were in memory, and are gone with it.
    first = min(tmp_path.iterdir())
    first.write_bytes(first.read_bytes()[:-1] if left is None else left)
    after = Backlog(tmp_path, most_bytes=10_000)

    assert after.first_ns == 4
    assert drained(after) == [batch(number) for number in range(4, 12)]
    assert after.disk_bytes == 0
    assert [each.suffix for each in tmp_path.iterdir()] == [".spoiled"]
    assert first.name in caplog.text


def test_a_disk_that_refuses_loses_nothing_silently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = Backlog(tmp_path, most_bytes=10_000)
    waiting.push([batch(number) for number in range(1, 5)])

    def full(_: Path, __: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)

    assert waiting.push([batch(5)]) == [batch(5)]
