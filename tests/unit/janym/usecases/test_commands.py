"""Commands over a bad network and mortal senders: each acts at most once and comes to an end.

Owners ask, senders die between two steps, messages come twice, late, in any order or never, and so
do the bot's acks and states. In the end time passes in peace: then what is wanted is what is.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from containers.bridge.inbox import Inbox, Verdict
from janym.domain.bot import BotStatus, Desired, Position
from janym.domain.command import CommandState
from janym.domain.errors import Conflict, JanymError
from janym.domain.ids import BotId, CommandId
from janym.domain.telemetry import AckReport, Rejected, Report, StatusReport
from janym.domain.topics import STOP, Topic
from janym.usecases import ingest, outbox, reconcile
from tests.fakes.platform import Died, FakeBus, FakeTask
from tests.fakes.world import World

FINAL = {CommandState.DONE, CommandState.FAILED, CommandState.EXPIRED}
SETTLED = {
    Desired.RUNNING: BotStatus.RUNNING,
    Desired.PAUSED: BotStatus.PAUSED,
    Desired.STOPPED: BotStatus.STOPPED,
}
PEACE = 60
"""Passes of 20 s after which everything has come to its end."""


class MortalBus(FakeBus):
    """Its publisher may die right after a message is out."""

    dies = False

    def publish(self, bot: BotId, topic: Topic, payload: dict[str, Any]) -> None:
        super().publish(bot, topic, payload)
        if self.dies:
            raise Died


@dataclass
class Bridge:
    """A bot's task from its claim to its end, as far as commands go; its inbox is the real one."""

    task: FakeTask
    session: int
    state: BotStatus
    first: int
    """Messages before this one were for those who were connected then."""
    inbox: Inbox = field(default_factory=Inbox)
    seq: int = 0


