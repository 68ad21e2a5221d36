"""`python -m benchmarks`: measure everything, print a table, write build/bench.json."""

import sys
from pathlib import Path

from benchmarks import ingestion, table

REPORT = Path(__file__).parent.parent / "build" / "bench.json"


def main() -> int:
    """Measure; 1 if a figure is below its floor."""
    figures = ingestion.measure()
    table.show(figures)
    table.write(figures, REPORT)
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
