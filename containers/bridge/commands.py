"""Commands in, acks out. Those of the claim and those over MQTT are the same thing.

    start               acknowledged → done once the engine runs
    start with restart  acknowledged → a new engine with its configuration → done once it runs
    config/update       the same; of a paused bot: acknowledged → noted, done
    start of one paused acknowledged → a new engine with its configuration → done once it runs
    stop with pause     acknowledged → done once no engine runs and nothing of the bot is open
    stop                acknowledged → done once nothing of the bot is left running
    config/get          acknowledged → the configuration on `config` → done

A start or pause that comes while the bridge is ending, or is not done when the task is ended by
anybody but its owner, is left unanswered: the next run finds it in its claim and says what came of
it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from containers.bridge.claim import ClaimedCommand
from containers.bridge.inbox import Inbox, Verdict
from containers.bridge.reporter import Reporter
from containers.bridge.wishes import Wishes
from janym.api.messages import CommandMessage, ConfigGetMessage, StartMessage, StopMessage
from janym.domain import topics
from janym.domain.bot import BotStatus, Desired, StopMode
from janym.domain.command import CommandKind, CommandState
from janym.domain.topics import Topic
from janym.ports.clock import Clock

MODELS: dict[Topic, type[CommandMessage]] = {
    topics.START: StartMessage,
    topics.CONFIG_UPDATE: StartMessage,
    topics.STOP: StopMessage,
    topics.CONFIG_GET: ConfigGetMessage,
}
WANTED = {CommandKind.STOP: Desired.STOPPED, CommandKind.PAUSE: Desired.PAUSED}
"""What a command wants; every other wants the bot to run."""
NOT_OF_THE_STRATEGY = frozenset({"strategy", "exchange", "trading_pair"})

logger = logging.getLogger(__name__)


class Commands:
    """Carries each command out once, and says how far it got."""

    def __init__(self, *, wishes: Wishes, reporter: Reporter, clock: Clock) -> None:
        self._wishes = wishes
        self._reporter = reporter
        self._clock = clock
        self._inbox = Inbox()
        self._starts: list[str] = []
        self._stops: list[str] = []
        self._pauses: list[str] = []

    def claimed(self, commands: Sequence[ClaimedCommand]) -> None:
        """Take the commands of the claim, whose desired state has decided already.

        It stands however late it is: what comes true after a command's time is done all the same.
        """
        for command in sorted(commands, key=lambda command: command.expires_at):
            wanted = WANTED.get(command.kind, Desired.RUNNING)
            if command.kind is CommandKind.APPLY:  # what the claim brought is what is stored
                wanted = self._wishes.desired
            self._inbox.note(command.id, expires_at=command.expires_at)
            if wanted is not self._wishes.desired:
                self._reporter.ack(command.id, CommandState.FAILED, Verdict.SUPERSEDED)
            else:
                self._pend(command.id, wanted)

    def receive(self, topic: Topic, body: bytes) -> None:
        """Take a message of the broker."""
        try:
            message = MODELS[topic].model_validate_json(body)
        except ValidationError as error:
            self._refuse(topic, body, error)
            return
        match message:
            case StartMessage():
                if topic is topics.CONFIG_UPDATE and self._wishes.paused:
                    self._note_config(message)
                else:
                    self._start(message, restart=message.restart or topic is topics.CONFIG_UPDATE)
            case StopMessage():
                self._stop(message)
            case _:
                self._tell_config(message)

    def running(self) -> None:
        """Note that the engine runs, and tell with what."""
        self._reporter.config(self._wishes.config)
        self._settle(self._pauses, CommandState.FAILED, Verdict.SUPERSEDED)
        self._settle(self._starts, CommandState.DONE)

    def not_running(self, reason: str) -> None:
        """Note that the engine will not run."""
        self._settle(self._starts, CommandState.FAILED, reason)

    def paused(self) -> None:
        """Note that no engine runs and nothing is open."""
        self._settle(self._starts, CommandState.FAILED, Verdict.SUPERSEDED)
        self._settle(self._pauses, CommandState.DONE)

    def stopped(self, failure: str | None = None, *, result: str | None = None) -> None:
        """Note the end: nothing is left running, or something is, for this reason.

        Where the owner did not ask for it, what the owner did ask for is the next run's.
        """
        if self._stops:
            for overtaken in (self._starts, self._pauses):
                self._settle(overtaken, CommandState.FAILED, Verdict.SUPERSEDED)
        state = CommandState.FAILED if failure else CommandState.DONE
        self._settle(self._stops, state, failure or result)

    def _start(self, message: StartMessage, *, restart: bool) -> None:
        if self._wishes.stopping:
            logger.info("start %s is left to the next run", message.command_id)
            return
        if not self._admitted(message.command_id, message.expires_at, moves=True):
            return
        status = self._reporter.standing.status
        self._pend(message.command_id, Desired.RUNNING)
        if restart or self._wishes.paused:
            self._wishes.renew(self._config(message.config))
        elif status is BotStatus.RUNNING:
            self.running()
        elif status is BotStatus.ERROR:
            self._wishes.renew(self._wishes.config)

    def _note_config(self, message: StartMessage) -> None:
        """Take a configuration without starting an engine."""
        if self._admitted(message.command_id, message.expires_at, moves=False):
            self._wishes.config = self._config(message.config)
            self._reporter.ack(message.command_id, CommandState.ACKNOWLEDGED)
            self._reporter.ack(message.command_id, CommandState.DONE)

    def _stop(self, message: StopMessage) -> None:
        if message.pause:
            self._pause(message)
        elif self._admitted(message.command_id, message.expires_at, moves=True):
            self._pend(message.command_id, Desired.STOPPED)
            self._wishes.stop(StopMode(message.mode))

    def _pause(self, message: StopMessage) -> None:
        if self._wishes.stopping:
            logger.info("pause %s is left to the next run", message.command_id)
        elif self._admitted(message.command_id, message.expires_at, moves=True):
            self._pend(message.command_id, Desired.PAUSED)
            if self._wishes.paused and self._reporter.standing.status is BotStatus.PAUSED:
                self.paused()
            else:
                self._wishes.pause()

    def _tell_config(self, message: CommandMessage) -> None:
        if self._admitted(message.command_id, message.expires_at, moves=False):
            self._reporter.ack(message.command_id, CommandState.ACKNOWLEDGED)
            self._reporter.config(self._wishes.config)
            self._reporter.ack(message.command_id, CommandState.DONE)

    def _config(self, told: dict[str, Any]) -> dict[str, Any]:
        own = {name: told[name] for name in told if name not in NOT_OF_THE_STRATEGY}
        return own or self._wishes.config

    def _admitted(self, command_id: str, expires_at: datetime, *, moves: bool) -> bool:
        verdict = self._inbox.judge(
            command_id, expires_at=expires_at, now=self._clock.now(), moves=moves
        )
        if verdict is Verdict.SUPERSEDED:
            self._reporter.ack(command_id, CommandState.FAILED, verdict)
        elif verdict is Verdict.EXPIRED:
            logger.warning("command %s came too late and is not carried out", command_id)
        return verdict is Verdict.ACT

    def _pend(self, command_id: str, wanted: Desired) -> None:
        self._reporter.ack(command_id, CommandState.ACKNOWLEDGED)
        pending = {Desired.STOPPED: self._stops, Desired.PAUSED: self._pauses}
        pending.get(wanted, self._starts).append(command_id)

    def _settle(self, pending: list[str], state: CommandState, reason: str | None = None) -> None:
        for command_id in pending:
            self._reporter.ack(command_id, state, reason)
        pending.clear()

    def _refuse(self, topic: Topic, body: bytes, error: ValidationError) -> None:
        fields = ", ".join(
            ".".join(map(str, each["loc"])) or each["type"] for each in error.errors()
        )
        logger.warning("a message on %s was not understood: %s", topic.suffix, fields)
        try:
            command = CommandMessage.model_validate_json(body)
        except ValidationError:
            return
        if self._admitted(command.command_id, command.expires_at, moves=False):
            self._reporter.ack(command.command_id, CommandState.FAILED, f"BAD_COMMAND: {fields}")
