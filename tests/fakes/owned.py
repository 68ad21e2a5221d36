"""What belongs to an organization, in memory: keys, bots, runs and commands."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from janym.domain.bot import Bot, BotStatus, Desired, Environment
from janym.domain.bot_event import BotEvent
from janym.domain.command import RANK, Command, CommandKind, CommandState
from janym.domain.credential import Credential, EncryptedKey
from janym.domain.errors import AlreadyExists, Conflict, FieldError, InvalidInput, NotFound
from janym.domain.ids import BotId, CommandId, CredentialId, OrganizationId, RunId, TaskId
from janym.domain.run import Run, RunState
from janym.domain.telemetry import ConfigReport
from janym.ports.unit_of_work import Listing, Page
from tests.fakes.tables import Tables

Row = TypeVar("Row")
FINAL = {CommandState.DONE, CommandState.FAILED, CommandState.EXPIRED}


def paged(rows: Sequence[Row], page: Page) -> Listing[Row]:
    """Give a part of a list; the cursor is where it begins."""
    if page.cursor is not None and not page.cursor.isdigit():
        raise InvalidInput(FieldError(field="cursor", reason="is none that a page gave"))
    begin = int(page.cursor or 0)
    end = begin + page.limit
    return Listing(items=rows[begin:end], next_cursor=str(end) if end < len(rows) else None)


def newest_first(rows: Iterable[Row]) -> list[Row]:
    """Turn rows, which come in the order they were added, round."""
    return list(rows)[::-1]


class MemoryCredentials:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._tables, self._organization = tables, organization

    def get(self, key: CredentialId) -> Credential:
        for credential in self.list():
            if credential.id == key:
                return credential
        raise NotFound("credential", key)

    def list(self) -> Sequence[Credential]:
        rows = self._tables.credentials.values()
        return [each for each in rows if self._organization in {None, each.organization}]

    def swap(self, old: Credential, encrypted: EncryptedKey, *, at: datetime) -> bool:
        if self.get(old.id).encrypted != old.encrypted:
            return False
        self.put(replace(self.get(old.id), encrypted=encrypted, encrypted_at=at))
        return True

    def to_check(
        self, *, before: datetime, again: datetime, at: datetime
    ) -> Sequence[CredentialId]:
        due = [
            each.id
            for each in self.list()
            if (each.checked_at is None or each.checked_at < before)
            and self._tables.asked_about.get(each.id, again) <= again
        ]
        self._tables.asked_about.update(dict.fromkeys(due, at))
        return due

    def encrypted_before(self, moment: datetime) -> Sequence[CredentialId]:
        return [
            each.id
            for each in self.list()
            if each.encrypted_at is None or each.encrypted_at < moment
        ]

    def add(self, credential: Credential) -> None:
        names = {(each.exchange, each.label, each.environment) for each in self.list()}
        if (credential.exchange, credential.label, credential.environment) in names:
            raise AlreadyExists("credential", credential.label)
        self.put(credential)

    def put(self, credential: Credential) -> None:
        self._tables.credentials[credential.id] = credential

    def remove(self, key: CredentialId, *, at: datetime) -> None:
        del at
        self.get(key)
        del self._tables.credentials[key]
        self._tables.held.pop(key, None)
        self._tables.asked.pop(key, None)


class MemoryBots:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._tables, self._organization = tables, organization

    def get(self, key: BotId) -> Bot:
        for bot in self._visible():
            if bot.id == key:
                return bot
        raise NotFound("bot", key)

    def lock(self, key: BotId) -> Bot:
        return self.get(key)

    def list(self, page: Page) -> Listing[Bot]:
        return paged(newest_first(self._visible()), page)

    def add(self, bot: Bot) -> None:
        if any(each.tag == bot.tag for each in self._tables.bots.values()):
            raise AlreadyExists("bot with tag", bot.tag)
        self.put(bot)

    def put(self, bot: Bot) -> None:
        self._tables.put_bot(bot)

    def events(self, key: BotId, page: Page) -> Listing[BotEvent]:
        seen = key in {bot.id for bot in self._visible()}
        rows = [event for (bot, _), event in self._tables.became.items() if bot == key and seen]
        return paged(newest_first(rows), page)

    def remove(self, key: BotId) -> None:
        self.get(key)
        del self._tables.bots[key]
        self._tables.queue.pop(key, None)
        for rows in (self._tables.runs, self._tables.commands, self._tables.outbox):
            for each in [each for each, row in rows.items() if row.bot == key]:
                del rows[each]  # pyright: ignore[reportArgumentType] - each is a key of these rows

    def hold_account(self, credential: CredentialId, pair: str) -> None:
        """One transaction at a time needs no lock."""

    def using(self, credential: CredentialId) -> Sequence[Bot]:
        busy = {
            run.bot
            for run in self._tables.runs.values()
            if run.state is not RunState.ENDED or run.checked_at is None
        }
        return [
            bot
            for bot in self._visible()
            if bot.credential == credential
            and (
                bot.desired is not Desired.STOPPED
                or bot.status is not BotStatus.STOPPED
                or bot.id in busy
            )
        ]

    def wanted_on(self, credential: CredentialId, pair: str) -> Sequence[Bot]:
        return [
            bot
            for bot in self._visible()
            if (bot.credential, bot.trading_pair) == (credential, pair)
            and bot.desired is not Desired.STOPPED
        ]

    def alive(self) -> Sequence[BotId]:
        runs = self._tables.runs.values()
        busy = {run.bot for run in runs if run.state is not RunState.ENDED}
        return sorted(
            bot.id
            for bot in self._visible()
            if bot.desired is not Desired.STOPPED or bot.id in busy
        )

    def count(self) -> int:
        return len(self._visible())

    def count_wanted(self) -> int:
        return sum(bot.desired is not Desired.STOPPED for bot in self._visible())

    def count_alive_on(self, exchange: str, environment: Environment) -> int:
        runs = self._tables.runs.values()
        busy = {run.bot for run in runs if run.state is not RunState.ENDED}
        venue = (exchange, environment)
        return sum(
            (bot.exchange, bot.environment) == venue and bot.id in busy for bot in self._visible()
        )

    def unsettled(self) -> Sequence[BotId]:
        busy = {
            run.bot
            for run in self._tables.runs.values()
            if run.state is not RunState.ENDED or run.checked_at is None
        }
        busy |= {
            command.bot for command in self._tables.commands.values() if command.state not in FINAL
        }
        return [
            bot.id
            for bot in self._visible()
            if bot.desired is not Desired.STOPPED
            or bot.status is not BotStatus.STOPPED
            or bot.leaving
            or bot.id in busy
        ]

    def told_config(self, key: BotId) -> ConfigReport | None:
        return self._tables.configs.get(key)

    def next_session(self, key: BotId) -> int:
        bot = self.get(key)
        self.put(replace(bot, session=bot.session + 1))
        return bot.session + 1

    def _visible(self) -> Sequence[Bot]:
        rows = self._tables.bots.values()
        return [each for each in rows if self._organization in {None, each.organization}]


class MemoryRuns:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._tables, self._organization = tables, organization

    def get(self, key: RunId) -> Run:
        for run in self._visible():
            if run.id == key:
                return run
        raise NotFound("run", key)

    def add(self, run: Run) -> None:
        if self.open(run.bot) is not None:
            raise Conflict("RUN_OPEN", "the bot has a run that has not ended")
        self.put(run)

    def put(self, run: Run) -> None:
        self._tables.runs[run.id] = run

    def open(self, bot: BotId) -> Run | None:
        runs = (run for run in self._of(bot) if run.state is not RunState.ENDED)
        return next(runs, None)

    def of_task(self, task: TaskId) -> Run | None:
        return next((run for run in self._visible() if run.task == task), None)

    def unchecked(self, bot: BotId) -> Sequence[Run]:
        return [
            run for run in self._of(bot) if run.state is RunState.ENDED and run.checked_at is None
        ]

    def recent(self, bot: BotId, *, since: datetime) -> Sequence[Run]:
        return newest_first(run for run in self._of(bot) if run.created_at >= since)

    def list(self, bot: BotId, page: Page) -> Listing[Run]:
        return paged(newest_first(self._of(bot)), page)

    def _of(self, bot: BotId) -> Sequence[Run]:
        return [run for run in self._visible() if run.bot == bot]

    def _visible(self) -> Sequence[Run]:
        rows = self._tables.runs.values()
        return [each for each in rows if self._organization in {None, each.organization}]


class MemoryCommands:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._tables, self._organization = tables, organization

    def get(self, key: CommandId) -> Command:
        for command in self._visible():
            if command.id == key:
                return command
        raise NotFound("command", key)

    def add(self, command: Command) -> None:
        self.put(command)

    def put(self, command: Command) -> None:
        known = self._tables.commands.get(command.id)
        if known is None or RANK[known.state] <= RANK[command.state]:
            self._tables.commands[command.id] = command

    def list(self, bot: BotId, page: Page) -> Listing[Command]:
        return paged(newest_first(each for each in self._visible() if each.bot == bot), page)

    def pending(self, bot: BotId) -> Sequence[Command]:
        return [each for each in self._visible() if each.bot == bot and each.state not in FINAL]

    def unheard(self) -> Sequence[Command]:
        kinds, states = {CommandKind.STOP, CommandKind.PAUSE}, {"accepted", "published"}
        return [each for each in self._visible() if each.kind in kinds and each.state in states]

    def _visible(self) -> Sequence[Command]:
        rows = self._tables.commands.values()
        return [each for each in rows if self._organization in {None, each.organization}]
