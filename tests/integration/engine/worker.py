"""A real engine process under test: what it was told, what it said, how it ended."""

import json
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
ENGINE = ROOT / "containers" / "bridge" / "engine"
ENGINE_PYTHON = ROOT / ".local" / "envs" / "engine" / "bin" / "python"
PATIENCE_S = 60.0

Line = dict[str, Any]


class Worker:
    """One engine process and every line that it said."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log
        self.lines: list[Line] = []
        self.spoken: list[bytes] = []
        self._said = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            with self._said:
                self.spoken.append(text)
                self.lines.append(json.loads(text))
                self._said.notify_all()
        with self._said:
            self._said.notify_all()

    def tell(self, **line: object) -> None:
        """Send one line of the bridge."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"v": 1, **line}).encode() + b"\n")
        self.process.stdin.flush()

    def hang_up(self) -> None:
        """Close the engine's stdin."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def of(self, *types: str) -> list[Line]:
        """The lines of these types so far."""
        with self._said:
            return [line for line in self.lines if line["type"] in types]

    def until(self, holds: Callable[[Line], bool], *, since: int = 0) -> Line:
        """The first line from number `since` on that holds; fails with the last lines seen."""
        deadline = time.monotonic() + PATIENCE_S
        with self._said:
            while True:
                for line in self.lines[since:]:
                    if holds(line):
                        return line
                left = deadline - time.monotonic()
                if left <= 0 or not self._reader.is_alive():
                    raise AssertionError(f"never said; the last lines: {self.lines[-5:]}")
                self._said.wait(min(left, 1))

    def until_type(self, *types: str, since: int = 0) -> Line:
        """The first line of one of these types from number `since` on."""
        return self.until(lambda line: line["type"] in types, since=since)

    def end(self) -> int:
        """Wait for the process to end and for its last line; gives the exit code."""
        code = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return code


@contextmanager
def running(start: Mapping[str, Any] | None, work_dir: Path) -> Generator[Worker]:
    """Start an engine, tell it its start line, and leave no process behind."""
    log = work_dir.with_name(f"{work_dir.name}.stderr")
    work_dir.mkdir(parents=True, exist_ok=True)
    command: Sequence[str] = (str(ENGINE_PYTHON), "-I", str(ENGINE / "__main__.py"))
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env={}
        )
    worker = Worker(process, log)
    try:
        if start is not None:
            worker.tell(**start)
        yield worker
    finally:
        if process.poll() is None:
            process.kill()
        worker.end()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def start_line(
    *,
    engine: Mapping[str, Any],
    prefix: str,
    keys: Mapping[str, str],
    venue: Mapping[str, str] | None,
    work_dir: Path,
    connector: str = "binance",
) -> Line:
    """The first line of the bridge."""
    return {
        "type": "start",
        "bot_id": "11111111-2222-3333-4444-555555555555",
        "engine": dict(engine),
        "connector": connector,
        "trading_pair": "ETH-USDT",
        "client_order_id_prefix": prefix,
        "keys": dict(keys),
        "venue": None if venue is None else dict(venue),
        "work_dir": str(work_dir),
        "snapshot_interval_s": "0.5",
    }
