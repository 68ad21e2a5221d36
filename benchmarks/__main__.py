"""`python -m benchmarks [ROOM ...] [--write]`: measure, print a table, write build/bench.json."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    books,
    imports,
    ingestion,
    latency,
    market_history,
    reads,
    sockets,
    table,
)
from benchmarks.table import Figure

HERE = Path(__file__).parent
REPORT = HERE.parent / "build" / "bench.json"
PUBLISHED = HERE / "results"
ROOMS: dict[str, Callable[[], list[Figure]]] = {
    "ingestion": ingestion.measure,
    "market_history": market_history.measure,
    "sockets": sockets.measure,
    "latency": latency.measure,
    "imports": imports.measure,
    "reads": reads.measure,
    "books": books.measure,
}


def main() -> int:
    """Measure; 1 if a figure is below its floor."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("room", nargs="*", help=f"what to measure: {', '.join(ROOMS)} (all)")
    parser.add_argument(
        "--write", action="store_true", help=f"and publish in {PUBLISHED.relative_to(HERE.parent)}/"
    )
    options = parser.parse_args()
    unknown = set(options.room) - set(ROOMS)
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(ROOMS)}")
    measured = {name: ROOMS[name]() for name in options.room or ROOMS}
    figures = [figure for each in measured.values() for figure in each]
    table.show(figures)
    table.write(figures, REPORT)
    if options.write:
        for name, each in measured.items():
            table.publish(each, PUBLISHED / f"{name}.json")
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
