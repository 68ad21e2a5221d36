"""The figures of one run: a table to look at, and a file to compare with."""

import json
import os
import platform
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
    goal: float | None = None
    """At most this is wished for; a busy machine may miss it, so it is shown and does not fail."""
    peer: str | None = None
    peer_value: float | None = None
    ratio: float | None = None

    @classmethod
    def of(
        cls,
        name: str,
        unit: str,
        rounds: Sequence[float],
        *,
        floor: float | None = None,
        goal: float | None = None,
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
            goal=goal,
        )

    @classmethod
    def beside(
        cls,
        name: str,
        unit: str,
        rounds: Sequence[float],
        peer: tuple[str, Sequence[float]],
        *,
        times: float,
    ) -> "Figure":
        """Take the median of rounds and that of a peer's; fewer than `times` as many fail."""
        named, theirs = peer
        value, other = statistics.median(rounds), statistics.median(theirs)
        return cls(
            name=f"{name}, beside {named}",
            value=value,
            unit=f"{unit} ({value / other:.1f} x {other:,.0f})",
            runs=len(rounds),
            min=min(rounds),
            max=max(rounds),
            floor=times * other,
            peer=named,
            peer_value=other,
            ratio=value / other,
        )

    @property
    def holds(self) -> bool:
        return self.floor is None or self.value >= self.floor


def show(figures: Sequence[Figure]) -> None:
    """Print them for a person."""
    print(f"{'what':62} {'median':>12} {'min':>12} {'max':>12}  unit")
    for figure in figures:
        print(
            f"{figure.name:62} {figure.value:12,.1f} {figure.min:12,.1f} {figure.max:12,.1f}"
            f"  {figure.unit}{_mark(figure)}"
        )


def _mark(figure: Figure) -> str:
    if not figure.holds:
        return f"   below the floor of {figure.floor:,.0f}"
    if figure.goal is not None and figure.value > figure.goal:
        return f"   above the goal of {figure.goal:,.0f}"
    return ""


def write(figures: Sequence[Figure], file: Path) -> None:
    """Write them for the next run to be compared with."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")


def publish(figures: Sequence[Figure], file: Path) -> None:
    """Write them with the machine that they were measured on, to be committed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": _machine(), "figures": [asdict(figure) for figure in figures]}
    file.write_text(json.dumps(content, indent=2) + "\n")


def _machine() -> dict[str, object]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = Path("/proc/meminfo").read_text().splitlines()[0].split()[1]
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory) / 2**20, 1),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "load_1m": round(os.getloadavg()[0], 2),
    }
