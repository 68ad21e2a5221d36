"""Whether the bridge's loop turns."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from containers.bridge import health
from containers.bridge.health import FILE, Heartbeat


def test_a_bridge_that_beat_within_a_minute_is_healthy(tmp_path: Path) -> None:
    heartbeat = Heartbeat(tmp_path)
    heartbeat.beat()
    beaten = datetime.fromtimestamp((tmp_path / FILE).stat().st_mtime, UTC)

    assert heartbeat.healthy(beaten + timedelta(seconds=59))
    assert not heartbeat.healthy(beaten + timedelta(seconds=61))


def test_the_containers_question_is_answered_by_exit_code(tmp_path: Path) -> None:
    assert health.main({"WORK_DIR": str(tmp_path)}) == 1

    Heartbeat(tmp_path).beat()
    assert health.main({"WORK_DIR": str(tmp_path)}) == 0

    os.utime(tmp_path / FILE, (0, 0))
    assert health.main({"WORK_DIR": str(tmp_path)}) == 1
