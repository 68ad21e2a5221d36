"""The figures of one run: a table to look at, and a file to compare with."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured thing. `ratio` is value to peer's value, where more is better."""

    name: str
    value: float
    unit: str
    runs: int
    min: float
    max: float
    floor: float | None = None
    """Below this, the run fails."""
    peer: str | None = None
    peer_value: float | None = None
    ratio: float | None = None

    @classmethod
    def of(
        cls, name: str, unit: str, rounds: Sequence[float], *, floor: float | None = None
    ) -> "Figure":
        """Take the median of several rounds."""
        return cls(
            name=name,
            value=statistics.median(rounds),
            unit=unit,
            runs=len(rounds),
            min=min(rounds),
            max=max(rounds),
            floor=floor,
        )

    @property
    def holds(self) -> bool:
        return self.floor is None or self.value >= self.floor


def show(figures: Sequence[Figure]) -> None:
    """Print them for a person."""
    print(f"{'what':58} {'median':>12} {'min':>12} {'max':>12}  unit")
    for figure in figures:
        mark = "" if figure.holds else f"   below the floor of {figure.floor:,.0f}"
        print(
            f"{figure.name:58} {figure.value:12,.1f} {figure.min:12,.1f} {figure.max:12,.1f}"
            f"  {figure.unit}{mark}"
        )


def write(figures: Sequence[Figure], file: Path) -> None:
    """Write them for the next run to be compared with."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
