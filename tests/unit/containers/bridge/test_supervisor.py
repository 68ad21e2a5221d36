"""Engine after engine, until the owner wants none."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from containers.bridge import budget, lines
from containers.bridge.commands import Commands
from containers.bridge.ledger import Ledger
from containers.bridge.life import Ears, Life, Patience
from containers.bridge.lines import Line
from containers.bridge.reporter import Reporter
from containers.bridge.supervisor import LEFT_BEHIND, STOPPED, Hands, Supervisor
from containers.bridge.sweep import Swept
from containers.bridge.trading import Trading
from containers.bridge.wishes import Wishes
from janym.domain import topics
from janym.domain.bot import Desired, StopMode
from janym.domain.errors import FieldError, InvalidInput, JanymError, OutcomeUnknown, VenueRefused
from janym.domain.ids import BotId
from tests.unit.containers.bridge.conftest import NOON, Heard, ScriptedWorker, SetClock
from tests.unit.containers.bridge.venue import PAIR, order

CLEAN = Swept(cancelled=(), left=(), executions=())


@dataclass(slots=True)
class World:
    """Engines and a venue that do what the test says."""

    engines: list[ScriptedWorker] = field(default_factory=list[ScriptedWorker])
    sweeps: list[str] = field(default_factory=list[str])
    found: list[Swept | JanymError] = field(default_factory=list[Swept | JanymError])
    """What the next sweeps find; a clean venue after them."""
    behave: Callable[[ScriptedWorker, Callable[[Line], None]], None] = lambda _worker, _hear: None
    refusal: Exception | None = None
    during_sweep: dict[str, Callable[[], None]] = field(
        default_factory=dict[str, Callable[[], None]]
    )
    """What happens once, while that sweep is under way."""

    async def sweep(self, cancel: bool) -> Swept:  # noqa: FBT001 - as the supervisor calls it
        self.sweeps.append(f"{len(self.engines)} {'cancel' if cancel else 'keep'}")
        self.during_sweep.pop(self.sweeps[-1], lambda: None)()
        found = self.found.pop(0) if self.found else CLEAN
        if isinstance(found, JanymError):
            raise found
        return found

    def new_life(self, running: Callable[[], None]) -> Life:
        ears = Ears(trade=lambda _: None, log=lambda _: None, hello=lambda _: None, running=running)
        return Life(ears=ears, patience=Patience(stop_s=1), memory_kills=lambda: 0)

    def spawn(self, number: int, hear: Callable[[Line], None]) -> ScriptedWorker:
        if self.refusal:
            raise self.refusal
        worker = ScriptedWorker(asyncio.get_running_loop().create_future(), pid=number)
        worker.answer = lambda kind, _: worker.end(0) if kind == "stop" else None
        self.engines.append(worker)
        self.behave(worker, hear)
        return worker


@pytest.fixture
def world() -> World:
    return World(behave=run)


@pytest.fixture
def wishes() -> Wishes:
    return Wishes(Desired.RUNNING, StopMode.CANCEL_ORDERS, {})


@pytest.fixture
def commands(wishes: Wishes, reporter: Reporter, clock: SetClock) -> Commands:
    return Commands(wishes=wishes, reporter=reporter, clock=clock)


@pytest.fixture
async def supervisor(
    world: World, wishes: Wishes, reporter: Reporter, commands: Commands, clock: SetClock
) -> AsyncGenerator[Supervisor]:
    async def price(_asset: str) -> Decimal | None:
        return None

    trading = Trading(
        bot=BotId(UUID(int=1)), pair=PAIR, ledger=Ledger(), reporter=reporter, price=price
    )
    telling = asyncio.create_task(trading.run())
    yield Supervisor(
        wishes=wishes,
        reporter=reporter,
        commands=commands,
        trading=trading,
        hands=Hands(sweep=world.sweep, new_life=world.new_life, spawn=world.spawn, finish_s=0.5),
        clock=clock,
    )
    telling.cancel()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "DELAYS_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr("containers.bridge.supervisor.RETRY_FIRST_S", 0.01)


def run(_worker: ScriptedWorker, hear: Callable[[Line], None]) -> None:
    hear(lines.decode(lines.encode("ready")))
    snapshot = lines.encode(
        "snapshot", at="2026-01-01T00:00:00Z", balances={}, active_orders=[],
        mid_price=None, connector_ready=True,
    )  # fmt: skip
    hear(lines.decode(snapshot))


async def until(condition: Callable[[], object], state: Callable[[], object]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.005)
    raise AssertionError(state())


async def test_it_sweeps_starts_runs_and_stops(
    supervisor: Supervisor, world: World, wishes: Wishes, heard: Heard
) -> None:
    """S0-070, K-30a."""
    running = asyncio.create_task(supervisor.run())
    await until(lambda: ("running", None) in heard.statuses, lambda: heard.statuses)

    wishes.stop()

    assert await running == STOPPED
    assert world.sweeps == ["0 cancel", "1 cancel"]
    assert world.engines[0].told[-1] == ("stop", {"mode": "cancel_orders"})
    assert [status for status, _ in heard.statuses] == ["running", "stopping", "stopped"]


async def test_a_bot_that_should_not_run_starts_nothing(
    supervisor: Supervisor, world: World, wishes: Wishes, heard: Heard
) -> None:
    wishes.stop()

    assert await supervisor.run() == STOPPED
    assert world.engines == []
    assert [status for status, _ in heard.statuses] == ["stopping", "stopped"]


async def test_orders_are_kept_where_the_owner_wants_it(
    supervisor: Supervisor, world: World, wishes: Wishes
) -> None:
    running = asyncio.create_task(supervisor.run())
    await until(lambda: world.engines, lambda: world)

    wishes.stop(StopMode.KEEP_ORDERS)

    assert await running == STOPPED
    assert world.sweeps[-1] == "1 keep"


async def test_a_dead_engine_is_swept_and_replaced_three_times(
    supervisor: Supervisor, world: World, wishes: Wishes, heard: Heard
) -> None:
    world.behave = lambda worker, _hear: worker.end(1)

    running = asyncio.create_task(supervisor.run())
    await until(lambda: ("error", "RESTART_BUDGET") in heard.statuses, lambda: heard.statuses)

    assert [engine.pid for engine in world.engines] == [1, 2, 3, 4]
    assert heard.statuses.count(("error", "ENGINE_DIED")) == 4
    assert all(f"{n} cancel" in world.sweeps for n in range(1, 5))
    wishes.stop()
    assert await running == STOPPED


async def test_a_start_after_the_budget_is_spent_begins_anew(
    supervisor: Supervisor, world: World, wishes: Wishes, heard: Heard
) -> None:
    world.behave = lambda worker, _hear: worker.end(1)
    running = asyncio.create_task(supervisor.run())
    await until(lambda: ("error", "RESTART_BUDGET") in heard.statuses, lambda: heard.statuses)

    world.behave = run
    wishes.renew({"new": True})

    await until(lambda: ("running", None) in heard.statuses, lambda: heard.statuses)
    wishes.stop()
    assert await running == STOPPED


async def test_a_restart_asked_while_the_last_engine_is_mourned_does_not_fail(
    supervisor: Supervisor, world: World, wishes: Wishes, commands: Commands, heard: Heard
) -> None:
    """K-03: it comes during the sweep after the last death, and the next engine carries it out."""
    world.behave = lambda worker, _hear: worker.end(1)

    def restart() -> None:
        world.behave = run
        expires = (NOON + timedelta(minutes=5)).isoformat()
        told = {"v": 1, "command_id": "late", "expires_at": expires, "config": {"a": "1"}}
        commands.receive(topics.CONFIG_UPDATE, json.dumps(told).encode())

    world.during_sweep = {"4 cancel": restart}

    running = asyncio.create_task(supervisor.run())
    await until(lambda: ("running", None) in heard.statuses, lambda: heard.statuses)

    assert len(world.engines) == 5
    assert heard.acks("late") == [("acknowledged", None), ("done", None)]
    wishes.stop()
    assert await running == STOPPED


async def test_a_configuration_that_cannot_run_is_not_tried_again(
    supervisor: Supervisor, world: World, wishes: Wishes, heard: Heard
) -> None:
    world.refusal = InvalidInput(FieldError(field="config.x", reason="is wrong"))

    running = asyncio.create_task(supervisor.run())
    await until(lambda: len(heard.statuses) == 2, lambda: heard.statuses)

    assert heard.statuses == [("error", "ENGINE_REFUSED")] * 2
    wishes.stop()
    assert await running == STOPPED


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (OutcomeUnknown("no answer"), "VENUE_AWAY"),
        (VenueRefused("memory", "-2015", "bad key"), "VENUE_REFUSED"),
        (Swept(cancelled=(), left=(order("jnabc12311x"),), executions=()), "ORDERS_LEFT"),
    ],
)
async def test_no_engine_starts_before_the_venue_is_clean(
    supervisor: Supervisor,
    world: World,
    wishes: Wishes,
    heard: Heard,
    trouble: Swept | JanymError,
    reason: str,
) -> None:
    world.found = [trouble, trouble]

    running = asyncio.create_task(supervisor.run())
    await until(lambda: ("running", None) in heard.statuses, lambda: heard.statuses)

    assert world.sweeps[:3] == ["0 cancel"] * 3
    assert heard.statuses[0] == ("error", reason)
    wishes.stop()
    assert await running == STOPPED


async def test_a_stop_that_leaves_orders_is_no_stop(
    supervisor: Supervisor, world: World, wishes: Wishes, heard: Heard
) -> None:
    wishes.stop()
    world.found = [OutcomeUnknown("no answer")] * 1000

    assert await supervisor.run() == LEFT_BEHIND
    assert heard.statuses[-1] == ("error", "VENUE_AWAY")


async def test_a_new_configuration_gets_a_new_engine(
    supervisor: Supervisor, world: World, wishes: Wishes
) -> None:
    running = asyncio.create_task(supervisor.run())
    await until(lambda: world.engines, lambda: world)

    wishes.renew({"new": True})
    await until(lambda: len(world.engines) == 2, lambda: world)

    assert world.engines[0].told[-1] == ("stop", {"mode": "cancel_orders"})
    wishes.stop()
    assert await running == STOPPED


async def test_a_paused_bot_has_no_engine_and_no_order_until_it_is_resumed(
    supervisor: Supervisor, world: World, wishes: Wishes, heard: Heard
) -> None:
    running = asyncio.create_task(supervisor.run())
    await until(lambda: ("running", None) in heard.statuses, lambda: heard.statuses)

    wishes.pause()
    await until(lambda: ("paused", None) in heard.statuses, lambda: heard.statuses)

    assert world.engines[0].told[-1] == ("stop", {"mode": "cancel_orders"})
    assert world.sweeps == ["0 cancel", "1 cancel"]
    assert [status for status, _ in heard.statuses] == ["running", "stopping", "paused"]
    wishes.renew({"new": True})
    await until(lambda: heard.statuses[-1] == ("running", None), lambda: heard.statuses)
    assert len(world.engines) == 2
    wishes.stop()
    assert await running == STOPPED


async def test_a_run_that_begins_paused_only_sweeps(
    supervisor: Supervisor, world: World, wishes: Wishes, heard: Heard
) -> None:
    wishes.pause()

    running = asyncio.create_task(supervisor.run())
    await until(lambda: ("paused", None) in heard.statuses, lambda: heard.statuses)

    assert (world.engines, world.sweeps) == ([], ["0 cancel"])
    wishes.stop()
    assert await running == STOPPED
