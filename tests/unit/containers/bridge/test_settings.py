"""What the task's environment says."""

from pathlib import Path

import pytest

from containers.bridge import settings
from containers.bridge.settings import Missing
from containers.bridge.usage import CGROUP

COMPLETE = {
    "CLAIM_URL": "https://x/claim",
    "LAUNCH_TOKEN": "the-launch-token",
    "BOT_ID": "b",
    "RUN_ID": "r",
    "WORK_DIR": "/work",
    "ENGINE_PYTHON": "/opt/engine/bin/python",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def test_a_complete_environment_is_read() -> None:
    known = settings.read(COMPLETE)

    assert (known.work_dir, known.region) == (Path("/work"), "us-east-1")
    assert "the-launch-token" not in repr(known)


def test_everything_that_is_missing_is_named() -> None:
    with pytest.raises(Missing, match="CLAIM_URL, AWS_REGION"):
        settings.read(COMPLETE | {"CLAIM_URL": "", "AWS_DEFAULT_REGION": ""})


def test_where_kills_are_counted_may_be_told() -> None:
    told = settings.read(COMPLETE | {"CGROUP_DIR": "/run/cgroup"})

    assert (told.cgroup, settings.read(COMPLETE).cgroup) == (Path("/run/cgroup"), CGROUP)


def test_what_may_wait_for_the_broker_can_be_set() -> None:
    assert settings.read(COMPLETE | {"SPOOL_BYTES": "4096"}).spool_bytes == 4096
    with pytest.raises(Missing, match="SPOOL_BYTES must be a whole number of bytes, not 'much'"):
        settings.read(COMPLETE | {"SPOOL_BYTES": "much"})
