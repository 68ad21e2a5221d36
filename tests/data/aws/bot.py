"""A task for the tests: it has a child and a grandchild with a session of its own."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

FOREVER = [sys.executable, "-c", "import threading; threading.Event().wait()"]


def main() -> int:
    mode = os.environ.get("MODE", "run")
    if mode == "exit":
        return int(os.environ["CODE"])
    stop = threading.Event()
    if mode == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
    child = subprocess.Popen(FOREVER)
    apart = subprocess.Popen(FOREVER, start_new_session=True, env={})
    seen = Path(os.environ["JANYM_STACK"]) / "seen"
    seen.mkdir(exist_ok=True)
    told = {
        "pids": [os.getpid(), child.pid, apart.pid],
        "work_dir_exists": Path(os.environ["WORK_DIR"]).is_dir(),
        "environment": dict(os.environ),
    }
    draft = seen / f".{os.environ['ECS_TASK_ID']}"
    draft.write_text(json.dumps(told))
    draft.rename(seen / f"{os.environ['ECS_TASK_ID']}.json")
    print("up", flush=True)
    stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
