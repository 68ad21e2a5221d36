"""What a cold start pays for each function before it is called: time, memory, modules.

Informative: machines differ, and the promise is kept by lists of modules in the tests.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.table import Figure

ROOT = Path(__file__).parent.parent
ROUNDS = 5
PROBE = """
import json, sys, time
def resident():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
had, before, began = len(sys.modules), resident(), time.perf_counter()
import importlib
importlib.import_module(sys.argv[1])
took = (time.perf_counter() - began) * 1000
print(json.dumps([took, resident() - before, len(sys.modules) - had]))
"""


def measure() -> list[Figure]:
    """Import every function in new processes, one after the other, several rounds."""
    names = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
    seen: dict[str, list[list[float]]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        for name in names:
            seen[name].append(_import(name))
    figures: list[Figure] = []
    for name, rounds in seen.items():
        took, memory, modules = ([one[place] for one in rounds] for place in range(3))
        figures += [
            Figure.of(f"import functions.{name}", "ms", took),
            Figure.of(f"import functions.{name}: memory", "MiB", memory),
            Figure.of(f"import functions.{name}: modules", "modules", [statistics.median(modules)]),
        ]
    return figures


def _import(function: str) -> list[float]:
    done = subprocess.run(  # noqa: S603 - our own function
        [sys.executable, "-c", PROBE, f"functions.{function}.handler"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}"},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)
