"""`python -m benchmarks.plot`: draw the last published figures of order books, for the README."""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results"
DRAWN = HERE.parent / "docs" / "figures" / "books.svg"
GROUPS = {
    "books": {
        "frame to book, binance, 68 levels": "Binance futures as captured, 68 levels a message",
        "frame to book, bybit, 50 levels": "Bybit, 50 levels",
    },
    "sockets": {
        "socket to subscriber, plain, picows": "Bybit, from the socket to a subscriber",
        "socket to subscriber, encrypted, picows": "the same, encrypted",
    },
}
KEEPERS = {"compiled": "Janym", "pure Python": "Janym, no compiler"}
COLOURS = {"Janym": "#2f9e6e", "Janym, no compiler": "#8cc9ae"}
OTHERS = "#9aa4b2"
WIDTH, LEFT, RIGHT, BAR, GAP, HEAD = 760, 150, 150, 18, 6, 44

Bar = tuple[str, float]


def bars(figures: list[dict[str, Any]], begins: str) -> list[Bar]:
    """Give who reaches how many messages a second on a stream, the fastest first."""
    reached: dict[str, float] = {}
    for figure in figures:
        name, beside, peer = figure["name"].partition(", beside ")
        if beside and name.startswith(begins):
            reached[KEEPERS[name.removeprefix(begins).strip(", ")]] = figure["value"]
            reached[peer] = figure["peer_value"]
    return sorted(reached.items(), key=lambda bar: -bar[1])


def drawing(groups: list[tuple[str, list[Bar]]], machine: str) -> str:
    """Draw groups of bars, each group to a scale of its own."""
    lines: list[str] = []
    top = 8
    for title, group in groups:
        lines.append(_text(8, top + 20, title, "600 14px"))
        top += HEAD - 14
        lines += _bars(group, top)
        top += len(group) * (BAR + GAP) + 14
    lines.append(_text(8, top + 12, f"messages a second of one core · {machine}", "12px"))
    style = "text{font-family:system-ui,sans-serif;fill:#6b7684}"
    size = f'width="{WIDTH}" height="{top + 24}" viewBox="0 0 {WIDTH} {top + 24}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    title = "<title>Order books: messages a second, beside other libraries</title>"
    return "\n".join([head, title, f"<style>{style}</style>", *lines, "</svg>", ""])


def _bars(group: list[Bar], top: int) -> Iterator[str]:
    most = max(value for _, value in group)
    ours = dict(group)[KEEPERS["compiled"]]
    for name, value in group:
        length = max(1.0, (WIDTH - LEFT - RIGHT) * value / most)
        times = "" if name in COLOURS else f"  (1/{ours / value:.0f})"
        yield _text(8, top + 14, name, "13px")
        yield (
            f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{BAR}" rx="2" '
            f'fill="{COLOURS.get(name, OTHERS)}"/>'
        )
        yield _text(LEFT + length + 8, top + 14, f"{value:,.0f}{times}", "13px")
        top += BAR + GAP


def _text(left: float, baseline: int, said: str, font: str) -> str:
    where = f'x="{left:.0f}" y="{baseline}"'
    return f'<text {where} style="font:{font} system-ui,sans-serif">{escape(said)}</text>'


def main() -> None:
    """Draw what is published."""
    groups: list[tuple[str, list[Bar]]] = []
    machine = ""
    for room, titles in GROUPS.items():
        published = json.loads((RESULTS / f"{room}.json").read_text())
        of = published["machine"]
        machine = f"{of['cpu']}, {of['cores']} cores, Python {of['python']}"
        groups += [(title, bars(published["figures"], begins)) for begins, title in titles.items()]
    DRAWN.parent.mkdir(parents=True, exist_ok=True)
    DRAWN.write_text(drawing(groups, machine))


if __name__ == "__main__":
    main()
