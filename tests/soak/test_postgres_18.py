"""What the tests prove on PostgreSQL 16 holds on 18, which Aurora may run."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROOFS = ("tests/contract", "tests/integration/db", "tests/integration/functions")


def test_stores_keep_their_contracts_on_18() -> None:
    """S0-001: migrations, row security, units of work and the way in for telemetry."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider",
         "-p", "tests.soak.on_postgres_18", "-q", *PROOFS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
