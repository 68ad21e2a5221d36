"""One Lambda execution environment: AWS's own bootstrap in a process, served a Runtime API."""

import asyncio
import contextlib
import json
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Self
from uuid import uuid4

from aiohttp import web

from local import death, environment
from local.aws.cloud import Function
from local.environment import REGION
from local.layout import ROOT

RUNTIME = "/2018-06-01/runtime"
LAYER = ROOT / "shared"
INIT_LIMIT = 10.0
"""Seconds that Lambda gives a function's imports."""
MAX_PAYLOAD = 6 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an invocation gave: the function's answer, or its error when `failed`."""

    payload: bytes
    failed: bool

    @classmethod
    def error(cls, kind: str, message: str) -> Self:
        """An error that the service itself reports."""
        body = {"errorType": kind, "errorMessage": message}
        return cls(payload=json.dumps(body).encode(), failed=True)


@dataclass(slots=True, kw_only=True)
class Invocation:
    """One event on its way through a worker."""

    event: bytes
    deadline_ms: int
    result: asyncio.Future[Outcome]
    id: str = field(default_factory=lambda: str(uuid4()))


class Worker:
    """A process that handles one event at a time."""

    def __init__(
        self,
        function: Function,
        variables: Mapping[str, str],
        log: Path,
        now: Callable[[], datetime],
    ) -> None:
        self._function = function
        self._variables = variables
        self._log = log
        self._now = now
        self._events: asyncio.Queue[Invocation] = asyncio.Queue()
        self._current: Invocation | None = None
        self._ready: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        self._runner: web.AppRunner | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """Whether the process can take another event."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Open the Runtime API and start the bootstrap."""
        app = web.Application(client_max_size=2 * MAX_PAYLOAD)
        app.router.add_get(f"{RUNTIME}/invocation/next", self._next)
        app.router.add_post(f"{RUNTIME}/invocation/{{id}}/response", self._response)
        app.router.add_post(f"{RUNTIME}/invocation/{{id}}/error", self._error)
        app.router.add_post(f"{RUNTIME}/init/error", self._init_error)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = int(self._runner.addresses[0][1])
        with self._open_log() as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "awslambdaric",
                self._function.handler,
                cwd=self._function.code,
                env=self._environment(port),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=death.following(),
            )
        self._watch = asyncio.create_task(self._watch_process(self._process))

    async def invoke(self, event: bytes) -> Outcome:
        """Handle one event; a timeout ends the process, as Lambda does."""
        function, loop = self._function, asyncio.get_running_loop()
        try:
            failure = await asyncio.wait_for(
                asyncio.shield(self._ready), INIT_LIMIT + function.timeout
            )
        except TimeoutError:
            await self.stop()
            return Outcome.error("Sandbox.Timedout", "initialization took too long")
        if failure is not None:
            await self.stop()
            return failure
        deadline = int(self._now().timestamp() * 1000) + function.timeout * 1000
        invocation = Invocation(event=event, deadline_ms=deadline, result=loop.create_future())
        self._events.put_nowait(invocation)
        try:
            return await asyncio.wait_for(invocation.result, function.timeout)
        except TimeoutError:
            await self.stop()
            return Outcome.error(
                "Sandbox.Timedout",
                f"{invocation.id} Task timed out after {function.timeout}.00 seconds",
            )
        except asyncio.CancelledError:
            await self.stop()
            raise
        finally:
            self._current = None

    async def stop(self) -> None:
        """End the process and close its Runtime API."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        if self._watch is not None:
            await self._watch
        if self._runner is not None:
            await self._runner.cleanup()

    def _open_log(self) -> IO[bytes]:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        return self._log.open("ab")

    def _environment(self, port: int) -> dict[str, str]:
        function = self._function
        own = {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": secrets.token_hex(16),
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": function.role,
            "AWS_SECRET_ACCESS_KEY": "laptop",
            "LAMBDA_TASK_ROOT": str(function.code),
            "_HANDLER": function.handler,
            "PYTHONPATH": f"{function.code}:{LAYER}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TZ": ":UTC",
        }
        if function.json_logs:
            own["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        inherited = environment.inherited()
        return {**inherited, **self._variables, **function.environment, **own}

    async def _watch_process(self, process: asyncio.subprocess.Process) -> None:
        status = await process.wait()
        outcome = Outcome.error("Runtime.ExitError", f"the runtime exited with status {status}")
        if not self._ready.done():
            self._ready.set_result(outcome)
        if self._current is not None and not self._current.result.done():
            self._current.result.set_result(outcome)

    async def _next(self, _request: web.Request) -> web.Response:
        if not self._ready.done():
            self._ready.set_result(None)
        invocation = await self._events.get()
        self._current = invocation
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self._function.arn,
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
        }
        return web.Response(body=invocation.event, headers=headers)

    async def _response(self, request: web.Request) -> web.Response:
        payload = await request.read()
        if len(payload) > MAX_PAYLOAD:
            size = f"Response payload size ({len(payload)} bytes) exceeded maximum allowed"
            outcome = Outcome.error("Function.ResponseSizeTooLarge", size)
        else:
            outcome = Outcome(payload=payload, failed=False)
        return self._settle(request, outcome)

    async def _error(self, request: web.Request) -> web.Response:
        return self._settle(request, Outcome(payload=await request.read(), failed=True))

    def _settle(self, request: web.Request, outcome: Outcome) -> web.Response:
        current = self._current
        if current is None or current.id != request.match_info["id"]:
            return web.Response(status=400)
        if not current.result.done():
            current.result.set_result(outcome)
        return web.Response(status=202)

    async def _init_error(self, request: web.Request) -> web.Response:
        if not self._ready.done():
            self._ready.set_result(Outcome(payload=await request.read(), failed=True))
        return web.Response(status=202)
