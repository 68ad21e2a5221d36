"""Every child's end. PID 1 inherits the orphans of its container and must bury them too."""

import asyncio
import os
import signal


class Children:
    """Waits for all children of this process; nobody else may wait for one."""

    def __init__(self) -> None:
        self._watched: dict[int, asyncio.Future[int]] = {}

    def attend(self) -> None:
        """Begin, on the running loop."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._bury)

    def end_of(self, pid: int) -> asyncio.Future[int]:
        """Give a future of a child's exit code; minus the signal where one killed it.

        It must be asked for in the same step of the loop that started the child.
        """
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._watched[pid] = future
        return future

    def _bury(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            future = self._watched.pop(pid, None)
            if future and not future.done():
                future.set_result(os.waitstatus_to_exitcode(status))
