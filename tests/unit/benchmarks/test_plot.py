"""The drawing says what was measured, and nothing that was not."""

from xml.etree.ElementTree import fromstring

from benchmarks import plot

STREAM = "frame to book, bybit, 50 levels"


def figure(keeper: str, peer: str, value: float, peer_value: float) -> dict[str, object]:
    name = f"{STREAM}, {keeper}, beside {peer}"
    return {"name": name, "value": value, "peer": peer, "peer_value": peer_value}


FIGURES = [
    figure("compiled", "ccxt", 2_000_000, 40_000),
    figure("compiled", "cryptofeed", 2_000_000, 50_000),
    figure("pure Python", "ccxt", 160_000, 40_000),
    {"name": "memory of a process", "value": 40, "peer": None, "peer_value": None},
    {"name": "frame to book, other, compiled, beside ccxt", "value": 1, "peer_value": 1},
]


def test_each_who_was_measured_on_a_stream_has_a_bar() -> None:
    assert plot.bars(FIGURES, STREAM) == [
        ("Janym", 2_000_000),
        ("Janym, no compiler", 160_000),
        ("cryptofeed", 50_000),
        ("ccxt", 40_000),
    ]


def test_the_drawing_is_well_formed_and_says_how_many_times_slower() -> None:
    drawn = plot.drawing([("Bybit <50>", plot.bars(FIGURES, STREAM))], "a machine")

    texts = [part.text for part in fromstring(drawn).iter() if part.tag.endswith("text")]  # noqa: S314 - our own
    assert "Bybit <50>" in texts
    assert "2,000,000" in texts
    assert "50,000  (1/40)" in texts
