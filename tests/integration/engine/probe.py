"""Asks Hummingbot's interpreter about many things in one process."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.integration.engine.worker import ENGINE, ENGINE_PYTHON

PROBE = Path(__file__).with_name("engine_probe.py")


def answers(asked: Mapping[str, Mapping[str, Any]], work_dir: Path) -> dict[str, Any]:
    """What Hummingbot answered, by the names of the questions."""
    done = subprocess.run(
        [ENGINE_PYTHON, "-I", PROBE, ENGINE, work_dir],
        input=json.dumps(list(asked.values())),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(asked, json.loads(done.stdout), strict=True))