class Play:
    """A platform in memory, one bot, and everything that is under way between them."""

    def __init__(self) -> None:
        self.bus = MortalBus()
        self.world = World(bus=self.bus)
        self.bot = self.world.stopped_bot().id
        self.bridge: Bridge | None = None
        self.said: list[Report] = []
        self.acts = Counter[str]()

    def begin(self) -> None:
        """Have the bot started and running, so that there is somebody to talk to."""
        self.ask(0)
        self.send(0)
        self.claim(0)
        self.hear(0)

    # ---- what happens, each step with a number that chooses among what there is

    def ask(self, n: int) -> None:
        world = self.world
        wishes: list[Callable[[BotId], object]] = [
            world.start, world.stop, world.restart, world.pause_bot, world.resume_bot, world.apply,
        ]  # fmt: skip
        with suppress(Conflict):
            wishes[n % len(wishes)](self.bot)

    def send(self, n: int) -> None:
        """Have the errands done, by somebody who may die in the middle."""
        self.bus.dies, self.world.launcher.dies_after_launch = n % 4 == 1, n % 4 == 2
        with suppress(Died):
            outbox.dispatch(self.world.platform)
            reconcile.every(self.world.platform)
        self.bus.dies = self.world.launcher.dies_after_launch = False

    def claim(self, _: int) -> None:
        """Have a new task claim its run, if there is one."""
        tasks = self.world.launcher.tasks
        waiting = [task for task in tasks.values() if task.running]
        if not waiting or (self.bridge is not None and self.bridge.task is waiting[-1]):
            return
        task = waiting[-1]
        with suppress(JanymError):  # a run that is over, or whose launch is not on record, waits
            claimed = self.world.claim(task.run)
            self._begin(task, claimed)

    def deliver(self, n: int) -> None:
        """Have one of the messages come, for the first time or again."""
        bridge = self.bridge
        if bridge is None:
            return
        under_way = self.bus.published[bridge.first :]
        if under_way:
            _, topic, payload = under_way[n % len(under_way)]
            self._take(bridge, topic, payload)

    def hear(self, n: int) -> None:
        """Have one of the bot's words come, for the first time or again."""
        if self.said:
            self._ingest(self.said[n % len(self.said)])

    def kill(self, _: int) -> None:
        """Have the task die without a word."""
        if self.bridge is not None:
            self.world.launcher.end(self.bridge.task.id, exit_code=137)
            self.bridge = None

    def wait(self, n: int) -> None:
        self.world.clock.advance(seconds=n % 90)

    # ---- the end

    def rest(self) -> None:
        """Let time pass while nothing fails and nobody asks."""
        for report in self.said:
            self._ingest(report)
        for _ in range(PEACE):
            self.world.clock.advance(seconds=20)
            self.send(0)
            for bot in set(self.world.functions.venue_checks):
                self.world.check_venue(bot)
            self.world.functions.venue_checks.clear()
            self.claim(0)
            self._live_on()

    def _live_on(self) -> None:
        for task in self.world.launcher.tasks.values():
            if task.running and task.stop_asked:
                self._end(task)
        bridge = self.bridge
        if bridge is None:
            return
        for _, topic, payload in self.bus.published[bridge.first :]:
            if self.bridge is bridge:
                self._take(bridge, topic, payload)
        if self.bridge is bridge:
            self._say_state(bridge)
        for report in self.said[-20:]:
            self._ingest(report)

    def _begin(self, task: FakeTask, claimed: Any) -> None:
        state = BotStatus.PAUSED if claimed.bot.desired is Desired.PAUSED else BotStatus.RUNNING
        bridge = Bridge(
            task=task,
            session=claimed.session,
            state=state,
            first=len(self.bus.published),
        )
        self.bridge = bridge
        for command in claimed.commands:  # the desired state has decided what becomes of them
            bridge.inbox.note(str(command.id), expires_at=command.expires_at)
            self._ack(bridge, command.id, CommandState.DONE)
        self._say_state(bridge)

    def _take(self, bridge: Bridge, topic: Topic, payload: dict[str, Any]) -> None:
        key, now = str(payload["command_id"]), self.world.clock.now()
        [command] = [each for each in self.world.commands(self.bot) if str(each.id) == key]
        verdict = bridge.inbox.judge(key, expires_at=command.expires_at, now=now, moves=True)
        if verdict is Verdict.SUPERSEDED:
            self._ack(bridge, command.id, CommandState.FAILED)
        if verdict is not Verdict.ACT:
            return
        self.acts[key] += 1
        self._ack(bridge, command.id, CommandState.ACKNOWLEDGED)
        state = wanted(topic, payload)
        if bridge.task.stop_asked and state is not BotStatus.STOPPED:
            return  # it is the next task's, which finds it in its claim
        bridge.state = state
        self._ack(bridge, command.id, CommandState.DONE)
        self._say_state(bridge)
        if bridge.state is BotStatus.STOPPED:
            self._end(bridge.task)

    def _end(self, task: FakeTask) -> None:
        self.world.launcher.end(task.id, exit_code=0)
        if self.bridge is not None and self.bridge.task is task:
            self.bridge.state = BotStatus.STOPPED
            self._say_state(self.bridge)
            self.bridge = None

    def _ack(self, bridge: Bridge, command: CommandId, state: CommandState) -> None:
        say = partial(AckReport, command=command, state=state, reason=None)
        self._say(bridge, say)

    def _say_state(self, bridge: Bridge) -> None:
        say = partial(StatusReport, status=bridge.state, reason=None, detail=None, uptime_seconds=1)
        self._say(bridge, say)

    def _say(self, bridge: Bridge, report: Callable[..., Report]) -> None:
        bridge.seq += 1
        position = Position(session=bridge.session, seq=bridge.seq)
        self.said.append(report(bot=self.bot, position=position, at=self.world.clock.now()))

    def _ingest(self, report: Report) -> None:
        way = Rejected(
            topic="", bot=str(self.bot), client_id=None, reason="", body=b"", received_at=report.at
        )
        heard = ingest.Heard(report=replace(report), came_as=way)
        assert list(ingest.current([heard], [], units=self.world.units)) == []


def wanted(topic: Topic, payload: dict[str, Any]) -> BotStatus:
    """Say what a command makes of a bot."""
    if topic is STOP:
        return BotStatus.PAUSED if payload.get("pause") else BotStatus.STOPPED
    return BotStatus.RUNNING


STEPS = (
    *(Play.ask,) * 4, *(Play.send,) * 4, *(Play.deliver,) * 4, *(Play.hear,) * 3,
    *(Play.claim,) * 2, Play.wait, Play.kill,
)  # fmt: skip


HAPPENING = st.tuples(st.sampled_from(STEPS), st.integers(0, 10_000))


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 10_000)), min_size=20, max_size=60)
)
def test_commands_act_once_end_and_what_is_wanted_is(
    script: list[tuple[Callable[[Play, int], None], int]],
) -> None:
    """S0-072, K-03."""
    play = Play()
    play.begin()
    for step, n in script:
        step(play, n)
    play.rest()
    if play.world.bot(play.bot).status is BotStatus.ERROR:
        # It gave up, and says why: no task lives, and its owner's next word counts.
        assert play.world.bot(play.bot).reason
        assert not [task for task in play.world.launcher.tasks.values() if task.running]
        play.world.start(play.bot)
        play.rest()

    bot, commands = play.world.bot(play.bot), play.world.commands(play.bot)
    assert all(count == 1 for count in play.acts.values()), play.acts
    assert {command.state for command in commands} <= FINAL, commands
    assert commands[0].state is not CommandState.FAILED, "nobody asked for anything after it"
    assert bot.status is SETTLED[bot.desired], (bot.desired, bot.status, bot.reason)
