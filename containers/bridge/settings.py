"""What the task's environment says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from containers.bridge.usage import CGROUP
from janym.mqtt.outbox import LIMIT_BYTES


class Missing(Exception):
    """The environment lacks something without which nothing can begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One run, as its launcher described it."""

    claim_url: str
    launch_token: str = field(repr=False)
    bot_id: str
    run_id: str
    region: str
    work_dir: Path
    engine_python: Path
    cgroup: Path
    """Where the kernel counts what it killed in this container."""
    spool_bytes: int
    """How much may wait for the broker, in memory and on disk."""


REQUIRED = ("CLAIM_URL", "LAUNCH_TOKEN", "BOT_ID", "RUN_ID", "WORK_DIR", "ENGINE_PYTHON")


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        Missing: names every variable that is not there, or says what is wrong with one.
    """
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ""
    missing = [name for name in REQUIRED if not environment.get(name)]
    missing += [] if region else ["AWS_REGION"]
    if missing:
        raise Missing(f"the environment lacks {', '.join(missing)}; the launcher must set them")
    return Settings(
        claim_url=environment["CLAIM_URL"],
        launch_token=environment["LAUNCH_TOKEN"],
        bot_id=environment["BOT_ID"],
        run_id=environment["RUN_ID"],
        region=region,
        work_dir=Path(environment["WORK_DIR"]),
        engine_python=Path(environment["ENGINE_PYTHON"]),
        cgroup=Path(environment.get("CGROUP_DIR") or CGROUP),
        spool_bytes=_bytes(environment.get("SPOOL_BYTES", "")),
    )


def _bytes(text: str) -> int:
    if text and not text.isdigit():
        raise Missing(f"SPOOL_BYTES must be a whole number of bytes, not {text!r}")
    return int(text) if text else LIMIT_BYTES
