"""`python -m local.demo`: prove the job end to end, print a report, write build/demo.json."""

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.demo import audit, evidence
from local.demo.job import Job
from local.instruments.platform import Platform
from local.instruments.watcher import Watcher
from local.layout import ROOT

HOME = ROOT / ".local" / "demo"
REPORT = ROOT / "build" / "demo.json"
ENGINE = ROOT / ".local" / "envs" / "engine" / "bin" / "python"


def main() -> int:
    """Run the demo; 0 only if every promise held."""
    parser = argparse.ArgumentParser(prog="janym demo", description=__doc__)
    parser.add_argument("--home", type=Path, default=HOME, help="folder of the demo's own stack")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the figures go")
    options = parser.parse_args()
    home: Path = options.home.resolve()
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"[{time.monotonic() - began:6.1f} s] {what}", flush=True)

    signal.signal(signal.SIGTERM, _give_up)
    platform = Platform.start(home)
    try:
        say(f"the platform is up at {platform.address('gateway')}")
        facts = prove(platform, say)
    finally:
        code = platform.stop()
        say(f"the platform is stopped (code {code})")
    facts["took_s"] = round(time.monotonic() - began, 1)
    facts["broken_promises"] = audit.verdict(facts)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(facts, indent=2) + "\n")
    show(facts, options.report)
    return 1 if facts["broken_promises"] else 0


def _give_up(_number: int, _frame: object) -> None:
    """Leave by the way that stops the stack."""
    sys.exit("stopped before its end")


def prove(platform: Platform, say: Callable[[str], None]) -> dict[str, Any]:
    """Live a bot's life and return what was seen."""
    job = Job(api=platform.api("admin"), exchange=platform.exchange(), say=say)
    job.prepare()
    with Watcher(job.api, job.bot) as watcher:
        job.start()
        job.trade(8)
        modules = evidence.compiled_modules(job.engine())
        job.restart()
        healed: dict[str, float] = {}
        for what in ("engine", "bridge", "group"):
            watcher.settle("running")
            healed[what] = job.kill(what)
        job.trade(audit.ENOUGH_FILLS)
        job.stop()
        watcher.settle("stopped")
    package = evidence.installed(ENGINE)
    return job.facts | audit.books(job, platform) | {
        "status_sequence": watcher.sequence,
        "heal_s": max(healed.values()),
        "heal_s_by_kill": healed,
        "hummingbot_version": package.version,
        "hummingbot_files": package.files,
        "hummingbot_files_altered": package.altered,
        "hummingbot_modules_mapped": len(modules),
        "hummingbot_record_ok": not package.altered and bool(modules),
        "secret_search": audit.secret_search(job, platform),
    }  # fmt: skip


def show(facts: dict[str, Any], file: Path) -> None:
    """Print the figures for a person."""
    print("\nWhat was seen")
    for name, value in facts.items():
        if name not in {"secret_search", "broken_promises"}:
            print(f"  {name:36} {value}")
    search = facts["secret_search"]
    print(
        f"  {'secret_search':36} {len(search['found_in'])} finds in {search['places']} places,"
        f" {search['bytes']:,} bytes; planted leak found: {search['planted_leak_found']}"
    )
    print(f"\nThe figures are in {file}")
    for promise in facts["broken_promises"]:
        print(f"BROKEN: {promise}")
    print("Everything held." if not facts["broken_promises"] else "Not everything held.")


if __name__ == "__main__":
    sys.exit(main())
