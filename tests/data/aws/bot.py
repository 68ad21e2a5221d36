"""A task for the tests: it has a child and a grandchild with a session of its own."""

import json
import os
import signal
import subprocess
import sys
import threading
from os import environ  # noqa: TID251 - a process of the tests, not of the product
from pathlib import Path

HUNGRY = [
    *(sys.executable, "-c"),
    "held = []\nwhile True: held.append(bytearray(b'x' * 2**20))",
]
FOREVER = [sys.executable, "-c", "import threading; threading.Event().wait()"]


stop = threading.Event()


def leave(_number: int, _frame: object) -> None:
    stop.set()


def main() -> int:
    mode = environ.get("MODE", "run")
    if mode == "exit":
        return int(environ["CODE"])
    if mode == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, leave)
    child = subprocess.Popen(HUNGRY if mode == "hungry child" else FOREVER)
    apart = subprocess.Popen(FOREVER, start_new_session=True, env={})
    seen = Path(environ["JANYM_STACK"]) / "seen"
    seen.mkdir(exist_ok=True)
    told = {
        "pids": [os.getpid(), child.pid, apart.pid],
        "work_dir_exists": Path(environ["WORK_DIR"]).is_dir(),
        "environment": dict(environ),
    }
    draft = seen / f".{environ['ECS_TASK_ID']}"
    draft.write_text(json.dumps(told))
    draft.rename(seen / f"{environ['ECS_TASK_ID']}.json")
    held: list[bytearray] = []
    while mode == "hungry":
        held.append(bytearray(b"x" * 2**20))
    stop.wait()
    if mode == "slow to end":  # the first signal is heard, the second one obeyed
        stop.clear()
        (seen / f"{environ['ECS_TASK_ID']}.asked").touch()
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
