"""One engine process: its start, its lines, its end.

It gets nothing from our environment but where certificates and time zones are, its keys come in the
first line on stdin, and it dies with us: by its stdin's end, and by the kernel (`leash.py`).
"""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from asyncio import StreamReader
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Self

from containers.bridge import lines
from containers.bridge.children import Children
from containers.bridge.lines import BadLine, Line

LEASH = Path(__file__).with_name("leash.py")
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")
PIPE_BYTES = 60_000
"""What a pipe takes without anybody reading; a start line above it could hang us."""
TAIL_LINES = 40
TAIL_LINE_BYTES = 500
DRAIN_S = 3.0

logger = logging.getLogger(__name__)


class TooLong(ValueError):
    """A start line that a pipe does not hold."""


class Worker:
    """One engine. `exited` is its exit code, minus the signal where one killed it."""

    def __init__(self, process: subprocess.Popen[bytes], exited: asyncio.Future[int]) -> None:
        self._process = process
        self.exited = exited
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        """The last lines on stderr."""
        self._readers: list[asyncio.Task[None]] = []

    @classmethod
    def spawn(
        cls,
        command: list[str],
        *,
        work_dir: Path,
        environment: Mapping[str, str],
        children: Children,
        hear: Callable[[Line], None],
    ) -> Self:
        """Start a process in a group of its own, and hand each of its lines to `hear`."""
        kept = {name: environment[name] for name in KEPT if name in environment}
        process = subprocess.Popen(  # noqa: S603 - the image's own interpreter and engine
            [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=work_dir,
            env=kept | {"HOME": str(work_dir), "TMPDIR": str(work_dir)},
            process_group=0,
        )
        worker = cls(process, children.end_of(process.pid))
        worker.exited.add_done_callback(worker._ended)
        worker._read(process.stdout, lambda line: worker._heard(line, hear))
        worker._read(process.stderr, worker._noise)
        return worker

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, kind: str, **fields: object) -> None:
        """Write one line; an engine that is gone does not hear it.

        Raises:
            TooLong: the line does not fit a pipe.
        """
        line = lines.encode(kind, **fields)
        if len(line) > PIPE_BYTES:
            raise TooLong(f"a line of {len(line)} bytes; {PIPE_BYTES} is the limit")
        if self._process.stdin and not self.exited.done():
            try:
                self._process.stdin.write(line)
            except BrokenPipeError:
                logger.info("the engine does not read any more")

    def kill(self) -> None:
        """End the engine and whatever it started."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    async def drained(self) -> None:
        """Wait until everything that it wrote is read, which its end makes finite."""
        await asyncio.wait(self._readers, timeout=DRAIN_S)
        for reader in self._readers:
            reader.cancel()

    def _ended(self, exited: asyncio.Future[int]) -> None:
        self._process.returncode = exited.result()
        self.kill()
        if self._process.stdin:
            self._process.stdin.close()

    def _read(self, pipe: IO[bytes] | None, take: Callable[[bytes], None]) -> None:
        if pipe is None:
            raise TypeError("the engine was started without pipes")
        self._readers.append(asyncio.create_task(_lines(pipe, take)))

    def _heard(self, line: bytes, hear: Callable[[Line], None]) -> None:
        try:
            decoded = lines.decode(line)
        except BadLine as error:
            logger.warning("a line of the engine was skipped, %s", error)
            return
        hear(decoded)

    def _noise(self, line: bytes) -> None:
        self.tail.append(line[:TAIL_LINE_BYTES].decode(errors="replace"))


async def _lines(pipe: IO[bytes], take: Callable[[bytes], None]) -> None:
    loop = asyncio.get_running_loop()
    reader = StreamReader(limit=lines.LONGEST)
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    try:
        while True:
            try:
                line = await reader.readline()
            except ValueError:
                logger.warning("a line of the engine was longer than %d bytes", lines.LONGEST)
                continue
            if not line:
                return
            if line.strip():
                take(line.rstrip(b"\n"))
    finally:
        transport.close()
