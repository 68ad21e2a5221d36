"""Starts a stack's components in the order of their needs, watches them, and ends them in reverse.

    waiting ─ what it needs is ready ─▶ starting ─ it answers ─▶ ready ─ it ends by itself ─▶ failed
       └── what it needs failed ─▶ failed      └─ it ends, or does not answer in time ─▶ failed

A component that fails is named with the end of its log and stays down until somebody asks for it
again: what it wrote last is worth more than another try. The others go on.
"""

import asyncio
import signal
from collections.abc import Callable, Sequence
from datetime import datetime

from local import child
from local.child import Child
from local.components import Component, Step
from local.layout import Stack
from local.probes import NotYet, Probe
from local.provisioning import Failed
from local.state import Health, Phase, State, Status

_POLL = 0.1
"""Seconds between two looks at a server that starts."""

_FIRST_WORD = 2.0
_NEXT_WORD = 5.0
"""Seconds after which a slow step says that it is still at it, first and again."""

Say = Callable[[str], None]
Now = Callable[[], datetime]


class CameDown(Exception):
    """A component ended, or never answered."""


class Supervisor:
    """One run of a stack. Everything happens in the main thread's loop: see `local.death`."""

    def __init__(
        self,
        stack: Stack,
        plan: Sequence[Component | Step],
        state: State,
        *,
        say: Say,
        now: Now,
    ) -> None:
        self._stack = stack
        self._plan = {node.name: node for node in plan}
        self._state = state
        self._say = say
        self._now = now
        self._children: dict[str, Child] = {}
        self._settled = {name: asyncio.Event() for name in self._plan}
        self._watchers: list[asyncio.Task[None]] = []
        self._revivals: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    @property
    def failed(self) -> list[str]:
        """The components and steps that failed."""
        return [name for name in self._plan if self._state.health(name) is Health.FAILED]

    def request_stop(self) -> None:
        """Ask `run` to end; safe in a signal handler of the loop."""
        self._stopping.set()

    def request_revival(self) -> None:
        """Ask for every failed component to be started again; safe in a signal handler."""
        self._revivals = [task for task in self._revivals if not task.done()]
        self._revivals.append(asyncio.create_task(self._revive()))

    async def start(self) -> None:
        """Start everything; return when each is ready or has failed, or a stop was asked for."""
        for node in self._plan.values():
            self._state.set(node.name, Status(health=Health.WAITING, since=self._now().isoformat()))
        starting = asyncio.gather(*(self._bring_up(node) for node in self._plan.values()))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            return
        starting.result()
        self._state.enter(Phase.DEGRADED if self.failed else Phase.READY)

    async def wait(self) -> None:
        """Return when a stop was asked for."""
        await self._stopping.wait()

    async def stop(self) -> None:
        """End the components in reverse order: each ends before what it needs."""
        self._stopping.set()
        self._state.enter(Phase.STOPPING)
        await _abandon(self._revivals)
        ended = {name: asyncio.Event() for name in self._plan}
        await asyncio.gather(*(self._take_down(node, ended) for node in self._plan.values()))
        await _abandon(self._watchers)
        self._state.enter(Phase.STOPPED)

    async def _revive(self) -> None:
        nodes = [self._plan[name] for name in self.failed]
        failed = [node for node in nodes if isinstance(node, Component)]
        for component in failed:
            self._settled[component.name].clear()
        await asyncio.gather(*(self._bring_up(component) for component in failed))
        if not self.failed and self._state.phase is Phase.DEGRADED:
            self._state.enter(Phase.READY)

    async def _bring_up(self, node: Component | Step) -> None:
        try:
            missing = await self._missing(node)
            if missing:
                self._fail(node, f"it needs {', '.join(missing)}")
                return
            self._state.change(node.name, Health.STARTING, self._now(), reason=None)
            slow = asyncio.create_task(self._report_slow(node.name))
            try:
                await (
                    self._start(node)
                    if isinstance(node, Component)
                    else asyncio.to_thread(node.run)
                )
            finally:
                slow.cancel()
            if isinstance(node, Step):
                self._state.change(node.name, Health.DONE, self._now())
        except (CameDown, Failed, OSError) as error:
            self._fail(node, str(error))
        finally:
            self._settled[node.name].set()

    async def _missing(self, node: Component | Step) -> list[str]:
        """Wait for what a node needs; return what of it failed."""
        for name in node.after:
            await self._settled[name].wait()
        good = {Health.READY, Health.DONE}
        return [name for name in node.after if self._state.health(name) not in good]

    async def _start(self, component: Component) -> None:
        started = await child.start(
            component.command,
            environment=component.environment,
            log=self._stack.log(component.name),
            at=self._now(),
        )
        self._children[component.name] = started
        self._state.change(
            component.name,
            Health.STARTING,
            self._now(),
            pid=started.pid,
            created=started.created,
            address=component.address,
        )
        await self._answering(component, started)
        self._state.change(component.name, Health.READY, self._now())
        self._watchers.append(asyncio.create_task(self._watch(component, started)))

    async def _answering(self, component: Component, started: Child) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + component.start_within
        while True:
            if started.exit is not None:
                raise CameDown(_last_words(started))
            seen = await _look(component.probe)
            if seen is None:
                return
            if loop.time() > deadline:
                await started.stop(component.stop_signal, component.stop_within)
                lines = _tail(started)
                raise CameDown(
                    f"no answer within {component.start_within:.0f} s ({seen}); it was ended{lines}"
                )
            await asyncio.sleep(_POLL)

    async def _watch(self, component: Component, started: Child) -> None:
        await started.process.wait()
        if self._stopping.is_set():
            return
        self._fail(component, _last_words(started))
        self._say(
            f"The rest keeps running. Whole log: {started.log}\n"
            f"To start it again: janym restart {component.name} --home {self._stack.home}"
        )
        if self._state.phase is Phase.READY:
            self._state.enter(Phase.DEGRADED)

    async def _report_slow(self, name: str) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.sleep(_FIRST_WORD)
        while True:
            self._say(f"  {name}: still at it, {loop.time() - began:.0f} s")
            await asyncio.sleep(_NEXT_WORD)

    async def _take_down(self, node: Component | Step, ended: dict[str, asyncio.Event]) -> None:
        for other in self._plan.values():
            if node.name in other.after:
                await ended[other.name].wait()
        running = self._children.get(node.name)
        if isinstance(node, Component) and running is not None:
            slow = asyncio.create_task(self._report_slow(f"stopping {node.name}"))
            was_failed = running.exit is not None
            gently = await running.stop(node.stop_signal, node.stop_within)
            slow.cancel()
            if not gently:
                self._say(f"  {node.name} did not end in {node.stop_within:.0f} s and was killed")
            if not was_failed:
                self._state.change(node.name, Health.STOPPED, self._now(), pid=None, created=None)
        ended[node.name].set()

    def _fail(self, node: Component | Step, reason: str) -> None:
        self._state.change(node.name, Health.FAILED, self._now(), reason=reason)
        self._say(f"! {node.name}: {reason}")


async def _abandon(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _look(probe: Probe) -> str | None:
    try:
        await asyncio.to_thread(probe)
    except NotYet as error:
        return str(error)
    return None


def _last_words(ended: Child) -> str:
    return f"{_exit(ended.exit)}{_tail(ended)}"


def _tail(ended: Child) -> str:
    lines = ended.last_lines()
    return ". Its last lines:\n" + "\n".join(f"    {line}" for line in lines) if lines else ""


def _exit(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"ended with code {code}"
